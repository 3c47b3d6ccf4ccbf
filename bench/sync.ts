import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { environment, freePort, startInflux, startService, ServiceError } from '../scripts/services';
import { generatedFiles } from '../src/dashboards/generate';
import { askAt, interpolate, type DashboardJson } from '../src/dashboards/testing';
import { openRegistry } from '../src/sidecar/registry/registry';
import { awsEnvironment, deployment, startEc2Double, type Ec2 } from './cloud';
import { CAN_READ_CPU_TIME, cpuSeconds } from './cpuTime';
import { askWhole } from './queryTimes';
import type { Figure, Report, Row } from './report';
import { flowscope, median, runForUse, say, type Bench } from './tools';

const INTERFACES = 100_000;
const ACCOUNTS = 20;
/** Budgets: CPU-seconds of a sync, memory of a process, rows of names that a sync without news and one with a new name write. */
const MOST_CPU = 60;
const MOST_MB = 300;
const MOST_UNCHANGED = 10;
const MOST_CHANGED = 100;
/** Milliseconds that people wait for the list of a filter, and for a search; how long a list in the browser may be. */
const MOST_LIST_MS = 1000;
const MOST_SEARCH_MS = 200;
const MOST_LISTED = 2000;
const SEARCHES = ['team-7-service-9', 'workers', 'eni-', '10.3.2.', 'nothing has this name'];
const TOKEN = 'a-token-of-the-bench-of-syncs-0123456789';
const START_MS = 600_000;

const COLUMNS = ['CPU', 'peak RSS', 'rows to InfluxDB', 'CPU of InfluxDB', 'to disk'];

/** A store of its own, and the database in it. */
interface Store {
  readonly url: string;
  readonly pid: number;
  readonly database: string;
}

/** What reading the names of a large organisation costs, and what finding one among them. */
export async function sync(bench: Bench): Promise<Report[]> {
  if (!CAN_READ_CPU_TIME) {
    throw new ServiceError(
      'sync reads the CPU time of processes from /proc, which only Linux has: leave it out with --only'
    );
  }
  const influx = await startInflux({ dir: join(bench.folder, 'influx') });
  const store = { url: influx.url, pid: influx.pid, database: 'sync' };
  const double = await startEc2Double(bench, INTERFACES);
  const env: NodeJS.ProcessEnv = {
    ...awsEnvironment(double),
    ...deployment(bench, influx.url, store.database),
    FLOWSCOPE_TOKEN: TOKEN,
  };
  await addAccounts(env.FLOWSCOPE_DATA_DIR!);
  const rows = await syncRows(bench, env, store, double);
  const served = await whileServing(bench, env, store);
  return [
    {
      name: 'sync',
      title: `${INTERFACES.toLocaleString('en')} interfaces in ${ACCOUNTS} accounts, 4 regions each; one run each`,
      columns: COLUMNS,
      rows: [...rows, served.row],
      notes: [
        'CPU: of all threads of the process, its start included; to disk: what it wrote, above all to the registry',
        'a stand-in for EC2 answers at once; the processes run one after another, on a registry and a store that keep what was read',
      ],
    },
    {
      name: 'sync',
      title: 'the same network: lists that filters offer, and the search among the entities; medians of 5',
      columns: ['time', 'entries'],
      rows: [...(await listRows(store)), ...served.searches],
      notes: [
        'lists: what InfluxDB takes to answer the query of the variable, with nothing chosen; search: the API, whole pages of 25',
      ],
    },
  ];
}

/** The account of the own credentials, and those in which a role is assumed, none with regions of its own. */
async function addAccounts(folder: string): Promise<void> {
  const registry = openRegistry(folder);
  for (let i = 0; i < ACCOUNTS; i++) {
    const roleArn = i === 0 ? undefined : `arn:aws:iam::${111111111000 + i}:role/flowscope`;
    await registry.createAccount({ name: `account ${i}`, roleArn, regions: [] });
  }
  await registry.close();
}

async function syncRows(bench: Bench, env: NodeJS.ProcessEnv, store: Store, double: Ec2): Promise<Row[]> {
  const measure = async (name: string, mostRows?: number): Promise<Row> => {
    say(`sync: ${name}`);
    const before = { points: await pointsWritten(store), cpu: cpuSeconds(store.pid) };
    const used = await runForUse(bench, flowscope(['awssync', '--json'], env));
    const { ok, regions } = JSON.parse(used.stdout) as { ok: boolean; regions: Array<{ kinds: Kinds }> };
    const found = regions.reduce((sum, { kinds }) => sum + (kinds.interface?.found ?? 0), 0);
    if (!ok || found !== INTERFACES) {
      throw new Error(`${found} of ${INTERFACES} interfaces were found: ${used.output.slice(-500)}`);
    }
    const rows = { value: (await pointsWritten(store)) - before.points, unit: 'rows', atMost: mostRows } as const;
    return {
      name: `awssync, ${name}`,
      figures: [...figuresOf(used), rows, cpuFigure(cpuSeconds(store.pid) - before.cpu), diskFigure(used.written)],
    };
  };
  const rows = [await measure('the first'), await measure('nothing has changed', MOST_UNCHANGED)];
  await fetch(`${double.url}/-/rename`, { method: 'PUT' });
  return [...rows, await measure('an instance was renamed', MOST_CHANGED)];
}

type Kinds = Readonly<Record<string, { readonly found: number } | undefined>>;

const cpuFigure = (value: number): Figure => ({ value, unit: 'CPU-s' });
const diskFigure = (bytes: number): Figure => ({ value: bytes / 1e6, unit: 'MB' });
const figuresOf = ({ cpu, peak }: { readonly cpu: number; readonly peak: number }): Figure[] => [
  { value: cpu, unit: 'CPU-s', atMost: MOST_CPU },
  { value: peak / 1e6, unit: 'MB', atMost: MOST_MB },
];

/** Points that InfluxDB was sent since it was started, those of its own statistics not among them. */
async function pointsWritten({ url, database }: Store): Promise<number> {
  const { rows } = await askAt(url, database)(`SHOW STATS FOR 'write'`);
  return Number(rows[0].pointReq);
}

/** `serve` from its start to the end of its first sync, and searches in its API. */
async function whileServing(
  bench: Bench,
  env: NodeJS.ProcessEnv,
  store: Store
): Promise<{ row: Row; searches: Row[] }> {
  say('sync: serve, nothing has changed');
  const port = await freePort();
  const { command, args } = flowscope(['serve', '--listen', `127.0.0.1:${port}`]);
  const before = { points: await pointsWritten(store), cpu: cpuSeconds(store.pid) };
  const started = Math.floor(Date.now() / 1000);
  const logFile = join(bench.folder, 'serve.log');
  const service = startService({ name: 'serve', command, args, logFile, env: environment(env) });
  const ask = async <T>(path: string): Promise<T> => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { headers: { authorization: `Bearer ${TOKEN}` } });
    return (await answer.json()) as T;
  };
  const isSynced = async () => {
    const { lastRun } = await ask<{ lastRun?: { started: number } }>('/v1/admin/descriptions');
    return lastRun !== undefined && lastRun.started >= started;
  };
  const deadline = Date.now() + START_MS;
  while (!(await isSynced().catch(() => false))) {
    if (service.hasExited() || Date.now() > deadline) {
      throw new Error(`serve did not sync: ${readFileSync(logFile, 'utf8').slice(-1000)}`);
    }
    await sleep(500);
  }
  const row: Row = {
    name: 'serve, its start and a sync, nothing has changed',
    figures: [
      ...figuresOf({ cpu: cpuSeconds(service.pid), peak: peakOf(service.pid) }),
      { value: (await pointsWritten(store)) - before.points, unit: 'rows' },
      cpuFigure(cpuSeconds(store.pid) - before.cpu),
      diskFigure(writtenBy(service.pid)),
    ],
  };
  const searches: Row[] = [];
  for (const text of SEARCHES) {
    const path = `/v1/admin/entities?limit=25&search=${encodeURIComponent(text)}`;
    const { total } = await ask<{ total: number }>(path);
    const time = await medianOf(() => ask(path));
    searches.push({
      name: `search: ${text}`,
      figures: [
        { value: time, unit: 'ms', atMost: MOST_SEARCH_MS },
        { value: total, unit: 'rows' },
      ],
    });
  }
  await service.stop();
  return { row, searches };
}

async function medianOf(work: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < 5; i++) {
    const begin = performance.now();
    await work();
    times.push(performance.now() - begin);
  }
  return median(times);
}

const peakOf = (pid: number) =>
  Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) * 1024;
const writtenBy = (pid: number) => Number(/write_bytes: (\d+)/.exec(readFileSync(`/proc/${pid}/io`, 'utf8'))![1]);

/** Every list of names that a dashboard offers, each query once, with nothing chosen in the lists before it. */
async function listRows(store: Store): Promise<Row[]> {
  const queries = new Map<string, string>();
  for (const text of generatedFiles().values()) {
    const { templating } = JSON.parse(text) as DashboardJson;
    const all = Object.fromEntries(templating?.list.map(({ name }) => [name, '.*']) ?? []);
    for (const { name, type, query, hide } of templating?.list ?? []) {
      if (type === 'query' && !hide && /"entity"\."(?!policy_choice)/.test(query)) {
        queries.set(interpolate(query, all), name);
      }
    }
  }
  const rows: Row[] = [];
  for (const [query, name] of queries) {
    const { rows: found } = await askAt(store.url, store.database)(query);
    rows.push({
      name: `list: ${name}`,
      figures: [
        { value: await medianOf(() => askWhole(query, store)), unit: 'ms', atMost: MOST_LIST_MS },
        { value: found.length, unit: 'rows', atMost: MOST_LISTED },
      ],
    });
  }
  return rows;
}
