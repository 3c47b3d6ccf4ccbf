/*
 * Access points of S3 stand where a bucket does. Source: "Naming access points" and "Access point aliases", Amazon S3 user guide.
 */

/** An alias is the access point's name and 34 characters more; buckets may not be called so. */
const ALIAS = /^(?<name>.+?)(?:-[a-z0-9]{34})?-s3alias$/;
const ARN = /^arn:aws[a-z-]*:s3:[a-z0-9-]+:\d{12}:accesspoint[/:]/;

/** The name of the access point that an alias stands for; undefined when this is the name of a bucket. */
export function accessPointOf(bucket: string): string | undefined {
  return ALIAS.exec(bucket)?.groups!.name;
}

/** Whether a text is the ARN of an access point. */
export function isAccessPointArn(text: string): boolean {
  return ARN.test(text);
}
