import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { makeCompany } from './company';
import { parseInventory } from './inventory';
import { type GeneratedObject, generateObjects } from './objects';
import { DEFAULT_GENERATE_OPTIONS, type GenerateOptions } from './options';
import { TruthTally } from './truth';

const END_SECONDS = Date.UTC(2026, 2, 3, 12, 0) / 1000;
const OPTIONS: GenerateOptions = { ...DEFAULT_GENERATE_OPTIONS, endSeconds: END_SECONDS, minutes: 60, seed: 7 };

const PLAIN_KEY =
  /^AWSLogs\/(\d{12})\/vpcflowlogs\/([a-z0-9-]+)\/\d{4}\/\d\d\/\d\d\/\1_vpcflowlogs_\2_fl-[0-9a-f]{17}_\d{8}T\d\d[0-5][05]Z_[0-9a-f]{8}\.log\.gz$/;
const HIVE_KEY =
  /^AWSLogs\/aws-account-id=(\d{12})\/aws-service=vpcflowlogs\/aws-region=([a-z0-9-]+)\/year=\d{4}\/month=\d\d\/day=\d\d\/hour=\d\d\/\1_vpcflowlogs_\2_fl-[0-9a-f]{17}_\d{8}T\d\d[0-5][05]Z_[0-9a-f]{8}\.log\.gz$/;

type Row = Record<string, string>;

/** Reads an object the slow way, with nothing of the generator. */
function parse({ body }: GeneratedObject): { header: string[]; rows: Row[] } {
  const [header, ...lines] = gunzipSync(body).toString().trimEnd().split('\n');
  const names = header.split(' ');
  const rows = lines.map((line) => {
    const values = line.split(' ');
    expect(values).toHaveLength(names.length);
    return Object.fromEntries(names.map((name, i) => [name, values[i]]));
  });
  return { header: names, rows };
}

function hashOf(options: GenerateOptions): string {
  const hash = createHash('sha256');
  for (const { key, body } of generateObjects(options)) {
    hash.update(key).update(body);
  }
  return hash.digest('hex');
}

function sortedLines(options: GenerateOptions): string[] {
  return [...generateObjects(options)]
    .flatMap((object) => gunzipSync(object.body).toString().trimEnd().split('\n').slice(1))
    .sort();
}

describe('generateObjects', () => {
  const objects = [...generateObjects(OPTIONS)];
  const parsed = objects.map((object) => ({ ...object, ...parse(object) }));
  const collected = parsed.filter(({ header }) => header.includes('log-status'));
  const records = collected.flatMap(({ rows }) => rows);
  const traffic = records.filter((row) => row['log-status'] === 'OK');

  it('gives the same bytes for the same seed, and others for another', () => {
    const options = { ...OPTIONS, minutes: 10 };
    expect(hashOf(options)).toBe(hashOf({ ...options }));
    expect(hashOf({ ...options, seed: 8 })).not.toBe(hashOf(options));
  });

  it('gives the same records minute by minute as at once', () => {
    const atOnce = sortedLines({ ...OPTIONS, minutes: 20 });
    const piecemeal = Array.from({ length: 20 }, (_, i) =>
      sortedLines({ ...OPTIONS, minutes: 1, endSeconds: END_SECONDS - i * 60 })
    );
    expect(piecemeal.flat().sort()).toEqual(atOnce);
  });

  it('writes the key layouts of AWS, each name once', () => {
    const keys = objects.map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys.filter((key) => !PLAIN_KEY.test(key) && !HIVE_KEY.test(key))).toEqual([]);
    expect(keys.some((key) => PLAIN_KEY.test(key)) && keys.some((key) => HIVE_KEY.test(key))).toBe(true);
    const [prefixed] = generateObjects({ ...OPTIONS, minutes: 1, prefix: 'some/folder/' });
    expect(prefixed.key).toMatch(/^some\/folder\/AWSLogs\//);
  });

  it('puts every record into the five minutes in which it ends', () => {
    for (const { key, slot, rows } of parsed) {
      const [, date, hour, minute] = /_(\d{8})T(\d\d)(\d\d)Z_/.exec(key) ?? [];
      const iso = `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}T${hour}:${minute}:00Z`;
      expect(Date.parse(iso) / 1000).toBe(slot);
      const misplaced = rows.filter((row) => Number(row.end) < slot || Number(row.end) >= slot + 300);
      expect(misplaced).toEqual([]);
      expect(rows.filter((row) => Number(row.start) > Number(row.end))).toEqual([]);
    }
  });

  it('spans up to a minute, or up to ten where the flow log aggregates ten', () => {
    for (const { flowLog, rows } of parsed) {
      const longest = Math.max(...rows.map((row) => Number(row.end) - Number(row.start)));
      expect(longest).toBeLessThan(flowLog.aggregationSeconds);
    }
    const longest = Math.max(...records.map((row) => Number(row.end) - Number(row.start)));
    expect(longest).toBeGreaterThan(300);
  });

  it('mixes formats, among them one without log-status and some without vpc-id or ports', () => {
    const headers = new Set(parsed.map(({ header }) => header.join(' ')));
    expect(headers.size).toBeGreaterThanOrEqual(6);
    expect(parsed.some(({ header }) => header.length === 29)).toBe(true);
    expect(parsed.some(({ header }) => !header.includes('log-status'))).toBe(true);
    expect(collected.some(({ header }) => !header.includes('vpc-id'))).toBe(true);
    expect(collected.some(({ header }) => !header.includes('srcport'))).toBe(true);
  });

  it('writes - for traffic in rows without traffic', () => {
    const rows = records.filter((row) => row['log-status'] !== 'OK');
    expect(new Set(rows.map((row) => row['log-status']))).toEqual(new Set(['NODATA', 'SKIPDATA']));
    for (const row of rows) {
      expect([row.srcaddr, row.dstaddr, row.bytes, row.packets, row.action]).toEqual(['-', '-', '-', '-', '-']);
      expect(row['interface-id']).toMatch(/^eni-/);
    }
  });

  it('shows a flow at both interfaces, with the same bytes', () => {
    const sums = new Map<string, Map<string, number>>();
    // Inside the first VPC: the second aggregates ten minutes, so its side of a flow has other sums.
    const inside = ({ srcaddr, dstaddr }: Row) => srcaddr.startsWith('10.20.') && dstaddr.startsWith('10.20.');
    for (const row of traffic.filter((each) => inside(each) && each.action === 'ACCEPT')) {
      const flow = [row.srcaddr, row.dstaddr, row.srcport, row.dstport, row.start].join(' ');
      const at = sums.get(flow) ?? new Map<string, number>();
      sums.set(flow, at.set(row['interface-id'], (at.get(row['interface-id']) ?? 0) + Number(row.bytes)));
    }
    const seenTwice = [...sums.values()].filter((at) => at.size === 2).map((at) => [...at.values()]);
    expect(seenTwice.length).toBeGreaterThan(1_000);
    expect(seenTwice.every(([one, other]) => one === other)).toBe(true);
  });

  it('has refused scans, IPv6, UDP, ICMP and addresses behind a NAT gateway', () => {
    const has = (test: (row: Row) => boolean) => traffic.some(test);
    expect(has((row) => row.action === 'REJECT' && row.srcaddr.startsWith('198.19.'))).toBe(true);
    expect(has((row) => row.srcaddr.includes(':') && row.type === 'IPv6')).toBe(true);
    expect(has((row) => row.protocol === '17' && row.dstport === '53')).toBe(true);
    expect(has((row) => row.protocol === '1' && row.srcport === '0')).toBe(true);
    expect(has((row) => row['pkt-dstaddr'] !== undefined && row['pkt-dstaddr'] !== row.dstaddr)).toBe(true);
  });

  it('keeps near the wanted number of records', () => {
    const wanted = OPTIONS.minutes * OPTIONS.interfaces * OPTIONS.recordsPerMinute;
    const written = parsed.reduce((sum, { rows }) => sum + rows.length, 0);
    expect(written / wanted).toBeGreaterThan(0.6);
    expect(written / wanted).toBeLessThan(1.8);
  });

  it('knows the exact sums of what it wrote', () => {
    const tally = new TruthTally();
    objects.forEach(({ counts }) => tally.add(counts));
    const truth = tally.truth();

    const status = (name: string) => records.filter((row) => row['log-status'] === name).length;
    const sumsOf = (isMeasured: (header: string[]) => boolean, isCounted = (_row: Row) => true) => {
      const rows = collected
        .filter(({ header }) => isMeasured(header))
        .flatMap(({ rows: own }) => own.filter((row) => row['log-status'] === 'OK' && isCounted(row)));
      const total = (field: string) => rows.reduce((sum, row) => sum + BigInt(row[field]), 0n).toString();
      return { bytes: total('bytes'), packets: total('packets'), flows: String(rows.length) };
    };
    const sums = (...needed: string[]) => sumsOf((header) => needed.every((field) => header.includes(field)));
    const exporters = collected.flatMap(({ key, rows }) => {
      const account = /(\d{12})_vpcflowlogs_/.exec(key)?.[1];
      const own = rows.filter((row) => row['log-status'] === 'OK');
      return own.map((row) => `${account}/${row['vpc-id'] ?? row['subnet-id'] ?? row['interface-id']}`);
    });
    const notCollected = objects.length - collected.length;
    expect(truth).toEqual({
      objects: objects.length,
      collected: collected.length,
      notCollected,
      quarantined: 0,
      duplicates: 0,
      records: records.length,
      ok: status('OK'),
      nodata: status('NODATA'),
      skipdata: status('SKIPDATA'),
      malformed: 0,
      ...sums(),
      exporters: new Set(exporters).size,
      reasons: { nodata: status('NODATA'), skipdata: status('SKIPDATA'), 'log-status-missing': notCollected },
      measurements: {
        flow_interface: sums(),
        flow_source: sums('srcaddr'),
        flow_destination: sums('dstaddr'),
        flow_pair: sums('srcaddr', 'dstaddr'),
        flow_application: sums('protocol', 'srcport', 'dstport'),
        flow_interface_pair: sums('srcaddr', 'dstaddr'),
        flow_path: sumsOf((header) => header.includes('flow-direction')),
        flow_refused: sumsOf(
          (header) => header.includes('action'),
          ({ action }) => action === 'REJECT'
        ),
        flow_service: sums('srcaddr', 'dstaddr', 'protocol', 'srcport', 'dstport'),
      },
    });
    for (const name of ['flow_application', 'flow_path', 'flow_refused'] as const) {
      expect(BigInt(truth.measurements[name].flows)).toBeGreaterThan(0n);
      expect(truth.measurements[name].flows).not.toBe(truth.flows);
    }
    expect(notCollected).toBeGreaterThan(0);
  });

  it.each([1, 2, 3, 11])('works for a company of %d interfaces', (interfaces) => {
    const [first] = generateObjects({ ...OPTIONS, interfaces, minutes: 5 });
    expect(parse(first).rows.length).toBeGreaterThan(0);
  });
});

describe('parseInventory', () => {
  const company = makeCompany(3, 12);

  it('reads what makeCompany makes, and its ids reach the records', () => {
    const inventory = parseInventory(JSON.stringify(company));
    expect(inventory).toEqual(company);
    const ids = new Set(inventory.interfaces.map(({ id }) => id));
    const rows = [...generateObjects({ ...OPTIONS, minutes: 10, inventory })].flatMap((object) => parse(object).rows);
    expect(rows.every((row) => ids.has(row['interface-id']))).toBe(true);
  });

  it('names what is missing', () => {
    const [first, ...others] = company.subnets;
    const text = JSON.stringify({ ...company, subnets: others });
    expect(() => parseInventory(text)).toThrow(`which the inventory does not list`);
    expect(() => parseInventory(text)).toThrow(first.id);
  });

  it.each([
    ['no JSON', '{', /not JSON/],
    ['another shape', '{"accounts":[]}', /has faults/],
    ['a wrong id', JSON.stringify({ ...company, accounts: [{ id: '12', name: 'x' }] }), /12 digits/],
  ])('refuses %s', (_, text, message) => {
    expect(() => parseInventory(text)).toThrow(message);
  });
});
