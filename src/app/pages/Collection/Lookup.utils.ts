/** Maximum length of a key in S3, in bytes. */
const LONGEST = 1024;

/** The key in pasted text: a key, `s3://bucket/key`, or an object's ARN. */
export function toKey(text: string): string {
  const trimmed = text.trim();
  return /^(?:s3:\/\/|arn:aws[a-z-]*:s3:::)[^/]+\/(.+)$/s.exec(trimmed)?.[1] ?? trimmed;
}

/** Why the text is not a key; undefined when it may be one. */
export function keyProblem(key: string): string | undefined {
  if (key === '') {
    return 'Paste the key of an object.';
  }
  if (/^(s3:\/\/|arn:)/.test(key)) {
    return 'That names a bucket but no object in it: paste the complete key.';
  }
  return new TextEncoder().encode(key).length > LONGEST
    ? `That is too long for a key: S3 allows ${LONGEST} bytes at most.`
    : undefined;
}
