import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { REGION, World } from '../testing/world';

/** An InfluxDB as it is installed, but with limits that a few objects reach. */
const LIMITS = { INFLUXDB_DATA_INDEX_VERSION: 'inmem', INFLUXDB_DATA_MAX_VALUES_PER_TAG: '60' };

beforeAll(() => void Object.assign(process.env, LIMITS));
afterAll(() => Object.keys(LIMITS).forEach((name) => delete process.env[name]));
const world = World.forTests();

async function bucketWithLogs(seed: number) {
  const bucket = await world.bucket();
  const file = join(world.folder, `truth-${seed}.json`);
  const size = ['--minutes', '30', '--interfaces', '10', '--seed', String(seed)];
  await world.deployment().ok('generate', '--out', `s3://${bucket}`, ...size, '--truth', file);
  return {
    bucket,
    truth: JSON.parse(readFileSync(file, 'utf8')) as { measurements: unknown; notCollected: number },
  };
}

describe('a store with limits on series', () => {
  it('takes every object all the same, and the points of collection say that fewer names are kept', async () => {
    const { bucket, truth } = await bucketWithLogs(21);
    const flowscope = world.deployment();
    await flowscope.ok('source', 'add', 'a', '--bucket', bucket, '--region', REGION, '--delete-after-collecting');
    const ended = await flowscope.run('collect', '--once');
    expect(ended).toMatchObject({ code: 0, stderr: expect.stringContaining('max-values-per-tag = 60') as string });
    expect(await flowscope.sums('minute')).toEqual(truth.measurements);
    expect(await flowscope.sums('hour')).toEqual(truth.measurements);
    expect(await world.keys(bucket)).toHaveLength(truth.notCollected);
    expect(await flowscope.query('SELECT last("top_k") AS "k", "refused" FROM "minute"."collection"')).toMatchObject([
      { k: 0, refused: 0 },
    ]);
  });
});
