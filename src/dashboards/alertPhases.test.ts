import { influxForTests } from '../sidecar/testing/influx';
import type { InfluxClient } from '../sidecar/store/influx';
import { evaluate, RULES, type Condition } from './testingAlerts';

const database = influxForTests();

const MINUTE = 60;
/** A whole five minutes, a while ago: the first time that rules are evaluated at, Unix seconds. */
const NOW = Math.floor(Date.now() / 300_000) * 300 - 3 * 3600;
/** Every second of a minute that begins five whole minutes, and some of each minute after it. */
const PHASES = [
  ...Array.from({ length: 60 }, (_, second) => second),
  ...Array.from({ length: 24 }, (_, i) => 60 + i * 10),
];

const EACH = RULES.map((rule) => [rule.title, rule] as const);
const ruleOf = (name: string) => RULES.find(({ uid }) => uid === `flowscope-${name}`)!;

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
