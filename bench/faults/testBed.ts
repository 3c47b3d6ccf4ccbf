import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { track } from '../../scripts/lib/processes';
import { FakeS3 } from '../../src/sidecar/testing/fakeS3';
import { BUNDLE, Deployment } from '../../src/sidecar/testing/world';
import { KillableInfluxdb } from './influxdb';
import { FaultProxy, type FaultInjector } from './proxy';

/** Where rounds take place, one after the other: an InfluxDB and an S3 of its own, moto's SQS, and a proxy in front of each. */
export class TestBed {
  private constructor(
    readonly folder: string,
    readonly awsUrl: string,
    readonly influxdb: KillableInfluxdb,
    readonly s3: FakeS3,
    private readonly proxies: Readonly<Record<'s3' | 'sqs' | 'influxdb', FaultProxy>>
  ) {}

  /** `folder`: for its files; `awsUrl`: of moto. */
  static async start(folder: string, awsUrl: string): Promise<TestBed> {
    mkdirSync(folder, { recursive: true });
    const [influxdb, s3] = await Promise.all([KillableInfluxdb.start(join(folder, 'influx')), FakeS3.start({})]);
    const proxies = {
      s3: await FaultProxy.start('s3', s3.url),
      sqs: await FaultProxy.start('sqs', awsUrl),
      influxdb: await FaultProxy.start('influxdb', influxdb.url),
    };
    return new TestBed(folder, awsUrl, influxdb, s3, proxies);
  }

  /** Who decides about all requests from now on. */
  set injector(injector: FaultInjector | undefined) {
    Object.values(this.proxies).forEach((proxy) => (proxy.injector = injector));
  }

  /** A Flowscope of its own, whose requests go through the proxies. */
  deployment(name: string): Deployment {
    const { s3, influxdb } = this.proxies;
    const env = { AWS_ENDPOINT_URL: s3.url, FLOWSCOPE_INFLUX_URL: influxdb.url, FLOWSCOPE_LOG_LEVEL: 'info' };
    return new Deployment(this, name, env);
  }

  /** The address of a queue at which requests to it go through the proxy. */
  proxied(queueUrl: string): string {
    return queueUrl.replace(this.awsUrl, this.proxies.sqs.url);
  }

  get influxUrl(): string {
    return this.influxdb.url;
  }

  /** Starts the CLI; it does not outlive this process. */
  spawn(args: readonly string[], env: NodeJS.ProcessEnv): ChildProcess {
    const child = spawn(process.execPath, [BUNDLE, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    track(child);
    return child;
  }

  async stop(): Promise<void> {
    Object.values(this.proxies).forEach((proxy) => proxy.stop());
    this.s3.stop();
    await this.influxdb.stop();
  }
}
