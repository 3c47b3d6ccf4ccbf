import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { endOfLog } from '../scripts/lib/processes';
import {
  environment,
  freePort,
  retryOnTakenPort,
  ServiceError,
  startInflux,
  startService,
  stopAll,
  waitUntilAnswering,
} from '../scripts/services';
import { generatedFiles } from '../src/dashboards/generate';
import type { DashboardJson } from '../src/dashboards/testing';
import { InfluxClient } from '../src/sidecar/store/influx';
import { addSource, awsEnvironment, deployment, fillBucket, putObjects, setClock, startS3Double } from './cloud';
import type { Done, Step } from './programs/steadyCollector';
import type { Delivery } from './steadyNetwork';
import { program, type Bench } from './tools';
import { refresh, viewersDue } from './viewers';

const BUCKET = 'steady';
const MINUTE = 60;
const START_TIMEOUT_MS = 60_000;

/** What InfluxDB was sent over HTTP so far. */
export interface Written {
  readonly points: number;
  readonly bytes: number;
}

/** S3, the sidecar and InfluxDB of one network. What happens in it happens at the time that the caller says, Unix seconds. */
export interface World {
  readonly pids: { readonly sidecar: number; readonly influxdb: number };
  readonly influxUrl: string;
  /** Puts what arrives until `now` into the bucket. Returns its records. */
  deliver(now: number): Promise<number>;
  /** Makes the sidecar do a step of its work. */
  step(step: Step, now: number): Promise<Done>;
  /** Runs the queries of the dashboards that refresh in this minute. Returns how many. */
  view(now: number): Promise<number>;
  written(): Promise<Written>;
  /** InfluxDB as clients reach it. */
  readonly client: InfluxClient;
  /** The sidecar's data directory. */
  readonly dataDirectory: string;
  /** Ends InfluxDB, and starts it again with the same data at the same address. */
  stopStore(): Promise<void>;
  startStore(): Promise<void>;
}

/** A source over a part of the bucket. */
export interface WorldSource {
  readonly name: string;
  readonly prefix: string;
}

/**
 * Starts a world of its own, does some work with it and ends it. `name`: of its folder; `begin`: when its time begins; `sources`: one over
 * the whole bucket by default.
 */
export async function withWorld<T>(
  bench: Bench,
  name: string,
  arriving: readonly Delivery[],
  begin: number,
  work: (world: World) => Promise<T>,
  sources: readonly WorldSource[] = [{ name: 'bench', prefix: '' }]
): Promise<T> {
  try {
    return await work(await startWorld(bench, name, arriving, begin, sources));
  } finally {
    await stopAll();
  }
}

async function startWorld(
  bench: Bench,
  name: string,
  arriving: readonly Delivery[],
  begin: number,
  sources: readonly WorldSource[]
): Promise<World> {
  const folder = join(bench.folder, name);
  mkdirSync(folder);
  const own = { ...bench, folder };
  const dir = join(folder, 'influx');
  const [started, s3, script] = await Promise.all([
    startInflux({ dir }),
    startS3Double(own),
    program('steadyCollector'),
  ]);
  let influx = started;
  await fillBucket(s3, BUCKET, new Map());
  await setClock(s3, begin);
  const env = { ...awsEnvironment(s3), ...deployment(own, influx.url, 'steady') };
  for (const source of sources) {
    await addSource(env, BUCKET, source.name, source.prefix);
  }
  const logFile = join(folder, 'collector.txt');
  const collector = await retryOnTakenPort(async () => {
    const port = await freePort();
    const args = [script, String(port), resolve('dist/sidecar'), String(begin)];
    const service = startService({ name, command: process.execPath, args, env: environment(env), logFile });
    const url = `http://127.0.0.1:${port}`;
    await waitUntilAnswering(service, url, logFile, START_TIMEOUT_MS);
    return { pid: service.pid, url };
  });
  const store = { url: influx.url, database: 'steady' };
  const client = new InfluxClient(store);
  const dashboards = new Map(
    [...generatedFiles().values()].map((text) => {
      const dashboard = JSON.parse(text) as DashboardJson;
      return [dashboard.uid, dashboard] as const;
    })
  );
  let next = 0;
  return {
    pids: { sidecar: collector.pid, influxdb: influx.pid },
    influxUrl: influx.url,
    client,
    dataDirectory: env.FLOWSCOPE_DATA_DIR!,
    stopStore: () => influx.stop(),
    startStore: async () => {
      influx = await startInflux({ dir, port: influx.port });
    },
    deliver: async (now) => {
      await setClock(s3, now);
      const first = next;
      while (next < arriving.length && arriving[next].at <= now) {
        next++;
      }
      const arrived = arriving.slice(first, next);
      await putObjects(s3, BUCKET, new Map(arrived.map(({ key, body }) => [key, body])));
      return arrived.reduce((sum, { records }) => sum + records, 0);
    },
    step: async (step, now) => {
      const response = await fetch(`${collector.url}/${step}?now=${now}`, { method: 'POST' });
      const text = await response.text();
      if (!response.ok) {
        throw new ServiceError(`${step} failed: ${text}\n${await endOfLog(logFile)}`);
      }
      return JSON.parse(text) as Done;
    },
    view: (now) => refresh(viewersDue(Math.floor(now / MINUTE)), dashboards, store, now),
    written: async () => {
      const [row] = await client.query("SHOW STATS FOR 'httpd'");
      return { points: Number(row.pointsWrittenOK), bytes: Number(row.writeReqBytes) };
    },
  };
}
