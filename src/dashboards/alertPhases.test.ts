import { influxForTests } from '../sidecar/testing/influx';
import type { InfluxClient } from '../sidecar/store/influx';
import { alertFiles } from './alerts';

const database = influxForTests();

const MINUTE = 60;
/** A whole five minutes, a while ago: the first time that rules are evaluated at, Unix seconds. */
const NOW = Math.floor(Date.now() / 300_000) * 300 - 3 * 3600;
/** Every second of a minute that begins five whole minutes, and some of each minute after it. */
const PHASES = [
  ...Array.from({ length: 60 }, (_, second) => second),
  ...Array.from({ length: 24 }, (_, i) => 60 + i * 10),
];

type Condition = 'met' | 'not met' | 'no data';

/** A rule as Grafana reads it. */
interface ProvisionedRule {
  readonly uid: string;
  readonly title: string;
  readonly condition: string;
  readonly noDataState: string;
  readonly data: ReadonlyArray<{
    readonly refId: string;
    readonly relativeTimeRange: { readonly from: number; readonly to: number };
    readonly model: {
      readonly type?: string;
      readonly query?: string;
      readonly expression?: string;
      readonly reducer?: string;
      readonly settings?: { readonly mode: string };
      readonly conditions?: ReadonlyArray<{ readonly evaluator: { readonly type: string; readonly params: number[] } }>;
    };
  }>;
}

const RULES = [...alertFiles().values()].flatMap((text) =>
  (JSON.parse(text) as { groups: Array<{ rules: ProvisionedRule[] }> }).groups.flatMap(({ rules }) => rules)
);
const EACH = RULES.map((rule) => [rule.title, rule] as const);
const ruleOf = (name: string) => RULES.find(({ uid }) => uid === `flowscope-${name}`)!;

/** Values by labels, as JSON. */
type Values = ReadonlyMap<string, number>;

/**
 * Evaluates a rule at each of these times, as Grafana's alerting does: each query over its range, the reducer over each
 * series, then math and threshold for those labels that all have. Returns the condition by labels, by time; `{}` stands for
 * a rule that has no data at all.
 */
async function evaluate(
  client: InfluxClient,
  rule: ProvisionedRule,
  times: readonly number[]
): Promise<Array<ReadonlyMap<string, Condition>>> {
  const known = times.map(() => new Map<string, Values>());
  for (const { refId, relativeTimeRange, model } of rule.data) {
    if (model.query !== undefined) {
      // Kept as series until they are reduced, which is the next node.
      const reduce = rule.data.find((node) => node.model.type === 'reduce' && node.model.expression === refId)!;
      expect(reduce.model).toMatchObject({ reducer: 'last', settings: { mode: 'dropNN' } });
      const { from, to } = relativeTimeRange;
      const statements = times.map((now) =>
        model.query!.replaceAll('$timeFilter', `time >= ${now - from}s AND time <= ${now - to}s`)
      );
      (await lastValues(client, statements)).forEach((values, i) => known[i].set(reduce.refId, values));
    } else if (model.type === 'math') {
      known.forEach((nodes) => nodes.set(refId, combined(model.expression!, nodes)));
    }
  }
  const { model } = rule.data.find(({ refId }) => refId === rule.condition)!;
  const [{ evaluator }] = model.conditions!;
  const [limit] = evaluator.params;
  const isMet = (value: number) =>
    evaluator.type === 'gt' ? value > limit : evaluator.type === 'gte' ? value >= limit : value < limit;
  return known.map((nodes) => {
    const values = [...nodes.get(model.expression!)!];
    return new Map<string, Condition>(
      values.length === 0
        ? [['{}', 'no data']]
        : values.map(([labels, value]) => [labels, isMet(value) ? 'met' : 'not met'])
    );
  });
}

/** Math over values of the same labels. Grafana's comparisons give 1 and 0, as JavaScript's do in a product. */
function combined(expression: string, nodes: ReadonlyMap<string, Values>): Values {
  const names = [...new Set([...expression.matchAll(/\$(\w+)/g)].map(([, name]) => name))];
  const compute = new Function(...names.map((name) => `$${name}`), `return Number(${expression});`) as (
    ...values: number[]
  ) => number;
  const [first, ...others] = names.map((name) => nodes.get(name)!);
  const shared = [...first.keys()].filter((labels) => others.every((values) => values.has(labels)));
  return new Map(shared.map((labels) => [labels, compute(...names.map((name) => nodes.get(name)!.get(labels)!))]));
}

/** The last value of each series that each statement answers with; one request for all of them. */
async function lastValues(client: InfluxClient, statements: readonly string[]): Promise<Values[]> {
  const { url, database: db } = client.settings;
  const answer = await fetch(`${url}/query`, {
    method: 'POST',
    body: new URLSearchParams({ db, q: statements.join(';') }),
  });
  const { results } = (await answer.json()) as {
    results: Array<{
      error?: string;
      series?: Array<{ tags?: Record<string, string>; values: Array<Array<number | null>> }>;
    }>;
  };
  expect(results.map(({ error }) => error).filter(Boolean)).toEqual([]);
  return results.map(({ series = [] }) => {
    const last = series.map(({ tags = {}, values }) => {
      const numbers = values.map(([, value]) => value).filter((value) => value !== null);
      return [JSON.stringify(tags), numbers.at(-1)] as const;
    });
    return new Map(last.filter((one): one is readonly [string, number] => one[1] !== undefined));
  });
}

interface Points {
  /** Unix seconds. */
  readonly from: number;
  readonly to: number;
  /** Seconds between two; what a look or a write takes may make them later now and then. */
  readonly every?: number;
  /** Fields that differ from those of a network and a collector on which all is well. */
  readonly collection?: Readonly<Record<string, number>>;
  readonly rate?: Readonly<Record<string, number>>;
  readonly collector?: string;
}

/** Writes what the sidecar writes every minute. */
async function write(client: InfluxClient, points: Points): Promise<void> {
  const { from, to, every = MINUTE, collector = 'primary' } = points;
  const fields = {
    backlog: 0,
    oldest_age: 0,
    objects: 1,
    records: 1000,
    malformed: 0,
    skipdata: 0,
    undeleted: 0,
    not_collected: 2,
    quarantined: 3,
    refused: 0,
    series: 5,
    series_budget: 10,
    exporters: 3,
    exporter_limit: 9,
    descriptions_age: 600,
    ...points.collection,
  };
  const rates = { bps: 1000, pps: 2, fps: 1, bps_yesterday: 1000, fps_yesterday: 1, ...points.rate };
  const written = (values: Readonly<Record<string, number>>, end: string) =>
    Object.entries(values)
      .map(([name, value]) => `${name}=${value}${end}`)
      .join(',');
  const place = 'instance_name=i,interface=eni-1,interface_name=web,vpc_name=v';
  const lines: string[] = [];
  for (let time = from, i = 0; time <= to; time = from + ++i * every + (i % 3)) {
    lines.push(`collection,collector=${collector},source=s,source_id=src-1 ${written(fields, 'i')} ${time}000000000`);
    for (const action of ['ACCEPT', 'REJECT']) {
      lines.push(`flow_rate,account=1,action=${action},${place} ${written(rates, '')} ${time}000000000`);
    }
  }
  await client.write('minute', lines.join('\n'));
}

const times = PHASES.map((phase) => NOW + phase);
const outcomes = (evaluated: ReadonlyArray<ReadonlyMap<string, Condition>>) =>
  new Set(evaluated.flatMap((conditions) => [...conditions.values()]));

describe('while points come every minute and all is well', () => {
  let client: InfluxClient;
  beforeAll(async () => {
    client = await database();
    // Long after a whole minute, so that a minute that has just begun has none yet.
    await write(client, { from: NOW - 70 * MINUTE + 50, to: NOW + 6 * MINUTE });
  });

  it.each(EACH)('the condition of %s holds at no second', async (_title, rule) => {
    const evaluated = await evaluate(client, rule, times);
    const isNew = rule.uid === 'flowscope-new-exporter';
    expect(evaluated.map((conditions) => [...conditions.values()])).toEqual(
      times.map(() => [isNew ? 'no data' : 'not met'])
    );
  });
});

describe('Sidecar silent', () => {
  const rule = ruleOf('sidecar-silent');
  const LAST = NOW - 10;

  it('holds from six minutes after the last point on, in no second of the first five, and for that collector alone', async () => {
    const client = await database();
    await write(client, { from: NOW - 70 * MINUTE, to: LAST, collector: 'ended' });
    await write(client, { from: NOW - 70 * MINUTE + 50, to: NOW + 60 * MINUTE, collector: 'goes-on' });
    const last = await client.query(`SELECT last("exporters") FROM "minute"."collection" WHERE "collector" = 'ended'`);
    const ended = Date.parse(String(last[0].time)) / 1000;
    const at = async (from: number, to: number) =>
      evaluate(
        client,
        rule,
        Array.from({ length: to - from }, (_, i) => ended + from + i)
      );
    const conditionOf = (collector: string, evaluated: ReadonlyArray<ReadonlyMap<string, Condition>>) =>
      new Set(evaluated.map((conditions) => conditions.get(JSON.stringify({ collector }))));
    const soon = await at(0, 5 * MINUTE);
    expect(conditionOf('ended', soon)).toEqual(new Set(['not met']));
    const later = [...(await at(6 * MINUTE, 8 * MINUTE)), ...(await at(50 * MINUTE, 51 * MINUTE))];
    expect(conditionOf('ended', later)).toEqual(new Set(['met']));
    expect(conditionOf('goes-on', [...soon, ...later])).toEqual(new Set(['not met']));
  });

  it('fires where there is no data', async () => {
    const client = await database();
    expect(outcomes(await evaluate(client, rule, times))).toEqual(new Set(['no data']));
    expect(rule.noDataState).toBe('Alerting');
  });
});

describe.each([MINUTE, 70])('in trouble, with points every %d seconds', (every) => {
  it.each([
    ['collection-stopped', { collection: { backlog: 5, objects: 0 } }],
    ['no-new-objects', { collection: { objects: 0 } }],
    ['backlog-old', { collection: { backlog: 1, oldest_age: 1801 } }],
    ['not-deleted', { collection: { undeleted: 1 } }],
    ['malformed', { collection: { malformed: 100 } }],
    ['blind-spots', { collection: { skipdata: 1 } }],
    ['exporter-limit', { collection: { exporters: 9 } }],
    ['series-budget', { collection: { series: 10 } }],
    ['descriptions-stale', { collection: { descriptions_age: 10_801 } }],
    ['store', { collection: { refused: 1 } }],
    ['refused-surge', { rate: { fps: 11 } }],
    ['traffic-stopped', { rate: { bps: 0 } }],
    ['traffic-high', { rate: { bps: 1.1e9 } }],
    ['traffic-unusual', { rate: { bps: 1.1e7 } }],
  ])('%s is met at every second', async (name, changes) => {
    const client = await database();
    await write(client, { from: NOW - 70 * MINUTE, to: NOW + 6 * MINUTE, every, ...changes });
    expect(outcomes(await evaluate(client, ruleOf(name), times))).toEqual(new Set(['met']));
  });
});

describe.each(['quarantine', 'not-collected'])('%s', (name) => {
  it('holds at every second of the quarter of an hour after there were more', async () => {
    const client = await database();
    const [before, after] = [
      { quarantined: 1, not_collected: 1 },
      { quarantined: 2, not_collected: 2 },
    ];
    await write(client, { from: NOW - 70 * MINUTE, to: NOW - 2 * MINUTE, collection: before });
    await write(client, { from: NOW - MINUTE, to: NOW + 40 * MINUTE, collection: after });
    const at = (minutes: number) =>
      evaluate(
        client,
        ruleOf(name),
        times.map((time) => time + minutes * MINUTE)
      );
    expect(outcomes([...(await at(0)), ...(await at(8))])).toEqual(new Set(['met']));
    expect(outcomes(await at(20))).toEqual(new Set(['not met']));
  });
});
