import { influxForTests, itUnlessOn } from '../testing/influx';
import { liveSeries } from './cardinality';
import { InfluxClient } from './influx';

const DAY = 86_400_000;
/** A midnight, two days ago. */
const MIDNIGHT = Math.floor(Date.now() / DAY) * DAY - 2 * DAY;

describe('liveSeries', () => {
  const database = influxForTests();
  const write = (client: InfluxClient, policy: string, values: readonly number[], time: number) =>
    client.write(policy, values.map((value) => `m,t=${value} v=1i ${time}000000`).join('\n'));

  itUnlessOn('openGemini')('is what the fullest day and week have, of this database', async () => {
    const client = await database();
    await write(await database(), 'minute', [1, 2, 3, 4, 5, 6, 7, 8], MIDNIGHT);
    expect(await liveSeries(client)).toEqual({ minute: 0, hour: 0 });
    await write(client, 'minute', [1, 2, 3], MIDNIGHT);
    await write(client, 'minute', [3, 4], MIDNIGHT + DAY);
    await write(client, 'hour', [1, 2, 3, 4], MIDNIGHT);
    expect(await liveSeries(client)).toEqual({ minute: 3, hour: 4 });
    // As the store itself says how many there are in all policies.
    expect(await client.query('SHOW SERIES')).toHaveLength(4);
  });

  it('is all there are where a store does not count by shards', async () => {
    const client = await database();
    await write(client, 'minute', [1, 2, 3], MIDNIGHT);
    await client.shown();
    const plain = new InfluxClient(client.settings);
    const query = plain.query.bind(plain);
    plain.query = (text: string) =>
      text.startsWith('SHOW STATS') ? Promise.reject(new Error('unsupported')) : query(text);
    expect(await liveSeries(plain)).toEqual({ minute: 3, hour: 3 });
  });
});
