import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { until } from '../testing/until';
import { REGION, World, type Deployment } from '../testing/world';

const world = World.forTests();

const RECORD = `111122223333 eni-1 10 1 ${Math.floor(Date.now() / 1000)} ACCEPT OK`;
const OBJECT = gzipSync(`account-id interface-id bytes packets start action log-status\n${RECORD}\n`);

const stops: Array<() => void> = [];
afterEach(() => stops.splice(0).forEach((stop) => stop()));

describe('flowscope serve', () => {
  it('writes points of collection only once it has read its sources', async () => {
    const flowscope = world.deployment();
    const bucket = await world.bucket();
    await flowscope.addSource(bucket, { name: 'prod' });
    const served = flowscope.start('serve');
    // The database is made while it starts.
    const points = () =>
      flowscope.query('SELECT "sources", "source" FROM "minute"."collection"').catch((error: Error) => {
        expect(error.message).toMatch(/not found/);
        return [];
      });
    await until(async () => (await points()).length > 0, served);
    const exit = once(served, 'exit');
    served.kill('SIGTERM');
    expect(await exit).toEqual([0, null]);
    expect(await points()).toEqual([expect.objectContaining({ sources: 1, source: 'prod' })]);
  });

  it('leaves the hour that has begun in minute, where long ranges read it; collect --once sums it up', async () => {
    const flowscope = world.deployment();
    const bucket = await world.bucket();
    await world.put(bucket, '1.log.gz', OBJECT);
    await flowscope.addSource(bucket, { name: 'prod' });
    const served = flowscope.start('serve');
    await until(async () => (await world.keys(bucket)).length === 0, served);
    const exit = once(served, 'exit');
    served.kill('SIGTERM');
    expect(await exit).toEqual([0, null]);
    const reported = async () => {
      const report = await flowscope.ok('report', 'interface', '--from', '-7h', '--json');
      const { policy, totals } = JSON.parse(report) as { policy: string; totals: Record<string, string> };
      return { policy, bytes: totals.bytes };
    };
    const inHours = async () => (await flowscope.sums('hour')).flow_interface.bytes;
    expect([await inHours(), await reported()]).toEqual(['0', { policy: 'hour', bytes: '10' }]);
    await flowscope.ok('collect', '--once');
    expect([await inHours(), await reported()]).toEqual(['10', { policy: 'hour', bytes: '10' }]);
  });

  it('goes on with other sources while one that was disabled still hangs', async () => {
    const flowscope = world.deployment();
    const hanging = await startHangingS3();
    const add = ['source', 'add', '--region', REGION, '--delete-after-collecting', '--bucket'];
    await flowscope.ok(...add, 'hanging', 'hangs', '--endpoint', hanging.url, '--path-style');
    const served = flowscope.start('serve');
    await hanging.asked;
    await flowscope.ok('source', 'disable', 'hangs');
    const bucket = await world.bucket();
    await world.put(bucket, '1.log.gz', OBJECT);
    await flowscope.ok(...add, bucket, 'next');
    await until(async () => (await world.keys(bucket)).length === 0, served);
    const exit = once(served, 'exit');
    served.kill('SIGTERM');
    hanging.stop();
    expect(await exit).toEqual([0, null]);
  });
});

describe('FLOWSCOPE_LOG_LEVEL', () => {
  const NAME = 'AWSLogs/111122223333_vpcflowlogs_eu-west-1_fl-0a1b2c3d_20260303T1200Z_00000000.log.gz';

  /** A source with an object and a damaged one; returns its bucket. */
  async function sourceWith(flowscope: Deployment): Promise<string> {
    const bucket = await world.bucket();
    await flowscope.addSource(bucket, { name: 'prod', objectsInFlight: 1 });
    await world.put(bucket, NAME, OBJECT);
    await world.put(bucket, 'damaged.log.gz', OBJECT.subarray(0, -5));
    return bucket;
  }

  const entriesIn = (log: string) =>
    log
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .filter(({ level, msg }) => level === 20 && msg === 'object')
      .sort((a, b) => String(a.key).localeCompare(String(b.key)));

  const sha256 = createHash('sha256').update(OBJECT).digest('hex');
  const ENTRIES = [
    {
      ...{ source: 'prod', key: NAME, size: OBJECT.length, identity: NAME.slice('AWSLogs/'.length), sha256 },
      ...{ attempts: 1, plan: 'granted', records: 1, parts: 1, outcome: 'stored', deleted: true },
      points: 2,
      batches: expect.any(Number),
      ms: Object.fromEntries(['admit', 'read', 'plan', 'store', 'delete'].map((stage) => [stage, expect.any(Number)])),
    },
    {
      ...{ source: 'prod', key: 'damaged.log.gz', outcome: 'quarantined', reason: 'corrupt-gzip', deleted: false },
      ms: { admit: expect.any(Number), read: expect.any(Number) },
    },
  ];

  it('at debug makes serve write a line for each object', async () => {
    const flowscope = world.deployment({ FLOWSCOPE_LOG_LEVEL: 'debug' });
    await sourceWith(flowscope);
    const served = flowscope.start('serve');
    let log = '';
    served.stdout!.on('data', (chunk: Buffer) => (log += chunk.toString()));
    while (entriesIn(log).length < 2) {
      await once(served.stdout!, 'data');
    }
    const exit = once(served, 'exit');
    served.kill('SIGTERM');
    expect(await exit).toEqual([0, null]);
    expect(entriesIn(log)).toMatchObject(ENTRIES);
  });

  it('at debug makes a command write that line to standard error, and changes nothing else', async () => {
    const flowscope = world.deployment({ FLOWSCOPE_LOG_LEVEL: 'debug' });
    await sourceWith(flowscope);
    const { stdout, stderr } = await flowscope.run('collect', '--once', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ collected: 1, quarantined: 1 });
    expect(entriesIn(stderr)).toMatchObject(ENTRIES);
  });

  it('at warn leaves out what is no warning', async () => {
    const flowscope = world.deployment({ FLOWSCOPE_LOG_LEVEL: 'warn' });
    const bucket = await sourceWith(flowscope);
    const served = flowscope.start('serve');
    let log = '';
    served.stdout!.on('data', (chunk: Buffer) => (log += chunk.toString()));
    while ((await world.keys(bucket)).length > 1) {
      expect(served.exitCode).toBeNull();
    }
    const exit = once(served, 'exit');
    served.kill('SIGTERM');
    expect(await exit).toEqual([0, null]);
    expect(log).toBe('');
  });

  it('is refused by every command when there is no such level', async () => {
    const flowscope = world.deployment({ FLOWSCOPE_LOG_LEVEL: 'loud' });
    const refused = {
      code: 1,
      stdout: '',
      stderr: 'flowscope: FLOWSCOPE_LOG_LEVEL must be one of trace, debug, info, warn, error, fatal, not "loud".\n',
    };
    expect(await flowscope.run('serve')).toEqual(refused);
    expect(await flowscope.run('source', 'list')).toEqual(refused);
  });
});

/** An S3 that lists one object, which never comes. `asked`: it was asked for. */
async function startHangingS3() {
  const asked = Promise.withResolvers<void>();
  const object = '<Key>1.log.gz</Key><Size>100</Size><ETag>"1"</ETag><LastModified>2026-11-01T00:00:00Z</LastModified>';
  const listing = `<ListBucketResult><IsTruncated>false</IsTruncated><Contents>${object}</Contents></ListBucketResult>`;
  const server = createServer(({ url = '' }, response) => {
    if (url.includes('list-type=2')) {
      response.end(listing);
    } else {
      asked.resolve();
    }
  });
  stops.push(() => server.close().closeAllConnections());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, asked: asked.promise, stop: stops.at(-1)! };
}
