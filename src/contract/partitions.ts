/**
 * Partitions of AWS other than `aws`, by how the names of their regions begin. Source: "Amazon Resource Names", AWS IAM user guide,
 * and the partitions of the AWS SDKs.
 */
const PARTITIONS: ReadonlyArray<readonly [region: string, partition: string]> = [
  ['cn-', 'aws-cn'],
  ['us-gov-', 'aws-us-gov'],
  ['eusc-', 'aws-eusc'],
  ['us-iso-', 'aws-iso'],
  ['us-isob-', 'aws-iso-b'],
  ['eu-isoe-', 'aws-iso-e'],
  ['us-isof-', 'aws-iso-f'],
];

/** The partition of a region, which every ARN of what is in it begins with; `aws` for a region of which nothing is known. */
export function partitionOf(region: string): string {
  return PARTITIONS.find(([beginning]) => region.startsWith(beginning))?.[1] ?? 'aws';
}
