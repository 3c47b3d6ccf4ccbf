import { gzipSync } from 'node:zlib';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';

const HEADER =
  'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status';

/** A line that is no record, as it will be quoted. */
export const QUOTED_LINE = 'this-line-is-no-record-and-viewers-never-see-it';

export interface OddObjects {
  /** An object whose compression is damaged. */
  readonly damaged: string;
  /** An object with a record and {@link QUOTED_LINE}. */
  readonly quoted: string;
}

/** Puts objects into a bucket that no flow log should deliver. */
export async function putOddObjects(
  endpoint: string,
  { bucket, region, accountId, now }: { bucket: string; region: string; accountId: string; now: number }
): Promise<OddObjects> {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const s3 = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
  const time = new Date(now * 1000).toISOString();
  const folder = `AWSLogs/${accountId}/vpcflowlogs/${region}/${time.slice(0, 10).replaceAll('-', '/')}`;
  const stamp = `${time.slice(0, 16).replace(/[-:]/g, '')}Z`;
  const key = (hash: string) =>
    `${folder}/${accountId}_vpcflowlogs_${region}_fl-0dd0000000000001_${stamp}_${hash}.log.gz`;
  const start = now - 600;
  const record = `2 ${accountId} eni-0dd00000000000001 10.20.0.4 10.20.0.5 443 49152 6 1 40 ${start} ${start + 59} ACCEPT OK`;
  const put = (Key: string, Body: Buffer) => s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body }));
  const whole = gzipSync(`${HEADER}\n${record}\n`.repeat(50));
  const odd = { damaged: key('0dd00001'), quoted: key('0dd00002') };
  await put(odd.damaged, whole.subarray(0, whole.length - 12));
  await put(odd.quoted, gzipSync(`${HEADER}\n${record}\n${QUOTED_LINE}\n`));
  s3.destroy();
  return odd;
}
