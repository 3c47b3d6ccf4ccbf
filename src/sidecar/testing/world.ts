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
import { MEASUREMENTS } from '../rollup/measurements';
import { InfluxClient, type Row } from '../store/influx';

/** The sidecar as users run it. `npm test` builds it before jest starts. */
const BUNDLE = resolve('dist/sidecar/flowscope.mjs');
export const REGION = 'eu-west-1';

/** How a command ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A real InfluxDB, an S3/EC2/STS/SQS double and the bundled CLI, in a temporary folder of their own. */
export class World {
  readonly folder = mkdtempSync(join(tmpdir(), 'flowscope-world-'));
  private influxService!: Service;
  private motoService!: Service;
  private readonly running = new Set<ChildProcess>();
  private s3!: S3Client;
  private sqs!: SQSClient;
  private names = 0;

  /** One world for all tests of a file: started before the first test and any `beforeAll` below, stopped after the last. */
  static forTests(): World {
    const world = new World();
    beforeAll(() => world.start());
    afterAll(() => world.stop());
    return world;
  }

  private async start(): Promise<void> {
    [this.influxService, this.motoService] = await Promise.all([
      startInflux({ dir: join(this.folder, 'influx') }),
      startMoto({ dir: join(this.folder, 'moto') }),
    ]);
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    const aws = { region: REGION, endpoint: this.motoService.url, credentials };
    this.s3 = new S3Client({ ...aws, forcePathStyle: true });
    this.sqs = new SQSClient(aws);
  }

  private async stop(): Promise<void> {
    this.s3?.destroy();
    this.sqs?.destroy();
    this.running.forEach((child) => child.kill('SIGKILL'));
    await Promise.all([this.influxService?.stop(), this.motoService?.stop()]);
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** A new deployment with its own registry and database. Unlike worlds, deployments start fast. */
  deployment(env: NodeJS.ProcessEnv = {}): Deployment {
    return new Deployment(this, `fs${++this.names}`, env);
  }

  /** Creates a bucket. */
  async bucket(): Promise<string> {
    const Bucket = `flow-logs-${++this.names}`;
    await this.s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: REGION } }));
    return Bucket;
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

  async stopInflux(): Promise<void> {
    await this.influxService.stop();
  }

  /** Restarts InfluxDB at the same address, with the same data. */
  async restartInflux(): Promise<void> {
    const { port } = this.influxService;
    this.influxService = await startInflux({ dir: join(this.folder, 'influx'), port });
  }

  get influxUrl(): string {
    return this.influxService.url;
  }

  get awsUrl(): string {
    return this.motoService.url;
  }

  /** Starts the CLI. It is stopped with the world at the latest. */
  spawn(args: readonly string[], env: NodeJS.ProcessEnv, input: 'ignore' | 'pipe' = 'ignore'): ChildProcess {
    const child = spawn(process.execPath, [BUNDLE, ...args], { env, stdio: [input, 'pipe', 'pipe'] });
    this.running.add(child);
    child.once('exit', () => this.running.delete(child));
    return child;
  }
}

/** One Flowscope: its registry, its database, its environment. */
export class Deployment {
  readonly client: InfluxClient;
  readonly env: NodeJS.ProcessEnv;

  constructor(
    private readonly world: World,
    name: string,
    env: NodeJS.ProcessEnv
  ) {
    const folder = join(world.folder, name);
    mkdirSync(folder);
    this.client = new InfluxClient({ url: world.influxUrl, database: name });
    this.env = {
      PATH: process.env.PATH,
      FLOWSCOPE_INFLUX_URL: world.influxUrl,
      FLOWSCOPE_INFLUX_DATABASE: name,
      FLOWSCOPE_DATA_DIR: folder,
      FLOWSCOPE_LISTEN: '127.0.0.1:0',
      AWS_ENDPOINT_URL: world.awsUrl,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_REGION: REGION,
      AWS_EC2_METADATA_DISABLED: 'true',
      ...env,
    };
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
    let stdout = '';
    let stderr = '';
    child.stdout!.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr!.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, stdout, stderr };
  }

  /** Runs a command that must succeed. Returns its standard output; throws with its output if it fails. */
  async ok(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await this.run(...args);
    if (code !== 0) {
      throw new Error(`flowscope ${args.join(' ')} ended with ${code}: ${stdout}${stderr}`);
    }
    return stdout;
  }

  /** Sums of every measurement in one policy, in the shape of `truth.json`. */
  async sums(policy: 'minute' | 'hour'): Promise<Record<string, Record<string, string>>> {
    const sums: Record<string, Record<string, string>> = {};
    for (const { name } of MEASUREMENTS) {
      const query = `SELECT sum("bytes") AS bytes, sum("packets") AS packets, sum("flows") AS flows FROM "${policy}"."${name}"`;
      const [row] = await this.client.query(query);
      sums[name] = Object.fromEntries(
        ['bytes', 'packets', 'flows'].map((metric) => [metric, String(row?.[metric] ?? 0)])
      );
    }
    return sums;
  }

  query(influxql: string): Promise<Row[]> {
    return this.client.query(influxql);
  }
}
