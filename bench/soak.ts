import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { ServiceError } from '../scripts/services';
import { evaluate, RULES } from '../src/dashboards/testingAlerts';
import { generateObjects, SLOT_SECONDS } from '../src/sidecar/generate/objects';
import { DEFAULT_GENERATE_OPTIONS } from '../src/sidecar/generate/options';
import { mixText } from '../src/sidecar/generate/random';
import { TruthTally, type Truth } from '../src/sidecar/generate/truth';
import { MEASUREMENTS } from '../src/sidecar/rollup/measurements';
import { readSums } from '../src/sidecar/testing/influxReader';
import { CAN_READ_CPU_TIME } from './cpuTime';
import type { Figure, Report, Row } from './report';
import { arrivalOf, type Delivery } from './steadyNetwork';
import { withWorld, type World, type WorldSource } from './steadyWorld';
import { say, type Bench } from './tools';

const MINUTE = 60;
const HOUR = 3600;
const SOURCES: readonly WorldSource[] = ['a', 'b'].map((name) => ({ name, prefix: `${name}/` }));
const FLOW_LOGS_PER_SOURCE = 50;
const COMPANY = { interfaces: 12, recordsPerMinute: 2 };
/** Hours before the end of the traffic, and after it, in which InfluxDB is there: nothing may be left by then. */
const AFTERWARDS_HOURS = 3;
/** InfluxDB is away for a twelfth of the time: two hours of a day. */
const AWAY_ONE_IN = 12;
/** After that, collecting has so long to catch up before lag and alerts must be as ever, seconds. */
const CATCH_UP = HOUR;
/** Until then, a new deployment is no example, seconds. */
const SETTLING = HOUR;
const SAMPLE_EVERY = 5 * MINUTE;
/** As its time passes 20 times as fast as ours, a day takes 72 minutes. */
const BUDGETS = { speed: 20, rss: 300, rssGrowth: 64, handleGrowth: 8, bytesPerObject: 2048, lag: 30 };
const MEGABYTE = 2 ** 20;

/** Rules that are to fire while InfluxDB is away, of those on collecting; at all other times none may. */
const FIRE_WHILE_AWAY = ['sidecar-silent', 'store'];
/** What the made-up traffic sets off by what is in it: records that AWS skipped, and exporters that are new. */
const ABOUT_CONTENT = ['blind-spots', 'new-exporter'];
/** Rules about traffic are of another group. */
const ABOUT_COLLECTING = RULES.filter(({ data }) => data.some(({ model }) => model.query?.includes('"collection"')));

/** What is read off the sidecar now and then. */
interface Sample {
  /** Unix seconds of the simulated time. */
  readonly at: number;
  readonly rss: number;
  readonly handles: number;
  /** Bytes of the registry, its write-ahead log included. */
  readonly registry: number;
}

/** Whether a network and its sidecar stay as they are for a day, with an outage of InfluxDB in it. Throws when something was lost. */
export async function soak(bench: Bench): Promise<Report> {
  if (!CAN_READ_CPU_TIME) {
    return { name: 'soak', title: 'not measured', columns: [], rows: [], notes: ['needs Linux, which has /proc'] };
  }
  const { hours } = bench;
  const end = Math.floor(Date.now() / 1000 / SLOT_SECONDS) * SLOT_SECONDS - (AFTERWARDS_HOURS + 1) * HOUR;
  const begin = end - hours * HOUR;
  say(`soak: ${hours} hours of ${SOURCES.length} sources with ${FLOW_LOGS_PER_SOURCE} flow logs each`);
  const { arriving, truth } = network(begin, end);
  const awayFrom = begin + Math.floor(hours / 2) * HOUR;
  const awayUntil = awayFrom + Math.ceil((hours * 60) / AWAY_ONE_IN) * MINUTE;
  const samples: Sample[] = [];
  const work = async (world: World): Promise<Report> => {
    const last = end + AFTERWARDS_HOURS * HOUR;
    const started = performance.now();
    let isAway = false;
    for (let now = begin; now <= last; now += MINUTE) {
      if (now >= awayFrom && now < awayUntil !== isAway) {
        isAway = !isAway;
        await (isAway ? world.stopStore() : world.startStore());
        say(`  InfluxDB is ${isAway ? 'away' : 'back'}`);
      }
      await minute(world, now, isAway, (now - begin) % HOUR === 0);
      if ((now - begin) % SAMPLE_EVERY === 0) {
        samples.push(sample(world, now));
      }
      if ((now - begin) % HOUR === 0) {
        const { rss, handles, registry } = samples.at(-1)!;
        const said = `${Math.round(rss / MEGABYTE)} MB RSS, ${handles} handles, registry ${(registry / MEGABYTE).toFixed(1)} MB`;
        say(`  hour ${(now - begin) / HOUR}: ${said}, ${((performance.now() - started) / 1000).toFixed(0)} s`);
      }
    }
    const speed = (last - begin) / ((performance.now() - started) / 1000);
    await expectAllStored(world, truth);
    const problems = await wrongAlerts(world, { begin, last, awayFrom, awayUntil });
    if (problems.length > 0) {
      throw new ServiceError(`Alerts are not as they should be:\n${problems.join('\n')}`);
    }
    const lag = await mostLag(world, { begin, end, awayFrom, awayUntil });
    return report(hours, arriving, { samples, begin, lag, speed });
  };
  return withWorld(bench, 'soak', arriving, begin, work, SOURCES);
}

/** What `serve` does in a minute. While InfluxDB is away each step must say so; nothing else may fail. */
async function minute(world: World, now: number, isAway: boolean, isFullHour: boolean): Promise<void> {
  await world.deliver(now);
  for (const step of ['scan', 'points', 'hours', ...(isFullHour ? (['housekeeping'] as const) : [])] as const) {
    const failure = await world.step(step, now).then(
      () => undefined,
      (error: unknown) => error as Error
    );
    if (failure && !(isAway && failure.message.includes('InfluxDB does not answer'))) {
      throw failure;
    }
    if (isAway && !failure && step !== 'hours') {
      throw new ServiceError(`${step} says nothing although InfluxDB is away`);
    }
  }
}

/** Objects of all flow logs in the order of arrival, and what is in them. */
function network(begin: number, end: number): { arriving: Delivery[]; truth: Truth['measurements'] } {
  const arriving: Delivery[] = [];
  const tally = new TruthTally();
  for (const { prefix } of SOURCES) {
    const flowLogs = new Set<string>();
    for (let company = 0; flowLogs.size < FLOW_LOGS_PER_SOURCE; company++) {
      const seed = mixText(company, prefix);
      const options = { ...DEFAULT_GENERATE_OPTIONS, ...COMPANY, seed, prefix };
      for (const object of generateObjects({ ...options, endSeconds: end, minutes: (end - begin) / MINUTE })) {
        const { key, body, flowLog, slot, counts } = object;
        const fields: readonly string[] = flowLog.format.fields;
        const isNew = !flowLogs.has(flowLog.id);
        if (!fields.includes('log-status') || (isNew && flowLogs.size === FLOW_LOGS_PER_SOURCE)) {
          continue;
        }
        flowLogs.add(flowLog.id);
        tally.add(counts);
        const { ok, nodata, skipdata } = counts;
        arriving.push({ key, body, records: ok.flows + nodata + skipdata, ...arrivalOf(key, slot) });
      }
    }
  }
  return { arriving: arriving.sort((a, b) => a.at - b.at), truth: tally.truth().measurements };
}

function sample({ pids, dataDirectory }: World, at: number): Sample {
  const [, rss] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pids.sidecar}/status`, 'utf8'))!;
  const files = readdirSync(dataDirectory).filter((name) => name.startsWith('registry.sqlite'));
  return {
    at,
    rss: Number(rss) * 1024,
    handles: readdirSync(`/proc/${pids.sidecar}/fd`).length,
    registry: files.reduce((sum, name) => sum + statSync(join(dataDirectory, name)).size, 0),
  };
}

/** Throws unless the sums of all that was delivered are in both policies, to the unit. */
async function expectAllStored({ client }: World, truth: Readonly<Record<string, unknown>>): Promise<void> {
  for (const policy of ['minute', 'hour'] as const) {
    for (const { name } of MEASUREMENTS) {
      const sums = await readSums(client, policy, name);
      if (!isDeepStrictEqual({ ...sums }, { ...(truth[name] as object) })) {
        throw new ServiceError(
          `${policy}.${name} holds ${JSON.stringify(sums)}, and ${JSON.stringify(truth[name])} was delivered`
        );
      }
    }
  }
}

interface Times {
  readonly begin: number;
  readonly awayFrom: number;
  readonly awayUntil: number;
}

/** Whether a time is one in which the deployment runs as ever. */
const isUsual = (at: number, { begin, awayFrom, awayUntil }: Times) =>
  at >= begin + SETTLING && (at < awayFrom || at > awayUntil + CATCH_UP);

/** Evaluates the rules on collecting at each minute, as Grafana does; says what fires and should not, or does not and should. */
async function wrongAlerts({ client }: World, times: Times & { readonly last: number }): Promise<string[]> {
  const problems: string[] = [];
  const minutes: number[] = [];
  // Until the traffic ends: then nothing new comes, which is said.
  for (let at = times.begin + SETTLING; at < times.last - AFTERWARDS_HOURS * HOUR; at += MINUTE) {
    minutes.push(at);
  }
  for (const rule of ABOUT_COLLECTING) {
    const name = rule.uid.replace(/^flowscope-/, '');
    if (ABOUT_CONTENT.includes(name)) {
      continue;
    }
    const outcomes = await evaluate(client, rule, minutes);
    const fires = minutes.filter((_at, i) =>
      [...outcomes[i].values()].some((one) => one === 'met' || (one === 'no data' && rule.noDataState === 'Alerting'))
    );
    const wrong = fires.filter((at) => isUsual(at, times));
    if (wrong.length > 0) {
      problems.push(`${rule.title} fires ${wrong.length} times, first at ${new Date(wrong[0] * 1000).toISOString()}`);
    }
    const silentFor = 10 * MINUTE;
    const away = minutes.filter((at) => at > times.awayFrom + silentFor && at < times.awayUntil);
    if (FIRE_WHILE_AWAY.includes(name) && !away.every((at) => fires.includes(at))) {
      problems.push(`${rule.title} does not fire all the time while InfluxDB is away`);
    }
  }
  return problems;
}

/** The most that the data of a source was behind while the deployment ran as ever, seconds. */
async function mostLag({ client }: World, times: Times & { readonly end: number }): Promise<number> {
  const rows = await client.query('SELECT "lag" FROM "minute"."collection" GROUP BY "source"');
  return rows
    .map(({ time, lag }) => ({ at: Date.parse(String(time)) / 1000, lag: Number(lag) }))
    .filter(({ at }) => at < times.end && isUsual(at, times))
    .reduce((most, { lag }) => Math.max(most, lag), 0);
}

function report(
  hours: number,
  arrivals: readonly Delivery[],
  { samples, begin, lag, speed }: { samples: readonly Sample[]; begin: number; lag: number; speed: number }
): Report {
  const usual = samples.filter(({ at }) => at >= begin + SETTLING);
  const [first, last] = [usual[0], usual.at(-1)!];
  const most = (of: (one: Sample) => number) => usual.reduce((max, one) => Math.max(max, of(one)), 0);
  const row = (name: string, figure: Figure): Row => ({ name, figures: [figure] });
  const quarter = Math.ceil(usual.length / 4);
  const average = (some: readonly Sample[]) => some.reduce((sum, { rss }) => sum + rss, 0) / some.length / MEGABYTE;
  const growth = average(usual.slice(-quarter)) - average(usual.slice(0, quarter));
  return {
    name: 'soak',
    title: `${hours} hours of ${SOURCES.length} sources with ${FLOW_LOGS_PER_SOURCE} flow logs each, ${arrivals.length.toLocaleString('en')} objects, InfluxDB away for ${((hours * 60) / AWAY_ONE_IN).toFixed(0)} minutes`,
    columns: ['measured'],
    rows: [
      row('RSS at most', { value: most(({ rss }) => rss) / MEGABYTE, unit: 'MB', atMost: BUDGETS.rss }),
      row('RSS, last quarter more than first', { value: growth, unit: 'MB', atMost: BUDGETS.rssGrowth }),
      row('open handles at most', { value: most(({ handles }) => handles), unit: 'rows' }),
      row('open handles, end more than first hour', {
        value: last.handles - first.handles,
        unit: 'rows',
        atMost: BUDGETS.handleGrowth,
      }),
      row('registry', { value: last.registry / MEGABYTE, unit: 'MB' }),
      row('registry, growth per object after the first hour', {
        value: (last.registry - first.registry) / arrivals.filter(({ at }) => at > first.at).length,
        unit: 'bytes',
        atMost: BUDGETS.bytesPerObject,
      }),
      row('lag at most, outage left out', { value: lag / MINUTE, unit: 'min', atMost: BUDGETS.lag }),
      row('faster than real time', { value: speed, unit: '×', atLeast: BUDGETS.speed }),
    ],
    notes: [
      'sums of all measurements by minute and by hour were equal to those of the generator, to the unit',
      'alerts on collecting fired while InfluxDB was away, and at no other time but the hour after it',
      'what serve does each minute, in a process of its own, with a clock that passes as fast as the work is done',
    ],
  };
}
