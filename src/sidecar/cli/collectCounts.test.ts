import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { openRegistry } from '../registry/registry';
import { HangingProxy } from '../testing/hangingProxy';
import { World } from '../testing/world';

const world = World.forTests();

let influx: HangingProxy;
beforeAll(async () => (influx = await HangingProxy.start(world.influxUrl)));
afterAll(() => influx.stop());
beforeEach(() => (influx.hang = () => undefined));

/** A deployment with a source that has flow logs, and how many objects and records of it count. */
async function withLogs(seed: number) {
  const flowscope = world.deployment({ FLOWSCOPE_INFLUX_URL: influx.url });
  const { bucket, truth } = await world.bucketWithLogs({ seed, minutes: 10, interfaces: 4 });
  await flowscope.addSource(bucket, { name: 'good' });
  return { flowscope, counts: { collected: truth.collected, records: truth.records } };
}

const refusing = (status: number, error: string) => ({ status, body: JSON.stringify({ error }) });

describe('collect --once prints its counts', () => {
  it('when hours cannot be recomputed', async () => {
    const { flowscope, counts } = await withLogs(1);
    influx.hang = ({ url }) => (/^\/write\?.*rp=hour/.test(url) ? refusing(400, 'not today') : undefined);
    const { code, stdout, stderr } = await flowscope.run('collect', '--once', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject(counts);
    expect(stderr).toMatch(/^flowscope: InfluxDB at .*: not today$/m);
  });

  it('when the points of collection cannot be written', async () => {
    const { flowscope, counts } = await withLogs(2);
    influx.hang = ({ body }) => (/^collection,/m.test(body) ? refusing(400, 'not today') : undefined);
    const { code, stdout, stderr } = await flowscope.run('collect', '--once');
    expect(code).toBe(1);
    expect(stdout).toMatch(new RegExp(`^Collected ${counts.collected} objects `));
    expect(stderr).toMatch(/^flowscope: InfluxDB at .*: not today$/m);
    expect(stderr).toMatch(/^Recomputed \d+ hours?\.$/m);
  });

  it('when one source failed, and names each failure once', async () => {
    const { flowscope, counts } = await withLogs(3);
    await flowscope.addSource('no-such-bucket', { name: 'bad' });
    influx.hang = ({ body }) => (/\+INTO\+|^collection,/m.test(body) ? refusing(400, 'not today') : undefined);
    const { code, stdout, stderr } = await flowscope.run('collect', '--once', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject(counts);
    expect(stderr).toMatch(
      /^flowscope: InfluxDB at .*: not today\nsource bad: Bucket no-such-bucket does not exist: check its name\.$/m
    );
    expect(stderr.match(/not today/g)).toHaveLength(1);
  });

  it('when the store refuses objects, and recomputes the hours of the others', async () => {
    const { flowscope, counts } = await withLogs(4);
    let writes = 0;
    influx.hang = ({ url }) => (url.includes('rp=minute') && writes++ < 2 ? refusing(400, 'not today') : undefined);
    const { code, stdout, stderr } = await flowscope.run('collect', '--once', '--json');
    expect(code).toBe(1);
    const { collected, notCollected } = JSON.parse(stdout) as { collected: number; notCollected: number };
    expect(collected).toBeGreaterThan(0);
    expect(collected).toBeLessThan(counts.collected);
    expect(notCollected).toBeGreaterThan(0);
    expect(stderr).toMatch(/^flowscope: \d+ objects? (was|were) refused, .*not today/m);
  });
});

it.each(['collect --once', 'import'])('%s forgets versions of the owner facts that nobody needs', async (command) => {
  const { flowscope } = await withLogs(9);
  const asked = () => openRegistry(flowscope.env.FLOWSCOPE_DATA_DIR!);
  const before = asked();
  for (const [version, cidr] of ['192.168.0.0/16', '198.51.100.0/24'].entries()) {
    await before.addNetwork({ cidr, name: `Office ${version}`, note: '' }, { now: 1, actor: 'test' });
    expect(await before.ownerVersion(1000 * version)).toBe(version + 1);
  }
  await before.close();
  const file = join(world.folder, 'empty.log.gz');
  writeFileSync(file, gzipSync('interface-id bytes packets start action log-status\n'));
  await flowscope.ok(...command.split(' '), ...(command === 'import' ? [file] : []));
  const after = asked();
  const kept = [await after.ownerFacts(1, 0, 10), await after.ownerFacts(2, 0, 10)];
  await after.close();
  expect(kept).toEqual([undefined, expect.anything()]);
});
