import { influxForTests } from '../testing/influx';

const database = influxForTests({ INFLUXDB_HTTP_MAX_ROW_LIMIT: '3' });

const NOW = Math.floor(Date.now() / 1000);

const failureOf = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: Error) => error
  );

describe('InfluxDB with a limit on rows', () => {
  it('is told apart from one that has no more rows, and what to do is said', async () => {
    const client = await database();
    const lines = Array.from({ length: 4 }, (_, i) => `m,t=${i} v=${i}i ${NOW - i}000000000`);
    await client.write('minute', lines.join('\n'));
    expect(await client.query('SELECT "v" FROM "m" LIMIT 3')).toHaveLength(3);
    for (const query of ['SELECT "v" FROM "m"', 'SELECT sum("v") FROM "m" GROUP BY "t"']) {
      const error = await failureOf(client.query(query));
      expect(error).toMatchObject({ name: 'InfluxError', failure: 'refused' });
      expect(error?.message).toMatch(/give 3 rows at most. Set max-row-limit = 0 in section \[http\]/);
    }
  });
});
