import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { AddedCollector } from '../../contract/collectors';
import type { Truth } from '../generate/truth';
import { openRegistry, type Registry } from '../registry/registry';
import { HangingProxy } from '../testing/hangingProxy';
import { outputOf, type Output } from '../testing/output';
import { until } from '../testing/until';
import { World, type Deployment } from '../testing/world';

const world = World.forTests();

/** A process of Flowscope, and what it has printed. */
interface Running {
  readonly child: ChildProcess;
  readonly output: Output;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A primary with its registry, and collectors that join it. */
class Cluster {
  readonly primary: Deployment;
  private readonly tokens = new Map<string, string>();

  private constructor(
    readonly url: string,
    env: NodeJS.ProcessEnv
  ) {
    this.primary = world.deployment({ FLOWSCOPE_LISTEN: url.slice('http://'.length), ...env });
  }

  static async with(names: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Cluster> {
    const cluster = new Cluster(`http://127.0.0.1:${await freePort()}`, env);
    for (const name of names) {
      const added = JSON.parse(await cluster.primary.ok('collector', 'add', name, '--json')) as AddedCollector;
      cluster.tokens.set(name, added.token);
    }
    return cluster;
  }

  async startPrimary(): Promise<Running> {
    const running = this.begin(this.primary.env, 'serve');
    await until(() => running.output.stdout.includes('serve: collecting'), running.child);
    return running;
  }

  /** Starts a collector that knows neither the registry nor its key. */
  async join(name: string, env: NodeJS.ProcessEnv = {}): Promise<Running> {
    const running = this.startJoined(name, env);
    await until(() => running.output.stdout.includes('collecting for the primary'), running.child);
    return running;
  }

  startJoined(name: string, env: NodeJS.ProcessEnv = {}): Running {
    const { FLOWSCOPE_DATA_DIR: _own, FLOWSCOPE_LISTEN: _no, ...others } = this.primary.env;
    const FLOWSCOPE_DATA_DIR = this.folderOf(name);
    const FLOWSCOPE_JOIN_TOKEN = this.tokens.get(name);
    return this.begin({ ...others, FLOWSCOPE_DATA_DIR, FLOWSCOPE_JOIN_TOKEN, ...env }, 'serve', '--join', this.url);
  }

  /** A folder that no collector may make. */
  folderOf(name: string): string {
    return join(this.primary.env.FLOWSCOPE_DATA_DIR!, `of-${name}`);
  }

  tokenOf(name: string): string {
    return this.tokens.get(name)!;
  }

  /** Looks into the registry, as commands do. */
  async registry<T>(work: (registry: Registry) => Promise<T>): Promise<T> {
    const registry = openRegistry(this.primary.env.FLOWSCOPE_DATA_DIR!);
    try {
      return await work(registry);
    } finally {
      await registry.close();
    }
  }

  /** How many objects of a source are in the ledger as deleted. */
  deleted(source: string): Promise<number> {
    return this.registry(async (registry) => {
      const { id } = await registry.getSource(source);
      const counts = await registry.ledgerCounts(id);
      return counts.filter(({ state }) => state === 'deleted').reduce((sum, { objects }) => sum + objects, 0);
    });
  }

  private begin(env: NodeJS.ProcessEnv, ...args: string[]): Running {
    const child = world.spawn(args, env);
    return { child, output: outputOf(child) };
  }
}

async function stop({ child }: Running): Promise<void> {
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  expect(await exit).toEqual([0, null]);
}

async function killed({ child }: Running): Promise<void> {
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}

const isEmpty = async (bucket: string) => (await world.keys(bucket)).length === 0;

/** The keys that S3 was asked to delete. */
async function watchDeletions() {
  const proxy = await HangingProxy.start(world.awsUrl);
  const deleted = new Set<string>();
  proxy.hang = ({ method, url, body }) => {
    if (method === 'POST' && /[?&]delete/.test(url)) {
      [...body.matchAll(/<Key>([^<]*)<\/Key>/g)].forEach(([, key]) => deleted.add(key));
    } else if (method === 'DELETE') {
      deleted.add(decodeURIComponent(new URL(url, 'http://s3').pathname.split('/').slice(2).join('/')));
    }
    return undefined;
  };
  return { proxy, deleted };
}

const LOGS = { minutes: 30, interfaces: 3 };

describe('collectors that join', () => {
  it('collect what is assigned to each, alone and on one queue; sums are exact and each object is deleted once', async () => {
    const cluster = await Cluster.with(['west', 'east']);
    const { primary } = cluster;
    const [ofWest, ofEast] = [await watchDeletions(), await watchDeletions()];
    const seeds = ['primary', 'west', 'west,east'] as const;
    const truths: Truth[] = [];
    const buckets: string[] = [];
    for (const [i, collector] of seeds.entries()) {
      const bucket = await world.bucket();
      const queueUrl = collector.includes(',') ? await world.queue(bucket) : undefined;
      truths.push(await world.generateInto(bucket, { ...LOGS, seed: 100 + i }));
      buckets.push(bucket);
      await primary.addSource(bucket, { name: collector.replace(',', '-'), collector, queueUrl, pollSeconds: 10 });
    }
    const running = [
      await cluster.startPrimary(),
      await cluster.join('west', { AWS_ENDPOINT_URL: ofWest.proxy.url }),
      await cluster.join('east', { AWS_ENDPOINT_URL: ofEast.proxy.url }),
    ];
    await until(async () => (await Promise.all(buckets.map(isEmpty))).every(Boolean), running[0].child);
    const { flow_interface: sums } = await primary.sums('minute');
    expect(BigInt(sums.bytes)).toBe(truths.reduce((sum, { bytes }) => sum + BigInt(bytes), 0n));
    expect(Number(sums.flows)).toBe(truths.reduce((sum, { flows }) => sum + Number(flows), 0));
    // Nobody deletes what another one does, not even what both have read.
    expect([...ofWest.deleted].filter((key) => ofEast.deleted.has(key))).toEqual([]);
    expect(ofWest.deleted.size).toBeGreaterThanOrEqual(truths[1].collected);
    for (const [i, name] of ['primary', 'west', 'west-east'].entries()) {
      await until(async () => (await cluster.deleted(name)) === truths[i].collected);
    }
    const lists = async () => JSON.parse(await primary.ok('collector', 'list', '--json')) as Array<{ heard?: number }>;
    await until(async () => (await lists()).every(({ heard }) => heard !== undefined));
    expect(await lists()).toMatchObject([
      { name: 'primary', sources: ['primary'], isSilent: false, errors: 0 },
      { name: 'east', sources: ['west-east'], isSilent: false, errors: 0, plansInHand: 0 },
      { name: 'west', sources: ['west', 'west-east'], isSilent: false, errors: 0, plansInHand: 0 },
    ]);
    // The primary last: without it, the others would say that it is gone.
    await Promise.all(running.slice(1).map(stop));
    await stop(running[0]);
    expect(running.map(({ output }) => output.stdout).join('')).not.toContain('"level":50');
    expect(existsSync(cluster.folderOf('west'))).toBe(false);
    // The last hours are recomputed from all collectors' points.
    await primary.ok('collect', '--once');
    expect((await primary.sums('hour')).flow_interface).toEqual(sums);
    ofWest.proxy.stop();
    ofEast.proxy.stop();
  });

  it('and are killed, as the primary is, lose and double nothing', async () => {
    const cluster = await Cluster.with(['west', 'east']);
    const { primary } = cluster;
    const bucket = await world.bucket();
    const queueUrl = await world.queue(bucket);
    const truth = await world.generateInto(bucket, { ...LOGS, seed: 200, minutes: 60 });
    await primary.addSource(bucket, { collector: 'west,east', queueUrl, pollSeconds: 10, objectsInFlight: 2 });
    let first = await cluster.startPrimary();
    let west = await cluster.join('west');
    const east = await cluster.join('east');
    await until(async () => (await cluster.deleted('a')) > 0, first.child);
    await killed(west);
    await until(async () => (await cluster.deleted('a')) > 3, first.child);
    await killed(first);
    west = cluster.startJoined('west');
    await until(() => east.output.stdout.includes('nothing new is begun until then'), east.child);
    first = await cluster.startPrimary();
    await until(() => east.output.stdout.includes('The primary answers again'), east.child);
    await until(() => isEmpty(bucket), first.child);
    await until(async () => (await cluster.deleted('a')) === truth.collected);
    const { flow_interface: sums } = await primary.sums('minute');
    expect([sums.bytes, sums.packets, sums.flows]).toEqual([truth.bytes, truth.packets, truth.flows]);
    await Promise.all([first, west, east].map(stop));
    // Nobody's data directory came into being.
    expect(existsSync(cluster.folderOf('west'))).toBe(false);
  });

  it('cut off after a plan was granted, while the source is moved: is refused, and what it writes late changes nothing', async () => {
    const cluster = await Cluster.with(['west', 'east']);
    const { primary } = cluster;
    const bucket = await world.bucket();
    const truth = await world.generateInto(bucket, { ...LOGS, seed: 300, minutes: 10 });
    await primary.addSource(bucket, { collector: 'west', pollSeconds: 10 });
    const { proxy: aws, deleted } = await watchDeletions();
    const store = await HangingProxy.start(world.influxUrl);
    const cut = Promise.withResolvers<undefined>();
    const writes = Promise.withResolvers<void>();
    let late = 0;
    // Its points do not get through until the source is moved and done with.
    store.hang = ({ method, url }) => {
      if (method !== 'POST' || !url.startsWith('/write') || url.includes('rp=entity')) {
        return undefined;
      }
      writes.resolve();
      return cut.promise.then(() => void late++);
    };
    const first = await cluster.startPrimary();
    const west = await cluster.join('west', { FLOWSCOPE_INFLUX_URL: store.url, AWS_ENDPOINT_URL: aws.url });
    await writes.promise;
    const [before] = (await cluster.registry((registry) => registry.listCollectors(0))).filter(
      ({ name }) => name === 'west'
    );
    expect(before.plansInHand).toBeGreaterThan(0);

    expect(await primary.ok('collector', 'move', 'west', '--to', 'east')).toContain('Moved to east: a.');
    const east = await cluster.join('east');
    await until(() => isEmpty(bucket), east.child);
    await until(async () => (await cluster.deleted('a')) === truth.collected);
    const inHand = async () =>
      (await cluster.registry((registry) => registry.listCollectors(0))).map(({ plansInHand }) => plansInHand);
    expect(await inHand()).toEqual([0, 0, 0]);
    // Now they do; what it then says and asks is refused, so that it deletes nothing.
    cut.resolve(undefined);
    await until(() => late > 0, west.child);
    await stop(west);
    const { flow_interface: sums } = await primary.sums('minute');
    expect([sums.bytes, sums.packets, sums.flows]).toEqual([truth.bytes, truth.packets, truth.flows]);
    expect([...deleted]).toEqual([]);
    expect(await isEmpty(bucket)).toBe(true);
    await Promise.all([first, east].map(stop));
    aws.stop();
    store.stop();
  });

  it('are refused without a token that holds, and end when theirs is revoked; nothing secret is in a log', async () => {
    const cluster = await Cluster.with(['west']);
    const { primary } = cluster;
    const stranger = cluster.startJoined('west', { FLOWSCOPE_JOIN_TOKEN: 'fsc_of-nobody-at-all' });
    const refused = once(stranger.child, 'close');
    const first = await cluster.startPrimary();
    const [code] = (await refused) as [number];
    expect([code, stranger.output.stderr]).toEqual([
      1,
      expect.stringMatching(
        /^flowscope: The primary at http:\S+ does not let this collector join: This is for collectors/
      ),
    ]);

    const west = await cluster.join('west');
    const revoked = once(west.child, 'close');
    expect(await primary.ok('collector', 'remove', 'west')).toContain('its token opens nothing any more');
    const [ended] = (await revoked) as [number];
    expect([ended, west.output.stderr]).toEqual([1, expect.stringContaining('no collector has this token')]);

    const said = [first, west, stranger].map(({ output }) => output.all).join('');
    expect(said).not.toContain(cluster.tokenOf('west'));
    expect(said).not.toContain('fsc_');
    await stop(first);
    const { items } = await cluster.registry((registry) => registry.listChanges(10));
    expect(items.map(({ action, target }) => `${action} ${target}`)).toEqual([
      'collector.remove west',
      'collector.add west',
    ]);
  });
});
