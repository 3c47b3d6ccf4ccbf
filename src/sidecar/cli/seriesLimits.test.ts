import { World } from '../testing/world';

/** An InfluxDB as it is installed, but with limits that a few objects reach. */
const LIMITS = { INFLUXDB_DATA_INDEX_VERSION: 'inmem', INFLUXDB_DATA_MAX_VALUES_PER_TAG: '60' };

const world = World.forTests({ influxEnv: LIMITS });

describe('a store with limits on series', () => {
  it('takes every object all the same, and the points of collection say that fewer names are kept', async () => {
    const { bucket, truth } = await world.bucketWithLogs({ seed: 21, minutes: 30, interfaces: 10 });
    const flowscope = world.deployment();
    await flowscope.addSource(bucket);
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
