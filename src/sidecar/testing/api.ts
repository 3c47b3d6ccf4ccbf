import { setImmediate } from 'node:timers/promises';
import type { InjectOptions, LightMyRequestResponse } from 'fastify';
import { AwsError } from '../aws/errors';
import type { Job } from '../../contract/jobs';
import type { LogLine } from '../../contract/log';
import { LOG_LEVELS } from '../../contract/logLevels';
import type { Api, ApiDependencies, CollectorView, SourceRuntimeStatus } from '../http/api';
import { createApi } from '../http/app';
import { SERVER_LIMITS, type ServerLimits } from '../http/server';
import { openRegistry, type Registry } from '../registry/registry';
import { Secrets } from '../registry/secrets';
import { InfluxClient } from '../store/influx';
import { inlineDecoder } from './inlineDecoder';
import { NOON } from './reference/rollUp';

export const TOKEN = 'a-token-of-the-tests';

/** Grafana's user token with these claims, unsigned: the sidecar does not check the signature. */
export const grafanaId = (claims: object) => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.x`;

/** An API with a registry in memory. */
export class TestApi {
  api!: Api;
  registry!: Registry;
  readonly statuses: Record<string, SourceRuntimeStatus> = {};
  readonly logged: string[] = [];
  /** The last lines of the log, oldest first. */
  lines: LogLine[] = [];
  readonly collector: { -readonly [K in keyof CollectorView]: CollectorView[K] } = {
    name: 'primary',
    isCollecting: () => true,
    runtimeStatus: (id) => this.statuses[id],
    sync: () => Promise.resolve({ ok: true, regions: [], seconds: 0 }),
    nextSync: () => NOON + 3600,
    primary: () => ({
      registry: this.registry,
      openShards: () => Promise.resolve(),
      publishNames: () => Promise.resolve(),
      newestOwners: () => Promise.resolve(0),
      noteReport: ({ id }, about, _report, now) => this.registry.noteCollector(id, about, now),
    }),
  };

  /** Starts an API before each test and stops it afterwards. Call it inside `describe` or at the top of a file. */
  static forTests(
    changes: () => Partial<ApiDependencies> = () => ({}),
    limits: () => ServerLimits = () => SERVER_LIMITS
  ): TestApi {
    const test = new TestApi(changes, limits);
    beforeEach(() => test.start());
    afterEach(() => test.stop());
    return test;
  }

  private constructor(
    private readonly changes: () => Partial<ApiDependencies>,
    private readonly limits: () => ServerLimits
  ) {}

  private async start(): Promise<void> {
    this.registry = openRegistry(':memory:');
    this.logged.length = 0;
    const deps: ApiDependencies = {
      registry: this.registry,
      store: new InfluxClient({ url: 'http://127.0.0.1:9', database: 'none' }),
      secrets: new Secrets(Buffer.alloc(32, 7)),
      collector: this.collector,
      bucketOf: () => Promise.reject(new AwsError('ECONNREFUSED', 'There is no AWS in this test.')),
      decoder: inlineDecoder,
      token: TOKEN,
      version: '1.2.3',
      now: () => NOON,
      log: (message) => this.logged.push(message),
      readLog: (level, limit, before = Infinity) => {
        const wanted = this.lines.filter((line) => LOG_LEVELS[line.level] >= LOG_LEVELS[level]);
        return {
          items: wanted
            .filter(({ id }) => id < before)
            .slice(-limit)
            .reverse(),
          total: wanted.length,
        };
      },
      ...this.changes(),
    };
    this.api = await createApi(deps, this.limits());
  }

  private async stop(): Promise<void> {
    await this.api.close();
    await this.registry.close();
  }

  /** Starts an empty API again, with the current changes and limits. */
  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  /** Sends a request with the token. `version`: the value of If-Match. */
  send(
    method: InjectOptions['method'],
    url: string,
    { version, headers, payload }: { version?: number; headers?: Record<string, string>; payload?: object } = {}
  ): Promise<LightMyRequestResponse> {
    return this.api.inject({
      method,
      url,
      payload,
      headers: {
        authorization: `Bearer ${TOKEN}`,
        ...(version !== undefined && { 'if-match': `"${version}"` }),
        ...headers,
      },
    });
  }

  /** Starts a job and polls it until it ends. */
  async job(url: string, payload?: object, headers?: Record<string, string>): Promise<Job> {
    const started = await this.send('POST', url, { payload, headers });
    if (started.statusCode !== 202) {
      throw new Error(`${url}: ${started.body}`);
    }
    for (let job = started.json<Job>(); ; job = (await this.send('GET', `/v1/admin/jobs/${job.id}`)).json<Job>()) {
      if (job.state !== 'running') {
        return job;
      }
      // The job may wait for the network.
      await setImmediate();
    }
  }
}
