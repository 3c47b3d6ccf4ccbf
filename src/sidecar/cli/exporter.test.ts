import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { ExporterOverview } from '../registry/exporters';
import { openRegistry } from '../registry/registry';
import { bytesByExporter } from '../testing/exporters';
import { World, type Deployment } from '../testing/world';

const world = World.forTests();

const HOUR = Math.floor(Date.now() / 3_600_000) * 3600;
const COLUMNS = 'account-id interface-id bytes packets start action log-status';

/** An object with one record for each exporter and number of bytes. */
function objectOf(bytes: Readonly<Record<string, number>>, column = 'vpc-id'): Buffer {
  const records = Object.entries(bytes).map(([id, n]) => {
    const [account, name] = id.split('/');
    return `${account} eni-${name} ${n} 1 ${HOUR} ACCEPT OK ${name}\n`;
  });
  return gzipSync(`${COLUMNS} ${column}\n${records.join('')}`);
}

async function deployment(): Promise<{ flowscope: Deployment; bucket: string }> {
  const bucket = await world.bucket();
  const flowscope = world.deployment();
  await flowscope.addSource(bucket);
  return { flowscope, bucket };
}

const collect = async (flowscope: Deployment) =>
  JSON.parse(await flowscope.ok('collect', '--once', '--json')) as Record<string, unknown>;
const overview = async (flowscope: Deployment) =>
  JSON.parse(await flowscope.ok('exporter', 'list', '--json')) as ExporterOverview;

const bytesOf = (flowscope: Deployment, policy: string) =>
  bytesByExporter((influxql) => flowscope.query(influxql), policy);

describe('a disabled exporter', () => {
  it('is dropped and counted, its objects are deleted, and the sums of the others stay exact', async () => {
    const { flowscope, bucket } = await deployment();
    await world.put(bucket, '1.log.gz', objectOf({ '1/vpc-1': 10, '1/vpc-2': 20, '2/vpc-3': 30 }));
    await collect(flowscope);
    expect((await overview(flowscope)).exporters.map(({ id }) => id)).toEqual(['1/vpc-1', '1/vpc-2', '2/vpc-3']);

    const disabled = await flowscope.ok('exporter', 'disable', '1/vpc-2', '2/vpc-3');
    expect(disabled).toMatch(/1\/vpc-2 is disabled: .*dropped and counted; their objects are still deleted/);
    const body = objectOf({ '1/vpc-1': 100, '1/vpc-2': 200, '2/vpc-3': 300 });
    const file = join(world.folder, 'disabled.log.gz');
    writeFileSync(file, body);
    const dry = JSON.parse(await flowscope.ok('import', file, '--dry-run', '--json')) as Record<string, unknown>;
    expect(dry).toMatchObject({ ok: 1, bytes: '100', reasons: { 'exporter-disabled': 2 } });
    await world.put(bucket, '2.log.gz', body);
    const counts = await collect(flowscope);

    expect(counts).toMatchObject({ collected: 1, records: 3, ok: 1, bytes: '100' });
    expect(counts).toMatchObject({ malformed: 0, exporters: 1, reasons: { 'exporter-disabled': 2 } });
    for (const policy of ['minute', 'hour']) {
      expect(await bytesOf(flowscope, policy)).toEqual({ 'vpc-1': 110, 'vpc-2': 20, 'vpc-3': 30 });
    }
    const [quality] = await flowscope.query(
      `SELECT sum("records") AS n FROM "minute"."flow_quality" WHERE "reason" = 'exporter-disabled'`
    );
    expect(quality.n).toBe(2);
    expect(await world.keys(bucket)).toEqual([]);

    await flowscope.ok('exporter', 'enable', '1/vpc-2');
    await world.put(bucket, '3.log.gz', objectOf({ '1/vpc-2': 1000, '2/vpc-3': 1000 }));
    await collect(flowscope);
    expect(await bytesOf(flowscope, 'minute')).toEqual({ 'vpc-1': 110, 'vpc-2': 1020, 'vpc-3': 30 });
    expect((await overview(flowscope)).exporters).toMatchObject([
      { id: '1/vpc-1', records: 2, state: 'counted', enabled: true },
      { id: '1/vpc-2', records: 3, state: 'counted', enabled: true },
      { id: '2/vpc-3', records: 3, state: 'disabled', enabled: false },
    ]);
  });
});

describe('a limit of one', () => {
  it('counts the other exporters as overflow, says so, and makes room when it is raised', async () => {
    const { flowscope, bucket } = await deployment();
    await flowscope.ok('exporter', 'limit', '1');
    expect(await flowscope.ok('exporter', 'limit')).toBe('1\n');
    await world.put(bucket, '1.log.gz', objectOf({ '1/vpc-1': 10, '1/vpc-2': 20, '1/vpc-3': 30 }));
    expect(await collect(flowscope)).toMatchObject({ ok: 3, bytes: '60' });

    expect(await bytesOf(flowscope, 'minute')).toEqual({ 'vpc-1': 10, overflow: 50 });
    const { stdout, stderr } = await flowscope.run('exporter', 'list');
    expect(stdout).toMatch(/1\/vpc-1 +│ – +│ – +│ vpc-id .* receiving/);
    expect(stdout).toMatch(/\n1 of 1\n$/);
    expect(stderr).toMatch(/2 exporters found no place.*2 records.*\(1\/vpc-2, 1\/vpc-3\).*flowscope exporter limit N/);

    await flowscope.ok('exporter', 'limit', '3');
    expect((await flowscope.run('exporter', 'list')).stderr).toMatch(/There is room now/);
    await world.put(bucket, '2.log.gz', objectOf({ '1/vpc-2': 2, '1/vpc-3': 3 }));
    await collect(flowscope);
    expect(await bytesOf(flowscope, 'minute')).toEqual({ 'vpc-1': 10, 'vpc-2': 2, 'vpc-3': 3, overflow: 50 });
    expect(await flowscope.run('exporter', 'list')).toMatchObject({ stderr: '' });
    expect(await overview(flowscope)).toMatchObject({ limit: 3, counted: 3, overflow: { exporters: [] } });
  });
});

describe('names', () => {
  it('stand beside the ids: what people call it, else its description, and that of its account', async () => {
    const { flowscope, bucket } = await deployment();
    await world.put(bucket, '1.log.gz', objectOf({ '1/vpc-1': 1, '1/vpc-2': 1, '2/vpc-3': 1 }));
    await collect(flowscope);
    const registry = openRegistry(flowscope.env.FLOWSCOPE_DATA_DIR!);
    const nowhere = { vpc: '-', subnet: '-', instance: '-', account: '-', region: '-' };
    await registry.describeEntities(
      [
        { kind: 'vpc', id: 'vpc-1', description: 'shop \x1b[31m', ...nowhere },
        { kind: 'vpc', id: 'vpc-2', description: 'lab', ...nowhere },
        { kind: 'account', id: '1', description: 'production', ...nowhere },
      ],
      HOUR
    );
    const { version } = await registry.exporterOverview(HOUR);
    await registry.changeExporters(version, { id: '1/vpc-2', alias: 'test bed' }, { actor: 'x', now: HOUR });
    await registry.close();
    const stdout = await flowscope.ok('exporter', 'list');
    expect(stdout).toMatch(/1\/vpc-1 +│ shop \ufffd\[31m +│ production +│ vpc-id/);
    expect(stdout).toMatch(/1\/vpc-2 +│ test bed +│ production +│ vpc-id/);
    expect(stdout).toMatch(/2\/vpc-3 +│ – +│ – +│ vpc-id/);
    expect((await overview(flowscope)).exporters).toMatchObject([
      { id: '1/vpc-1', name: 'shop \x1b[31m', accountName: 'production' },
      { id: '1/vpc-2', alias: 'test bed', name: 'lab', accountName: 'production' },
      { id: '2/vpc-3' },
    ]);
  });
});

describe('a flow log without vpc-id', () => {
  it('makes an exporter of each subnet, and the list says what to do about it', async () => {
    const { flowscope, bucket } = await deployment();
    await world.put(bucket, '1.log.gz', objectOf({ '1/subnet-1': 1, '1/subnet-2': 1 }, 'subnet-id'));
    await world.put(bucket, '2.log.gz', objectOf({ '1/vpc-1': 1 }));
    await collect(flowscope);
    const { stderr } = await flowscope.run('exporter', 'list');
    expect(stderr).toMatch(
      /^Warning: 2 exporters are a subnet .*\(1\/subnet-1, 1\/subnet-2\).*lack vpc-id.*create a new one/
    );
  });
});

describe('bad arguments', () => {
  it.each([
    [['disable', '1/vpc-9'], /no exporter 1\/vpc-9 .*flowscope exporter list/],
    [['disable'], /missing required argument 'id'/],
    [['limit', '0'], /whole number from 1 to 10000, not 0/],
    [['limit', 'many'], /whole number, not "many"/],
  ])('exporter %j', async (args, message) => {
    const { flowscope } = await deployment();
    const { code, stdout, stderr } = await flowscope.run('exporter', ...args);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(message);
  });

  it('an empty list says how many there may be', async () => {
    const { flowscope } = await deployment();
    expect(await flowscope.ok('exporter', 'list')).toMatch(/^No exporter yet \(limit 500\)/);
  });
});
