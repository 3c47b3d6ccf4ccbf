import { GetBucketVersioningCommand, GetObjectLockConfigurationCommand, type S3Client } from '@aws-sdk/client-s3';
import type { SQSClient } from '@aws-sdk/client-sqs';
import type { STSClient } from '@aws-sdk/client-sts';
import { Bucket, type ObjectRef } from '../aws/bucket';
import { namesBucketInHost, type CheckContext } from '../aws/callContext';
import { isCode } from './checkFaults';
import { bucketRegion } from './checkRegion';
import { storeClock, type StoreClock } from '../aws/storeClock';

/** What is tested, as far as checks need it. */
export interface CheckedSource {
  readonly bucket: string;
  readonly prefix: string;
  readonly region: string;
  /** Where S3 is, when it is not AWS's. */
  readonly endpoint?: string;
  readonly roleArn?: string;
  readonly queueUrl?: string;
}

/** What lies in a bucket, as far as it was listed. */
export interface FoundObjects {
  /** The newest that may be flow logs: the newest of each flow log, then the second of each, and so on. */
  readonly newest: readonly ObjectRef[];
  /** How many of them were seen, and whether that is all. */
  readonly flowLogs: number;
  readonly isAll: boolean;
  /** How many of those seen are older than what is kept. */
  readonly older: number;
  /** How many flow logs they are of, or folders when their names are not AWS's. */
  readonly origins: number;
  readonly accounts: readonly string[];
  /** Keys of what cannot be flow logs, a few. */
  readonly other: readonly string[];
  /** Whose other logs are there: CloudTrail, a load balancer, … */
  readonly otherLogs: readonly string[];
}

/** What the beginning of an object tells. */
export interface Head {
  readonly header?: { readonly columns: readonly string[]; readonly unknown: readonly string[] };
  readonly refusal?: { readonly reason: string; readonly message: string };
  readonly hasLongSpans: boolean;
  /** Its first records of traffic that can be read. */
  readonly readable: number;
  /** Its first records that cannot: how many, and the first of them with what is wrong with it. */
  readonly unreadable?: { readonly records: number; readonly line: string; readonly problem: string };
}

/** What checks need from outside. */
export interface CheckTools {
  readonly source: CheckedSource;
  readonly collector: { readonly name: string; readonly version: string };
  /** Why one cannot sign in at all: the secret does not open. The clients are asked for nothing then. */
  readonly signInProblem?: string;
  readonly s3: S3Client;
  readonly sts: STSClient;
  /** Where the source has a queue, whose URL can be used. */
  readonly sqs?: SQSClient;
  /** InfluxDB's address. */
  readonly storeUrl?: string;
  /** Lists the bucket, newest first, no further than needed. */
  readonly find: (bucket: Bucket) => Promise<FoundObjects>;
  readonly readHead: (body: AsyncIterable<Uint8Array>) => Promise<Head>;
  /** Other sources that read some of the same objects. */
  readonly overlaps: () => Promise<ReadonlyArray<{ readonly name: string; readonly prefix: string }>>;
  /** Writes to the store what stands there already; returns what in its settings will refuse data. */
  readonly tryStore: () => Promise<readonly string[]>;
  /** Milliseconds since the epoch, as this machine's clock has it. */
  readonly now: () => number;
}

/** One run of all checks: what one has found out, the others know. */
export class CheckRun {
  readonly bucket: Bucket;
  /** AWS's clock, as STS tells it: for want of an answer of S3. */
  private readonly otherClock: StoreClock;

  /** The bucket's region. */
  readonly location = once(() => bucketRegion(this.s3, this.source.bucket));

  /** Whether deleting leaves a version behind: true too while versioning is suspended. */
  readonly isVersioned = once(async () => {
    const { Status } = await this.s3.send(new GetBucketVersioningCommand({ Bucket: this.source.bucket }));
    return Status !== undefined;
  });

  readonly isLocked = once(async () => {
    try {
      const command = new GetObjectLockConfigurationCommand({ Bucket: this.source.bucket });
      const { ObjectLockConfiguration } = await this.s3.send(command);
      return ObjectLockConfiguration?.ObjectLockEnabled === 'Enabled';
    } catch (error) {
      if (isCode(error, 'ObjectLockConfigurationNotFoundError')) {
        return false;
      }
      throw error;
    }
  });

  readonly found = once(() => this.tools.find(this.bucket));

  constructor(readonly tools: CheckTools) {
    this.bucket = new Bucket(tools.s3, tools.source.bucket, tools.source.region);
    this.otherClock = storeClock(tools.sts);
  }

  /** How far this machine's clock is ahead of S3's, or else of AWS's, seconds; undefined until there was an answer with a time. */
  get skew(): number | undefined {
    const now = this.tools.now();
    return this.bucket.clock.difference(now) ?? this.otherClock.difference(now);
  }

  /** Whether S3 or STS has answered at all. */
  get hasAnswered(): boolean {
    return this.bucket.clock.heard + this.otherClock.heard > 0;
  }

  get source(): CheckedSource {
    return this.tools.source;
  }

  get s3(): S3Client {
    return this.tools.s3;
  }

  /** Where a call of that action goes, for words. */
  at(action: string, key?: string): CheckContext {
    const hasBucketInHost = action.startsWith('s3:') && namesBucketInHost(this.s3);
    return { action, key, ...this.source, collector: this.tools.collector.name, hasBucketInHost };
  }
}

/** Work that is done at most once; later callers get the same answer, or the same error. */
function once<T>(work: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => (answer ??= work());
}
