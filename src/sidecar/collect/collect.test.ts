import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { World, type GeneratedLogs } from '../testing/world';

const world = World.forTests();

const LOGS: GeneratedLogs = { seed: 1, minutes: 40, interfaces: 30 };

/** A default-format object with one record. */
function oneRecord(start: number, i: number): Buffer {
  const header =
    'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status';
  const record = `2 123456789012 eni-0a1b2c3d4e5f60718 10.0.0.${i % 250} 10.1.0.1 40000 443 6 1 1 ${start} ${start + 5} ACCEPT OK`;
  return gzipSync(`${header}\n${record}\n`);
}

describe('import', () => {
  it('counts what truth.json says, in a dry run, in minutes and in hours, and counts it once', async () => {
    const folder = join(world.folder, 'logs');
    const truth = await world.generateFiles(folder, LOGS);
    const flowscope = world.deployment();

    expect(JSON.parse(await flowscope.ok('import', folder, '--dry-run', '--json'))).toEqual(truth);
    expect(JSON.parse(await flowscope.ok('import', folder, '--json'))).toEqual(truth);
    expect(await flowscope.sums('minute')).toEqual(truth.measurements);
    expect(await flowscope.sums('hour')).toEqual(truth.measurements);

    const again = JSON.parse(await flowscope.ok('import', folder, '--json')) as Record<string, number>;
    expect(again).toMatchObject({ collected: 0, duplicates: truth.collected, records: 0 });
    expect(await flowscope.sums('minute')).toEqual(truth.measurements);
  });
});

describe('collect', () => {
  it('refuses --json where it would never come to an end', async () => {
    const { code, stdout, stderr } = await world.deployment().run('collect', '--json');
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^flowscope: --json goes with --once only, .*: flowscope collect --once --json\n$/);
  });

  it('empties the bucket apart from what must not be collected, and says why', async () => {
    const { bucket, truth } = await world.bucketWithLogs(LOGS);
    await world.put(bucket, 'readme.txt', Buffer.from('not a flow log'));
    const flowscope = world.deployment();
    await flowscope.addSource(bucket);

    const { code, stderr } = await flowscope.run('collect', '--once');

    expect(code).toBe(0);
    expect(stderr).toMatch(
      new RegExp(`${truth.notCollected} objects not-collected, for example AWSLogs/\\S+: The header lacks log-status`)
    );
    expect(await flowscope.sums('minute')).toEqual(truth.measurements);
    expect(await flowscope.sums('hour')).toEqual(truth.measurements);
    const left = await world.keys(bucket);
    expect(left).toHaveLength(truth.notCollected + 1);
    expect(left).toContain('readme.txt');
  });

  it('counts once what two overlapping sources list, and what was imported before', async () => {
    // The same twice, however long the first time takes.
    const logs = { ...LOGS, seed: 2, end: new Date().toISOString() };
    const { bucket, truth } = await world.bucketWithLogs(logs);
    const folder = join(world.folder, 'downloaded');
    await world.generateFiles(folder, logs);
    const flowscope = world.deployment();
    await flowscope.addSource(bucket, { name: 'whole' });
    await flowscope.addSource(bucket, { name: 'part', prefix: 'AWSLogs/1' });
    await flowscope.ok('collect', '--once');
    expect(await flowscope.sums('minute')).toEqual(truth.measurements);

    await flowscope.ok('import', folder);
    expect(await flowscope.sums('minute')).toEqual(truth.measurements);
    expect(await flowscope.sums('hour')).toEqual(truth.measurements);
  });

  it('keeps 200 one-record objects on one interface apart', async () => {
    const bucket = await world.bucket();
    const hour = Math.floor(Date.now() / 3_600_000) * 3600;
    for (let i = 0; i < 200; i++) {
      await world.put(bucket, `logs/${i}.log.gz`, oneRecord(hour, i));
    }
    const flowscope = world.deployment();
    await flowscope.addSource(bucket);
    await flowscope.ok('collect', '--once');

    const expected = { bytes: '200', packets: '200', flows: '200' };
    expect((await flowscope.sums('minute')).flow_interface).toEqual(expected);
    expect((await flowscope.sums('hour')).flow_interface).toEqual(expected);
    expect(await world.keys(bucket)).toEqual([]);
    const [minute] = await flowscope.query(
      `SELECT sum("flows") AS flows FROM "minute"."flow_interface" WHERE time >= ${hour}s AND time < ${hour + 60}s`
    );
    expect(minute.flows).toBe(200);
    const range = ['--from', String(hour), '--to', String(hour + 60)];
    const report = JSON.parse(await flowscope.ok('report', 'interface', ...range, '--json')) as Record<string, unknown>;
    expect(report).toMatchObject({ totals: expected, rows: [expect.objectContaining(expected)] });
  });

  it('adds late objects to an hour that was recomputed before', async () => {
    const bucket = await world.bucket();
    const hour = Math.floor(Date.now() / 3_600_000) * 3600 - 3600;
    const flowscope = world.deployment();
    await flowscope.addSource(bucket);
    for (const i of [1, 2, 3]) {
      await world.put(bucket, `${i}.log.gz`, oneRecord(hour + i, i));
      await flowscope.ok('collect', '--once');
      expect((await flowscope.sums('hour')).flow_interface.flows).toBe(String(i));
    }
  });

  it('writes hours that minute is about to forget straight to hour, and leaves what is older than that', async () => {
    const now = Math.floor(Date.now() / 1000);
    const bucket = await world.bucket();
    await world.put(bucket, 'old.log.gz', oneRecord(now - 30 * 86_400, 1));
    await world.put(bucket, 'ancient.log.gz', oneRecord(now - 500 * 86_400, 2));
    const flowscope = world.deployment();
    await flowscope.addSource(bucket);
    const counts = JSON.parse(await flowscope.ok('collect', '--once', '--json')) as Record<string, unknown>;
    expect(counts).toMatchObject({ collected: 1, notCollected: 1, ok: 1, malformed: 0, reasons: { expired: 1 } });
    expect(await world.keys(bucket)).toEqual(['ancient.log.gz']);
    expect((await flowscope.sums('hour')).flow_interface.flows).toBe('1');
    expect((await flowscope.sums('minute')).flow_interface.flows).toBe('0');
  });

  it('quarantines the same name with other content, and what is damaged; the rest goes on', async () => {
    const bucket = await world.bucket();
    const now = Math.floor(Date.now() / 1000);
    const name = '123456789012_vpcflowlogs_eu-west-1_fl-0123456789abcdef0_20261123T1200Z_0badcafe.log.gz';
    const path = 'AWSLogs/123456789012/vpcflowlogs/eu-west-1/2026/11/23';
    await world.put(bucket, `first/${path}/${name}`, oneRecord(now, 1));
    const flowscope = world.deployment();
    await flowscope.addSource(bucket);
    await flowscope.ok('collect', '--once');

    await world.put(bucket, `second/${path}/${name}`, oneRecord(now, 2));
    await world.put(bucket, 'cut.log.gz', oneRecord(now, 3).subarray(0, 60));
    await world.put(bucket, 'good.log.gz', oneRecord(now, 4));
    const counts = JSON.parse(await flowscope.ok('collect', '--once', '--json')) as Record<string, unknown>;

    expect(counts).toMatchObject({ collected: 1, quarantined: 2, reasons: { conflict: 1, 'corrupt-gzip': 1 } });
    expect((await flowscope.sums('minute')).flow_interface.flows).toBe('2');
    expect(await world.keys(bucket)).toEqual(['cut.log.gz', `second/${path}/${name}`]);
  });

  it('refuses a store that another registry fills, and takes it over only when told to', async () => {
    const bucket = await world.bucket();
    const hour = Math.floor(Date.now() / 3_600_000) * 3600;
    const former = world.deployment();
    const other = world.deployment({ FLOWSCOPE_INFLUX_DATABASE: former.client.settings.database });
    for (const flowscope of [former, other]) {
      await flowscope.addSource(bucket);
    }
    await world.put(bucket, '1.log.gz', oneRecord(hour, 1));
    await former.ok('collect', '--once');

    await world.put(bucket, '2.log.gz', oneRecord(hour, 2));
    const { code, stderr } = await other.run('collect', '--once');
    expect(code).toBe(1);
    expect(stderr).toMatch(/is filled by another registry.*flowscope adopt/);
    expect(await world.keys(bucket)).toHaveLength(1);

    expect(await other.ok('adopt')).toContain('This registry fills the store from now on.');
    expect(await other.ok('adopt')).toContain('already: nothing was changed');
    await other.ok('collect', '--once');
    expect((await former.sums('minute')).flow_interface.flows).toBe('2');
  });

  it('takes over a store of which nobody knows whose it is, and says so', async () => {
    const flowscope = world.deployment();
    expect(await flowscope.ok('adopt')).toContain('This registry fills the store from now on: no other one did.');
    expect(await flowscope.ok('adopt')).toContain('already: nothing was changed');
  });

  it('takes a prefix for a folder, not for the beginning of its name', async () => {
    const bucket = await world.bucket();
    const hour = Math.floor(Date.now() / 3_600_000) * 3600;
    await world.put(bucket, 'prod/1.log.gz', oneRecord(hour, 1));
    await world.put(bucket, 'prod-archive/2.log.gz', oneRecord(hour, 2));
    const flowscope = world.deployment();
    await flowscope.addSource(bucket, { prefix: '/prod' });
    await flowscope.ok('collect', '--once');
    expect(await world.keys(bucket)).toEqual(['prod-archive/2.log.gz']);
  });
});
