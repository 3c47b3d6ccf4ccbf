/** A bucket and the folder in it, as people paste them. */
interface BucketPlace {
  bucket: string;
  prefix: string;
}

/** As in s3://bucket/prefix, arn:aws:s3:::bucket/prefix, and what AWS's console has in its address line. */
const PLACES = [
  /^s3:\/\/(?<bucket>[^/]+)\/?(?<prefix>.*)$/i,
  /^arn:aws[a-z-]*:s3:::(?<bucket>[^/]+)\/?(?<prefix>.*)$/,
  /^https:\/\/(?<bucket>[a-z0-9.-]+)\.s3[.-][a-z0-9-]*\.?amazonaws\.com(?:\.cn)?\/?(?<prefix>.*)$/,
];

/** Splits what is more than the name of a bucket; undefined when it is none of the known forms. */
export function splitBucket(text: string): BucketPlace | undefined {
  for (const place of PLACES) {
    const { bucket, prefix } = place.exec(text.trim())?.groups ?? {};
    if (bucket !== undefined) {
      // In a policy the ARN ends with a star, which is no part of the folder.
      return { bucket, prefix: prefix.replace(/\*$/, '').replace(/^\/+/, '') };
    }
  }
  return undefined;
}
