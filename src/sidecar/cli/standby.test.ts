import { once } from 'node:events';
import { chmodSync, copyFileSync, cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ChildProcess } from 'node:child_process';
import { gzipSync } from 'node:zlib';
import { outputOf } from '../testing/output';
import { until } from '../testing/until';
import { World, type Deployment } from '../testing/world';

const world = World.forTests();

const MINUTE = Math.floor(Date.now() / 60_000) * 60 - 120;
const COLUMNS = 'account-id interface-id vpc-id bytes packets start action log-status';
const RECORDS = 10;
const OBJECTS = 200;
/** At least as many wait when it is killed. */
const MORE = 100;

/** A flow log's object of an interface of its own. */
function objectOf(name: number): Buffer {
  const line = `111122223333 eni-${name} vpc-1 10 1 ${MINUTE} ACCEPT OK\n`;
  return gzipSync(`${COLUMNS}\n${line.repeat(RECORDS)}`);
}

async function flows({ client }: Deployment, policy: 'minute' | 'hour' = 'minute'): Promise<number> {
  const rows = await client
    .query(`SELECT sum("flows") AS flows FROM "${policy}"."flow_interface"`)
    .catch(() => [] as Array<{ flows?: number }>);
  return Number(rows[0]?.flows ?? 0);
}

/** A primary in the middle of a backlog, and its bucket. */
async function busyPrimary(): Promise<{ primary: Deployment; served: ChildProcess; bucket: string }> {
  const primary = world.deployment();
  const bucket = await world.bucket();
  for (let i = 0; i < OBJECTS; i++) {
    await world.put(bucket, `${i}.log.gz`, objectOf(i));
  }
  await primary.addSource(bucket, { name: 'prod', pollSeconds: 10 });
  const served = primary.start('serve');
  await until(async () => (await world.keys(bucket)).length < OBJECTS, served);
  return { primary, served, bucket };
}

/** Another machine with the primary's settings, and a data directory made of what `fill` puts there. */
function standbyOf(primary: Deployment, name: string, fill: (folder: string) => void): Deployment {
  const folder = join(world.folder, name);
  mkdirSync(folder, { mode: 0o700 });
  fill(folder);
  return world.deployment({
    FLOWSCOPE_DATA_DIR: folder,
    FLOWSCOPE_INFLUX_DATABASE: primary.client.settings.database,
  });
}

async function kill(served: ChildProcess): Promise<void> {
  const exit = once(served, 'exit');
  served.kill('SIGKILL');
  await exit;
}

/** Collects all that is left as `serve` does, and sums up its hours as `collect --once` does. */
async function takeOver(standby: Deployment, bucket: string): Promise<string> {
  const served = standby.start('serve');
  const output = outputOf(served);
  await until(async () => (await world.keys(bucket)).length === 0, served);
  const exit = once(served, 'exit');
  served.kill('SIGTERM');
  await exit;
  await standby.ok('collect', '--once');
  return output.all;
}

it('a standby with the data directory of a killed primary goes on: nothing is lost, nothing doubled', async () => {
  const { primary, served, bucket } = await busyPrimary();
  await kill(served);
  const standby = standbyOf(primary, 'volume', (folder) =>
    cpSync(primary.env.FLOWSCOPE_DATA_DIR!, folder, { recursive: true })
  );
  await takeOver(standby, bucket);
  expect([await flows(primary), await flows(primary, 'hour')]).toEqual([OBJECTS * RECORDS, OBJECTS * RECORDS]);
}, 300_000);

it('a standby with the newest of regular backups goes on: nothing is lost, nothing doubled', async () => {
  const { primary, served, bucket } = await busyPrimary();
  const file = join(world.folder, 'standby.sqlite');
  await primary.ok('backup', file);
  await primary.ok('backup', '--overwrite', file);
  // It goes on since then: more comes, since it may have collected all while the copies were made.
  let objects = OBJECTS;
  let before = await world.keys(bucket);
  for (; before.length < MORE; before = await world.keys(bucket)) {
    await world.put(bucket, `${objects}.log.gz`, objectOf(objects));
    objects++;
  }
  await until(async () => (await world.keys(bucket)).length < before.length, served);
  await kill(served);
  const left = (await world.keys(bucket)).length;
  // What is stored and still lies there is what could count twice.
  expect(await flows(primary)).toBeGreaterThan((objects - left) * RECORDS);
  const standby = standbyOf(primary, 'copy', (folder) => {
    copyFileSync(file, join(folder, 'registry.sqlite'));
    chmodSync(join(folder, 'registry.sqlite'), 0o600);
  });
  // Not by itself: somebody, or what watches the primary, has to say that it is dead.
  expect((await standby.run('serve')).stderr).toMatch(/older copy.*flowscope adopt --restored/);
  await standby.ok('adopt', '--restored', '--yes');
  await takeOver(standby, bucket);
  expect([await flows(primary), await flows(primary, 'hour')]).toEqual([objects * RECORDS, objects * RECORDS]);
  // The primary comes back: it must not go on beside the standby.
  const back = await primary.run('serve');
  expect([back.code, back.stderr + back.stdout]).toEqual([1, expect.stringMatching(/older copy/)]);
}, 300_000);
