/** A bucket and the folder in it, as people paste them. */
interface BucketPlace {
  bucket: string;
  prefix: string;
}

/** Forms: s3://bucket/prefix, arn:aws:s3:::bucket/prefix, and URLs of objects. */
const PLACES = [
  /^s3:\/\/(?<bucket>[^/]+)\/?(?<prefix>.*)$/i,
  /^arn:aws[a-z-]*:s3:::(?<bucket>[^/]+)\/?(?<prefix>.*)$/,
  /^https:\/\/(?<bucket>[a-z0-9.-]+)\.s3[.-][a-z0-9-]*\.?amazonaws\.com(?:\.cn)?\/?(?<prefix>.*)$/,
];

/** Splits a pasted address into bucket and prefix; undefined when it has none of the known forms. */
export function splitBucket(text: string): BucketPlace | undefined {
  for (const place of PLACES) {
    const { bucket, prefix } = place.exec(text.trim())?.groups ?? {};
    if (bucket !== undefined) {
      // ARNs pasted from a policy end with a star.
      return { bucket, prefix: prefix.replace(/\*$/, '').replace(/^\/+/, '') };
    }
  }
  return undefined;
}
