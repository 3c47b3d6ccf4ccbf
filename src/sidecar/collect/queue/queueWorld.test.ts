import { once } from 'node:events';
import { gzipSync } from 'node:zlib';
import { World, type Deployment } from '../../testing/world';
import { outputOf } from '../../testing/output';
import { until } from '../../testing/until';

const world = World.forTests();

const HOUR = Math.floor(Date.now() / 3_600_000) * 3600;

/** An object with one record. */
function oneRecord(i: number): Buffer {
  const header = 'interface-id vpc-id srcaddr dstaddr packets bytes start end action log-status';
  return gzipSync(`${header}\neni-1 vpc-1 10.0.0.${i % 250} 10.1.0.1 1 1 ${HOUR} ${HOUR + 5} ACCEPT OK\n`);
}

const addSource = (flowscope: Deployment, bucket: string, queueUrl: string) =>
  flowscope.addSource(bucket, { prefix: 'prod', queueUrl });

/** What S3 says of an object, as a message that comes (again). */
const notice = (name: string, key: string, body: Buffer, etag: string) =>
  JSON.stringify({
    Records: [
      {
        eventName: 'ObjectCreated:Put',
        eventTime: new Date().toISOString(),
        s3: { bucket: { name }, object: { key: encodeURIComponent(key), size: body.length, eTag: etag } },
      },
    ],
  });

const flows = async (flowscope: Deployment) => (await flowscope.sums('minute')).flow_interface.flows;

describe('a source with a queue', () => {
  it('collect --once takes what the queue tells and what never had a message, and leaves the queue empty', async () => {
    const bucket = await world.bucket();
    await world.put(bucket, 'prod/untold.log.gz', oneRecord(0));
    const queueUrl = await world.queue(bucket);
    const flowscope = world.deployment();
    await addSource(flowscope, bucket, queueUrl);
    for (let i = 1; i <= 25; i++) {
      // As Hive-compatible keys and people have it.
      await world.put(bucket, `prod/aws-region=eu-west-1/ü +${i}.log.gz`, oneRecord(i));
    }
    await world.put(bucket, 'other/1.log.gz', oneRecord(99));
    // Beside them, that notifications were configured.
    expect(await world.messages(queueUrl)).toBe(27);

    await flowscope.ok('collect', '--once');
    expect(await flows(flowscope)).toBe('26');
    expect(await world.keys(bucket)).toEqual(['other/1.log.gz']);
    // What is left tells of its own deletions, at most.
    await flowscope.ok('collect', '--once');
    expect(await world.messages(queueUrl)).toBe(0);
    expect(await flows(flowscope)).toBe('26');
  });

  it('messages that come again, long after, double nothing', async () => {
    const bucket = await world.bucket();
    const queueUrl = await world.queue(bucket);
    const flowscope = world.deployment();
    await addSource(flowscope, bucket, queueUrl);
    const again: string[] = [];
    for (let i = 0; i < 20; i++) {
      const body = oneRecord(i);
      const etag = await world.put(bucket, `prod/${i}.log.gz`, body);
      again.push(notice(bucket, `prod/${i}.log.gz`, body, etag));
    }
    await flowscope.ok('collect', '--once');
    expect(await flows(flowscope)).toBe('20');

    // SQS promises to deliver at least once: it may do so long after.
    const before = await world.messages(queueUrl);
    await Promise.all(again.map((body) => world.send(queueUrl, body)));
    await flowscope.ok('collect', '--once');
    expect(await world.messages(queueUrl)).toBeLessThanOrEqual(before);
    expect(await flows(flowscope)).toBe('20');
    expect((await flowscope.sums('hour')).flow_interface.flows).toBe('20');
  });

  it('serve collects an object as soon as it is told of it, long before the next listing', async () => {
    const bucket = await world.bucket();
    const queueUrl = await world.queue(bucket);
    const flowscope = world.deployment();
    await addSource(flowscope, bucket, queueUrl);
    const child = flowscope.start('serve');
    const output = outputOf(child);
    await until(() => output.stdout.includes('flowscope serve: collecting'), child);
    // Each in a scan of its own: once the first is stored, the listing at the start is over.
    for (const i of [1, 2, 3]) {
      await world.put(bucket, `prod/${i}.log.gz`, oneRecord(i));
      await until(async () => (await flows(flowscope)) === String(i), child);
    }
    await until(async () => (await world.keys(bucket)).length === 0, child);
    const exit = once(child, 'exit');
    child.kill('SIGTERM');
    expect(await exit).toEqual([0, null]);
    expect(output.stdout).not.toContain('"level":50');
  });

  it('what is no notification of its bucket stays in the queue, named; the rest goes on', async () => {
    const bucket = await world.bucket();
    const queueUrl = await world.queue(bucket);
    const flowscope = world.deployment();
    await addSource(flowscope, bucket, queueUrl);
    await world.send(queueUrl, 'hello');
    await world.send(queueUrl, notice('another-bucket', 'prod/1.log.gz', oneRecord(1), 'x'));
    await world.put(bucket, 'prod/1.log.gz', oneRecord(1));

    const { code, stderr } = await flowscope.run('collect', '--once');
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /source a: 2 messages of queue queue-\d+ are left in it, as [0-9a-f-]{36}: it is (not JSON|about bucket another-bucket, and this source reads flow-logs-\d+)\. .*redrive policy/
    );
    expect(await flows(flowscope)).toBe('1');
    expect(await world.keys(bucket)).toEqual([]);
    const list = JSON.parse(await flowscope.ok('source', 'list', '--json')) as unknown[];
    expect(list).toMatchObject([{ queueUrl, lastErrorCode: 'sqs:unread' }]);
  });

  it('that does not exist is listed instead, and says so', async () => {
    const bucket = await world.bucket();
    const flowscope = world.deployment();
    await addSource(flowscope, bucket, `${world.awsUrl}/123456789012/no-such-queue`);
    await world.put(bucket, 'prod/1.log.gz', oneRecord(1));
    const { code, stderr } = await flowscope.run('collect', '--once');
    expect(code).toBe(1);
    expect(stderr).toContain('source a: Queue no-such-queue does not exist in eu-west-1: check its URL.');
    expect(await flows(flowscope)).toBe('1');
    expect(await world.keys(bucket)).toEqual([]);
  });
});
