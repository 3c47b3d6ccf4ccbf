/** S3 takes keys of so many bytes at most. */
const LONGEST = 1024;

/** The key in what somebody pasted: a key as it is, `s3://bucket/key`, or an object's ARN. */
export function toKey(text: string): string {
  const trimmed = text.trim();
  return /^(?:s3:\/\/|arn:aws[a-z-]*:s3:::)[^/]+\/(.+)$/s.exec(trimmed)?.[1] ?? trimmed;
}

/** Why that is no key; undefined when it may be one. */
export function keyProblem(key: string): string | undefined {
  if (key === '') {
    return 'Paste the key of an object.';
  }
  if (/^(s3:\/\/|arn:)/.test(key)) {
    return 'That names a bucket and no object in it: paste the whole of it, to the end of the key.';
  }
  return new TextEncoder().encode(key).length > LONGEST
    ? `That is longer than any key: S3 takes ${LONGEST} bytes at most.`
    : undefined;
}
