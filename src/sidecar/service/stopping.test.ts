import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HangingProxy, type Asked, type Hanging } from '../testing/hangingProxy';
import { outputOf } from '../testing/output';
import { until } from '../testing/until';
import { World, type Deployment, type LogsInBucket } from '../testing/world';

jest.setTimeout(240_000);
const world = World.forTests();
const proxies: HangingProxy[] = [];
afterAll(() => proxies.forEach((proxy) => proxy.stop()));

let seeds = 0;

/** Sums by measurement and metric. */
type Measurements = Record<string, Record<string, string>>;

/** A few flow logs in a bucket of their own, with their sums. */
const bucketWithLogs = () => world.bucketWithLogs({ seed: ++seeds, minutes: 10, interfaces: 4 });

async function proxyBefore(url: string): Promise<HangingProxy> {
  const proxy = await HangingProxy.start(url);
  proxies.push(proxy);
  return proxy;
}

/** A deployment of which AWS or the store is behind a proxy. */
async function behind(what: 'AWS' | 'InfluxDB') {
  const proxy = await proxyBefore(what === 'AWS' ? world.awsUrl : world.influxUrl);
  const name = what === 'AWS' ? 'AWS_ENDPOINT_URL' : 'FLOWSCOPE_INFLUX_URL';
  return { proxy, flowscope: world.deployment({ [name]: proxy.url }) };
}

/** Starts a command; tells what it says, and how it ends. */
function start(flowscope: Deployment, ...args: string[]) {
  const child = flowscope.start(...args);
  const said = outputOf(child);
  const ended = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
  return { child, said, ended };
}

/** Far more than a process may take to end, and less than any of its other limits: 60 s without an answer, and tried again. */
const ENDS_MS = 30_000;

async function endsSoon<T>(ended: Promise<T>): Promise<T | 'goes on'> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'goes on'>((resolve) => (timer = setTimeout(() => resolve('goes on'), ENDS_MS)));
  return Promise.race([ended, late]).finally(() => clearTimeout(timer));
}

/** Adds up sums of measurements. */
function total(all: readonly Measurements[]): Measurements {
  const add = (name: string, metric: string) => all.reduce((sum, one) => sum + BigInt(one[name][metric]), 0n);
  return Object.fromEntries(
    Object.entries(all[0]).map(([name, sums]) => [
      name,
      Object.fromEntries(Object.keys(sums).map((metric) => [metric, String(add(name, metric))])),
    ])
  );
}

/** Collects what is left; then each record counts once, and all is deleted that can be. */
async function expectAllCollected(flowscope: Deployment, ...logs: LogsInBucket[]) {
  await flowscope.ok('collect', '--once');
  const measurements = total(logs.map(({ truth }) => truth.measurements as unknown as Measurements));
  expect(await flowscope.sums('minute')).toEqual(measurements);
  expect(await flowscope.sums('hour')).toEqual(measurements);
  for (const { bucket, truth } of logs) {
    expect(await world.keys(bucket)).toHaveLength(truth.notCollected);
  }
}

const isGet = ({ method, url }: Asked) => method === 'GET' && url.includes('.log.');
const isList = ({ method, url }: Asked) => method === 'GET' && url.includes('list-type=2');
const isDelete = ({ method, url }: Asked) => method === 'DELETE' || (method === 'POST' && url.includes('delete'));

/** Every second one hangs, so that some of the objects are at their end. */
function everySecond(is: (asked: Asked) => boolean, how: Hanging): HangingProxy['hang'] {
  let count = 0;
  return (asked) => (is(asked) && count++ % 2 === 1 ? how : undefined);
}

describe('SIGTERM', () => {
  it.concurrent('ends serve whatever AWS does, and nothing is lost or counted twice', async () => {
    const kinds: ReadonlyArray<[name: string, is: (asked: Asked) => boolean, how: Hanging]> = [
      ['unanswered', isGet, 'unasked'],
      ['halfway', isGet, 'halfway'],
      ['dripping', isGet, 'dripping'],
      ['undeleted', isDelete, 'unasked'],
      ['deleted', isDelete, 'unanswered'],
      ['unlisted', isList, 'unasked'],
    ];
    const { proxy: ec2, flowscope } = await behind('AWS');
    ec2.hang = ({ body }) => (body.includes('Action=Describe') ? 'unasked' : undefined);
    const sources = [];
    for (const [name, is, how] of kinds) {
      const logs = await bucketWithLogs();
      const proxy = await proxyBefore(world.awsUrl);
      // Listings and deletions are few; some of the objects are to be stored during the test.
      proxy.hang = is === isGet ? everySecond(is, how) : (asked) => (is(asked) ? how : undefined);
      await flowscope.addSource(logs.bucket, { name, endpoint: proxy.url, pathStyle: true });
      sources.push({ logs, proxy });
    }
    const told = await bucketWithLogs();
    const queues = await proxyBefore(world.awsUrl);
    queues.hang = ({ body }) => (body.includes('WaitTimeSeconds') ? 'unanswered' : undefined);
    const queue = (await world.queue(told.bucket)).replace(world.awsUrl, queues.url);
    await flowscope.addSource(told.bucket, { name: 'told', queueUrl: queue });

    const { child, said, ended } = start(flowscope, 'serve');
    await Promise.all([ec2, queues, ...sources.map(({ proxy }) => proxy)].map((proxy) => proxy.hangs.promise));
    child.kill('SIGTERM');
    expect(await endsSoon(ended)).toEqual([0, null]);
    expect(said.stdout).toContain('SIGTERM: finishing the objects in flight');
    expect(said.stdout).toMatch(/Given up after 8 s, since AWS or InfluxDB does not answer: [\d,]+ objects\./);
    expect(said.stdout).toContain('"msg":"stopped"');
    expect(said.stderr).not.toMatch(/\n\s+at /);

    [queues, ...sources.map(({ proxy }) => proxy)].forEach((proxy) => (proxy.hang = () => undefined));
    await expectAllCollected(flowscope, told, ...sources.map(({ logs }) => logs));
  });

  it.concurrent('ends serve while InfluxDB takes points and never answers', async () => {
    const logs = await bucketWithLogs();
    const { proxy, flowscope } = await behind('InfluxDB');
    await flowscope.addSource(logs.bucket);
    proxy.hang = everySecond(({ url }) => url.includes('rp=minute'), 'unanswered');
    const { child, said, ended } = start(flowscope, 'serve');
    await proxy.hangs.promise;
    child.kill('SIGTERM');
    expect(await endsSoon(ended)).toEqual([0, null]);
    expect(said.stdout).toContain('Given up after 8 s');
    proxy.hang = () => undefined;
    await expectAllCollected(flowscope, logs);
  });

  it.concurrent('ends serve while InfluxDB does not answer at the start', async () => {
    const { proxy, flowscope } = await behind('InfluxDB');
    proxy.hang = () => 'unasked';
    const { child, ended } = start(flowscope, 'serve');
    await proxy.hangs.promise;
    child.kill('SIGTERM');
    expect(await endsSoon(ended)).toEqual([0, null]);
  });

  it.concurrent('ends serve while InfluxDB does not answer when its schema is made', async () => {
    const { proxy, flowscope } = await behind('InfluxDB');
    proxy.hang = ({ body }) => (body.includes('SHOW+RETENTION') ? 'unasked' : undefined);
    const { child, said, ended } = start(flowscope, 'serve');
    await proxy.hangs.promise;
    child.kill('SIGTERM');
    expect(await endsSoon(ended)).toEqual([0, null]);
    expect(said.stdout).toContain('"msg":"stopped');
  });

  it.concurrent('ends serve although a thread hangs that asks a name server', async () => {
    const logs = await bucketWithLogs();
    // A pipe that nobody writes to: opening it takes a thread for ever, as a name server does that is away.
    const pipe = join(world.folder, `pipe-${++seeds}`);
    execFileSync('mkfifo', [pipe]);
    const preload = `${pipe}.cjs`;
    writeFileSync(
      preload,
      `require('node:worker_threads').isMainThread && require('node:fs').open(${JSON.stringify(pipe)}, 'r', () => undefined);`
    );
    const { proxy, flowscope } = await behind('AWS');
    await flowscope.addSource(logs.bucket);
    proxy.hang = (asked) => (isGet(asked) ? 'unasked' : undefined);
    flowscope.env.NODE_OPTIONS = `--require ${preload}`;
    const { child, said, ended } = start(flowscope, 'serve');
    await proxy.hangs.promise;
    child.kill('SIGTERM');
    expect(await endsSoon(ended)).toEqual([null, 'SIGTERM']);
    expect(said.stdout).toContain('"msg":"stopped"');
  });

  it.concurrent('a second one ends serve at once', async () => {
    const logs = await bucketWithLogs();
    const { proxy, flowscope } = await behind('AWS');
    await flowscope.addSource(logs.bucket);
    proxy.hang = everySecond(isGet, 'unasked');
    const { child, said, ended } = start(flowscope, 'serve');
    await proxy.hangs.promise;
    child.kill('SIGTERM');
    await until(() => said.stdout.includes('a second signal ends at once'), child);
    child.kill('SIGTERM');
    expect(await endsSoon(ended)).toEqual([1, null]);
    expect(said.stdout).toContain('SIGTERM again: ended at once');
    expect(said.stdout).not.toContain('Given up');
    proxy.hang = () => undefined;
    await expectAllCollected(flowscope, logs);
  });

  it.concurrent('ends collect --once, which prints what it did', async () => {
    const logs = await bucketWithLogs();
    const { proxy, flowscope } = await behind('AWS');
    await flowscope.addSource(logs.bucket);
    proxy.hang = everySecond(isGet, 'halfway');
    const { child, said, ended } = start(flowscope, 'collect', '--once', '--json');
    await proxy.hangs.promise;
    child.kill('SIGTERM');
    expect(await endsSoon(ended)).toEqual([1, null]);
    expect(JSON.parse(said.stdout)).toMatchObject({ quarantined: 0, reasons: expect.anything() as unknown });
    expect(said.stderr).toMatch(/Given up after 8 s.*\n?It was stopped: what is left is collected with the next run\./);
    proxy.hang = () => undefined;
    await expectAllCollected(flowscope, logs);
  });

  it.concurrent('ends import, which prints what it did', async () => {
    const { proxy, flowscope } = await behind('InfluxDB');
    const folder = join(world.folder, `files-${++seeds}`);
    mkdirSync(folder);
    const truth = await world.generateFiles(folder, { seed: seeds, minutes: 10, interfaces: 4 });
    proxy.hang = everySecond(({ url }) => url.includes('rp=minute'), 'unanswered');
    const { child, said, ended } = start(flowscope, 'import', folder, '--json');
    await proxy.hangs.promise;
    child.kill('SIGTERM');
    expect(await endsSoon(ended)).toEqual([1, null]);
    expect(said.stderr).toContain('It was stopped');
    proxy.hang = () => undefined;
    await flowscope.run('import', folder);
    expect(await flowscope.sums('minute')).toEqual(truth.measurements);
    expect(await flowscope.sums('hour')).toEqual(truth.measurements);
  });
});
