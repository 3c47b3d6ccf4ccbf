import { setTimeout } from 'node:timers/promises';
import { COLLECTION_FIGURES } from '../src/reports/collection';
import { timestamp } from '../src/sidecar/rollup/lineProtocol';
import { InfluxClient } from '../src/sidecar/store/influx';
import { writeKnownOptions } from '../src/sidecar/store/filterOptions';
import { ensureSchema, writeBoundary, writeEntities, writePolicyChoice } from '../src/sidecar/store/schema';
import { SeriesWriter } from './seriesWriter';
import { entitiesOf, seriesOf, type Series } from './storeTraffic';
import { say } from './tools';

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;
/** The day before a range of 30 days belongs to what is compared. */
const DAYS_OF_HOURS = 31;
/** Totals are compared with those of the 30 days before. */
const DAYS_OF_TOTALS = 61;
/** As long as `minute` keeps them. */
const DAYS_OF_COLLECTION = 7;
const SOURCES = 10;
const REASONS = ['ok', 'nodata', 'skipdata', 'malformed'];
const COMPACTION_MS = 120_000;
const CHECK_MS = 500;
/** How many checks in a row must find no compaction, since the end of one often starts the next. */
const QUIET_CHECKS = 4;

/** How much is loaded. */
export interface Amount {
  readonly interfaces: number;
  /** Of minutes. */
  readonly hours: number;
}

/** What was loaded. */
export interface Loaded {
  readonly series: number;
  /** Points of the flow measurements in each policy. */
  readonly minutePoints: number;
  readonly hourPoints: number;
  readonly seconds: number;
}

/** Fills a new database with traffic up to `end` (Unix seconds, a whole minute). */
export async function load(url: string, database: string, amount: Amount, end: number): Promise<Loaded> {
  const started = performance.now();
  const client = new InfluxClient({ url, database });
  await ensureSchema(client);
  // As `serve` does: an hour is recomputed 15 minutes after its end.
  const boundary = Math.floor((end - 15 * MINUTE) / HOUR) * HOUR;
  await writePolicyChoice(client, end);
  await writeBoundary(client, boundary);
  const places = Array.from({ length: amount.interfaces }, (_, place) => seriesOf(place));
  const entities = places.flatMap((series, place) => entitiesOf(place, series));
  await writeEntities(client, entities);
  await writeKnownOptions(client, entities, [...entities.keys()]);
  const minutePoints = await loadMinutes(client, places, amount.hours, end);
  const hourPoints = await loadHours(client, places, boundary);
  await loadCollection(client, end);
  const series = places.reduce((sum, { length }) => sum + length, 0);
  return { series, minutePoints, hourPoints, seconds: (performance.now() - started) / 1000 };
}

async function loadMinutes(
  client: InfluxClient,
  places: readonly Series[][],
  hours: number,
  end: number
): Promise<number> {
  const writer = new SeriesWriter(client, MINUTE);
  for (let hour = 0; hour < hours; hour++) {
    const windows = every(MINUTE, end - (hours - hour) * HOUR, HOUR / MINUTE);
    for (const series of places) {
      await writer.write(series, windows);
    }
    say(`  minutes: ${hour + 1} of ${hours} hours`);
  }
  await writer.end();
  return writer.points;
}

async function loadHours(client: InfluxClient, places: readonly Series[][], end: number): Promise<number> {
  const writer = new SeriesWriter(client, HOUR);
  for (let day = DAYS_OF_TOTALS; day > 0; day--) {
    const windows = every(HOUR, end - day * DAY, DAY / HOUR);
    for (const series of places) {
      const isTotal = ({ measurement }: Series) => measurement === 'flow_interface';
      await writer.write(day > DAYS_OF_HOURS ? series.filter(isTotal) : series, windows);
    }
    if (day <= DAYS_OF_HOURS) {
      say(`  hours: ${DAYS_OF_HOURS - day + 1} of ${DAYS_OF_HOURS} days`);
    }
  }
  await writer.end();
  return writer.points;
}

/** Points of `collection` and of what became of records: one per source and minute. */
async function loadCollection(client: InfluxClient, end: number): Promise<void> {
  for (let hour = DAYS_OF_COLLECTION * 24; hour > 0; hour--) {
    const lines = every(MINUTE, end - (hour - 1) * HOUR - HOUR + MINUTE, HOUR / MINUTE).flatMap((window) =>
      Array.from({ length: SOURCES }, (_, source) => {
        const tags = `source=bucket-${source},source_id=${source}`;
        const at = timestamp(window, 0);
        const valueOf = (field: string) =>
          field === 'complete_until' ? window - 600 : (window / MINUTE + source) % 40;
        const figures = COLLECTION_FIGURES.map(({ field }) => `${field}=${valueOf(field)}i`);
        return [
          `collection,collector=primary,${tags} ${figures.join(',')},series=37000i,series_minute=37000i,series_hour=37000i,series_budget=500000i,top_k=20i ${at}`,
          ...REASONS.map((reason) => `flow_quality,reason=${reason},${tags} records=${100 + source}i ${at}`),
        ].join('\n');
      })
    );
    await client.write('minute', lines.join('\n'));
  }
}

/** So many windows from there on. */
function every(seconds: number, start: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => start + i * seconds);
}

/** Waits until InfluxDB has compacted what was loaded, two minutes at most: in production it fills slowly and keeps up. */
export async function waitUntilCompacted(url: string): Promise<void> {
  const client = new InfluxClient({ url, database: '' });
  const isBusy = async () => {
    const rows = await client.query("SHOW STATS FOR 'tsm1_engine'");
    return rows.some((row) =>
      Object.entries(row).some(([name, value]) => /CompactionsActive$/.test(name) && Number(value) > 0)
    );
  };
  const deadline = performance.now() + COMPACTION_MS;
  for (let quiet = 0; quiet < QUIET_CHECKS && performance.now() < deadline;) {
    await setTimeout(CHECK_MS);
    quiet = (await isBusy()) ? 0 : quiet + 1;
  }
}
