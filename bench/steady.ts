import { availableParallelism } from 'node:os';
import { MINUTE_SHARD_HOURS } from '../src/sidecar/store/schema';
import { CAN_READ_CPU_TIME, CpuMeter, cpuSeconds } from './cpuTime';
import type { Figure, Report, Row } from './report';
import { deliveries } from './steadyNetwork';
import { withWorld, type World } from './steadyWorld';
import { waitUntilCompacted } from './storeLoad';
import { say, type Bench } from './tools';
import { VIEWERS } from './viewers';

const MINUTE = 60;
const HOUR = 3600;
const SLOT = 300;
/** Of what is measured: an hour, so that every minute of an hour counts once, be the hour that is recomputed young or old. */
const MEASURED_MINUTES = 60;
const SHARD = MINUTE_SHARD_HOURS * HOUR;
/** So much time passes before: the shard of `minute` holds all that it has so far then. */
const WARM_UP_MINUTES = (SHARD - HOUR) / 2 / MINUTE;
/** Minutes of the runs that are not made to measure CPU time but to see how fast they go. */
const PRESSED_MINUTES = 12;
/** By how much the networks of these runs are larger. */
const SCALES = [1, 4];
/** CPU-seconds per million records, points per record, and how often an hour may be recomputed (see the design). */
const BUDGETS = { cpu: 60, points: 2.5, hours: 1.3 };

type Process = 'sidecar' | 'influxdb';
type Phase = 'objects' | 'hours' | 'rates' | 'queries';

/** What a run did. */
interface Amounts {
  readonly records: number;
  readonly lateObjects: number;
  readonly objects: number;
  readonly points: number;
  readonly bytes: number;
  readonly hours: number;
  readonly queries: number;
}

/**
 * What collecting costs a deployment that has been running for long, and how much of it this machine can take: a network delivers
 * objects every five minutes of an accelerated time, the sidecar's rooms do what `serve` does in it, and ten people look.
 */
export async function steady(bench: Bench): Promise<Report[]> {
  if (!CAN_READ_CPU_TIME) {
    const notes = ['needs Linux, which tells how much CPU time another process has used'];
    return [{ name: 'steady', title: 'not measured', columns: [], rows: [], notes }];
  }
  const cost = await measureCost(bench);
  const paces: Pace[] = [];
  for (const scale of SCALES) {
    paces.push(await measurePace(bench, bench.interfaces * scale));
  }
  return [costReport(bench.interfaces, cost), paceReport(paces)];
}

/** Begins a world in which traffic has been flowing for {@link WARM_UP_MINUTES}, then does the work of `minutes`. */
async function afterWarmUp<T>(
  bench: Bench,
  name: string,
  interfaces: number,
  minutes: number,
  work: (world: World, begin: number, arriving: { objects: number; lateObjects: number }) => Promise<T>
): Promise<T> {
  say(`steady: ${interfaces} interfaces, ${WARM_UP_MINUTES} minutes before those that count`);
  const end = endOf(minutes, Date.now() / 1000);
  const begin = end - minutes * MINUTE;
  const first = begin - WARM_UP_MINUTES * MINUTE;
  const arriving = deliveries(interfaces, first, end);
  const counted = arriving.filter(({ at }) => at > begin);
  const late = counted.filter(({ isLate }) => isLate);
  return withWorld(bench, name, arriving, first, async (world) => {
    for (let now = first; now <= begin; now += SLOT) {
      await collect(world, now);
      await world.step('points', now);
    }
    await world.step('hours', begin);
    await world.step('housekeeping', begin);
    return work(world, begin, { objects: counted.length, lateObjects: late.length });
  });
}

/**
 * The last time at which so many minutes end in whose middle an hour and a shard of `minute` are half full, as they are on average: how
 * dear recomputing an hour is must not depend on when this runs. `now`: Unix seconds, like the result.
 */
function endOf(minutes: number, now: number): number {
  const intoShard = (SHARD + HOUR) / 2 + ((minutes * MINUTE) % HOUR) / 2;
  return Math.floor((now - intoShard) / SHARD) * SHARD + intoShard;
}

/** Delivers what arrives until `now` and collects it. Returns the records. Throws unless every record was collected. */
async function collect(world: World, now: number, during = <T>(work: () => Promise<T>) => work()): Promise<number> {
  const delivered = await world.deliver(now);
  const { records } = await during(() => world.step('scan', now));
  if (records !== delivered) {
    throw new Error(`${delivered} records were delivered and ${records} collected`);
  }
  return delivered;
}

/** What an hour of a network costs: one piece of work after the other, so that each is known to use what is used. */
function measureCost(bench: Bench): Promise<{ amounts: Amounts; meter: CpuMeter<Process, Phase> }> {
  const minutes = MEASURED_MINUTES;
  return afterWarmUp(bench, 'cost', bench.interfaces, minutes, async (world, begin, arriving) => {
    const meter = new CpuMeter<Process, Phase>(world.pids);
    const amounts = { ...arriving, records: 0, points: 0, bytes: 0, hours: 0, queries: 0 };
    for (let minute = 1; minute <= minutes; minute++) {
      const now = begin + minute * MINUTE;
      const before = await world.written();
      amounts.records += await collect(world, now, (work) => meter.during('objects', work));
      const after = await world.written();
      amounts.points += after.points - before.points;
      amounts.bytes += after.bytes - before.bytes;
      await meter.during('rates', () => world.step('points', now));
      amounts.hours += (await meter.during('hours', () => world.step('hours', now))).hours!;
      if (minute % MINUTE === 0) {
        await meter.during('rates', () => world.step('housekeeping', now));
      }
      amounts.queries += await meter.during('queries', () => world.view(now));
      if (minute % 10 === 0) {
        say(`  minute ${minute} of ${minutes}`);
      }
    }
    await meter.during('objects', () => waitUntilCompacted(world.influxUrl));
    return { amounts, meter };
  });
}

type Cost = Awaited<ReturnType<typeof measureCost>>;

/** How fast a network's time can pass when nothing waits. */
interface Pace {
  readonly interfaces: number;
  readonly records: number;
  /** Of the network, and of the clock on the wall. */
  readonly simulated: number;
  readonly seconds: number;
  /** Of the sidecar and InfluxDB together, queries included. */
  readonly cpuSeconds: number;
}

/**
 * How long the work of some minutes takes when collecting, recomputing and the queries go on at the same time, as they do in
 * `serve`. A network whose minutes take longer than a minute lags ever more.
 */
function measurePace(bench: Bench, interfaces: number): Promise<Pace> {
  return afterWarmUp(bench, `pace-${interfaces}`, interfaces, PRESSED_MINUTES, async (world, begin) => {
    const { sidecar, influxdb } = world.pids;
    const used = () => cpuSeconds(sidecar) + cpuSeconds(influxdb);
    let records = 0;
    const [started, usedBefore] = [performance.now(), used()];
    const collectAndWrite = async (now: number) => {
      records += await collect(world, now);
      await world.step('points', now);
    };
    for (let minute = 0; minute < PRESSED_MINUTES; minute++) {
      const now = begin + (minute + 1) * MINUTE;
      await Promise.all([world.step('hours', now - MINUTE), collectAndWrite(now), world.view(now)]);
    }
    const seconds = (performance.now() - started) / 1000;
    return { interfaces, records, simulated: PRESSED_MINUTES * MINUTE, seconds, cpuSeconds: used() - usedBefore };
  });
}

function costReport(interfaces: number, { amounts, meter }: Cost): Report {
  const { records, points, bytes, hours, queries, objects, lateObjects } = amounts;
  const row = (name: string, seconds: number, atMost?: number): Row => ({
    name,
    figures: [
      { value: seconds, unit: 'CPU-s' },
      { value: perMillion(seconds, records), unit: 'CPU-s', atMost },
      undefined,
    ],
  });
  const average = (name: string, figure: Figure): Row => ({ name, figures: [undefined, undefined, figure] });
  return {
    name: 'steady',
    title: `an hour of ${interfaces} interfaces, ${records.toLocaleString('en')} records in ${objects} objects, ${lateObjects} of them late`,
    columns: ['CPU', 'per million records', 'on average'],
    rows: [
      row('sidecar: objects', meter.secondsOf('sidecar', 'objects')),
      row('sidecar: hours, rates', meter.secondsOf('sidecar', 'hours') + meter.secondsOf('sidecar', 'rates')),
      row('InfluxDB: points of objects', meter.secondsOf('influxdb', 'objects')),
      row('InfluxDB: hours', meter.secondsOf('influxdb', 'hours')),
      row('InfluxDB: rates', meter.secondsOf('influxdb', 'rates')),
      row('all of these', collectingSeconds(meter), BUDGETS.cpu),
      row(`InfluxDB: queries of ${VIEWERS.length} viewers`, meter.secondsOf('influxdb', 'queries')),
      average('points per record', { value: points / records, unit: 'points', atMost: BUDGETS.points }),
      average('line protocol per record', { value: bytes / records, unit: 'bytes' }),
      average('recomputations of an hour', {
        value: (hours * MINUTE) / MEASURED_MINUTES,
        unit: '×',
        atMost: BUDGETS.hours,
      }),
    ],
    notes: [
      'CPU time of the processes, whatever else the machine does; one piece of work after the other, at the pace of the work',
      `objects arrive 5 to 9 minutes after their five minutes, late ones 10 to 40 minutes later; scans, rates and hours every minute`,
      `${queries.toLocaleString('en')} queries: whole dashboards over 6 h or 24 h, of which ${(WARM_UP_MINUTES + MEASURED_MINUTES) / MINUTE} h hold data; refreshed every 1 to 5 minutes`,
      'not in it: reading descriptions from EC2, yesterday for comparison, the start of the sidecar',
    ],
  };
}

function paceReport(paces: readonly Pace[]): Report {
  const cpus = availableParallelism();
  const rowOf = ({ interfaces, records, simulated, seconds, cpuSeconds: used }: Pace): Row => {
    const figures = (rate: number): Figure[] => [
      { value: rate, unit: 'records/s' },
      { value: (rate * interfaces * simulated) / records, unit: 'interfaces' },
    ];
    return {
      name: `${interfaces.toLocaleString('en')} interfaces, ${(records / simulated).toFixed(0)} records/s`,
      figures: [
        ...figures(records / seconds),
        { value: simulated / seconds, unit: '×' },
        ...figures((records / used) * cpus),
      ],
    };
  };
  return {
    name: 'steady',
    title: 'the most at which lag does not grow: networks whose time passes as fast as their work is done',
    columns: ['by the clock', 'interfaces', 'faster than real time', 'by CPU time', 'interfaces by CPU time'],
    rows: paces.map(rowOf),
    notes: [
      `${PRESSED_MINUTES} minutes of each network: collecting, hours and the queries of ${VIEWERS.length} viewers at the same time; viewers are more, too, by how much it is faster`,
      'by the clock: S3 double, viewers and all else that runs take their share of the machine; more records a second wait ever longer',
      `by CPU time: what the sidecar and InfluxDB would manage on ${cpus} CPUs of their own`,
    ],
  };
}

/** CPU-seconds of all but the queries. */
function collectingSeconds(meter: Cost['meter']): number {
  const phases: readonly Phase[] = ['objects', 'hours', 'rates'];
  return phases.reduce((sum, phase) => sum + meter.secondsOf('sidecar', phase) + meter.secondsOf('influxdb', phase), 0);
}

function perMillion(seconds: number, records: number): number {
  return (seconds * 1e6) / records;
}
