import { filledStore } from '../src/sidecar/registry/filledStore';
import { isBehind } from '../src/sidecar/rollup/fillPosition';
import { makeContent, makeOdd, type Content, type Interface } from './objects';
import { Draws } from './random';
import {
  copyOf,
  openCopy,
  type AwsCondition,
  type DiskCondition,
  type Place,
  type StoreCondition,
  type World,
} from './world';

const MINUTE_MS = 60_000;
/** How long a seed lasts, virtual milliseconds. */
export const SEED_MS = 6 * 3600_000;
const MAX_OBJECTS = 200;

/** The interfaces whose traffic is logged: a few, so that points of different objects share series. */
function interfacesOf(draws: Draws): Interface[] {
  const accounts = ['111122223333', '444455556666'].slice(0, draws.between(1, 2));
  return Array.from({ length: draws.between(1, 4) }, (_, i) => {
    const account = draws.pick(accounts);
    return { id: `eni-0${i}a`, vpc: `vpc-0${account[0]}${i % 2}`, account, address: `10.0.0.${i + 1}` };
  });
}

/** A key as AWS makes it. */
function keyOf({ account }: Interface, slot: number, number: number, flowLog: string): string {
  const time = new Date(slot * 1000).toISOString();
  const day = time.slice(0, 10).replaceAll('-', '/');
  const stamp = `${time.slice(0, 16).replace(/[-:]/g, '')}Z`;
  const hash = number.toString(16).padStart(8, '0');
  return `AWSLogs/${account}/vpcflowlogs/eu-west-1/${day}/${account}_vpcflowlogs_eu-west-1_${flowLog}_${stamp}_${hash}.log.gz`;
}

/** Has all of a seed's objects delivered in their time: late ones, doubles, other versions, damaged ones. */
export function planObjects(world: World): void {
  const draws = world.draws.fork('objects');
  const { time, places } = world;
  const interfaces = interfacesOf(draws);
  const count = draws.between(10, draws.chance(0.2) ? MAX_OBJECTS : 80);
  const known: Array<{ key: string; content: Content; place: Place }> = [];
  const at = (ms: number, work: () => void) => time.at(ms, undefined, work);
  for (let i = 0; i < count; i++) {
    const ms = Math.round(((i + draws.between(0, 99) / 100) / count) * (SEED_MS - 20 * MINUTE_MS));
    const place = draws.pick(places);
    const one = draws.pick(interfaces);
    const delay = draws.chance(0.85) ? draws.between(60, 900) : draws.between(900, 4 * 3600);
    const slot = Math.floor((world.now + ms / 1000 - delay) / 300) * 300;
    const key = keyOf(one, slot, i, `fl-0${one.id.slice(4)}`);
    const isAnnounced = !draws.chance(0.1);
    const roll = draws.between(1, 100);
    const earlier = known.length > 0 ? draws.pick(known) : undefined;
    if (roll <= 8) {
      const content = makeOdd(draws, one, slot);
      at(ms, () => world.put(place, key, content, isAnnounced));
    } else if (roll <= 16 && earlier) {
      // The same once more: at another key, under another name, or where it lay before.
      const name = earlier.key.slice(earlier.key.lastIndexOf('/') + 1);
      const again = draws.pick([`copies/${name}`, `copies/${i}.log.gz`, earlier.key, key]);
      at(ms, () => world.put(place, again, earlier.content, isAnnounced));
    } else if (roll <= 22 && earlier) {
      // Other content under a name that AWS gives once.
      const content = makeContent(draws, one, slot);
      const name = earlier.key.slice(earlier.key.lastIndexOf('/') + 1);
      at(ms, () => world.put(place, draws.pick([earlier.key, `copies/${name}`]), content, isAnnounced));
    } else if (roll <= 25) {
      const content = makeContent(draws, one, slot);
      const other = draws.pick(['notes.txt', `${key}.tmp`, key.replace('.gz', '')]);
      at(ms, () => world.put(place, other, content, isAnnounced));
    } else {
      const content = makeContent(draws, one, slot);
      const named = draws.chance(0.05) ? `plain/${i}.gz` : key;
      known.push({ key: named, content, place });
      at(ms, () => world.put(place, named, content, isAnnounced));
      if (draws.chance(0.05)) {
        const bytes = makeContent(draws, one, slot);
        at(ms + draws.between(1, 20_000), () => world.put(place, named, bytes, isAnnounced));
      }
    }
  }
}

/** A kind of trouble: in how many of the seeds there is any of it, and what it does. */
interface Trouble {
  readonly name: string;
  readonly share: number;
  readonly begin: (world: World, draws: Draws) => void;
}

/** Lets some state hold for a while, some times. */
function spells(world: World, draws: Draws, times: number, longest: number, begin: () => void, end: () => void): void {
  for (let i = draws.between(1, times); i > 0; i--) {
    const from = draws.between(0, SEED_MS - longest - MINUTE_MS);
    const length = draws.between(1000, longest);
    world.time.at(from, undefined, begin);
    world.time.at(from + length, undefined, end);
  }
}

/** What lasts so long must have been said by then: writing points every minute notices it, late timers included. */
const UNNOTICED_MS = 7 * MINUTE_MS;

/** The log must have a line about what lasted from `since` until now, unless no collector ran all the while. */
function expectWord(world: World, since: number, what: RegExp): void {
  const { now } = world.time;
  const { machine, started } = world.keeper.current;
  const isWitness = machine.isAlive && started + UNNOTICED_MS < now;
  const isSaid = ({ time, level, text }: World['said'][number]) =>
    // Of an outage that goes on there is one line: it may be of the call before.
    time >= since - UNNOTICED_MS && level >= ERROR && what.test(text);
  if (isWitness && now - since >= UNNOTICED_MS && !world.said.some(isSaid)) {
    world.violate(`nothing was said of it since ${new Date(since).toISOString()}: ${what.source}`);
  }
}

/** The level of errors in a log. */
const ERROR = 50;

const STORE_TROUBLES: readonly StoreCondition[] = ['refuses', 'hangs', 'fails', 'disk-full', 'slow'];
const AWS_TROUBLES: readonly AwsCondition[] = ['throttles', 'denies', 'breaks-off', 'lies'];
const DISK_TROUBLES: readonly DiskCondition[] = ['full', 'slow'];

/** What befalls a seed. */
export const TROUBLES: readonly Trouble[] = [
  {
    name: 'single calls fail',
    share: 0.6,
    begin: (world, draws) => void (world.loss = draws.pick([0.002, 0.01, 0.05])),
  },
  {
    name: 'InfluxDB is away, slow or full',
    share: 0.5,
    begin: (world, draws) => {
      const kind = draws.pick(STORE_TROUBLES);
      let since = 0;
      const set = (condition: StoreCondition) => () => {
        world.note(`InfluxDB: ${condition}`);
        if (condition !== world.store) {
          if (condition === 'well' && kind !== 'slow') {
            expectWord(world, since, /InfluxDB/);
          }
          since = world.time.now;
        }
        world.store = condition;
      };
      spells(world, draws, 4, 15 * MINUTE_MS, set(kind), set('well'));
    },
  },
  {
    name: 'S3 fails or lies',
    share: 0.5,
    begin: (world, draws) => {
      const place = draws.pick(world.places);
      const kind = draws.pick(AWS_TROUBLES);
      const set = (condition: AwsCondition) => () => {
        world.note(`S3 of ${place.name}: ${condition}`);
        place.s3 = condition;
      };
      spells(world, draws, 4, 20 * MINUTE_MS, set(kind), set('well'));
    },
  },
  {
    name: 'SQS fails or lies',
    share: 0.4,
    begin: (world, draws) => {
      const place = draws.pick(world.places);
      const kind = draws.pick(AWS_TROUBLES);
      const set = (condition: AwsCondition) => () => {
        world.note(`SQS of ${place.name}: ${condition}`);
        place.sqs = condition;
      };
      spells(world, draws, 3, 20 * MINUTE_MS, set(kind), set('well'));
    },
  },
  {
    name: 'the disk of the registry is full or slow',
    share: 0.3,
    begin: (world, draws) => {
      const kind = draws.pick(DISK_TROUBLES);
      const set = (condition: DiskCondition) => () => {
        world.note(`disk: ${condition}`);
        world.setDisk(condition);
      };
      spells(world, draws, 3, 15 * MINUTE_MS, set(kind), set('well'));
    },
  },
  {
    name: 'serve is killed or stopped',
    share: 0.7,
    begin: (world, draws) => {
      for (let i = draws.between(1, 6); i > 0; i--) {
        const isKill = draws.chance(0.8);
        const away = draws.between(0, draws.chance(0.2) ? 3600 : 60) * 1000;
        world.time.at(draws.between(0, SEED_MS), undefined, () => {
          isKill ? world.kill(world.keeper.current, 'at some time') : world.keeper.current.stop.begin();
          pauseKeeper(world, away);
        });
      }
    },
  },
  {
    name: 'serve is killed at a bad moment',
    share: 0.5,
    begin: (world, draws) => {
      const kills = Array.from({ length: draws.between(1, 4) }, () => ({
        step: draws.pick(BAD_MOMENTS),
        left: draws.between(1, 12),
      }));
      world.moments.push((step, _detail, machine) => {
        for (const kill of kills) {
          if (kill.step === step && --kill.left === 0 && !world.isOver) {
            const collector = world.collectors.find((one) => one.machine === machine);
            if (collector) {
              world.kill(collector, step);
            }
          }
        }
      });
    },
  },
  {
    name: 'objects are overwritten between their storing and their deletion',
    share: 0.4,
    begin: (world, draws) => {
      const number = () => draws.between(1e6, 9e6);
      world.moments.push((step, detail) => {
        if (step !== 'after recordStored' || world.isOver || !draws.chance(0.1)) {
          return;
        }
        const [source, key] = detail.split(' ');
        const place = world.places.find(({ name }) => name.endsWith(source.slice(-2)))!;
        const one = interfacesOf(new Draws(number()))[0];
        world.put(place, key, makeContent(new Draws(number()), one, Math.floor(world.now / 300) * 300 - 300), false);
      });
    },
  },
  {
    name: 'the clock jumps',
    share: 0.3,
    begin: (world, draws) => {
      for (let i = draws.between(1, 3); i > 0; i--) {
        const by = draws.pick([-86_400, -7200, -400, -250, -20, 20, 250, 400, 7200, 9 * 86_400]) * 1000;
        const from = draws.between(0, SEED_MS - 40 * MINUTE_MS);
        const set = (skew: number) => () => {
          world.note(`clock of ${world.keeper.current.machine.name}: ${skew / 1000} s`);
          world.keeper.current.machine.skew = skew;
        };
        world.time.at(from, undefined, set(by));
        world.time.at(from + draws.between(1000, 30 * MINUTE_MS), undefined, set(0));
      }
    },
  },
  {
    name: 'administrators make changes',
    share: 0.5,
    begin: (world, draws) => {
      const by = () => ({ actor: 'admin', now: world.now });
      const sources = () =>
        world.db.prepare('SELECT id, name, version FROM source ORDER BY id').all() as unknown as Array<{
          id: string;
          name: string;
          version: number;
        }>;
      const exporters = () => world.db.prepare('SELECT id FROM exporter ORDER BY id').all() as Array<{ id: string }>;
      const release = () => world.edit('releaseDeletion', by());
      const enableAll = () => sources().forEach(({ name }) => world.edit('enableSource', name, true, world.now));
      world.remedies.push(release, enableAll);
      const edits: ReadonlyArray<() => void> = [
        () => world.edit('holdDeletion', 'to look at', by()),
        release,
        () => world.edit('enableSource', draws.pick(sources()).name, draws.chance(0.4), world.now),
        enableAll,
        () =>
          exporters().length > 0 &&
          world.edit('enableExporters', [draws.pick(exporters()).id], draws.chance(0.5), by()),
        () => world.edit('setExporterLimit', draws.pick([1, 2, 500]), by()),
        () => world.edit('retryQuarantined', {}, world.now),
        () => world.edit('addNetwork', { cidr: `10.0.${draws.between(0, 3)}.0/24`, name: 'office', note: '' }, by()),
        () => world.edit('removeNetwork', `10.0.${draws.between(0, 3)}.0/24`, by()),
      ];
      for (let i = draws.between(1, 12); i > 0; i--) {
        const edit = draws.pick(edits);
        world.time.at(draws.between(0, SEED_MS), undefined, () => void edit());
      }
    },
  },
  {
    name: 'syncs change owners',
    share: 0.5,
    begin: (world, draws) => {
      const sync = () => {
        const { now } = world;
        world.edit('askOwnerRegion', '111122223333', 'eu-west-1', now);
        const region = world.db.prepare('SELECT id, revision FROM owner_region').get() as {
          id: number;
          revision: number;
        };
        const address = `10.0.${draws.between(0, 1)}.${draws.between(1, 12)}`;
        const id = `eni-0${draws.between(0, 3)}a`;
        // Of one VPC for ever: an object is of one exporter.
        const place = { vpc: 'vpc-01x', subnet: 'subnet-1', instance: '-', zone: '-' };
        const always = now - 600 * 86_400;
        const begun = draws.pick([
          { kind: 'address', vpc: '-', address, interface: id, since: now - 4000 },
          { kind: 'interface', interface: id, ...place, account: '111122223333', passes: 'no', since: always },
        ]);
        world.edit('changeOwnerFacts', region, [{ begun }], now);
        world.edit('recordOwnerReading', region.id, now);
      };
      for (let i = draws.between(2, 40); i > 0; i--) {
        world.time.at(draws.between(0, SEED_MS), undefined, sync);
      }
    },
  },
  {
    name: 'a second collector runs on the same registry',
    share: 0.3,
    begin: (world, draws) => {
      const from = draws.between(0, SEED_MS - 60 * MINUTE_MS);
      world.time.at(from, undefined, () => {
        const second = world.startCollector('second');
        world.time.at(draws.between(10, 50 * 60) * 1000, undefined, () =>
          draws.chance(0.5) ? second.stop.begin() : world.kill(second, 'the second one')
        );
        world.remedies.push(() => world.kill(second, 'the second one'));
      });
    },
  },
  {
    name: 'a collector with another registry begins',
    share: 0.15,
    begin: (world, draws) => {
      const other = openCopy(copyOf(world.db));
      other.exec("UPDATE setting SET value = '00000000-0000-4000-8000-000000000002' WHERE name = 'registry-id'");
      world.time.at(draws.between(5 * MINUTE_MS, SEED_MS - 30 * MINUTE_MS), undefined, () => {
        const stranger = world.startCollector('stranger', 0, other);
        world.time.at(10 * MINUTE_MS, undefined, () => {
          if (stranger.machine.isAlive && world.store === 'well' && world.loss === 0) {
            world.violate('a collector with another registry goes on');
          }
          world.kill(stranger, 'the stranger');
        });
      });
    },
  },
  {
    name: 'an older copy of the registry is put back',
    share: 0.15,
    begin: (world, draws) => {
      const at = draws.between(10 * MINUTE_MS, SEED_MS - 90 * MINUTE_MS);
      let copy: Uint8Array;
      world.time.at(at, undefined, () => {
        world.note('registry copied');
        copy = copyOf(world.db);
      });
      world.time.at(at + draws.between(1, 60) * MINUTE_MS, undefined, () => {
        world.collectors.forEach((collector) => world.kill(collector, 'for the copy'));
        if (isMarked(world)) {
          world.restore(copy);
        }
      });
    },
  },
];

/**
 * Whether the store knows all that the registry has done. A copy that lacks only the last seconds before a crash passes for the newest
 * one (docs/collection.md), and what came in them cannot be told; timers that are late make minutes of these seconds.
 */
function isMarked(world: World): boolean {
  const [series] = world.influx.series('entity', 'registry');
  const [fields] = series?.points.values() ?? [];
  const counter = (name: string) => Number(fields?.[name] ?? 0);
  const mark = { round: counter('round'), offset: counter('offset'), changes: counter('changes') };
  return !isBehind(mark, filledStore(world.db));
}

/** Steps around which a collector is killed. */
const BAD_MOMENTS = [
  ...['grantPlan', 'recordStored', 'recordDeleted', 'reserveOffsets', 'setLedgerEntry', 'markHourClean', 'write'],
  ...['DeleteObject', 'DeleteObjects'],
].flatMap((step) => [`before ${step}`, `after ${step}`]);

/** Nobody starts `serve` for a while. */
function pauseKeeper(world: World, ms: number): void {
  world.keeper.isOn = false;
  const on = () => (world.keeper.isOn = true);
  world.time.at(ms, undefined, on);
  world.remedies.push(on);
}
