import { influxForTests } from '../testing/influx';
import { storeWarnings } from './schema';

describe('a store as it is installed, with limits', () => {
  const database = influxForTests({ INFLUXDB_DATA_INDEX_VERSION: 'inmem', INFLUXDB_DATA_MAX_VALUES_PER_TAG: '2' });

  it('is known by its answer, and stores the points below the limit', async () => {
    const client = await database();
    const now = Math.floor(Date.now() / 1000);
    const write = (...values: string[]) =>
      client.write('minute', values.map((value) => `m,t=${value} v=1i ${now}000000000`).join('\n'));
    await write('a', 'b');
    await expect(write('b', 'c')).rejects.toMatchObject({ failure: 'series-limit' });
    expect(await client.query('SELECT sum("v") AS "v" FROM "m"')).toMatchObject([{ v: 2 }]);
  });

  it('is warned of, with what to do', async () => {
    const warnings = await storeWarnings(await database());
    const end = 'and index-version = "tsi1" in section [data] of influxdb.conf, and restart InfluxDB.';
    expect(warnings).toContainEqual(expect.stringMatching(/^InfluxDB is set to max-values-per-tag = 2: /));
    expect(warnings).toContainEqual(expect.stringContaining(`Set max-values-per-tag = 0 ${end}`));
  });
});

describe('a store as the documentation has it', () => {
  const database = influxForTests();

  it('is not warned of', async () => {
    expect(await storeWarnings(await database())).toEqual([]);
  });
});
