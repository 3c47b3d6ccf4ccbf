import type { FilterName } from '../../reports/filters';
import { METRICS } from '../../reports/metrics';
import { REPORTS, reportNamed } from '../../reports/reports';
import type { InfluxClient } from '../store/influx';
import { runReport, type ReportOptions, type ReportResult } from './report';
import { resolveFilters } from './names';
import { ensureSchema, writeEntities, writePolicyChoice } from '../store/schema';
import { dropDatabases, PatientClient } from '../testing/influx';
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
/** Ends of pairs whose addresses somebody has; others are ends as they are. */
const ENDS: Readonly<Record<string, string>> = { '10.0.0.1': DB, '10.0.0.9': 'vpc-0f/10.0.0.9' };

/** An end: how it is written, and its VPC. */
type End = readonly [id: string, vpc?: string];

/** Tags of a pair of interfaces; without ends those of `other`. */
function pairTags(action: string, source?: End, destination?: End, counted = 'once'): string {
  const tagsOf = (side: string, [id, vpc = '-']: End = ['other', 'other']) =>
    `${side}_interface=${id},${side}_vpc=${vpc},` +
    ['account', 'instance', 'subnet'].map((tag) => `${side}_${tag}=${source ? '-' : 'other'}`).join(',');
  const pair = source && destination ? `${source[0]}\\ →\\ ${destination[0]}` : 'other';
  const ends = [tagsOf('src', source), tagsOf('dst', destination)];
  return [`action=${action},counted=${counted},pair=${pair},transit=no`, ...ends].join(',');
}

let client: InfluxClient;

beforeAll(async () => {
  client = new PatientClient({ url: await sharedService('influx'), database: `report${await uniqueNumber()}` });
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
      { kind: 'network', id: '192.0.2.0/24', label: 'Office (192.0.2.0/24)', name: 'Office', ...nowhere },
      ...['interface', 'network'].map((kind) => ({
        kind,
        id: '-',
        label: `No ${kind} (-)`,
        name: `No ${kind}`,
        ...nowhere,
      })),
    ]);
    const tags = (eni: string, action: string, vpc = 'vpc-0f') =>
      `account=1,vpc=${vpc},subnet=-,instance=-,interface=${eni},action=${action}`;
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
          const isOther = address === 'other';
          const owner = isOther ? 'other' : address === '10.0.0.1' ? DB : '-';
          const pair = isOther
            ? 'src=other,src_owner=other,dst=other,dst_owner=other,pair=other'
            : `src=${address},src_owner=${owner},dst=10.9.9.9,dst_owner=aws/S3,pair=${address}\\ →\\ 10.9.9.9`;
          lines.push(
            point('flow_source', `${tags(eni, action)},src=${address},src_owner=${owner}`, bytes, flows, at),
            point('flow_destination', `${tags(eni, action)},dst=${address},dst_owner=${owner}`, bytes, flows, at),
            point('flow_pair', `${tags(eni, action)},${pair}`, bytes, flows, at),
            point(
              'flow_interface_pair',
              isOther ? pairTags(action) : pairTags(action, [ENDS[address] ?? address], [eni, 'vpc-0f']),
              bytes,
              flows,
              at
            )
          );
        }
        const all = Object.values(keys);
        const sum = all.reduce((a, b) => a + b, 0n);
        const key = `counted=once,direction=${direction},transit=no`;
        lines.push(point('flow_interface', `${tags(eni, action)},${key}`, sum, flows * all.length, at));
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
    expect(
      rows.map(({ action, source, sourceOwner, sourceOwnerName }) => [action, source, sourceOwner, sourceOwnerName])
    ).toEqual([
      ['ACCEPT', '10.0.0.1', DB, `it's db`],
      ['REJECT', '198.51.100.7', '-', '-'],
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
    const addressOf = async (value: string) => (await run('conversations', only('source', value))).filters[0].id;
    expect(await addressOf('192.0.2.200')).toBe('192.0.2.200');
    expect(await addressOf('2001:0DB8:0::1')).toBe('2001:db8::1');
    for (const value of ['10.20', '10.0.0.256', '10.0.0.0/8', 'fe80::1%eth0', 'db']) {
      await expect(addressOf(value)).rejects.toThrow(`${value} is no address, and no Source is called so`);
    }
  });

  it('takes an action that is or can be, in any case', async () => {
    const ids = async (name: FilterName, value: string) =>
      (await run('action', only(name, value))).filters.map(({ id }) => id);
    expect(await ids('action', 'reject')).toEqual(['REJECT']);
    await expect(ids('action', 'DENY')).rejects.toThrow('There is no action DENY.');
  });

  it('takes what may be an id while there is nothing to compare it with', async () => {
    const empty = { query: () => Promise.resolve([]) };
    const ids = async (name: FilterName, value: string) => (await resolveFilters(empty, [{ name, value }]))[0].id;
    expect(await ids('interface', 'eni-0ff')).toBe('eni-0ff');
    await expect(ids('interface', 'web')).rejects.toThrow('No Interface is called web');
    await expect(ids('action', 'DENY')).rejects.toThrow('There is no action DENY.');
  });

  it('totals what is known of a chosen address, and says that this is a lower bound', async () => {
    const result = await run('conversations', only('source', `it's db`));
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
    expect(await messageOf('conversations', source, destination)).toBe(
      `${nothing} ${kept} 203.0.113.30, 203.0.113.29 may be part of other.`
    );
    // All keys of this interface have names.
    expect(await messageOf('action-interface-dst', destination, atDb)).toBe(nothing);
  });

  describe('of pairs of interfaces', () => {
    const AT = Math.floor((NOW - 3.5 * HOUR) / MINUTE) * MINUTE;
    const range = { from: NOW - 4 * HOUR, to: NOW - 3 * HOUR };
    const web: End = [WEB, 'vpc-0f'];
    const db: End = [DB, 'vpc-0d'];
    const pairs = async (name: string, ...filters: ReportOptions['filters']) => {
      const { rows, totals, exactTotals, other } = await run(name, { range, filters });
      const shown = rows.map((row) => [row.sourceInterfaceName, row.destinationInterfaceName, row.bytes]);
      return { shown, total: totals.bytes, exactTotals, other: other?.bytes };
    };

    beforeAll(async () => {
      const points: Array<[tags: string, bytes: number]> = [
        [pairTags('ACCEPT', web, db), 1000],
        // The same, seen at its destination.
        [pairTags('ACCEPT', web, db, 'again'), 990],
        [pairTags('REJECT', web, db), 60],
        [pairTags('ACCEPT', db, web), 500],
        [pairTags('ACCEPT', web, ['aws/S3']), 400],
        [pairTags('ACCEPT', web, ['192.0.2.0/24']), 300],
        [pairTags('ACCEPT', ['203.0.113.9'], web), 200],
        [pairTags('ACCEPT', ['vpc-0d/10.0.1.5', 'vpc-0d'], db), 100],
        [pairTags('ACCEPT', ['-'], [UNNAMED]), 7],
        [pairTags('ACCEPT'), 50],
        [pairTags('ACCEPT', undefined, undefined, 'again'), 5],
      ];
      const lines = points.map(
        ([tags, bytes]) => `flow_interface_pair,${tags} bytes=${bytes}i,packets=1i,flows=1i ${AT}000009`
      );
      // All of it, whatever the ends.
      const seen = (action: string, counted: string, bytes: number) =>
        `flow_interface,account=1,action=${action},counted=${counted},interface=${WEB},transit=no ` +
        `bytes=${bytes}i,packets=1i,flows=1i ${AT}000009`;
      lines.push(seen('ACCEPT', 'once', 2557), seen('REJECT', 'once', 60), seen('ACCEPT', 'again', 995));
      await client.write('minute', lines.join('\n'));
    });

    it('names both ends, and puts in words what nobody here has; both directions are two rows', async () => {
      expect(await pairs('pair-interface')).toEqual({
        shown: [
          ['Web "1", (Büro)', `it's db`, '1060'],
          [`it's db`, 'Web "1", (Büro)', '500'],
          ['Web "1", (Büro)', 'S3 (AWS)', '400'],
          ['Web "1", (Büro)', 'Office', '300'],
          ['Internet (203.0.113.9)', 'Web "1", (Büro)', '200'],
          ['Unowned private range (10.0.1.5 in vpc-0d)', `it's db`, '100'],
          ['No address', UNNAMED, '7'],
        ],
        total: '2617',
        exactTotals: true,
        other: '50',
      });
    });

    it('has a row per action of a pair, what is refused on its own', async () => {
      const { rows } = await run('pair-interface-action', { range, top: 1 });
      expect(rows.map((row) => [row.action, row.sourceInterface, row.destinationInterface, row.bytes])).toEqual([
        ['ACCEPT', WEB, DB, '1000'],
        ['REJECT', WEB, DB, '60'],
      ]);
    });

    it('counts once, or as seen at each interface', async () => {
      const totalOf = async (value: string) => (await pairs('pair-interface', { name: 'counted', value })).total;
      expect(await totalOf('once')).toBe('2617');
      expect(await totalOf('again')).toBe(String(2617 + 990 + 5));
      await expect(totalOf('twice')).rejects.toThrow('There is no counted twice.');
    });

    it('means either end by a filter by place, and says that its totals are lower bounds', async () => {
      const inVpc = await pairs(
        'pair-interface',
        { name: 'vpc', value: 'vpc-0f' },
        { name: 'action', value: 'ACCEPT' }
      );
      expect(inVpc).toMatchObject({ total: String(1000 + 500 + 400 + 300 + 200), exactTotals: false });
      expect(inVpc.other).toBeUndefined();
      const ofBoth = await pairs('pair-interface', ...only('interface', `it's db`, UNNAMED).filters);
      expect(ofBoth.total).toBe(String(1060 + 500 + 100 + 7));
      expect((await pairs('pair-interface', { name: 'action', value: 'ACCEPT' })).exactTotals).toBe(true);
    });

    it('takes an end by name or as it is written', async () => {
      const from = async (source: string, destination: string) =>
        (
          await pairs(
            'pair-interface',
            { name: 'source_interface', value: source },
            { name: 'destination_interface', value: destination }
          )
        ).total;
      expect(await from('web "1", (büro)', DB)).toBe('1060');
      expect(await from(WEB, 'office')).toBe('300');
      expect(await from(WEB, 'aws/S3')).toBe('400');
      expect(await from('203.0.113.9', WEB)).toBe('200');
      expect(await from('vpc-0d/10.0.1.5', DB)).toBe('100');
      await expect(from('nothing', DB)).rejects.toThrow('nothing is no source interface: give');
    });

    it('says what a place that is not named may be part of', async () => {
      const { message } = await run('pair-interface', { range, ...only('subnet', 'subnet-0e') });
      expect(message).toContain('so public (subnet-0e) may be part of other.');
    });

    it('says which fields the flow logs lack where there is traffic, and no pair', async () => {
      const at = AT - 20 * MINUTE;
      await client.write(
        'minute',
        `flow_interface,account=1,action=ACCEPT,counted=once,interface=${WEB},transit=no bytes=9i,packets=1i,flows=1i ${at}000009`
      );
      const early = { from: at, to: at + MINUTE };
      const lacking = await run('pair-interface', { range: early });
      expect(lacking.message).toContain('These flow logs lack srcaddr, dstaddr');
      const refused = await run('pair-interface', { range: early, ...only('action', 'REJECT') });
      expect(refused.emptyBecause).toBe('filtered-out');
    });
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
