import type { FilterName } from '../../reports/filters';
import { METRICS } from '../../reports/metrics';
import { REPORTS, reportNamed } from '../../reports/reports';
import { InfluxClient } from '../store/influx';
import { runReport, type ReportOptions, type ReportResult } from './report';
import { resolveFilters } from './names';
import { ensureSchema, writeEntities, writePolicyChoice } from '../store/schema';
import { dropDatabases } from '../testing/influx';
import { sharedService, uniqueNumber } from '../testing/services';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** At half past, so that minutes and hours differ in what a range of them is widened to. */
const NOW = Math.floor(Date.now() / HOUR) * HOUR + 30 * MINUTE + 15_000;
const START = Math.floor(NOW / MINUTE) * MINUTE - 10 * MINUTE;

const WEB = 'eni-0a1';
const DB = 'eni-0b2';
const UNNAMED = 'eni-0c3';
const BIG = 2n ** 52n + 1n;

let client: InfluxClient;

beforeAll(async () => {
  client = new InfluxClient({ url: await sharedService('influx'), database: `report${await uniqueNumber()}` });
});

afterAll(() => dropDatabases([client]));

function run(name: string, options: Partial<ReportOptions> = {}): Promise<ReportResult> {
  const range = { from: NOW - HOUR, to: NOW };
  return runReport(client, reportNamed(name)!, { range, metric: 'bytes', top: 10, filters: [], now: NOW, ...options });
}

const only = (name: FilterName, ...values: string[]) => ({ filters: values.map((value) => ({ name, value })) });

test('a store without the database is empty, and says what to do', async () => {
  const result = await run('action', only('action', 'ACCEPT'));
  expect(result.rows).toEqual([]);
  expect(result.message).toContain('Nothing has been collected yet');
  expect(result.emptyBecause).toBe('nothing-collected');
});

describe('with traffic', () => {
  beforeAll(async () => {
    await ensureSchema(client);
    await writePolicyChoice(client, Math.floor(NOW / 1000));
    const nowhere = { vpc: '-', subnet: '-', instance: '-', account: '-', region: '-' };
    const place = { vpc: 'vpc-0f', subnet: 'subnet-0e', instance: '-', account: '1', region: 'eu-west-1' };
    await writeEntities(client, [
      {
        kind: 'interface',
        id: WEB,
        label: `Web "1", (Büro) (${WEB})`,
        name: 'Web "1", (Büro)',
        ...place,
        instance: 'i-0d',
      },
      { kind: 'interface', id: DB, label: `it's db (${DB})`, name: `it's db`, ...place },
      { kind: 'interface', id: UNNAMED, label: `${UNNAMED} (${UNNAMED})`, name: UNNAMED, ...nowhere },
      { kind: 'instance', id: 'i-0d', label: 'shop (i-0d)', name: 'shop', ...place },
      { kind: 'vpc', id: 'vpc-0f', label: 'prod (vpc-0f)', name: 'prod', ...place },
      { kind: 'subnet', id: 'subnet-0e', label: 'public (subnet-0e)', name: 'public', ...place },
      { kind: 'address', id: '10.0.0.1', label: `it's db (10.0.0.1)`, name: `it's db`, ...place },
    ]);
    const tags = (eni: string, action: string, vpc = 'vpc-0f') =>
      `account=1,exporter=1/vpc-0f,vpc=${vpc},subnet=-,instance=-,interface=${eni},action=${action}`;
    const point = (measurement: string, key: string, bytes: bigint, flows: number, at = START) =>
      `${measurement},${key} bytes=${bytes}i,packets=${flows * 2}i,flows=${flows}i ${at}000007`;
    const lines: string[] = [];
    // Per interface and action: keys of the top K and the rest, each seen at two minutes.
    const traffic = [
      {
        eni: WEB,
        action: 'ACCEPT',
        direction: 'ingress',
        keys: { '10.0.0.1': BIG, '10.0.0.9': 700n, other: 300n },
        flows: 5,
      },
      { eni: WEB, action: 'REJECT', direction: 'ingress', keys: { '198.51.100.7': 40n }, flows: 90 },
      { eni: DB, action: 'ACCEPT', direction: 'egress', keys: { '10.0.0.9': 5000n }, flows: 2 },
      { eni: UNNAMED, action: 'ACCEPT', direction: 'unknown', keys: { '10.0.0.9': 1n }, flows: 1 },
    ];
    for (const { eni, action, direction, keys, flows } of traffic) {
      for (const at of [START, START + MINUTE]) {
        for (const [address, bytes] of Object.entries(keys)) {
          const pair =
            address === 'other'
              ? 'src=other,dst=other,pair=other'
              : `src=${address},dst=10.9.9.9,pair=${address}\\ →\\ 10.9.9.9`;
          lines.push(
            point('flow_source', `${tags(eni, action)},src=${address}`, bytes, flows, at),
            point('flow_destination', `${tags(eni, action)},dst=${address}`, bytes, flows, at),
            point('flow_pair', `${tags(eni, action)},${pair}`, bytes, flows, at)
          );
        }
        const all = Object.values(keys);
        const sum = all.reduce((a, b) => a + b, 0n);
        lines.push(point('flow_interface', `${tags(eni, action)},direction=${direction}`, sum, flows * all.length, at));
      }
    }
    await client.write('minute', lines.join('\n'));
  });

  it.each(REPORTS)('$name adds up: rows and other make the exact total', async ({ name }) => {
    for (const top of [1, 10]) {
      const { rows, other, totals } = await run(name, { top });
      expect(rows.length).toBeGreaterThan(0);
      for (const { name: metric } of METRICS) {
        const shown = [...rows, ...(other ? [other] : [])].reduce((sum, row) => sum + BigInt(row[metric]), 0n);
        expect(String(shown)).toBe(totals[metric]);
      }
      // Beyond 2^53, to the unit.
      expect(totals.bytes).toBe(String(2n * (BIG + 700n + 300n + 40n + 5000n + 1n)));
      expect(totals.refusedFlows).toBe('180');
    }
  });

  it('shows descriptions beside ids, the id where there is none', async () => {
    const { rows } = await run('interface');
    expect(
      rows.map(({ interface: id, interfaceName, instanceName, subnetName, vpcName }) => [
        id,
        interfaceName,
        instanceName,
        subnetName,
        vpcName,
      ])
    ).toEqual([
      [WEB, 'Web "1", (Büro)', 'shop', 'public', 'prod'],
      [DB, `it's db`, '-', 'public', 'prod'],
      [UNNAMED, UNNAMED, '-', '-', '-'],
    ]);
    expect(rows.map((row) => [row.in, row.out, row.unknownDirection])).toEqual([
      [String(2n * (BIG + 1040n)), '0', '0'],
      ['0', '10000', '0'],
      ['0', '0', '2'],
    ]);
    expect(rows[0].refusedShare).toBeCloseTo(180 / 210);
  });

  it('ranks refused traffic by flows beside the rest, and leaves out what the top K summed up', async () => {
    const { rows, lowerBounds, other } = await run('action-interface-src', { top: 1 });
    expect(lowerBounds).toBe(true);
    expect(rows.map(({ action, source, sourceName }) => [action, source, sourceName])).toEqual([
      ['ACCEPT', '10.0.0.1', `it's db`],
      ['REJECT', '198.51.100.7', '198.51.100.7'],
    ]);
    expect(other!.bytes).toBe(String(2n * (700n + 300n + 5000n + 1n)));
  });

  it('filters by id, by description, and by several values', async () => {
    const interfaces = async (...values: string[]) =>
      (await run('interface', only('interface', ...values))).rows.map((row) => row.interface);
    expect(await interfaces(WEB)).toEqual([WEB]);
    expect(await interfaces('web "1", (büro)')).toEqual([WEB]);
    expect(await interfaces(`it's db`, UNNAMED)).toEqual([DB, UNNAMED]);
    await expect(interfaces('nothing')).rejects.toThrow('No Interface is called nothing');
    await expect(interfaces('eni-0ff')).rejects.toThrow('No Interface eni-0ff has been seen.');
  });

  it('takes any address as one that may have been seen, written as the store writes it', async () => {
    const addressOf = async (value: string) => (await run('pair-interface', only('source', value))).filters[0].id;
    expect(await addressOf('192.0.2.200')).toBe('192.0.2.200');
    expect(await addressOf('2001:0DB8:0::1')).toBe('2001:db8::1');
    for (const value of ['10.20', '10.0.0.256', '10.0.0.0/8', 'fe80::1%eth0', 'db']) {
      await expect(addressOf(value)).rejects.toThrow(`${value} is no address, and no Source is called so`);
    }
  });

  it('takes an action that is or can be, and an exporter that has been seen, in any case', async () => {
    const ids = async (name: FilterName, value: string) =>
      (await run('action', only(name, value))).filters.map(({ id }) => id);
    expect(await ids('action', 'reject')).toEqual(['REJECT']);
    expect(await ids('exporter', '1/VPC-0f')).toEqual(['1/vpc-0f']);
    await expect(ids('action', 'DENY')).rejects.toThrow('There is no action DENY.');
    await expect(ids('exporter', '2/vpc-0f')).rejects.toThrow('No traffic is counted under exporter 2/vpc-0f.');
  });

  it('takes what may be an id while there is nothing to compare it with', async () => {
    const empty = { query: () => Promise.resolve([]) };
    const ids = async (name: FilterName, value: string) => (await resolveFilters(empty, [{ name, value }]))[0].id;
    expect(await ids('interface', 'eni-0ff')).toBe('eni-0ff');
    expect(await ids('exporter', '1/vpc-0f')).toBe('1/vpc-0f');
    await expect(ids('interface', 'web')).rejects.toThrow('No Interface is called web');
    await expect(ids('action', 'DENY')).rejects.toThrow('There is no action DENY.');
  });

  it('totals what is known of a chosen address, and says that this is a lower bound', async () => {
    const result = await run('pair-interface', only('source', `it's db`));
    expect(result.exactTotals).toBe(false);
    expect(result.totals.bytes).toBe(String(2n * BIG));
    expect(result.other).toBeUndefined();
  });

  it('widens a range to whole windows', async () => {
    const minute = await run('action', { range: { from: START + 1, to: START + 2 } });
    expect(minute).toMatchObject({ policy: 'minute', range: { from: START, to: START + MINUTE } });
    expect(minute.totals.flows).toBe(String(5 * 3 + 90 + 2 + 1));
    const hour = await run('action', { range: { from: NOW - 7 * HOUR, to: NOW } });
    const whole = Math.floor(NOW / HOUR) * HOUR;
    expect(hour).toMatchObject({ policy: 'hour', range: { from: whole - 7 * HOUR, to: whole + HOUR } });
  });

  it('tells an empty range from filters that leave nothing', async () => {
    const empty = await run('action', { range: { from: NOW - 3 * HOUR, to: NOW - 2 * HOUR } });
    expect(empty).toMatchObject({ rows: [], totals: { bytes: '0', flows: '0' } });
    expect(empty.message).toContain('No traffic was counted');
    const filters = [...only('interface', DB).filters, ...only('action', 'REJECT').filters];
    expect(empty.emptyBecause).toBe('other');
    const filtered = await run('action', { filters });
    expect(filtered.message).toContain('the filters leave nothing');
    expect(filtered.emptyBecause).toBe('filtered-out');
  });

  it('says that a key may have been summed up as other, where there is other under the rest of the filters', async () => {
    const nothing = 'There is traffic in this range, but the filters leave nothing of it.';
    const kept = 'Each interface keeps only its busiest keys by name, so';
    const messageOf = async (name: string, ...filters: ReportOptions['filters']) =>
      (await run(name, { filters })).message;
    const destination = { name: 'destination', value: '203.0.113.29' } as const;
    const source = { name: 'source', value: '203.0.113.30' } as const;
    const atWeb = { name: 'interface', value: WEB } as const;
    const atDb = { name: 'interface', value: DB } as const;
    expect(await messageOf('action-interface-dst', destination)).toBe(
      `${nothing} ${kept} 203.0.113.29 may be part of other.`
    );
    expect(await messageOf('action-interface-src', source, atWeb)).toBe(
      `${nothing} ${kept} 203.0.113.30 may be part of other.`
    );
    expect(await messageOf('pair-interface', source, destination)).toBe(
      `${nothing} ${kept} 203.0.113.30, 203.0.113.29 may be part of other.`
    );
    // All keys of this interface have names.
    expect(await messageOf('action-interface-dst', destination, atDb)).toBe(nothing);
  });

  it('tells a quiet range from one that collection has not reached', async () => {
    const second = Math.floor(Date.now() / 1000);
    const complete = Math.floor(NOW / 1000) - 3 * 3600;
    await client.write(
      'minute',
      `collection,source_id=s,source=s,collector=primary complete_until=${complete}i,backlog=0i ${second}000000000`
    );
    const quiet = await run('action', { range: { from: NOW - 5 * HOUR, to: NOW - 4 * HOUR } });
    expect(quiet.message).toBe('No traffic in this range, as far as it is complete.');
    const ahead = await run('action', { range: { from: NOW - 2 * HOUR, to: NOW - 1.5 * HOUR } });
    expect(ahead.message).toContain('has not reached this range yet');
  });
});
