import { MEASUREMENTS } from '../rollup/measurements';
import { influxForTests } from '../testing/influx';
import { recomputeHour } from './hours';
import type { InfluxClient } from './influx';

const database = influxForTests();

const NOW = Math.floor(Date.now() / 1000);
const HOUR = NOW - (NOW % 3600) - 7200;
const TAGS = 'account=1,action=ACCEPT,interface=eni-1,src=a\\ b\\,c';

const point = (time: number, offset: number, bytes: number | string, name = 'flow_source') =>
  `${name},${TAGS} bytes=${bytes}i,packets=2i,flows=1i ${time}${String(offset).padStart(9, '0')}`;

const SUMS = 'sum("bytes") AS "bytes", sum("packets") AS "packets", sum("flows") AS "flows"';
const hourSums = async (client: InfluxClient, name = 'flow_source') =>
  (await client.query(`SELECT ${SUMS} FROM "hour"."${name}"`)).map(({ bytes, packets, flows }) => [
    bytes,
    packets,
    flows,
  ]);

describe('recomputeHour', () => {
  it('sums every minute and offset of that hour, and nothing of its neighbours', async () => {
    const client = await database();
    const inside = [point(HOUR, 0, 1), point(HOUR, 1, 10), point(HOUR, 2, 100), point(HOUR + 3599, 999_999_999, 1000)];
    const outside = [point(HOUR - 1, 999_999_999, 5), point(HOUR + 3600, 0, 5)];
    await client.write('minute', [...inside, ...outside].join('\n'));
    await recomputeHour(client, HOUR);
    expect(await hourSums(client)).toEqual([[1111, 8, 4]]);
  });

  it('overwrites: again, and after late points', async () => {
    const client = await database();
    await client.write('minute', point(HOUR, 1, 10));
    await recomputeHour(client, HOUR);
    await recomputeHour(client, HOUR);
    expect(await hourSums(client)).toEqual([[10, 2, 1]]);
    await client.write('minute', point(HOUR + 60, 2, 5));
    await recomputeHour(client, HOUR);
    expect(await hourSums(client)).toEqual([[15, 4, 2]]);
  });

  it('leaves points alone that were written straight to hour', async () => {
    const client = await database();
    await client.write('hour', point(HOUR, 7, 100));
    await client.write('minute', point(HOUR, 8, 10));
    await recomputeHour(client, HOUR);
    await recomputeHour(client, HOUR);
    expect(await hourSums(client)).toEqual([[110, 4, 2]]);
  });

  it.each([
    ['their tags', '1000', 1001],
    [
      'integers beyond 2^53',
      '9007199254740992',
      process.env.FLOWSCOPE_TEST_STORE === 'openGemini' ? '9007199254740992' : '9007199254740993',
    ],
  ])('keeps series apart, and %s', async (_what, big, sum) => {
    const client = await database();
    await client.write(
      'minute',
      [point(HOUR, 1, big), point(HOUR + 60, 1, 1), point(HOUR, 1, 3).replace('eni-1', 'eni-2')].join('\n')
    );
    await recomputeHour(client, HOUR);
    const rows = await client.query(`SELECT ${SUMS} FROM "hour"."flow_source" GROUP BY *`);
    expect(rows).toMatchObject([
      { interface: 'eni-1', src: 'a b,c', bytes: sum, packets: 4 },
      { interface: 'eni-2', src: 'a b,c', bytes: 3, packets: 2 },
    ]);
  });

  it('covers every measurement of sums and the quality', async () => {
    const client = await database();
    const lines = MEASUREMENTS.map(({ name }) => point(HOUR, 1, 10, name));
    await client.write(
      'minute',
      [...lines, `flow_quality,reason=ok,source_id=s records=4i ${HOUR}000000001`].join('\n')
    );
    await recomputeHour(client, HOUR);
    for (const { name } of MEASUREMENTS) {
      expect(await hourSums(client, name)).toEqual([[10, 2, 1]]);
    }
    expect(await client.query('SELECT sum("records") AS "n" FROM "hour"."flow_quality"')).toMatchObject([{ n: 4 }]);
  });

  it('makes nothing of an hour without points', async () => {
    const client = await database();
    await recomputeHour(client, HOUR);
    for (const { name } of MEASUREMENTS) {
      expect(await client.query(`SELECT * FROM "hour"."${name}"`)).toEqual([]);
    }
  });
});
