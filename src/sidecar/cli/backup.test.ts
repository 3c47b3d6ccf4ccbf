import { once } from 'node:events';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { until } from '../testing/until';
import { World, type Deployment } from '../testing/world';

const world = World.forTests();

const MINUTE = Math.floor(Date.now() / 60_000) * 60 - 120;
const COLUMNS = 'account-id interface-id vpc-id bytes packets start action log-status';

/** A flow log's object of an interface with so many records. */
function objectOf(name: number, records: number): Buffer {
  const lines = Array.from({ length: records }, () => `111122223333 eni-${name} vpc-1 10 1 ${MINUTE} ACCEPT OK\n`);
  return gzipSync(`${COLUMNS}\n${lines.join('')}`);
}

async function flows(flowscope: Deployment, policy: 'minute' | 'hour'): Promise<number> {
  const rows = await flowscope.query(`SELECT sum("flows") AS flows FROM "${policy}"."flow_interface"`);
  return Number(rows[0]?.flows ?? 0);
}

it('backs up while serve collects; restored elsewhere and adopted, every object counts once', async () => {
  const flowscope = world.deployment();
  const bucket = await world.bucket();
  await flowscope.addSource(bucket, { name: 'prod', pollSeconds: 10 });
  const served = flowscope.start('serve');
  const collected = () => until(async () => (await world.keys(bucket)).length === 0, served);
  await world.put(bucket, '1.log.gz', objectOf(1, 1));
  await collected();

  const file = join(world.folder, 'backup.sqlite');
  const { code, stdout, stderr } = await flowscope.run('backup', file);
  expect([code, stdout]).toEqual([0, expect.stringContaining(`The registry was copied to ${file} (`)]);
  const data = flowscope.env.FLOWSCOPE_DATA_DIR!;
  expect(stderr).toContain(`It does not hold ${join(data, 'api-token')}: keep a copy of that, too`);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect((await flowscope.run('backup', file)).stderr).toContain('is there already, and was left as it is');

  // What comes after the backup is unknown to it.
  await world.put(bucket, '2.log.gz', objectOf(1, 2));
  await world.put(bucket, '3.log.gz', objectOf(2, 4));
  await collected();
  const exit = once(served, 'exit');
  served.kill('SIGTERM');
  await exit;

  const restored = join(world.folder, 'restored');
  mkdirSync(restored, { mode: 0o700 });
  copyFileSync(file, join(restored, 'registry.sqlite'));
  chmodSync(join(restored, 'registry.sqlite'), 0o600);
  copyFileSync(join(data, 'api-token'), join(restored, 'api-token'));
  const again = world.deployment({
    FLOWSCOPE_DATA_DIR: restored,
    FLOWSCOPE_INFLUX_DATABASE: flowscope.client.settings.database,
  });
  await world.put(bucket, '4.log.gz', objectOf(1, 8));
  expect((await again.run('collect', '--once')).stderr).toContain('flowscope adopt --restored');
  await again.ok('adopt', '--restored', '--yes');
  await again.ok('collect', '--once');
  expect(await world.keys(bucket)).toEqual([]);
  expect([await flows(flowscope, 'minute'), await flows(flowscope, 'hour')]).toEqual([15, 15]);
  expect(readFileSync(join(restored, 'api-token'), 'utf8')).toBe(readFileSync(join(data, 'api-token'), 'utf8'));
}, 180_000);
