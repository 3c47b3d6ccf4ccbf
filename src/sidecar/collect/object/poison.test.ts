import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { gzipSync } from 'node:zlib';
import { REGISTRY_FILE } from '../../registry/database';
import { V2_MEASUREMENTS } from '../../testing/measurements';
import { World, type Deployment } from '../../testing/world';

const COLUMNS =
  'version account-id vpc-id subnet-id instance-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes ' +
  'start end action log-status';
const PLACE = 'vpc-0a1b2c3d subnet-0a1b2c3d i-0a1b2c3d';
const FOLDER = 'AWSLogs/123456789012/vpcflowlogs/eu-west-1/2026/03/03';
const LARGEST = '9223372036854775807';
const LARGEST_PLUS_ONE = '9223372036854775808';
const DAY = 86_400;

/** A record of `bytes` bytes and one packet; its other fields are in order unless given. */
function record(bytes: number | string, start: number, place = PLACE): string {
  return `3 123456789012 ${place} eni-0a1b2c3d 10.0.0.1 10.0.0.2 40000 443 6 1 ${bytes} ${start} ${start + 5} ACCEPT OK`;
}

const gzip = (...lines: string[]) => gzipSync(lines.map((line) => `${line}\n`).join(''));
const object = (...records: string[]) => gzip(COLUMNS, ...records);

/** The ten objects by number, made at `now`. */
function poison(now: number): Buffer[] {
  const recent = now - 600;
  const [first, second] = [object(record(1, recent)), gzip(record(1, recent))];
  second[0] = 0;
  return [
    Buffer.concat([first, second]),
    object(record(1, recent), record(1, recent)).subarray(0, -12),
    object(record(LARGEST_PLUS_ONE, recent), record(300, recent)),
    object(record(LARGEST, recent), record(LARGEST, recent), record(400, recent)),
    object(record(500, now - 7 * DAY + 2)),
    gzip(COLUMNS.replace(' start end', ''), record(600, recent).replace(/ \d+ \d+ (?=ACCEPT)/, ' ')),
    object(record(700, recent, '- - -')),
    object(record(800, recent), record(8, recent)),
    object(record(900, recent)),
    object(record(1000, recent)),
  ];
}

const keyOf = (number: number) =>
  `${FOLDER}/123456789012_vpcflowlogs_eu-west-1_fl-0a1b2c3d_20260303T1200Z_${String(number).padStart(8, '0')}.log.gz`;

/** Objects 3 to 5 and 7 to 10, without the bad lines of 3 and 4. */
const STORED = { bytes: String(300 + 400 + 500 + 700 + 808 + 900 + 1000), packets: '8', flows: '8' };
const NOTHING = { bytes: '0', packets: '0', flows: '0' };
const EVERYWHERE = Object.fromEntries(V2_MEASUREMENTS.map((name) => [name, STORED]));

const world = World.forTests();
let proxy: Server;
/** Keys of the objects that were fetched. */
const fetched: string[] = [];

beforeAll(async () => {
  proxy = createServer((incoming, outgoing) => {
    const { method, url = '', headers } = incoming;
    if (method === 'GET' && url.includes('.log.gz')) {
      fetched.push(decodeURIComponent(url.slice(url.indexOf('AWSLogs'), url.indexOf('.log.gz') + 7)));
    }
    const onward = request(`${world.awsUrl}${url}`, { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(outgoing);
    });
    incoming.pipe(onward);
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
});

afterAll(() => {
  proxy.closeAllConnections();
  proxy.close();
});

/** Records by reason, as InfluxDB has them. */
async function quality(flowscope: Deployment): Promise<Record<string, unknown>> {
  const rows = await flowscope.query('SELECT sum("records") AS records FROM "hour"."flow_quality" GROUP BY "reason"');
  return Object.fromEntries(rows.map(({ reason, records }) => [String(reason), records]));
}

/** The least value of any point of any measurement; BigInt, for a wrong one may be beyond 2^53. */
async function least(flowscope: Deployment): Promise<bigint> {
  const values: bigint[] = [];
  for (const from of V2_MEASUREMENTS.flatMap((name) => [`"minute"."${name}"`, `"hour"."${name}"`])) {
    const [row] = await flowscope.query(
      `SELECT min("bytes") AS bytes, min("packets") AS packets, min("flows") AS flows FROM ${from}`
    );
    values.push(...['bytes', 'packets', 'flows'].map((metric) => BigInt(String(row[metric]))));
  }
  return values.reduce((a, b) => (a < b ? a : b));
}

/** What the ledger quotes of an object. */
function quotesOf(flowscope: Deployment, key: string): Array<{ reason: string; line: string }> {
  const db = new DatabaseSync(join(flowscope.env.FLOWSCOPE_DATA_DIR!, REGISTRY_FILE), { readOnly: true });
  try {
    const row = db.prepare('SELECT counts FROM ledger WHERE key = ?').get(key) as { counts: string };
    return (JSON.parse(row.counts) as { quotes: Array<{ reason: string; line: string }> }).quotes;
  } finally {
    db.close();
  }
}

/** All that a second look must not change. */
async function state(flowscope: Deployment, bucket: string) {
  return {
    keys: await world.keys(bucket),
    minute: await flowscope.sums('minute'),
    hour: await flowscope.sums('hour'),
    quality: await quality(flowscope),
    fetched: [...fetched].sort(),
    objects: await ledger(flowscope),
  };
}

/** The source's objects by state and reason. */
async function ledger(flowscope: Deployment): Promise<unknown[]> {
  const [source] = JSON.parse(await flowscope.ok('source', 'list', '--json')) as Array<{ objects: unknown[] }>;
  return source.objects;
}

describe('a source of ten objects, most of them poison', () => {
  it('gives what is good, keeps and names what is not, and is left alone the second time', async () => {
    const bucket = await world.bucket();
    const now = Math.floor(Date.now() / 1000);
    for (const [i, body] of poison(now).entries()) {
      await world.put(bucket, keyOf(i + 1), body);
    }
    const { port } = proxy.address() as AddressInfo;
    const flowscope = world.deployment({ AWS_ENDPOINT_URL: `http://127.0.0.1:${port}` });
    await flowscope.addSource(bucket);

    const counts = JSON.parse(await flowscope.ok('collect', '--once', '--json')) as unknown;

    expect(counts).toMatchObject({
      ...{ objects: 10, collected: 7, quarantined: 2, notCollected: 1, duplicates: 0 },
      ...{ records: 11, ok: 8, malformed: 3, ...STORED, exporters: 2 },
      reasons: { 'corrupt-gzip': 2, 'time-missing': 1, 'too-large': 3 },
      measurements: EVERYWHERE,
    });
    const first = await state(flowscope, bucket);
    expect(first.keys).toEqual([1, 2, 6].map(keyOf));
    expect(first.hour).toMatchObject(EVERYWHERE);
    expect(await least(flowscope)).toBe(1n);
    expect(first.quality).toEqual({ ok: 8, 'too-large': 3 });
    expect(first.fetched).toEqual(Array.from({ length: 10 }, (_, i) => keyOf(i + 1)));
    expect(first.objects).toMatchObject([
      { state: 'deleted', objects: 7 },
      { state: 'not-collected', reason: 'time-missing', objects: 1, message: expect.stringContaining('${start}') },
      { state: 'quarantined', reason: 'corrupt-gzip', objects: 2 },
    ]);
    const tooLarge = (bytes: string) => ({ reason: 'too-large', line: record(bytes, now - 600) });
    expect(quotesOf(flowscope, keyOf(3))).toEqual([tooLarge(LARGEST_PLUS_ONE)]);
    expect(quotesOf(flowscope, keyOf(4))).toEqual([tooLarge(LARGEST), tooLarge(LARGEST)]);

    const again = JSON.parse(await flowscope.ok('collect', '--once', '--json')) as unknown;

    expect(again).toMatchObject({ objects: 0, collected: 0, records: 0, ...NOTHING });
    expect(await state(flowscope, bucket)).toEqual(first);
  }, 120_000);
});
