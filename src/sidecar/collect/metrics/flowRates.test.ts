import type { RequestListener } from 'node:http';
import type { CompleteMinute } from '../../completeness/source';
import { EntityPublisher } from '../../entities/publish';
import { UNKNOWN_PLACE } from '../../registry/entities';
import { InfluxClient } from '../../store/influx';
import { PointWriter } from '../../store/writer';
import { influxForTests, withServer } from '../../testing/influx';
import { registryForTests } from '../../testing/registry';
import { FlowRates } from './flowRates';

const database = influxForTests();
const registry = registryForTests();

const MINUTE = 60;
const ACCOUNT = '111122223333';
/** A whole hour, a while ago: simulated time begins here. */
const BEGIN = Math.floor(Date.now() / 3_600_000) * 3600 - 12 * 3600;

interface Traffic {
  readonly minute: number;
  readonly bytes?: number;
  readonly flows?: number;
  readonly interface?: string;
  readonly account?: string;
  readonly action?: string;
  readonly direction?: string;
  readonly counted?: string;
  readonly transit?: string;
}

/** Rates over one database. Minutes count from BEGIN; the newest complete one is twenty minutes ago. */
async function setUp() {
  const client = await database();
  const writer = new PointWriter(client, { patienceMs: 5000 });
  const rates = new FlowRates({ registry: registry(), client, writer });
  const traffic = (...some: readonly Traffic[]) =>
    client.write(
      'minute',
      some
        .map(
          ({
            minute,
            bytes = 600,
            flows = 6,
            account = ACCOUNT,
            action = 'ACCEPT',
            direction = 'ingress',
            counted = 'once',
            transit = 'no',
            ...rest
          }) => {
            const place = `account=${account},action=${action},interface=${rest.interface ?? 'eni-1'}`;
            const tags = `${place},counted=${counted},direction=${direction},transit=${transit}`;
            return `flow_interface,${tags} bytes=${bytes}i,packets=${flows}i,flows=${flows}i ${BEGIN + minute * MINUTE}000000001`;
          }
        )
        .join('\n')
    );
  const write = (minute: number, wallClock = minute + 20, changes: Partial<CompleteMinute> = {}) =>
    rates.write(
      [{ account: ACCOUNT, minute: BEGIN + minute * MINUTE, aggregation: 60, ...changes }],
      BEGIN + wallClock * MINUTE
    );
  return { client, rates, traffic, write };
}

/** What is written of an interface at a wall-clock minute. */
async function ratesAt(client: InfluxClient, wallClock: number) {
  const rows = await client.query(`SELECT * FROM "minute"."flow_rate" WHERE time = ${BEGIN + wallClock * MINUTE}s`);
  return rows.map(({ time, ...row }) => Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)));
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

it('writes the rates of a minute at wall-clock time, with names', async () => {
  const { client, traffic, write } = await setUp();
  await registry().describeEntities(
    [
      { ...UNKNOWN_PLACE, kind: 'interface', id: 'eni-1', description: 'web, 1', vpc: 'vpc-1', instance: 'i-1' },
      { ...UNKNOWN_PLACE, kind: 'instance', id: 'i-1', description: 'web server' },
      { ...UNKNOWN_PLACE, kind: 'vpc', id: 'vpc-1', description: 'Büro "A"' },
    ],
    BEGIN
  );
  await new EntityPublisher(registry(), client).publishNew();
  await traffic(
    { minute: 10, bytes: 600 },
    { minute: 10, bytes: 300, flows: 3, direction: 'egress' },
    { minute: 9, bytes: 9 },
    { minute: 11, bytes: 9 },
    { minute: 10, bytes: 60, flows: 60, action: 'REJECT', interface: 'eni-2' }
  );
  await write(10);
  expect(await ratesAt(client, 30)).toEqual([
    {
      ...{ account: ACCOUNT, interface: 'eni-1', action: 'ACCEPT' },
      ...{ interface_name: 'web, 1', instance_name: 'web server', vpc_name: 'Büro "A"' },
      ...{ bps: 120, pps: 0.15, fps: 0.15 },
    },
    {
      ...{ account: ACCOUNT, interface: 'eni-2', action: 'REJECT' },
      ...{ interface_name: 'eni-2', instance_name: '-', vpc_name: '-' },
      ...{ bps: 8, pps: 1, fps: 1 },
    },
  ]);
});

it('sums up all that an interface saw, counted elsewhere or passing through as well', async () => {
  const { client, traffic, write } = await setUp();
  await traffic(
    { minute: 10, bytes: 600 },
    { minute: 10, bytes: 300, counted: 'again' },
    { minute: 10, bytes: 150, transit: 'yes' },
    ...range(-24 * 60, -24 * 60 + 30).map((minute) => ({ minute, bytes: 600, flows: 1, counted: 'again' }))
  );
  await write(10);
  expect(await ratesAt(client, 30)).toMatchObject([{ interface: 'eni-1', bps: (1050 * 8) / 60, fps: 18 / 60 }]);
});

it('writes the same again while no newer minute is complete, and never an older one', async () => {
  const { client, traffic, write } = await setUp();
  await traffic(...range(0, 11).map((minute) => ({ minute, bytes: minute })));
  await write(10, 30);
  await write(10, 31);
  await write(5, 32);
  const written = [await ratesAt(client, 30), await ratesAt(client, 31), await ratesAt(client, 32)];
  expect(written.map(([rate]) => rate.bps)).toEqual([80 / 60, 80 / 60, 80 / 60]);
});

it('writes nothing from a minute that is hours ago', async () => {
  const { client, traffic, write } = await setUp();
  await traffic({ minute: 10 });
  await write(10, 10 + 180);
  expect(await ratesAt(client, 190)).toEqual([]);
});

it('is zero for a while after steady traffic stopped, then nothing', async () => {
  const { client, traffic, write } = await setUp();
  await traffic(...range(0, 60).map((minute) => ({ minute })), { minute: 50, interface: 'eni-rare' });
  await traffic(...range(0, 120).map((minute) => ({ minute, interface: 'eni-busy' })));
  const bps = async (minute: number) => {
    await write(minute);
    const rates = await ratesAt(client, minute + 20);
    return Object.fromEntries(rates.map((rate) => [rate.interface, rate.bps]));
  };
  // Minutes become complete five at a time.
  expect(await bps(59)).toEqual({ 'eni-1': 80, 'eni-busy': 80 });
  expect(await bps(64)).toEqual({ 'eni-1': 0, 'eni-busy': 80 });
  expect(await bps(104)).toEqual({ 'eni-1': 0, 'eni-busy': 80 });
  expect(await bps(109)).toEqual({ 'eni-busy': 80 });
});

it('knows after a restart who had steady traffic', async () => {
  const { client, traffic, write } = await setUp();
  await traffic(...range(0, 60).map((minute) => ({ minute })));
  await write(75);
  expect(await ratesAt(client, 95)).toMatchObject([{ interface: 'eni-1', bps: 0, pps: 0, fps: 0 }]);
});

it('brings what was yesterday along, where traffic of yesterday is known', async () => {
  const { client, traffic, write } = await setUp();
  const yesterday = -24 * 60;
  await traffic(
    { minute: 10 },
    { minute: 10, interface: 'eni-new' },
    ...range(yesterday - 20, yesterday + 40).map((minute) => ({ minute, bytes: 7500, flows: 3 })),
    { minute: yesterday + 10, bytes: 0, flows: 57, direction: 'egress' }
  );
  await write(10);
  expect(await ratesAt(client, 30)).toMatchObject([
    { interface: 'eni-1', bps_yesterday: 1000, fps_yesterday: 1 },
    { interface: 'eni-new', bps_yesterday: 0, fps_yesterday: 0 },
  ]);
});

it('spreads flows over ten minutes where records sum up as much', async () => {
  const { client, traffic, write } = await setUp();
  await traffic(
    { minute: 1, flows: 0 },
    { minute: 2, flows: 1200 },
    ...range(3, 11).map((minute) => ({ minute, flows: 0 }))
  );
  await write(10, 30, { aggregation: 600 });
  expect(await ratesAt(client, 30)).toMatchObject([{ bps: 80, fps: 2 }]);
});

it('takes each account at its own minute', async () => {
  const { client, rates, traffic } = await setUp();
  const other = '999999999999';
  await traffic(
    { minute: 10, bytes: 60 },
    { minute: 7, bytes: 30, account: other },
    { minute: 10, bytes: 9, account: other }
  );
  const minutes = [
    { account: ACCOUNT, minute: BEGIN + 10 * MINUTE, aggregation: 60 },
    { account: other, minute: BEGIN + 7 * MINUTE, aggregation: 60 },
  ];
  await rates.write(minutes, BEGIN + 30 * MINUTE);
  expect(await ratesAt(client, 30)).toMatchObject([
    { account: ACCOUNT, bps: 8 },
    { account: other, bps: 4 },
  ]);
  // One whose flow logs fell silent is not known any more.
  await rates.write(minutes.slice(0, 1), BEGIN + 31 * MINUTE);
  expect(await ratesAt(client, 31)).toMatchObject([{ account: ACCOUNT, bps: 8 }]);
});

describe('a network of 20,000 interfaces', () => {
  const FIRST = BEGIN + 3 * MINUTE;
  const INTERFACES = range(0, 20_000).map((i) => `eni-${i}`);

  /**
   * Answers as an InfluxDB in which every interface has 600 bytes in each minute from the fourth on: a real one takes half a
   * minute for as many series. Collects what is written.
   */
  function storeOf(written: string[]): RequestListener {
    const rowsOf = (query: string) => {
      const [, from, to] = /time >= (\d+)s AND time < (\d+)s/.exec(query)!.map(Number);
      const minutes = range(Math.max(from, FIRST) / MINUTE, to / MINUTE).map((minute) => minute * MINUTE);
      const times = query.includes('time(1m)') ? minutes : minutes.slice(0, 1);
      return times.map((time) => [new Date(time * 1000).toISOString(), 600, 6, 6]);
    };
    return (request, response) => {
      // A connection that idles while this process works would be closed just when it is used again.
      response.setHeader('Connection', 'close');
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = Buffer.concat(chunks).toString();
        if (request.url!.startsWith('/write')) {
          written.push(body);
          response.writeHead(204).end();
          return;
        }
        const values = rowsOf(new URLSearchParams(body).get('q')!);
        const series = INTERFACES.map((id) => ({
          name: 'flow_interface',
          tags: { account: ACCOUNT, interface: id, action: 'ACCEPT' },
          columns: ['time', 'bytes', 'packets', 'flows'],
          values,
        }));
        response.end(JSON.stringify({ results: [values.length > 0 ? { series } : {}] }));
      });
    };
  }

  it('has the rates of every interface written, though its history has more rows than a call can have arguments', async () => {
    const written: string[] = [];
    await withServer(storeOf(written), async (url) => {
      const client = new InfluxClient({ url, database: 'flowscope' });
      const writer = new PointWriter(client, { patienceMs: 5000 });
      const rates = new FlowRates({ registry: registry(), client, writer });
      await rates.write([{ account: ACCOUNT, minute: FIRST + 8 * MINUTE, aggregation: 60 }], FIRST + 30 * MINUTE);
    });
    const lines = written.join('').trimEnd().split('\n');
    expect(new Set(lines.map((line) => /,interface=([^,]+)/.exec(line)![1])).size).toBe(INTERFACES.length);
    expect(lines).toHaveLength(INTERFACES.length);
    expect(lines.every((line) => line.includes(' bps=80,'))).toBe(true);
  }, 30_000);
});
