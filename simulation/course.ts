import type { Content, Interface } from './objects';
import { makeContent, makeOdd } from './objects';
import type { Draws } from './random';
import type { AwsWeather, DiskWeather, Place, StoreWeather, World } from './world';

const MINUTE_MS = 60_000;
/** How long a seed lasts, virtual milliseconds. */
export const COURSE_MS = 6 * 3600_000;
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
    const ms = Math.round(((i + draws.between(0, 99) / 100) / count) * (COURSE_MS - 20 * MINUTE_MS));
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
function spells(
  world: World,
  draws: Draws,
  times: number,
  longest: number,
  begin: () => void,
  end: () => void
): void {
  for (let i = draws.between(1, times); i > 0; i--) {
    const from = draws.between(0, COURSE_MS - longest - MINUTE_MS);
    const length = draws.between(1000, longest);
    world.time.at(from, undefined, begin);
    world.time.at(from + length, undefined, end);
  }
}

const STORE_TROUBLES: readonly StoreWeather[] = ['refuses', 'hangs', 'fails', 'disk-full', 'slow'];
const AWS_TROUBLES: readonly AwsWeather[] = ['throttles', 'denies', 'breaks-off', 'lies'];
const DISK_TROUBLES: readonly DiskWeather[] = ['full', 'slow'];

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
      const set = (weather: StoreWeather) => () => {
        world.note(`InfluxDB: ${weather}`);
        world.store = weather;
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
      const set = (weather: AwsWeather) => () => {
        world.note(`S3 of ${place.name}: ${weather}`);
        place.s3 = weather;
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
      const set = (weather: AwsWeather) => () => {
        world.note(`SQS of ${place.name}: ${weather}`);
        place.sqs = weather;
      };
      spells(world, draws, 3, 20 * MINUTE_MS, set(kind), set('well'));
    },
  },
  {
    name: 'the disk of the registry is full or slow',
    share: 0.3,
    begin: (world, draws) => {
      const kind = draws.pick(DISK_TROUBLES);
      const set = (weather: DiskWeather) => () => {
        world.note(`disk: ${weather}`);
        world.setDisk(weather);
      };
      spells(world, draws, 3, 15 * MINUTE_MS, set(kind), set('well'));
    },
  },
];
