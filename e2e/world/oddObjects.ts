import { gzipSync } from 'node:zlib';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';

const COLUMNS =
  'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status';

/** A line that is no record, as it will be quoted. */
export const QUOTED_LINE = 'this-line-is-no-record-and-viewers-never-see-it';

/** Where an object lies, and when (Unix seconds) what is in it happened. */
export interface Delivery {
  readonly accountId: string;
  readonly region: string;
  readonly now: number;
}

/** The key under which AWS would deliver an object. `hash`: eight hexadecimal digits that tell it from others. */
export function flowLogKey({ accountId, region, now }: Delivery, hash: string): string {
  const time = new Date(now * 1000).toISOString();
  const folder = `AWSLogs/${accountId}/vpcflowlogs/${region}/${time.slice(0, 10).replaceAll('-', '/')}`;
  const stamp = `${time.slice(0, 16).replace(/[-:]/g, '')}Z`;
  return `${folder}/${accountId}_vpcflowlogs_${region}_fl-0dd0000000000001_${stamp}_${hash}.log.gz`;
}

/** An object of one record and further lines. `without`: fields that its flow log does not have. */
export function flowLogObject({ accountId, now }: Delivery, lines: readonly string[] = [], without = ''): Buffer {
  const start = now - 600;
  const record = `2 ${accountId} eni-0dd00000000000001 10.20.0.4 10.20.0.5 443 49152 6 1 40 ${start} ${start + 59} ACCEPT OK`;
  const names = COLUMNS.split(' ');
  const row = (text: string) =>
    text
      .split(' ')
      .filter((_, column) => names[column] !== without)
      .join(' ');
  return gzipSync([row(COLUMNS), row(record), ...lines, ''].join('\n'));
}

export interface OddObjects {
  /** The key of an object whose compression is damaged. */
  readonly damaged: string;
  /** That of one with {@link QUOTED_LINE} in it. */
  readonly quoted: string;
}

/** A client for the S3 of the local AWS. */
export function s3Of(endpoint: string, region: string): S3Client {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  return new S3Client({ endpoint, region, credentials, forcePathStyle: true });
}

/** Puts objects into a bucket that no flow log should deliver. */
export async function putOddObjects(endpoint: string, bucket: string, delivery: Delivery): Promise<OddObjects> {
  const s3 = s3Of(endpoint, delivery.region);
  const put = (Key: string, Body: Buffer) => s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body }));
  const odd = { damaged: flowLogKey(delivery, '0dd00001'), quoted: flowLogKey(delivery, '0dd00002') };
  const whole = flowLogObject(delivery);
  await put(odd.damaged, whole.subarray(0, whole.length - 12));
  await put(odd.quoted, flowLogObject(delivery, [QUOTED_LINE]));
  s3.destroy();
  return odd;
}
