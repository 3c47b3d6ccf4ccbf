import { FILTER_OPTIONS, FLOW_LOG_PERIODS } from '../../contract/stored';
import { boundaryQuery } from '../../reports/queries';
import { escapeTag, quoteField } from '../rollup/lineProtocol';
import { MEASUREMENTS } from '../rollup/measurements';
import { horizonsAt, RETENTION_SECONDS } from '../rollup/terms';
import { adminOf } from './admin';
import { isFailure, type InfluxClient } from './influx';
import { limitAdvice } from './influxFaults';
import { PLAN_TRAIL } from './planTrail';
import { seriesLimits } from './limits';

/** How long the policies keep data, as InfluxDB takes it. */
export const RETENTION_HOURS = {
  minute: `${RETENTION_SECONDS.minute / 3600}h`,
  hour: `${RETENTION_SECONDS.hour / 3600}h`,
} as const;

/**
 * Hours that a shard of `minute` covers. Few: InfluxDB reads all series of a shard to sum up an hour in it, also those that only other
 * hours have. Not fewer, since each shard takes memory, and each that a query's range touches takes time.
 */
export const MINUTE_SHARD_HOURS = 6;

/** Retention policies: `minute` is the default one; shards are kept small enough that dropping one frees space soon. */
const POLICIES = [
  { name: 'minute', duration: RETENTION_HOURS.minute, shard: `${MINUTE_SHARD_HOURS}h`, isDefault: true },
  { name: 'hour', duration: RETENTION_HOURS.hour, shard: '7d', isDefault: false },
  // DURATION 0s, not INF: openGemini knows only the former.
  { name: 'entity', duration: '0s', shard: '52w', isDefault: false },
] as const;

/** Names of the retention policies that hold data. */
export const POLICY_NAMES: readonly string[] = POLICIES.map(({ name }) => name);

/** Above this range a dashboard reads `hour`: all-interface rankings over more minutes take over a second. */
export const MAX_RANKING_RANGE_MS = 6 * 3600_000;

/**
 * From when on (Unix seconds) `minute` holds everything: what is filled in later about hours before its horizon goes to
 * `hour` alone. An hour's slack, since the policy choice is refreshed hourly.
 */
export function oldestInMinute(now: number): number {
  return horizonsAt(now).minuteHorizon + 3600;
}

/** Per use: the longest range (milliseconds) that reads `minute` alone. */
const LONGEST_IN_MINUTE = {
  totals: MAX_RANKING_RANGE_MS,
  ranking: MAX_RANKING_RANGE_MS,
  series: RETENTION_SECONDS.minute * 1000,
};
const USES = Object.keys(LONGEST_IN_MINUTE);

/** Entities and policy choices stand at one fixed time, so that a new value overwrites the old one. */
export const FIXED_TIMESTAMP = '0';

/** Measurements by policy: all that dashboards read. */
const MEASUREMENTS_OF: Readonly<Record<(typeof POLICIES)[number]['name'], readonly string[]>> = {
  minute: [...MEASUREMENTS.map(({ name }) => name), 'flow_quality', 'flow_rate', 'collection', PLAN_TRAIL],
  hour: [...MEASUREMENTS.map(({ name }) => name), 'flow_quality'],
  entity: ['aws_entity', 'policy_choice', 'registry', FILTER_OPTIONS.measurement, FLOW_LOG_PERIODS],
};

/** Makes the measurements in a store that has to be told of them. */
export async function ensureMeasurements(client: InfluxClient): Promise<void> {
  if ((await client.storeKind()).wantsMeasurements) {
    const { database } = client.settings;
    const statements = Object.entries(MEASUREMENTS_OF).flatMap(([policy, names]) =>
      names.map((name) => `CREATE MEASUREMENT "${database}"."${policy}"."${name}"`)
    );
    try {
      await client.query(statements.join('; '));
    } catch (error) {
      // openGemini takes that statement for no database of which it keeps several copies.
      if (!(isFailure(error, 'refused') && /conflicts with replication/.test(error.message))) {
        throw error;
      }
    }
  }
}

/** Creates the database, its retention policies and what else the store needs, where missing. What is there is left as it is. */
export async function ensureSchema(client: InfluxClient): Promise<void> {
  const admin = adminOf(client);
  if (!(await admin.databases()).includes(client.settings.database)) {
    await admin.createDatabase();
  }
  const existing = new Set((await admin.policies()).map(({ name }) => name));
  for (const policy of POLICIES) {
    if (!existing.has(policy.name)) {
      await admin.createPolicy(policy);
    }
  }
  await ensureMeasurements(client);
}

/**
 * Writes which retention policy a dashboard range reads, per use; to be refreshed hourly since `minute` forgets.
 * Exactly one row of a use answers to any range (milliseconds): `minute` when it is at most `longest` and begins at or
 * after `oldest`, `hour` when it is over `shortest` or begins before `before`. Such a range reads `hour` before the time in
 * `boundary` and `minute` from it on; of `minute` it is 0. `choice` says the same in one text, since a dashboard variable
 * takes one column: `m 0`, or `h` and the boundary.
 */
export async function writePolicyChoice(client: InfluxClient, now: number): Promise<void> {
  const oldest = oldestInMinute(now) * 1000;
  const boundary = ((await readBoundary(client)) ?? 0) * 1000;
  const lines = Object.entries(LONGEST_IN_MINUTE).flatMap(([use, limit]) => [
    `policy_choice,policy=minute,use=${use} name="minute",longest=${limit}i,oldest=${oldest}i,boundary=0i,choice="m 0" ${FIXED_TIMESTAMP}`,
    `policy_choice,policy=hour,use=${use} name="hour",choice="h ${boundary}",shortest=${limit}i,before=${oldest}i ${FIXED_TIMESTAMP}`,
  ]);
  await client.write('entity', lines.join('\n'));
}

/** Writes from when on (Unix seconds, the start of an hour) long ranges read `minute`. */
export async function writeBoundary(client: InfluxClient, boundary: number): Promise<void> {
  const lines = USES.map(
    (use) =>
      `policy_choice,policy=hour,use=${use} boundary=${boundary * 1000}i,choice="h ${boundary * 1000}" ${FIXED_TIMESTAMP}`
  );
  await client.write('entity', lines.join('\n'));
}

/** What was written last by {@link writeBoundary}; undefined when nothing was. */
export async function readBoundary(client: InfluxClient): Promise<number | undefined> {
  const [row] = await client.query(boundaryQuery());
  return row ? Number(row.boundary) / 1000 : undefined;
}

/** What in the store's configuration will refuse data sooner or later; empty when nothing does. */
export async function storeWarnings(client: InfluxClient): Promise<string[]> {
  const warnings = Object.entries<number>((await seriesLimits(client)) ?? {})
    .filter(([, limit]) => limit > 0)
    .map(
      ([name, limit]) =>
        `InfluxDB is set to ${name} = ${limit}: beyond it new addresses are refused. ${limitAdvice(name)}`
    );
  for (const policy of await adminOf(client).policies()) {
    const wanted = POLICIES.find(({ name }) => name === policy.name);
    if (wanted && shorterThan(policy.duration, wanted.duration)) {
      warnings.push(
        `Retention policy ${policy.name} keeps ${policy.duration}, not ${wanted.duration}: what is older is dropped as it ` +
          `comes. ALTER RETENTION POLICY "${policy.name}" ON "${client.settings.database}" DURATION ${wanted.duration}`
      );
    }
  }
  const { name, overwriteSetting } = await client.storeKind();
  if (overwriteSetting !== undefined && (await countsTwice(client))) {
    warnings.push(
      `${name} counts points twice that are written again, as after a crash: sums are too high for a while. Set ` +
        `${overwriteSetting}, and restart it.`
    );
  }
  return warnings;
}

/**
 * Whether a store counts a point twice that is written again: tried, since its settings do not say. It is known once the point has
 * been there for some seconds, at the second look.
 */
async function countsTwice(client: InfluxClient): Promise<boolean> {
  await client.write('entity', `overwritten times=1i ${FIXED_TIMESTAMP}`);
  const [row] = await client.query('SELECT sum("times") AS "times" FROM "entity"."overwritten"');
  return Number(row?.times ?? 0) > 1;
}

/** Compares durations as InfluxDB writes them (`168h0m0s`); 0 is for ever. */
function shorterThan(actual: string, wanted: string): boolean {
  const hours = (duration: string) => Number(/^(\d+)h/.exec(duration)?.[1] ?? 0) || Infinity;
  return hours(actual) < hours(wanted);
}

/** One identifier and what people call it, as dashboards look it up. */
export interface EntityRow {
  readonly kind: string;
  readonly id: string;
  /** `description (id)` */
  readonly label: string;
  /** The description made unique among its kind. */
  readonly name: string;
  readonly vpc: string;
  readonly subnet: string;
  readonly instance: string;
  readonly account: string;
  readonly region: string;
}

/** Writes the current descriptions; a row of the same kind and id is overwritten. */
export async function writeEntities(client: InfluxClient, rows: readonly EntityRow[]): Promise<void> {
  const fields = ['label', 'name', 'vpc', 'subnet', 'instance', 'account', 'region'] as const;
  const lines = rows.map((row) => {
    const values = fields.map((field) => `${field}=${quoteField(row[field])}`);
    return `aws_entity,id=${escapeTag(row.id)},kind=${escapeTag(row.kind)} ${values.join(',')} ${FIXED_TIMESTAMP}`;
  });
  for (let i = 0; i < lines.length; i += 5000) {
    await client.write('entity', lines.slice(i, i + 5000).join('\n'));
  }
}

/** How many descriptions the store has. Throws `InfluxError`. */
export async function countEntities(client: InfluxClient): Promise<number> {
  const [row] = await client.query('SELECT count("name") AS "n" FROM "entity"."aws_entity"');
  return row ? Number(row.n) : 0;
}
