import { openDatabase, run } from '../src/sidecar/registry/database';
import { setSetting } from '../src/sidecar/registry/setting';
import { addSource } from '../src/sidecar/registry/sourceChanges';
import { setSyncSchedule, syncSchedule } from '../src/sidecar/registry/syncSchedule';
import { finishHours } from '../src/sidecar/collect/recomputeHours';
import { withClaim } from '../src/sidecar/service/context';
import { now } from '../src/sidecar/util/time';
import { checkRest, unfinished, watchDeletions } from './checks';
import { SEED_MS, planObjects, TROUBLES } from './schedule';
import type { Draws } from './random';
import { runAdopt } from '../src/sidecar/cli/adopt';
import { copyOf, World, type Keeper } from './world';

/** What became of a seed. */
export interface SeedResult {
  readonly seed: number;
  readonly violations: readonly string[];
  /** What happened last, or all of it. */
  readonly events: readonly string[];
  readonly fingerprint: string;
  readonly objects: number;
  readonly steps: number;
}

const MINUTE_MS = 60_000;
/** How often somebody looks whether `serve` runs. */
const LOOK_MS = 5000;
/** How long everything may take to come to rest once nothing fails any more: a folder that rests is listed within the hour. */
const REST_MS = 3 * 3600_000;

/** The share of seeds in which no timer is late. They take several times as long. */
const PUNCTUAL = 0.05;
/** Otherwise a pause takes up to so many times longer, and up to so many milliseconds. */
const LATE = 20;
const LATEST_MS = 150_000;

let template: Uint8Array | undefined;

/** A registry without sources. Making one takes longer than most seeds. */
function emptyRegistry(): Uint8Array {
  if (!template) {
    const db = openDatabase(':memory:');
    setSetting(db, 'registry-id', '00000000-0000-4000-8000-000000000001');
    setSyncSchedule(db, syncSchedule(db).version, false, { actor: 'simulation', now: 0 });
    template = copyOf(db);
    db.close();
  }
  return template;
}

/** Lets a seed happen, and checks what came of it. `keepsAll`: keeps all events, not only the last ones. */
export async function runSeed(seed: number, keepsAll = false): Promise<SeedResult> {
  const world = new World(seed, emptyRegistry(), keepsAll);
  world.time.install();
  try {
    await live(world);
  } catch (error) {
    world.violate(`unexpected: ${(error as Error).stack}`);
  } finally {
    world.time.uninstall();
    world.collectors.forEach(({ machine }) => machine.kill());
    world.db.close();
  }
  return {
    ...{ seed, violations: world.violations, events: world.events, fingerprint: world.fingerprint() },
    ...{ objects: world.versions.size, steps: world.time.happened },
  };
}

async function live(world: World): Promise<void> {
  const draws = world.draws.fork('course');
  makePlaces(world, draws);
  watchDeletions(world);
  planObjects(world);
  if (draws.chance(PUNCTUAL)) {
    world.note('timers are punctual');
  } else {
    const late = world.draws.fork('late');
    world.time.lateness = (ms) => late.between(0, Math.min(LATE * ms, LATEST_MS));
  }
  for (const { name, share, begin } of TROUBLES) {
    const own = world.draws.fork(name);
    if (own.chance(share)) {
      world.note(`trouble: ${name}`);
      begin(world, own);
    }
  }
  const main = (world.keeper = keepRunning(world));
  const end = world.time.now + SEED_MS;
  world.time.at(SEED_MS, undefined, () => undefined);
  await world.time.pass(() => world.time.now >= end || world.violations.length > 0);
  if (world.violations.length === 0) {
    await comeToRest(world, main);
  }
  if (world.violations.length === 0) {
    checkRest(world, world.lostPlans);
  }
}

function makePlaces(world: World, draws: Draws): void {
  const { db, now: created } = world;
  for (let i = draws.between(1, 2); i > 0; i--) {
    const name = `logs-${i}`;
    const hasQueue = draws.chance(0.4);
    world.addPlace(name, hasQueue, draws.pick([1000, 1000, 20, 5]));
    const { id } = addSource(
      db,
      {
        ...{ name, bucket: name, prefix: '', region: 'eu-west-1', endpoint: undefined, pathStyle: false },
        ...{
          requesterPays: false,
          pollSeconds: draws.pick([60, 300, 300, 900]),
          objectsInFlight: draws.pick([1, 8, 8]),
        },
        queueUrl: hasQueue ? `https://sqs.eu-west-1.amazonaws.com/111122223333/${name}` : undefined,
        access: {},
        enabled: true,
      },
      created
    );
    run(db, 'UPDATE source SET id = ? WHERE id = ?', `src-${i}`, id);
  }
}

/** Starts `serve` again when it has ended; what it says has to be done by people first, they do. */
function keepRunning(world: World): Keeper {
  const draws = world.draws.fork('keeper');
  const keeper: Keeper = { current: world.startCollector('serve'), isOn: true };
  const look = () => {
    const { current, isOn } = keeper;
    if (!isOn || current.machine.isAlive) {
      world.time.at(LOOK_MS, undefined, look);
      return;
    }
    const { message = '' } = (current.ended?.error ?? {}) as Error;
    const isCopy = /older copy/.test(message);
    if (!isCopy && !/flowscope adopt/.test(message)) {
      keeper.current = world.startCollector('serve', draws.chance(0.1) ? draws.between(-200, 200) * 1000 : 0);
      world.time.at(LOOK_MS, undefined, look);
      return;
    }
    world.time.at(draws.between(1, 600) * 1000, undefined, () => {
      void adopt(world, isCopy).then(() => {
        keeper.current = world.startCollector('serve');
        look();
      });
    });
  };
  world.time.at(LOOK_MS, undefined, look);
  return keeper;
}

/** `flowscope adopt`, until it succeeds. */
async function adopt(world: World, isRestored: boolean): Promise<void> {
  for (let isDone = false; !isDone;) {
    const machine = world.machine('adopt');
    const { store, registry } = world.dependencies(machine);
    world.note(`${machine.name} ${isRestored ? '--restored' : ''}`);
    isDone = await machine.run(() =>
      runAdopt(registry, store, isRestored, true).then(
        () => true,
        (error: unknown) => {
          world.note(`${machine.name} failed: ${(error as Error).message}`);
          return false;
        }
      )
    );
    machine.kill();
    await world.time.pause(LOOK_MS);
  }
}

/** Ends all trouble, waits until nothing is left to be done, and brings the hours up to date as a command does at its end. */
async function comeToRest(world: World, keeper: Keeper): Promise<void> {
  world.note('all is well');
  world.loss = 0;
  world.store = 'well';
  world.setDisk('well');
  world.places.forEach((place) => (place.s3 = place.sqs = 'well'));
  world.isOver = true;
  world.setRight();
  const until = world.time.now + REST_MS;
  let looked = world.time.now;
  await world.time.pass(() => {
    if (world.time.now < looked + MINUTE_MS) {
      return false;
    }
    looked = world.time.now;
    const isIdle = keeper.current.machine.isAlive && unfinished(world).length === 0;
    return looked > until || isIdle || world.violations.length > 0;
  });
  keeper.isOn = false;
  const { current } = keeper;
  current.stop.begin();
  await world.time.pass(() => !current.machine.isAlive);
  const machine = world.machine('finish');
  const { store, registry } = world.dependencies(machine);
  let isDone = false;
  let failure: unknown;
  machine.run(() => {
    withClaim(registry, store, { patienceMs: 60_000 }, {}, ({ client }) => finishHours(registry, client, now))
      .catch((error: unknown) => (failure = error))
      .finally(() => (isDone = true));
  });
  await world.time.pass(() => isDone);
  machine.kill();
  if (failure) {
    world.violate(`hours cannot be finished: ${(failure as Error).message}`);
  }
}
