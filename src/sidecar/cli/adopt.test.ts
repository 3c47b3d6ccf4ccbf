import { once } from 'node:events';
import { cpSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ChildProcess } from 'node:child_process';
import { gzipSync } from 'node:zlib';
import { World, type Deployment } from '../testing/world';
import { outputOf } from '../testing/output';
import { until } from '../testing/until';

const world = World.forTests();

const MINUTE = Math.floor(Date.now() / 60_000) * 60 - 120;
const COLUMNS = 'account-id interface-id vpc-id bytes packets start action log-status';

/** A flow log's object with so many records, of ten bytes each. */
function objectOf(name: number, records = 1): Buffer {
  const lines = Array.from({ length: records }, () => `111122223333 eni-${name} vpc-1 10 1 ${MINUTE} ACCEPT OK\n`);
  return gzipSync(`${COLUMNS}\n${lines.join('')}`);
}

const withSource = (flowscope: Deployment, bucket: string) =>
  flowscope.addSource(bucket, { name: 'prod', pollSeconds: 10 });

/** Another registry for the same database. */
const rivalOf = ({ client }: Deployment) => world.deployment({ FLOWSCOPE_INFLUX_DATABASE: client.settings.database });

/** The sum of flows, in each policy and, over time, in `hour`. 0 as long as there is no database. */
async function flows(flowscope: Deployment, policy: 'minute' | 'hour' = 'minute'): Promise<number> {
  const rows = await flowscope.query(`SELECT sum("flows") AS flows FROM "${policy}"."flow_interface"`).catch(() => []);
  return Number(rows[0]?.flows ?? 0);
}

async function stop(process: ChildProcess): Promise<void> {
  const exit = once(process, 'exit');
  process.kill('SIGTERM');
  await exit;
}

const registryFile = (flowscope: Deployment) => join(flowscope.env.FLOWSCOPE_DATA_DIR!, 'registry.sqlite');

/** Keeps what the registry is now, and puts it back when called. */
function copyRegistry(flowscope: Deployment): () => void {
  const file = registryFile(flowscope);
  const parts = ['', '-wal', '-shm'];
  const copied = parts.filter((part) => existsSync(file + part));
  copied.forEach((part) => cpSync(file + part, `${file}.copy${part}`));
  return () => {
    parts.forEach((part) => rmSync(file + part, { force: true }));
    copied.forEach((part) => cpSync(`${file}.copy${part}`, file + part));
  };
}

describe('one store, one registry', () => {
  it('lets exactly one of several first starts at once go on', async () => {
    const one = world.deployment();
    const all = [one, ...Array.from({ length: 5 }, () => rivalOf(one))];
    const files = all.map((_flowscope, i) => {
      const file = join(world.folder, `first-${i}.log.gz`);
      writeFileSync(file, objectOf(i));
      return file;
    });
    const ended = await Promise.all(all.map((flowscope, i) => flowscope.run('import', files[i])));
    expect(ended.map(({ code }) => code).sort()).toEqual([0, 1, 1, 1, 1, 1]);
    ended
      .filter(({ code }) => code === 1)
      .forEach(({ stderr }) => expect(stderr).toMatch(/flowscope: The database \S+ is filled by another registry/));
    expect(await flows(one)).toBe(1);
  });

  it('gives a running collector’s store to another registry so that everything counts once, and ends the former', async () => {
    const former = world.deployment();
    const next = rivalOf(former);
    const bucket = await world.bucket();
    const objects = 200;
    for (let i = 0; i < objects; i++) {
      await world.put(bucket, `${i}.log.gz`, objectOf(i, 10));
    }
    await withSource(former, bucket);
    await withSource(next, bucket);
    const served = former.start('serve');
    const output = outputOf(served);
    const exit = once(served, 'exit');
    // In the middle of it.
    await until(async () => (await flows(former)) > 0, served);
    expect(await next.ok('adopt')).toContain('This registry fills the store from now on.');
    expect(await exit).toEqual([1, null]);
    expect(output.all).toMatch(/is being given to another registry/);
    await next.ok('collect', '--once');
    expect(await world.keys(bucket)).toEqual([]);
    expect(await flows(former)).toBe(objects * 10);
    expect(await flows(former, 'hour')).toBe(objects * 10);
    expect((await former.run('collect', '--once')).stderr).toMatch(/is filled by another registry/);
  }, 180_000);
});

describe('an older copy of the registry', () => {
  it('stops with both times, and goes on above the mark once it is adopted', async () => {
    const flowscope = world.deployment();
    const bucket = await world.bucket();
    await withSource(flowscope, bucket);
    await world.put(bucket, '1.log.gz', objectOf(1));
    await flowscope.ok('collect', '--once');
    const putBack = copyRegistry(flowscope);
    await world.put(bucket, '2.log.gz', objectOf(1, 2));
    await world.put(bucket, '3.log.gz', objectOf(2, 3));
    await flowscope.ok('collect', '--once');
    putBack();
    await world.put(bucket, '4.log.gz', objectOf(1, 4));
    await world.put(bucket, '5.log.gz', objectOf(2, 5));

    for (const args of [['collect', '--once'], ['serve'], ['import', 'package.json'], ['awssync'], ['adopt']]) {
      const { code, stderr, stdout } = await flowscope.run(...args);
      expect(code).toBe(1);
      expect(stderr + stdout).toMatch(/older copy.*\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ.*flowscope adopt --restored/);
    }
    const { stderr } = await flowscope.run('collect', '--once');
    expect(stderr).toMatch(/it last collected at \S+Z, and the database \S+ was filled until \S+Z\./);
    expect(await world.keys(bucket)).toHaveLength(2);
    expect(await flows(flowscope)).toBe(1 + 2 + 3);

    const asked = await flowscope.run('adopt', '--restored');
    expect([asked.code, asked.stderr]).toEqual([
      1,
      expect.stringMatching(/may count twice.*Nothing was changed.*--yes/s),
    ]);
    const restored = await flowscope.run('adopt', '--restored', '--yes');
    expect([restored.code, restored.stderr]).toEqual([0, expect.stringMatching(/traffic of \S+:00:00Z to \S+:00:00Z/)]);
    await flowscope.ok('collect', '--once');
    expect(await world.keys(bucket)).toEqual([]);
    // Offsets below the mark would have overwritten the points of 2 and 3.
    expect(await flows(flowscope)).toBe(1 + 2 + 3 + 4 + 5);
    expect(await flows(flowscope, 'hour')).toBe(1 + 2 + 3 + 4 + 5);
    expect(await flowscope.ok('adopt', '--restored')).toContain('no older copy');
  });

  it('is noticed while serve and other commands take turns on the newer one', async () => {
    const flowscope = world.deployment();
    const bucket = await world.bucket();
    await withSource(flowscope, bucket);
    await world.put(bucket, '1.log.gz', objectOf(1));
    const served = flowscope.start('serve');
    await until(async () => (await world.keys(bucket)).length === 0, served);
    const file = join(world.folder, 'turns.log.gz');
    for (let i = 0; i < 3; i++) {
      writeFileSync(file, objectOf(i, 2));
      await flowscope.ok('import', file);
      await world.put(bucket, `${i}.log.gz`, objectOf(i, 3));
    }
    await until(async () => (await world.keys(bucket)).length === 0, served);
    await stop(served);
    expect(served.exitCode).toBe(0);
    expect(await flows(flowscope)).toBe(1 + 3 * 2 + 3 * 3);
  });
});

describe('a database that is dropped', () => {
  it('is made again while serve runs, with names and policy choice, and collecting goes on', async () => {
    const flowscope = world.deployment();
    const bucket = await world.bucket();
    await withSource(flowscope, bucket);
    await world.put(bucket, '1.log.gz', objectOf(1));
    const served = flowscope.start('serve');
    const output = outputOf(served);
    await until(async () => (await world.keys(bucket)).length === 0, served);
    await flowscope.query(`DROP DATABASE "${flowscope.client.settings.database}"`);
    await world.put(bucket, '2.log.gz', objectOf(2, 7));
    await until(async () => (await world.keys(bucket)).length === 0, served);
    expect(await flows(flowscope)).toBe(7);
    expect(output.all).toMatch(/The database \S+ was missing and was made again. What was stored .* is lost/);
    const entities = await flowscope.query(
      'SELECT "name" FROM "entity"."aws_entity" WHERE "kind" = \'interface\' GROUP BY "id"'
    );
    expect(entities.map(({ id }) => id)).toEqual(expect.arrayContaining(['eni-1', 'eni-2', '-']));
    expect(await flowscope.query('SELECT * FROM "entity"."policy_choice"')).toHaveLength(6);
    await stop(served);
    const rival = await rivalOf(flowscope).run('import', 'package.json');
    expect(rival.stderr).toMatch(/is filled by another registry/);
  });

  it('has the hours that were dropped alone made again from the minutes that are kept', async () => {
    const flowscope = world.deployment();
    const bucket = await world.bucket();
    await withSource(flowscope, bucket);
    await world.put(bucket, '1.log.gz', objectOf(1, 3));
    await flowscope.ok('collect', '--once');
    expect(await flows(flowscope, 'hour')).toBe(3);
    await flowscope.query(`DROP RETENTION POLICY "hour" ON "${flowscope.client.settings.database}"`);
    await flowscope.ok('collect', '--once');
    expect(await flows(flowscope, 'hour')).toBe(3);
  });

  it.each(['minute', 'hour', 'entity'])('loses no more than policy %s when only that is dropped', async (policy) => {
    const flowscope = world.deployment();
    const bucket = await world.bucket();
    await withSource(flowscope, bucket);
    const served = flowscope.start('serve');
    const output = outputOf(served);
    // A start needs the policies that it has just made.
    await until(() => output.all.includes('flowscope serve: collecting'), served);
    await flowscope.query(`DROP RETENTION POLICY "${policy}" ON "${flowscope.client.settings.database}"`);
    await world.put(bucket, '2.log.gz', objectOf(2, 7));
    await until(async () => (await world.keys(bucket)).length === 0, served);
    expect(await flows(flowscope)).toBe(7);
    expect(output.all).toContain(`retention policy ${policy} was missing and was made again`);
    const entities = await flowscope.query(
      'SELECT "name" FROM "entity"."aws_entity" WHERE "kind" = \'interface\' GROUP BY "id"'
    );
    expect(entities.map(({ id }) => id)).toEqual(expect.arrayContaining(['eni-2', '-']));
    await stop(served);
    expect(served.exitCode).toBe(0);
  });
});
