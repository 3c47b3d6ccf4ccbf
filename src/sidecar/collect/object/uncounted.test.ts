import { gunzipSync, gzipSync } from 'node:zlib';
import { openRegistry } from '../../registry/registry';
import { HEADER_V2, recordV2 } from '../../testing/lines';
import { V2_MEASUREMENTS } from '../../testing/measurements';
import { World, type Deployment } from '../../testing/world';

const world = World.forTests();
const DAY = 86_400;
const NOW = Math.floor(Date.now() / 1000);
const RECENT = NOW - 600;
const ANCIENT = NOW - 500 * DAY;

const gzip = (...lines: readonly string[]) => gzipSync(lines.map((line) => `${line}\n`).join(''));
const object = (...records: readonly string[]) => gzip(HEADER_V2, ...records);
const times = (count: number, line: (i: number) => string) => Array.from({ length: count }, (_, i) => line(i));

/** A source over a bucket with these objects, collected once. */
async function collect(objects: Readonly<Record<string, Buffer>>) {
  const bucket = await world.bucket();
  for (const [key, body] of Object.entries(objects)) {
    await world.put(bucket, key, body);
  }
  const flowscope = world.deployment();
  await flowscope.addSource(bucket);
  const { code, stdout, stderr } = await flowscope.run('collect', '--once', '--json');
  const counts = JSON.parse(stdout) as Record<string, unknown>;
  return { flowscope, bucket, code, stderr, counts, left: await world.keys(bucket) };
}

/** Every measurement has exactly these flows of one byte each. */
async function expectFlows(flowscope: Deployment, policy: 'minute' | 'hour', flows: number): Promise<void> {
  const sums = await flowscope.sums(policy);
  for (const measurement of V2_MEASUREMENTS) {
    const { bytes, packets, flows: counted } = sums[measurement];
    expect([measurement, bytes, packets, counted]).toEqual([measurement, ...Array<string>(3).fill(String(flows))]);
  }
}

/** The lines that are kept, under their header, object by object. */
async function kept(flowscope: Deployment): Promise<Record<string, string[]>> {
  const registry = openRegistry(flowscope.env.FLOWSCOPE_DATA_DIR!);
  try {
    const all: Record<string, string[]> = {};
    for (const { id, key } of await registry.listUnread()) {
      all[key] = Buffer.from((await registry.readUnread(id))!)
        .toString('latin1')
        .trimEnd()
        .split('\n');
    }
    return all;
  } finally {
    await registry.close();
  }
}

async function ledger(flowscope: Deployment, key: string) {
  const registry = openRegistry(flowscope.env.FLOWSCOPE_DATA_DIR!);
  try {
    const [{ state, reason, message }] = (await registry.explainObject(key)).entries;
    return { state, reason, message };
  } finally {
    await registry.close();
  }
}

describe('expired records', () => {
  it('leave a wholly expired object where it is, not collected, and write nothing of it', async () => {
    const { flowscope, left, counts, stderr } = await collect({
      'archive.log.gz': object(...times(60, (i) => recordV2(ANCIENT + i))),
      'small.log.gz': object(recordV2(ANCIENT)),
      'new.log.gz': object(recordV2(RECENT)),
    });
    expect(left).toEqual(['archive.log.gz', 'small.log.gz']);
    expect(counts).toMatchObject({ collected: 1, notCollected: 2, malformed: 0, ok: 1, reasons: { expired: 2 } });
    expect(stderr).toMatch(/2 objects not-collected, for example .*: All its \d+ records are older than the 395 days/);
    expect(stderr).not.toMatch(/points/);
    expect(await ledger(flowscope, 'archive.log.gz')).toMatchObject({ state: 'not-collected', reason: 'expired' });
    await expectFlows(flowscope, 'minute', 1);
    await expectFlows(flowscope, 'hour', 1);
  });

  it('are kept as lines where they are few', async () => {
    const expired = times(2, (i) => recordV2(ANCIENT + i));
    const { flowscope, left, counts } = await collect({
      'mixed.log.gz': object(recordV2(RECENT), ...expired, recordV2(RECENT)),
    });
    expect(left).toEqual([]);
    expect(counts).toMatchObject({ collected: 1, ok: 2, malformed: 0, reasons: { expired: 2 } });
    expect(await kept(flowscope)).toEqual({ 'mixed.log.gz': [HEADER_V2, ...expired] });
    await expectFlows(flowscope, 'minute', 2);
  });

  it('count as expired within an hour of expiring, so that InfluxDB drops no point', async () => {
    const edge = NOW - 395 * DAY;
    const { flowscope, left } = await collect({
      'inside.log.gz': object(recordV2(edge + 3 * 3600)),
      'within-the-hour.log.gz': object(recordV2(edge + 1800)),
    });
    expect(left).toEqual(['within-the-hour.log.gz']);
    expect(await ledger(flowscope, 'within-the-hour.log.gz')).toMatchObject({ reason: 'expired' });
    await expectFlows(flowscope, 'hour', 1);
  });

  it('keep an object of which InfluxDB dropped points all the same', async () => {
    const bucket = await world.bucket();
    await world.put(bucket, 'a.log.gz', object(recordV2(NOW - 3 * DAY), recordV2(RECENT)));
    const flowscope = world.deployment();
    await flowscope.addSource(bucket);
    await flowscope.ok('collect', '--once');
    expect(await world.keys(bucket)).toEqual([]);
    // Somebody shortens what is kept: the store then drops what is older as it comes.
    const { FLOWSCOPE_INFLUX_DATABASE: database } = flowscope.env;
    await flowscope.query(`ALTER RETENTION POLICY "minute" ON "${database}" DURATION 24h SHARD DURATION 1d`);
    await world.put(bucket, 'b.log.gz', object(recordV2(NOW - 3 * DAY - 60), recordV2(RECENT)));
    const { stderr } = await flowscope.run('collect', '--once');
    expect(await world.keys(bucket)).toEqual(['b.log.gz']);
    expect(stderr).toMatch(/InfluxDB dropped \d+ of its points/);

    await flowscope.query(`ALTER RETENTION POLICY "minute" ON "${database}" DURATION 168h`);
    await flowscope.ok('quarantine', 'retry', 'b.log.gz');
    await flowscope.ok('collect', '--once');
    expect(await world.keys(bucket)).toEqual([]);
    expect((await flowscope.sums('hour')).flow_interface.flows).toBe('4');
  });
});

describe('unreadable records', () => {
  const inMilliseconds = (i: number) =>
    recordV2(RECENT).replace(` ${RECENT} ${RECENT + 5} `, ` ${RECENT}00${i % 10} ${RECENT + 5}000 `);

  it.each([
    ['with times in milliseconds', inMilliseconds],
    ['with times in milliseconds, short', (i: number) => inMilliseconds(i).replace(`${RECENT + 5}000`, `${RECENT}999`)],
    ['separated by commas', (i: number) => recordV2(RECENT + i).replaceAll(' ', ',')],
    ['with ISO times', (i: number) => recordV2(RECENT + i).replace(` ${RECENT + i} `, ' 2026-11-29T12:00:00Z ')],
    ['with names instead of addresses', (i: number) => recordV2(RECENT + i).replace('10.0.0.1', 'db.example')],
    ['with a status of their own', (i: number) => recordV2(RECENT + i).replace(' OK', ' FINE')],
    ['in the future', (i: number) => recordV2(NOW + DAY + i)],
  ])('%s leave the object in the bucket, whole, and write nothing of it', async (_case, line) => {
    const body = object(...times(109, () => recordV2(RECENT)), ...times(11, line));
    const { flowscope, bucket, left, counts, stderr } = await collect({ 'a.log.gz': body });
    expect(left).toEqual(['a.log.gz']);
    expect(counts).toMatchObject({ collected: 0, quarantined: 1, ok: 0, reasons: { unreadable: 1 } });
    expect(stderr).toContain(line(0));
    expect(await flowscope.query('SHOW MEASUREMENTS')).not.toContainEqual({ name: 'flow_interface' });

    // After a fix it is counted whole.
    await world.put(bucket, 'a.log.gz', object(...times(120, () => recordV2(RECENT))));
    await flowscope.ok('collect', '--once');
    expect(await world.keys(bucket)).toEqual([]);
    await expectFlows(flowscope, 'minute', 120);
    await expectFlows(flowscope, 'hour', 120);
  });

  it('are kept as whole lines where they are few, once, however often the object is collected', async () => {
    const lines = times(10, inMilliseconds);
    const body = object(recordV2(RECENT), ...lines);
    const { flowscope, bucket, left, stderr } = await collect({ 'a.log.gz': body, 'copy.log.gz': body });
    expect(left).toEqual([]);
    expect(stderr).toMatch(/10 lines that could not be counted, kept in the data directory/);
    await world.put(bucket, 'again.log.gz', body);
    await flowscope.ok('collect', '--once');
    const all = await kept(flowscope);
    expect(Object.values(all)).toEqual([[HEADER_V2, ...lines]]);
    await expectFlows(flowscope, 'minute', 1);
  });
});

describe('a second header', () => {
  const SWAPPED = HEADER_V2.replace('srcaddr dstaddr', 'dstaddr srcaddr').replace('packets bytes', 'bytes packets');

  it('of another order, joined by cat, puts the object into quarantine and never misreads it', async () => {
    const joined = Buffer.concat([object(recordV2(RECENT)), gzip(SWAPPED, recordV2(RECENT, 228_352))]);
    const { flowscope, left, counts, stderr } = await collect({
      'c.log.gz': joined,
      'd.log.gz': object(recordV2(RECENT)),
    });
    expect(left).toEqual(['c.log.gz']);
    expect(counts).toMatchObject({ collected: 1, quarantined: 1, reasons: { 'second-layout': 1 } });
    expect(stderr).toMatch(/A second header line in it has other columns/);
    expect(gunzipSync(joined).toString()).toContain(SWAPPED);
    await expectFlows(flowscope, 'minute', 1);
  });

  it('that is the same is skipped', async () => {
    const joined = Buffer.concat([object(recordV2(RECENT)), object(recordV2(RECENT)), object(recordV2(RECENT))]);
    const { flowscope, left, counts } = await collect({ 'c.log.gz': joined });
    expect(left).toEqual([]);
    expect(counts).toMatchObject({ collected: 1, records: 3, ok: 3, malformed: 0, reasons: {} });
    await expectFlows(flowscope, 'minute', 3);
  });
});
