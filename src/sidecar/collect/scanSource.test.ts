import type { Bucket } from '../aws/bucket';
import { AwsError } from '../aws/errors';
import { RegistryError } from '../registry/errors';
import type { Source } from '../registry/sources';
import { InfluxError } from '../store/influx';
import { collectorForTests } from '../testing/collector';
import { influxForTests } from '../testing/influx';
import { registryForTests } from '../testing/registry';
import { SimulatedBucket } from '../testing/simulatedBucket';
import { collectAll, type SourceTools } from './scanSource';
import { Permits } from './permits';

const database = influxForTests();
const registry = registryForTests();

/** A whole hour, a while ago: simulated time begins here. */
const BEGIN = Math.floor(Date.now() / 3_600_000) * 3600 - 6 * 3600;
const NOW = BEGIN + 20 * 60;

/** Sources of these names, each with one object; the tools scan each as `broken` says of it, else as they should. */
async function setUp(
  broken: Readonly<Record<string, Partial<SourceTools> & { readonly list?: () => Promise<never> }>>
) {
  const sources: Source[] = [];
  for (const name of ['well', ...Object.keys(broken)]) {
    const settings = { name, bucket: name.replaceAll(' ', '-'), prefix: '', region: 'eu-west-1', enabled: true };
    sources.push(await registry().addSource(settings, BEGIN));
  }
  const buckets = new Map(sources.map(({ name }) => [name, new SimulatedBucket(BEGIN)]));
  buckets.forEach((bucket) => bucket.deliver(0));
  const deps = collectorForTests(registry(), await database(), () => NOW);
  const bucketOf = async (source: Source): Promise<Bucket> => {
    const { list, bucketOf: own } = broken[source.name] ?? {};
    const bucket = (await own?.(source)) ?? buckets.get(source.name)!.bucketAt(() => NOW);
    return list ? Object.assign(bucket, { list }) : bucket;
  };
  const queueOf = async (source: Source) => broken[source.name]?.queueOf?.(source);
  const runs = await collectAll(sources, { bucketOf, queueOf, permits: new Permits(1e9), deps });
  const noted = new Map((await registry().listSources()).map((source) => [source.name, source]));
  const left = (name: string) => buckets.get(name)!.objects.size;
  return { runs: new Map(runs.map((run) => [run.source.name, run])), noted, left };
}

const throws = (error: unknown) => () => Promise.reject(error as Error);
const SDK = Object.assign(new Error('no such operation'), { name: 'SomethingNew', $fault: 'client' });

it.each([
  [
    'a secret that does not open',
    new RegistryError('The secret is damaged.', 'conflict'),
    'SecretNotOpened',
    /^The secret is damaged\.$/,
  ],
  [
    'a fault in its set-up',
    new TypeError('x is undefined'),
    'Unexpected',
    /unexpectedly \(TypeError: x is undefined\)/,
  ],
  ['what the SDK throws', SDK, 'Unexpected', /unexpectedly \(SomethingNew: no such operation\)/],
  ['what AWS refuses', new AwsError('AccessDenied', 'Denied.'), 'AccessDenied', /^Denied\.$/],
  ['what is no error', 'nonsense', 'Unexpected', /unexpectedly \(nonsense\)/],
] as const)('%s is the error of that source, which the others do not notice', async (_what, error, code, message) => {
  const { runs, noted, left } = await setUp({ broken: { bucketOf: throws(error) } });
  expect(runs.get('broken')).toMatchObject({ error: expect.stringMatching(message) });
  expect(runs.get('broken')).not.toHaveProperty('failure');
  expect(noted.get('broken')).toMatchObject({
    lastRun: NOW,
    lastError: expect.stringMatching(message),
    lastErrorCode: code,
  });
  expect([left('broken'), left('well')]).toEqual([1, 0]);
  expect(noted.get('well')).toMatchObject({ lastRun: NOW, lastError: undefined });
});

it('is no other when it shows only while the bucket is listed', async () => {
  const { runs, noted, left } = await setUp({ broken: { list: throws(new RangeError('too far')) } });
  expect(runs.get('broken')).toMatchObject({ error: expect.stringMatching(/RangeError: too far/) });
  expect(runs.get('broken')?.unexpected).toBeInstanceOf(RangeError);
  expect(noted.get('broken')?.lastError).toMatch(/RangeError: too far/);
  expect(left('well')).toBe(0);
});

it('has its bucket listed where only its queue is set wrong, and says so', async () => {
  const { runs, noted, left } = await setUp({ broken: { queueOf: throws(new TypeError('Invalid URL')) } });
  expect(runs.get('broken')).toMatchObject({ error: expect.stringMatching(/TypeError: Invalid URL/) });
  expect(noted.get('broken')).toMatchObject({ lastErrorCode: 'sqs:Unexpected' });
  expect([left('broken'), left('well')]).toEqual([0, 0]);
});

it.each([
  ['the store', new InfluxError('unavailable', 'InfluxDB does not answer.')],
  ['the registry', new RegistryError('The data directory cannot be used.', 'conflict')],
  [
    'the disk',
    Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC', syscall: 'write' }),
  ],
])('an error of %s is nobody’s own, and the others are done all the same', async (_what, error) => {
  const { runs, noted, left } = await setUp({ broken: { list: throws(error) } });
  expect(runs.get('broken')).toMatchObject({ failure: error });
  expect(runs.get('broken')?.error).toBeUndefined();
  expect(noted.get('broken')?.lastError).toBeUndefined();
  expect(left('well')).toBe(0);
});
