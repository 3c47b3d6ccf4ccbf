import { gzipSync } from 'node:zlib';
import type { Bucket, ObjectRef } from '../aws/bucket';
import { AwsError } from '../aws/errors';
import { inChunks } from './collector';

const MINUTE = 60;
/** The header of its objects. */
export const COLUMNS = 'interface-id vpc-id bytes packets start end action log-status';

/** How an object differs from the default. */
export interface Delivered {
  /** More lines. */
  readonly text?: string;
  readonly columns?: string;
  readonly flowLog?: string;
  readonly account?: string;
  /** Minutes after the slot's end at which it arrives. */
  readonly delay?: number;
}

/** A bucket in memory with simulated time, in minutes from `begin` (Unix seconds). */
export class SimulatedBucket {
  readonly objects = new Map<string, { body: Buffer; modified: number }>();
  /** Keys that cannot be read, and that cannot be deleted. */
  readonly denied = new Set<string>();
  readonly undeletable = new Set<string>();
  /** Keys that were read, and how often the bucket was listed. */
  readonly read: string[] = [];
  listings = 0;
  /** Reading an object waits for this. */
  beforeReading: Promise<void> = Promise.resolve();
  isAway = false;

  constructor(private readonly begin: number) {}

  /** Puts an object of a slot with AWS's name and one record in its second minute. Returns its key. */
  deliver(
    slot: number,
    { text = '', columns = COLUMNS, flowLog = 'fl-0a', account = '111122223333', delay = 10 }: Delivered = {}
  ): string {
    const start = this.begin + slot * MINUTE;
    const time = new Date(start * 1000).toISOString().replace(/[-:]/g, '').slice(0, 13);
    const folder = `AWSLogs/${account}/vpcflowlogs/eu-west-1/2026/01/01`;
    const key = `${folder}/${account}_vpcflowlogs_eu-west-1_${flowLog}_${time}Z_0${Math.abs(slot)}.log.gz`;
    const line = `eni-1 vpc-1 ${100 + slot} 1 ${start + 60} ${start + 119} ACCEPT OK\n`;
    const body = gzipSync(`${columns}\n${line}${text}`);
    this.objects.set(key, { body, modified: start + (5 + delay) * MINUTE });
    return key;
  }

  /** The bucket at a time (Unix seconds): it has the objects that have arrived by then. */
  bucketAt(now: () => number = () => Infinity): Bucket {
    const list = (): ObjectRef[] =>
      [...this.objects]
        .map(([key, { body, modified }]) => ({ key, etag: `"${key}"`, size: body.length, modified }))
        .filter(({ modified }) => modified <= now());
    const bucket = {
      checkClock: () => Promise.resolve(),
      list: () => {
        this.listings++;
        return this.isAway
          ? Promise.reject(new AwsError('NoSuchBucket', 'It is away.'))
          : Promise.resolve({ folders: [], objects: list() });
      },
      open: async ({ key }: ObjectRef) => {
        await this.beforeReading;
        this.read.push(key);
        const object = this.objects.get(key);
        if (this.denied.has(key)) {
          throw new AwsError('AccessDenied', 'It is denied.');
        }
        return object && inChunks(object.body);
      },
      delete: (objects: readonly ObjectRef[]) => {
        const failed = objects.filter(({ key }) => this.undeletable.has(key));
        objects.filter((object) => !failed.includes(object)).forEach(({ key }) => this.objects.delete(key));
        return Promise.resolve(new Map(failed.map(({ key }) => [key, new AwsError('AccessDenied', 'Kept.')])));
      },
    };
    return bucket as unknown as Bucket;
  }
}
