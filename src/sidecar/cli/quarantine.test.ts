import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { ObjectExplanation } from '../registry/explain';
import type { QuarantinedObject } from '../registry/quarantine';
import { World, type Deployment } from '../testing/world';

const world = World.forTests();

const HOUR = Math.floor(Date.now() / 3_600_000) * 3600;

function objectOf(bytes: number, ...badLines: string[]): Buffer {
  const record = `111122223333 eni-1 vpc-1 ${bytes} 1 ${HOUR} ACCEPT OK`;
  return gzipSync(
    ['account-id interface-id vpc-id bytes packets start action log-status', record, ...badLines, ''].join('\n')
  );
}

/** The same object, cut off: damaged in a way that differs with `bytes`. */
const cut = (bytes: number) => objectOf(bytes).subarray(0, 60);

async function deployment(...names: string[]): Promise<{ flowscope: Deployment; bucket: string }> {
  const bucket = await world.bucket();
  const flowscope = world.deployment();
  for (const name of names) {
    await flowscope.addSource(bucket, { name });
  }
  return { flowscope, bucket };
}

const collect = async (flowscope: Deployment) =>
  JSON.parse(await flowscope.ok('collect', '--once', '--json')) as Record<string, unknown>;
const listed = async (flowscope: Deployment) =>
  JSON.parse(await flowscope.ok('quarantine', 'list', '--json')) as QuarantinedObject[];
const flows = async (flowscope: Deployment) => (await flowscope.sums('minute')).flow_interface;
const quarantinedPoint = async (flowscope: Deployment) =>
  (await flowscope.query('SELECT last("quarantined") AS n FROM "minute"."collection"'))[0].n;

describe('quarantine', () => {
  it('retries what was repaired, and what was not goes back', async () => {
    const { flowscope, bucket } = await deployment('a');
    await world.put(bucket, 'x/1.log.gz', cut(1));
    await world.put(bucket, 'x/2.log.gz', cut(1));
    expect(await collect(flowscope)).toMatchObject({ quarantined: 2 });
    const example = /^a: 2 left in place, corrupt-gzip, for example x\/\d\.log\.gz: The gzip data is damaged/m;
    expect(await flowscope.ok('source', 'list')).toMatch(example);
    const text = await flowscope.ok('quarantine', 'list');
    expect(text).toMatch(/^a: 2 objects, corrupt-gzip\. The gzip data is damaged or cut off/);
    expect(text.match(/corrupt-gzip/g)).toHaveLength(1);
    expect(text).toMatch(/60 B {2}x\/1\.log\.gz\n/);
    const advice = (await flowscope.run('quarantine', 'list')).stderr;
    expect(advice).toBe(
      'Repaired or replaced one? flowscope quarantine retry KEY. Nothing to be done? flowscope quarantine dismiss KEY forgets the notice.\n'
    );
    const [first] = await listed(flowscope);
    expect(first).toMatchObject({ source: 'a', size: 60, reason: 'corrupt-gzip', quotes: [] });
    expect(Math.abs(first.since - Date.now() / 1000)).toBeLessThan(120);
    // Left alone until somebody says so.
    expect(await collect(flowscope)).toMatchObject({ objects: 0 });

    await flowscope.ok('quarantine', 'retry', 'x/2.log.gz');
    expect((await listed(flowscope)).map(({ key }) => key)).toEqual(['x/1.log.gz']);
    expect(await collect(flowscope)).toMatchObject({ objects: 1, quarantined: 1 });
    expect(await listed(flowscope)).toHaveLength(2);

    await world.put(bucket, 'x/1.log.gz', objectOf(7));
    await flowscope.ok('quarantine', 'retry', '--all');
    expect(await collect(flowscope)).toMatchObject({ objects: 2, collected: 1, quarantined: 1 });
    expect(await flows(flowscope)).toEqual({ bytes: '7', packets: '1', flows: '1' });
    expect(await world.keys(bucket)).toEqual(['x/2.log.gz']);
  });

  it('dismisses the notice and never the object, until the object is another', async () => {
    const { flowscope, bucket } = await deployment('a');
    await world.put(bucket, '1.log.gz', cut(1));
    await collect(flowscope);
    expect(await quarantinedPoint(flowscope)).toBe(1);
    expect(await flowscope.ok('source', 'list')).toMatch(/1 left in place, corrupt-gzip, 1\.log\.gz: The gzip/);

    await flowscope.ok('quarantine', 'dismiss', '1.log.gz');
    const quiet = await flowscope.run('collect', '--once', '--json');
    expect(JSON.parse(quiet.stdout)).toMatchObject({ objects: 0, quarantined: 0 });
    expect(quiet.stderr).not.toMatch(/quarantine|damaged/);
    expect(await quarantinedPoint(flowscope)).toBe(0);
    expect(await flowscope.ok('source', 'list')).not.toMatch(/left in place,/);
    expect(await flowscope.ok('quarantine', 'list')).toBe('Nothing is in quarantine.\n');
    expect(await world.keys(bucket)).toEqual(['1.log.gz']);
    expect(await flowscope.ok('explain', '1.log.gz')).toMatch(/State: +in quarantine.*\n.*\n +Notice dismissed:/);

    await world.put(bucket, '1.log.gz', objectOf(5).subarray(0, 59));
    expect(await collect(flowscope)).toMatchObject({ objects: 1, quarantined: 1 });
    expect(await listed(flowscope)).toMatchObject([{ key: '1.log.gz', size: 59 }]);
    await world.put(bucket, '1.log.gz', objectOf(5));
    expect(await collect(flowscope)).toMatchObject({ collected: 1 });
    expect(await listed(flowscope)).toEqual([]);
    expect(await world.keys(bucket)).toEqual([]);
  });

  it('asks which source is meant when two have the key', async () => {
    const { flowscope, bucket } = await deployment('a', 'b');
    await world.put(bucket, '1.log.gz', cut(1));
    await collect(flowscope);
    const { code, stdout, stderr } = await flowscope.run('quarantine', 'dismiss', '1.log.gz');
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/1\.log\.gz is in quarantine in several sources \(a, b\): say which with --source NAME/);
    await flowscope.ok('quarantine', 'dismiss', '1.log.gz', '--source', 'b');
    expect(await listed(flowscope)).toMatchObject([{ source: 'a' }]);
  });

  it('holds imported files too, which are tried again by importing them', async () => {
    const flowscope = world.deployment();
    const file = join(world.folder, 'cut.log.gz');
    writeFileSync(file, cut(1));
    expect(await flowscope.run('import', file)).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/^Collected 0 of 1 file:/) as string,
      stderr: expect.stringMatching(/1 of 1 file quarantined\. See flowscope quarantine list/) as string,
    });
    expect(await flowscope.run('import', file, '--dry-run')).toMatchObject({ code: 1 });
    expect(await listed(flowscope)).toMatchObject([{ source: 'import', key: file, isListed: false }]);
    expect(await flowscope.run('quarantine', 'list')).toMatchObject({
      stdout: expect.stringMatching(/^import: 1 file, corrupt-gzip\./) as string,
      stderr:
        'Repaired an imported file? flowscope import FILE, once more. Nothing to be done? flowscope quarantine dismiss KEY forgets the notice.\n',
    });
    const { code, stderr } = await flowscope.run('quarantine', 'retry', file);
    expect(code).toBe(1);
    expect(stderr).toMatch(/cannot be retried.*flowscope import FILE/);
    expect(await flowscope.run('quarantine', 'retry', '--all')).toMatchObject({
      code: 0,
      stdout: '',
      stderr: expect.stringContaining('flowscope import FILE') as string,
    });
    // As the advice says.
    writeFileSync(file, objectOf(7));
    await flowscope.ok('import', file);
    expect(await listed(flowscope)).toEqual([]);
    expect(await flows(flowscope)).toEqual({ bytes: '7', packets: '1', flows: '1' });
    writeFileSync(file, cut(1));
    await flowscope.run('import', file);
    await flowscope.ok('quarantine', 'dismiss', '--all', '--source', 'import');
    expect(await listed(flowscope)).toEqual([]);
  });

  it.each([
    [['retry'], /by their keys or with --all/],
    [['dismiss', 'k', '--all'], /by their keys or with --all/],
    [['retry', 'nothing.gz'], /Not in quarantine: nothing\.gz/],
    [['dismiss', '--all', '--source', 'nobody'], /There is no source "nobody"/],
  ])('refuses %j', async (args, message) => {
    const { flowscope } = await deployment('a');
    const { code, stdout, stderr } = await flowscope.run('quarantine', ...args);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(message);
  });
});

describe('explain', () => {
  it('says what became of an object, by key or by file name, and what was wrong in it', async () => {
    const { flowscope, bucket } = await deployment('a');
    const name = '111122223333_vpcflowlogs_eu-west-1_fl-0123456789abcdef0_20261123T1200Z_0badcafe.log.gz';
    const key = `AWSLogs/111122223333/vpcflowlogs/eu-west-1/2026/11/23/${name}`;
    await world.put(bucket, key, objectOf(1234567, 'too short', 'bad \x1b[31m line'));
    await collect(flowscope);

    const text = await flowscope.ok('explain', name);
    expect(await flowscope.ok('explain', key)).toBe(text);
    expect(await flowscope.ok('explain', `s3://${bucket}/${key}`)).toBe(text);
    expect(text.split('\n')[0]).toBe(key);
    for (const line of [
      /State: +collected, then deleted from its bucket, since .* UTC/,
      /Records: +3, of them 1 traffic/,
      /Traffic: +1,234,567 bytes, 1 packet, 1 flow\n/,
      /Not counted: +2 field-count: The line has more or fewer fields than its header\./,
      /Quote: +field-count: too short/,
      /Known as: +111122223333_vpcflowlogs_/,
      /Plan: +granted .*, stored /,
      /Rules: +version \d+, the top 20 keys/,
      /Points: +1 part, at \+\d+ ns/,
      /Counted: +111122223333\/vpc-1/,
    ]) {
      expect(text).toMatch(line);
    }
    expect(text).not.toContain('\x1b');
    await world.put(bucket, `copy/${name}`, objectOf(1234567, 'too short', 'bad \x1b[31m line'));
    await world.put(bucket, `other/${name}`, objectOf(7));
    await collect(flowscope);
    expect(await flowscope.ok('explain', `copy/${name}`)).toMatch(
      new RegExp(`Duplicate of: +${key} of a: it counts once, as that\n`)
    );
    expect(await flowscope.ok('explain', `other/${name}`)).toMatch(
      new RegExp(`in quarantine, .*(\n.*)+ In conflict with: +${key} of a, copy/`)
    );
    expect(await flowscope.ok('explain', key)).toMatch(/Found again as: +copy\//);
    const { entries } = JSON.parse(await flowscope.ok('explain', key, '--json')) as ObjectExplanation;
    expect(entries).toMatchObject([
      { source: 'a', key, state: 'deleted', counts: { ok: 1 }, plan: { decisions: { '111122223333/vpc-1': 'count' } } },
    ]);
  });

  it('says so of an object it knows nothing of', async () => {
    const { flowscope } = await deployment('a');
    const { code, stdout, stderr } = await flowscope.run('explain', 'x.log.gz');
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^flowscope: Nothing is known of x\.log\.gz/);
    expect((await flowscope.run('explain', 's3://b/x.log.gz')).stderr).toMatch(
      /Nothing is known of s3:\/\/b\/x\.log\.gz:/
    );
  });
});
