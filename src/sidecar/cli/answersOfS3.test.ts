import { once } from 'node:events';
import { gzipSync } from 'node:zlib';
import { FakeS3, type FakeAnswer, type FakeBucket } from '../testing/fakeS3';
import { World } from '../testing/world';
import { outputOf } from '../testing/output';
import { until } from '../testing/until';

const world = World.forTests();

describe('an S3 that is not to be believed', () => {
  const KEY = 'logs/1.log.gz';
  const fakes: FakeS3[] = [];
  afterEach(() => fakes.splice(0).forEach((fake) => fake.stop()));

  /** Two objects of 1 and 2 bytes of traffic in a bucket that behaves so, with a source for it. */
  async function withFake(behaviour: Omit<FakeBucket, 'objects'> = {}) {
    const start = Math.floor(Date.now() / 1000) - 600;
    const body = (bytes: number) =>
      gzipSync(
        `interface-id vpc-id bytes packets start action log-status\neni-1 vpc-1 ${bytes} 1 ${start} ACCEPT OK\n`
      );
    const fake = await FakeS3.start({ ...behaviour, objects: { [KEY]: body(1), 'logs/2.log.gz': body(2) } });
    fakes.push(fake);
    const flowscope = world.deployment({ AWS_ENDPOINT_URL: fake.url });
    await flowscope.addSource('flow-logs', { pollSeconds: 10 });
    return { fake, flowscope, bytes: async () => (await flowscope.sums('minute')).flow_interface.bytes };
  }

  const instead = (call: string, answer: FakeAnswer, key?: string): Omit<FakeBucket, 'objects'> => ({
    lie: (request) => (request.call === call && (key ?? request.key) === request.key ? answer : undefined),
  });

  it("collect --once and Test say that the collector's clock is three hours behind, and touch nothing", async () => {
    const { fake, flowscope, bytes } = await withFake({ skew: 3 * 3600 });
    const { code, stdout, stderr } = await flowscope.run('collect', '--once');
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^flowscope: source a: This machine's clock says .* UTC, 3 h later\. .*Set this machine's/);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect([fake.asked('GetObject'), fake.objects.size, await bytes()]).toEqual([0, 2, '0']);
    const tested = await flowscope.run('test', 'a');
    expect(tested.code).toBe(1);
    expect(tested.stdout).toMatch(/^FAILED {3}Clock: This machine's clock says/m);
    fake.behave({});
    await flowscope.ok('collect', '--once');
    expect([fake.objects.size, await bytes()]).toEqual([0, '3']);
  });

  it('serve goes on by itself once the clock is right', async () => {
    const { fake, flowscope, bytes } = await withFake({ skew: -3 * 3600 });
    const served = flowscope.start('serve');
    const output = outputOf(served);
    await until(() => output.stdout.includes("This machine's clock says"), served);
    expect([fake.asked('GetObject'), fake.objects.size]).toEqual([0, 2]);
    fake.behave({});
    await until(() => fake.objects.size === 0, served);
    const exit = once(served, 'exit');
    served.kill('SIGTERM');
    expect(await exit).toEqual([0, null]);
    expect(await bytes()).toBe('3');
  }, 60_000);

  it.each<[string, FakeAnswer, RegExp]>([
    ['404', { status: 404, body: '<Error><Code>NoSuchKey</Code></Error>' }, /\(404\)/],
    ['412', { status: 412, body: '<Error><Code>PreconditionFailed</Code></Error>' }, /\(412\)/],
    ['206', { status: 206, headers: { 'Content-Range': 'bytes 0-0/100' }, body: 'x' }, /HTTP 206/],
  ])('%s for a listed object shows in the exit code and in explain', async (_case, answer, said) => {
    const { fake, flowscope, bytes } = await withFake(instead('GetObject', answer, KEY));
    for (let i = 0; i < 2; i++) {
      const { code, stderr } = await flowscope.run('collect', '--once');
      expect([code, stderr]).toEqual([1, expect.stringMatching(said)]);
      expect(stderr).toContain(KEY);
      expect([[...fake.objects.keys()], await bytes()]).toEqual([[KEY], '2']);
      const explained = await flowscope.ok('explain', KEY);
      expect(explained).toMatch(/State: +left in place for now: it could not be read/);
      expect(explained).toMatch(said);
      expect(await flowscope.ok('source', 'list')).toMatch(/1 left in place, \w+, logs.1.log.gz: S3 /);
    }
    fake.behave({});
    await flowscope.ok('collect', '--once');
    expect([fake.objects.size, await bytes()]).toEqual([0, '3']);
  });

  it.each<[string, FakeAnswer, RegExp]>([
    ['nothing at all', {}, /nothing at all/],
    ['an HTML page', { body: '<html>Sign in<br></html>' }, /an HTML page/],
  ])('%s for a listing is a failure, not an empty bucket', async (_case, answer, said) => {
    const { fake, flowscope } = await withFake(instead('ListObjectsV2', answer));
    const { code, stderr } = await flowscope.run('collect', '--once');
    expect([code, stderr]).toEqual([1, expect.stringMatching(said)]);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(fake.objects.size).toBe(2);
  });
});
