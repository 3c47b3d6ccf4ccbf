import { InfluxClient } from '../store/influx';
import { influxForTests } from './influx';
import { readSums } from './influxReader';

const database = influxForTests();

const now = `${Math.floor(Date.now() / 1000)}000000000`;

/** A database with one point in each of two series. */
async function filled(bytes = '10'): Promise<InfluxClient> {
  const client = await database();
  const points = [`m,t=a bytes=${bytes}i,packets=2i,flows=1i ${now}`, `m,t=b bytes=1i,packets=3i,flows=1i ${now}`];
  await client.write('minute', points.join('\n'));
  return client;
}

describe('readSums', () => {
  it('gives the sums that both read, and 0 where nothing is', async () => {
    const client = await filled();
    expect(await readSums(client, 'minute', 'm')).toEqual({ bytes: '11', packets: '5', flows: '2' });
    expect(await readSums(client, 'hour', 'm')).toEqual({ bytes: '0', packets: '0', flows: '0' });
  });

  it('gives sums beyond 2^53 to the unit, though the package rounds them', async () => {
    const sums = await readSums(await filled('9007199254740992'), 'minute', 'm');
    expect(sums).toEqual({ bytes: '9007199254740993', packets: '5', flows: '2' });
  });

  it.each([
    [
      'another sum',
      { bytes: 12, packets: 5, flows: 2 },
      'bytes of minute.m: our client reads 12, the influx package 11',
    ],
    ['no sum', undefined, 'our client reads 0, the influx package 11'],
    ['a sum beyond 2^53 that is none', { bytes: '9007199254740993', packets: 5, flows: 2 }, 'the influx package 11'],
    ['a rounded text', { bytes: '11.0', packets: 5, flows: 2 }, 'our client reads 11.0, the influx package 11'],
  ])('throws when our client reads %s', async (_case, row, message) => {
    const lying = Object.assign(new InfluxClient((await filled()).settings), {
      query: () => Promise.resolve(row === undefined ? [] : [row]),
    });
    await expect(readSums(lying, 'minute', 'm')).rejects.toThrow(message);
  });

  it('reads again when something was written between the two', async () => {
    const client = await filled();
    let isFirst = true;
    const writing = Object.assign(new InfluxClient(client.settings), {
      query: async (influxql: string) => {
        const rows = await client.query(influxql);
        if (isFirst) {
          isFirst = false;
          await client.write('minute', `m,t=c bytes=4i,packets=1i,flows=1i ${now}`);
        }
        return rows;
      },
    });
    expect(await readSums(writing, 'minute', 'm')).toEqual({ bytes: '15', packets: '6', flows: '3' });
  });
});
