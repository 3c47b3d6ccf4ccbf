import type { Source } from '../../registry/sources';
import type { InfluxClient } from '../../store/influx';
import { collectorForTests } from '../../testing/collector';
import { influxForTests } from '../../testing/influx';
import { registryForTests } from '../../testing/registry';
import { COLUMNS, SimulatedBucket } from '../../testing/simulatedBucket';
import { collectAll, scanSource } from '../scanSource';
import { writeCollectionPoints } from './collectionPoints';
import { Permits } from '../permits';
import { SourceProgress } from '../sourceProgress';

const database = influxForTests();
const registry = registryForTests();

const MINUTE = 60;
/** A whole hour, a while ago: simulated time begins here. */
const BEGIN = Math.floor(Date.now() / 3_600_000) * 3600 - 6 * 3600;
const SOURCE: Source = {
  id: 'src-1',
  name: 'Büro, a=b',
  bucket: 'b',
  prefix: '',
  region: 'eu-west-1',
  enabled: true,
};

/** A collector over simulated time, looking at one bucket. */
async function collector() {
  const client = await database();
  const bucket = new SimulatedBucket(BEGIN);
  const progress = new SourceProgress();
  let now = BEGIN;
  const deps = collectorForTests(registry(), client, () => now);
  const tools = { bucketOf: () => Promise.resolve(bucket.bucketAt()), permits: new Permits(1e9), deps };
  const points = { registry: registry(), client, writer: deps.writer };
  /** Looks through the bucket at a minute after BEGIN, writes points, and returns the last one and the complete minutes. */
  const at = async (minutes: number) => {
    now = BEGIN + minutes * MINUTE;
    await scanSource(SOURCE, progress, tools);
    const complete = await writeCollectionPoints(points, [{ source: SOURCE, progress }], now);
    return { point: await lastPoint(client), complete };
  };
  return { client, bucket, at, tools, points };
}

async function lastPoint(client: InfluxClient) {
  const [row] = await client.query('SELECT * FROM "minute"."collection" ORDER BY time DESC LIMIT 1');
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null));
}

const inSeconds = (minutes: number) => BEGIN + minutes * MINUTE;

it('says who writes about which source, and leaves out what is not known yet', async () => {
  const { at } = await collector();
  const { point, complete } = await at(0);
  expect(point).toMatchObject({
    source: SOURCE.name,
    source_id: 'src-1',
    collector: 'primary',
    backlog: 0,
    oldest_age: 0,
  });
  expect(point).not.toHaveProperty('complete_until');
  expect(point).not.toHaveProperty('lag');
  expect(point).not.toHaveProperty('descriptions_age');
  expect(complete).toEqual([]);
});

it('writes a point of the collector alone when there is no source', async () => {
  const { points, client } = await collector();
  await writeCollectionPoints(points, [], inSeconds(0));
  const point = await lastPoint(client);
  expect(point).toMatchObject({ collector: 'primary', sources: 0, refused: 0, exporters: 0, exporter_limit: 500 });
  expect(point).not.toHaveProperty('source');
  expect(point).not.toHaveProperty('backlog');
});

it('follows normal delivery', async () => {
  const { at, bucket } = await collector();
  bucket.deliver(0);
  await at(15);
  bucket.deliver(5);
  const { point, complete } = await at(25);
  expect(point).toMatchObject({
    complete_until: inSeconds(9),
    lag: 10 * MINUTE,
    ...{ backlog: 0, gaps: 0, objects: 1, records: 1, malformed: 0, skipdata: 0, errors: 0 },
    ...{ undeleted: 0, not_collected: 0, quarantined: 0, refused: 0, exporters: 1, exporter_limit: 500 },
  });
  expect(Number(point.series_minute)).toBeGreaterThan(0);
  expect(point).toMatchObject({ series: point.series_minute, series_hour: 0, series_budget: 500_000, top_k: 20 });
  expect(complete).toEqual([{ account: '111122223333', minute: inSeconds(8), aggregation: 60 }]);
});

it('counts bad lines, blind spots and what stays in the bucket', async () => {
  const { at, bucket } = await collector();
  const idle = `eni-1 vpc-1 - - ${BEGIN} ${BEGIN + 59} - `;
  bucket.deliver(0, { text: `${idle}SKIPDATA\n${idle}NODATA\nnonsense\n` });
  bucket.deliver(5, { columns: COLUMNS.replace('log-status', 'tcp-flags') });
  const broken = bucket.deliver(10);
  // The checksum in gzip's trailer.
  bucket.objects.get(broken)!.body.writeUInt32LE(0, bucket.objects.get(broken)!.body.length - 8);
  const { point } = await at(30);
  expect(point).toMatchObject({ objects: 1, records: 4, malformed: 1, skipdata: 1, not_collected: 1, quarantined: 1 });
  // They are done with: their slots were delivered, and nothing more comes of them.
  expect(point).toMatchObject({ gaps: 0, complete_until: inSeconds(14) });
  expect((await at(31)).point).toMatchObject({ objects: 0, records: 0, malformed: 0, skipdata: 0, not_collected: 1 });
});

it('is held back by an object that cannot be read, and goes on when it can', async () => {
  const { at, bucket } = await collector();
  const denied = bucket.deliver(0);
  bucket.denied.add(denied);
  [5, 10, 15].forEach((slot) => bucket.deliver(slot));
  expect((await at(35)).point).toMatchObject({
    backlog: 1,
    oldest_age: 20 * MINUTE,
    errors: 1,
    complete_until: inSeconds(-1),
  });
  // What is complete of late does not depend on it.
  expect((await at(36)).complete).toMatchObject([{ minute: inSeconds(18) }]);
  bucket.denied.clear();
  expect((await at(37)).point).toMatchObject({ backlog: 0, oldest_age: 0, errors: 0, complete_until: inSeconds(19) });
});

it('goes by the last scan that saw everything', async () => {
  const { at, bucket } = await collector();
  bucket.deliver(0);
  await at(20);
  bucket.isAway = true;
  expect((await at(21)).point).toMatchObject({ errors: 1, complete_until: inSeconds(4) });
  bucket.isAway = false;
  bucket.deliver(5);
  expect((await at(40)).point).toMatchObject({ errors: 0, complete_until: inSeconds(9) });
});

it('knows the slots again after a restart', async () => {
  const { at, bucket, tools, points, client } = await collector();
  [0, 5, 15].forEach((slot) => bucket.deliver(slot));
  await at(35);
  const runs = await collectAll([SOURCE], tools);
  await writeCollectionPoints(points, runs, inSeconds(36));
  expect(await lastPoint(client)).toMatchObject({ gaps: 1, complete_until: inSeconds(19), lag: 10 * MINUTE });
});

it('knows a flow log that sums up ten minutes by its records', async () => {
  const { at, bucket } = await collector();
  const ten = `eni-1 vpc-1 600 10 ${BEGIN + 5 * MINUTE} ${BEGIN + 15 * MINUTE - 1} ACCEPT OK\n`;
  [0, 5, 10].forEach((slot) => bucket.deliver(slot, { text: slot === 10 ? ten : '' }));
  const { point, complete } = await at(30);
  expect(point.complete_until).toBe(inSeconds(5));
  expect(complete).toEqual([{ account: '111122223333', minute: inSeconds(4), aggregation: 600 }]);
});

it('names exporters that are new, and none in the first hour of a registry', async () => {
  const { at, bucket, client } = await collector();
  const seen = () => client.query('SELECT "exporter", "account", "first_seen" FROM "minute"."new_exporter"');
  bucket.deliver(0);
  await at(15);
  expect(await seen()).toEqual([]);
  bucket.deliver(75, { text: `eni-9 vpc-9 1 1 ${BEGIN + 76 * MINUTE} ${BEGIN + 77 * MINUTE} ACCEPT OK\n` });
  await at(90);
  expect(await seen()).toMatchObject([
    { exporter: '111122223333/vpc-9', account: '111122223333', first_seen: inSeconds(90) },
  ]);
  await at(150);
  expect(await seen()).toHaveLength(1);
});

it('says how old the descriptions are once they were asked for, unless nobody wants them read hourly', async () => {
  const { at } = await collector();
  const ran = (minutes: number, ok: boolean) =>
    registry().recordSync({ started: inSeconds(minutes), finished: inSeconds(minutes), ok, result: '{}' });
  await ran(0, false);
  expect((await at(10)).point.descriptions_age).toBe(10 * MINUTE);
  await ran(11, true);
  await ran(12, false);
  expect((await at(14)).point.descriptions_age).toBe(3 * MINUTE);
  await registry().setSyncSchedule(1, false, { actor: 'x', now: inSeconds(15) });
  expect((await at(16)).point).not.toHaveProperty('descriptions_age');
  await registry().setSyncSchedule(2, true, { actor: 'x', now: inSeconds(17) });
  expect((await at(18)).point.descriptions_age).toBe(7 * MINUTE);
});
