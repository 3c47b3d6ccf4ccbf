import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import {
  CreateBucketCommand,
  ListObjectsV2Command,
  PutBucketNotificationConfigurationCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { CreateQueueCommand, GetQueueAttributesCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { startInflux, startMoto, type Service } from '../../../scripts/services';
import { sourceInput, type SourceInput } from '../../contract/sources';
import { generateObjects } from '../generate/objects';
import { DEFAULT_GENERATE_OPTIONS } from '../generate/options';
import { openOutput } from '../generate/output';
import { TruthTally, type Sums, type Truth } from '../generate/truth';
import { makeFolderPrivate } from '../registry/privateFolder';
import { openRegistry } from '../registry/registry';
import { MEASUREMENTS } from '../rollup/measurements';
import { type InfluxClient, type Row } from '../store/influx';
import { now } from '../util/time';
import { dropDatabases, PatientClient } from './influx';
import { readSums } from './influxReader';
import { outputOf } from './output';
import { sharedService, uniqueNumber } from './services';

/** The sidecar as users run it. `npm test` builds it before jest starts. */
export const BUNDLE = resolve('dist/sidecar/flowscope.mjs');
export const REGION = 'eu-west-1';

/** How a command ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a world does not share with those of other test files. */
export interface WorldOptions {
  /** An InfluxDB of its own, with these settings (`INFLUXDB_…`). */
  readonly influxEnv?: NodeJS.ProcessEnv;
  /** A local AWS of its own, for tests that create something in EC2: all of it is in one account. */
  readonly ownAws?: boolean;
}

/** Which flow logs are made up. */
export interface GeneratedLogs {
  readonly seed: number;
  readonly minutes: number;
  readonly interfaces: number;
  /** End of the traffic, ISO 8601; default: now. */
  readonly end?: string;
}

/** Flow logs in a bucket, and the exact sums in them. */
export interface LogsInBucket {
  readonly bucket: string;
  readonly truth: Truth;
}

/** Settings of a source, but for its bucket and for how it signs in. */
export type SourceSettings = Partial<
  Omit<SourceInput, 'bucket' | 'accessKeyId' | 'secretAccessKey' | 'roleArn' | 'externalId'>
>;

/** How many names a world may give. */
const NAMES = 10_000;

/**
 * A real InfluxDB, an S3/EC2/STS/SQS double and the bundled CLI, with a temporary folder. Names of databases, buckets and
 * queues are unique, because the services are those of the whole test run.
 */
export class World {
  readonly folder = mkdtempSync(join(tmpdir(), 'flowscope-world-'));
  private ownInflux: Service | undefined;
  private ownMoto: Service | undefined;
  private readonly running = new Set<ChildProcess>();
  private readonly databases = new Map<string, InfluxClient>();
  private urls!: { readonly influx: string; readonly aws: string };
  private s3!: S3Client;
  private sqs!: SQSClient;
  private names = 0;

  private constructor(private readonly options: WorldOptions) {}

  /** One world for all tests of a file: started before the first test and any `beforeAll` below, stopped after the last. */
  static forTests(options: WorldOptions = {}): World {
    const world = new World(options);
    beforeAll(() => world.start());
    afterAll(() => world.stop());
    return world;
  }

  private async start(): Promise<void> {
    const { influxEnv: env, ownAws } = this.options;
    if (env !== undefined) {
      this.ownInflux = await startInflux({ dir: join(this.folder, 'influx'), env });
    }
    if (ownAws) {
      this.ownMoto = await startMoto({ dir: join(this.folder, 'moto') });
    }
    this.urls = {
      influx: this.ownInflux?.url ?? (await sharedService('influx')),
      aws: this.ownMoto?.url ?? (await sharedService('aws')),
    };
    this.names = (await uniqueNumber()) * NAMES;
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    const aws = { region: REGION, endpoint: this.awsUrl, credentials };
    this.s3 = new S3Client({ ...aws, forcePathStyle: true });
    this.sqs = new SQSClient(aws);
  }

  private async stop(): Promise<void> {
    this.s3?.destroy();
    this.sqs?.destroy();
    await Promise.all([...this.running].map(kill));
    await (this.ownInflux === undefined ? dropDatabases([...this.databases.values()]) : this.ownInflux.stop());
    await this.ownMoto?.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** A new deployment with its own registry and database. */
  deployment(env: NodeJS.ProcessEnv = {}): Deployment {
    const deployment = new Deployment(this, `fs${++this.names}`, env);
    this.databases.set(deployment.client.settings.database, deployment.client);
    return deployment;
  }

  /** Creates a bucket. */
  async bucket(): Promise<string> {
    const Bucket = `flow-logs-${++this.names}`;
    await this.s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: REGION } }));
    return Bucket;
  }

  /** A bucket of its own with made-up flow logs. */
  async bucketWithLogs(logs: GeneratedLogs): Promise<LogsInBucket> {
    const bucket = await this.bucket();
    return { bucket, truth: await this.generateInto(bucket, logs) };
  }

  /** Makes up flow logs in a bucket, as `flowscope generate` does; returns the exact sums in them. */
  generateInto(bucket: string, logs: GeneratedLogs): Promise<Truth> {
    return generate(logs, (key, body) => this.put(bucket, key, body));
  }

  /** Makes up flow logs in a folder, as `flowscope generate` does; returns the exact sums in them. */
  generateFiles(folder: string, logs: GeneratedLogs): Promise<Truth> {
    const output = openOutput(folder, undefined);
    return generate(logs, (key, body) => output.put(key, body));
  }

  /** Puts an object; returns its ETag. */
  async put(Bucket: string, Key: string, Body: Buffer): Promise<string> {
    return (await this.s3.send(new PutObjectCommand({ Bucket, Key, Body }))).ETag!;
  }

  /** Keys in a bucket. */
  async keys(Bucket: string): Promise<string[]> {
    const page = await this.s3.send(new ListObjectsV2Command({ Bucket }));
    return (page.Contents ?? []).map(({ Key }) => Key!);
  }

  /** Creates a queue that receives the bucket's events from now on. Returns its URL. */
  async queue(Bucket: string): Promise<string> {
    const { QueueUrl } = await this.sqs.send(new CreateQueueCommand({ QueueName: `queue-${++this.names}` }));
    const { QueueArn } = await this.attributes(QueueUrl!);
    const QueueConfigurations = [{ QueueArn, Events: ['s3:ObjectCreated:*' as const, 's3:ObjectRemoved:*' as const] }];
    const NotificationConfiguration = { QueueConfigurations };
    await this.s3.send(new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration }));
    return QueueUrl!;
  }

  async send(QueueUrl: string, MessageBody: string): Promise<void> {
    await this.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
  }

  /** Number of messages of a queue, received or not. */
  async messages(queueUrl: string): Promise<number> {
    const attributes = await this.attributes(queueUrl);
    const counts = [attributes.ApproximateNumberOfMessages, attributes.ApproximateNumberOfMessagesNotVisible];
    return counts.reduce((sum, count) => sum + Number(count), 0);
  }

  private async attributes(QueueUrl: string): Promise<Record<string, string>> {
    const { Attributes } = await this.sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
    return Attributes!;
  }

  get influxUrl(): string {
    return this.urls.influx;
  }

  get awsUrl(): string {
    return this.urls.aws;
  }

  /** Starts the CLI. It is stopped with the world at the latest. */
  spawn(args: readonly string[], env: NodeJS.ProcessEnv, input: 'ignore' | 'pipe' = 'ignore'): ChildProcess {
    const child = spawn(process.execPath, [BUNDLE, ...args], { env, stdio: [input, 'pipe', 'pipe'] });
    this.running.add(child);
    child.once('exit', () => this.running.delete(child));
    return child;
  }
}

/** Makes up flow logs in this process, since starting another one takes longer. Returns the exact sums in them. */
async function generate(
  { end, ...options }: GeneratedLogs,
  put: (key: string, body: Buffer) => Promise<unknown>
): Promise<Truth> {
  const endSeconds = end === undefined ? now() : Math.floor(Date.parse(end) / 1000);
  const tally = new TruthTally();
  for (const { key, body, counts } of generateObjects({ ...DEFAULT_GENERATE_OPTIONS, ...options, endSeconds })) {
    tally.add(counts);
    await put(key, body);
  }
  return tally.truth();
}

async function kill(child: ChildProcess): Promise<void> {
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}

/** Where a deployment runs: a folder for its data directory, the services it uses, and how a command is started. */
export type Place = Pick<World, 'folder' | 'influxUrl' | 'awsUrl' | 'spawn'>;

/** One Flowscope: its registry, its database, its environment. */
export class Deployment {
  readonly client: InfluxClient;
  readonly env: NodeJS.ProcessEnv;

  constructor(
    private readonly world: Place,
    name: string,
    env: NodeJS.ProcessEnv
  ) {
    const folder = join(world.folder, name);
    mkdirSync(folder);
    this.client = new PatientClient({ url: world.influxUrl, database: name }, true);
    this.env = {
      PATH: process.env.PATH,
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
      FLOWSCOPE_INFLUX_URL: world.influxUrl,
      FLOWSCOPE_INFLUX_DATABASE: name,
      FLOWSCOPE_DATA_DIR: folder,
      FLOWSCOPE_LISTEN: '127.0.0.1:0',
      AWS_ENDPOINT_URL: world.awsUrl,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_REGION: REGION,
      // The local AWS has enabled all regions there are.
      FLOWSCOPE_AWS_REGIONS: REGION,
      AWS_EC2_METADATA_DISABLED: 'true',
      ...env,
    };
  }

  /**
   * Adds an enabled source, as `source add NAME --delete-after-collecting` does, but in this process, for tests that are not about
   * that command: to start one takes longer. Its name is `a` unless `settings` has one.
   */
  async addSource(bucket: string, settings: SourceSettings = {}): Promise<void> {
    const folder = this.env.FLOWSCOPE_DATA_DIR!;
    makeFolderPrivate(folder);
    const registry = openRegistry(folder);
    try {
      const entered = sourceInput.parse({ name: 'a', bucket, region: REGION, ...settings });
      await registry.addSource({ ...entered, access: {}, enabled: true }, now());
    } finally {
      await registry.close();
    }
  }

  /** Starts a command without waiting for it. */
  start(...args: string[]): ChildProcess {
    return this.world.spawn(args, this.env);
  }

  /** Runs a command to its end. */
  run(...args: string[]): Promise<Ended> {
    return this.ended(this.start(...args));
  }

  /** Runs a command with `input` on its standard input. */
  told(input: string, ...args: string[]): Promise<Ended> {
    const child = this.world.spawn(args, this.env, 'pipe');
    child.stdin!.end(input);
    return this.ended(child);
  }

  private async ended(child: ChildProcess): Promise<Ended> {
    const output = outputOf(child);
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, stdout: output.stdout, stderr: output.stderr };
  }

  /** Runs a command that must succeed. Returns its standard output; throws with its output if it fails. */
  async ok(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await this.run(...args);
    if (code !== 0) {
      throw new Error(`flowscope ${args.join(' ')} ended with ${code}: ${stdout}${stderr}`);
    }
    return stdout;
  }

  /** Sums of every measurement in one policy, in the shape of `truth.json`, as two independent clients read them. */
  async sums(policy: 'minute' | 'hour'): Promise<Record<string, Sums>> {
    const sums: Record<string, Sums> = {};
    for (const { name } of MEASUREMENTS) {
      sums[name] = await readSums(this.client, policy, name);
    }
    return sums;
  }

  query(influxql: string): Promise<Row[]> {
    return this.client.query(influxql);
  }
}
