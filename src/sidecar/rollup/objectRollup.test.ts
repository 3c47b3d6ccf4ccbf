import { FLOW_HEADER, repeat, roll } from '../testing/flows';
import { NOON } from '../testing/reference/rollUp';
import { GROUP_TAGS, TRANSIT_GATEWAY_MEASUREMENT } from '../../contract/stored';
import { CONTEXT_FIELDS } from '../records/context';
import type { Fields } from '../testing/arbitraries';
import type { DimensionName } from './dimensions';
import { MEASUREMENTS, type Measurement } from './measurements';
import { PART_LIMITS } from './part';

describe('a point', () => {
  it('stands at its window plus the offset of its part, below the next window', () => {
    for (const offset of [1, 999_999_999, 1_000_000_000, 59_999_999_999]) {
      const { points } = roll([{}], {}, { offset });
      // Without flow_path, which needs other fields, and flow_refused; with flow_quality.
      expect(points).toHaveLength(MEASUREMENTS.length - 1);
      expect(points.every((point) => point.window === NOON && point.offset === offset)).toBe(true);
    }
  });

  it('is written out in full', () => {
    const { lines } = roll([{ start: String(NOON + 59), end: String(NOON + 59) }], {}, { offset: 1_000_000_007 });
    const group = 'account=111122223333,action=ACCEPT,';
    const place = 'instance=-,interface=eni-1,';
    const rest = `bytes=10i,packets=1i,flows=1i ${NOON + 1}000000007`;
    expect(lines).toEqual([
      `minute flow_interface,${group}counted=once,direction=unknown,${place}peer_logged=-,subnet=subnet-1,transit=no,vpc=vpc-1 ${rest}`,
      `minute flow_source,${group}${place}src=10.0.0.1,src_owner=-,subnet=subnet-1,vpc=vpc-1 ${rest}`,
      `minute flow_destination,${group}dst=10.0.0.2,dst_owner=-,${place}subnet=subnet-1,vpc=vpc-1 ${rest}`,
      `minute flow_pair,${group}dst=10.0.0.2,dst_owner=-,${place}pair=10.0.0.1\\ →\\ 10.0.0.2,src=10.0.0.1,src_owner=-,subnet=subnet-1,vpc=vpc-1 ${rest}`,
      `minute flow_application,account=111122223333,action=ACCEPT,application=tcp/443,${place}subnet=subnet-1,vpc=vpc-1 ${rest}`,
      `minute flow_service,${group}application=tcp/443,direction=unknown,${place}peer=-,subnet=subnet-1,vpc=vpc-1 ${rest}`,
      'minute flow_interface_pair,action=ACCEPT,counted=once,dst_account=-,dst_instance=-,dst_interface=vpc-1/10.0.0.2,dst_subnet=-,dst_vpc=vpc-1,' +
        'pair=vpc-1/10.0.0.1\\ →\\ vpc-1/10.0.0.2,src_account=-,src_instance=-,src_interface=vpc-1/10.0.0.1,src_subnet=-,src_vpc=vpc-1,' +
        `transit=no ${rest}`,
      `minute flow_quality,reason=ok,source_id=src-1 records=1i ${NOON + 1}000000007`,
    ]);
  });

  it('of zeros is left out, except for its flows', () => {
    const { of } = roll([{ bytes: '0', packets: '0', end: String(NOON + 600) }]);
    expect(of('flow_source').map(({ window, fields }) => [window, fields])).toEqual([
      [NOON, { bytes: 0n, packets: 0n, flows: 1n }],
    ]);
  });
});

/** The fields of flows' contexts that {@link FLOW_HEADER} lacks. */
const CONTEXT_HEADER = [...FLOW_HEADER, ...Object.values(CONTEXT_FIELDS)];

describe('measurements', () => {
  it.each([
    ['srcaddr', ['flow_source', 'flow_pair', 'flow_interface_pair', 'flow_refused', 'flow_service']],
    ['dstaddr', ['flow_destination', 'flow_pair', 'flow_interface_pair', 'flow_service']],
    ['protocol', ['flow_application', 'flow_service']],
    ['srcport', ['flow_application', 'flow_service']],
    ['action', ['flow_refused']],
  ])('without %s: %s left out', (name, missing) => {
    const { points, summary } = roll(
      [{}],
      {},
      {},
      FLOW_HEADER.filter((column) => column !== name)
    );
    const names = MEASUREMENTS.map((measurement) => measurement.name).filter(
      (one) => ![...missing, 'flow_path'].includes(one)
    );
    expect(Object.keys(summary.measurements)).toEqual(names);
    const written = new Set(points.map((point) => point.name));
    expect([...written].sort()).toEqual([...names.filter((one) => one !== 'flow_refused'), 'flow_quality'].sort());
  });

  const addMeasurement = (measurement: Omit<Measurement, 'requires' | 'group'>, flows: Fields[], topK = 20) =>
    roll(flows, { topK }, { table: [...MEASUREMENTS, { group: true, requires: [], ...measurement }] }, CONTEXT_HEADER);

  it('take another as one entry of the table, keyed by any number of dimensions', () => {
    const keys = { direction: 'direction', src: 'source', app: 'application', zone: 'zone' } as const;
    const flows: Fields[] = [
      { 'flow-direction': 'ingress', 'az-id': 'use1-az1', bytes: '9' },
      { 'flow-direction': 'ingress', 'az-id': 'use1-az1' },
      { 'flow-direction': 'ingress', 'az-id': 'use1-az2' },
      { srcaddr: '10.0.0.9' },
    ];
    const { of, summary } = addMeasurement({ name: 'flow_new', keys, top: 'K' }, flows, 1);
    expect(
      of('flow_new').map(({ tags, fields }) => [tags.direction, tags.src, tags.app, tags.zone, fields.flows])
    ).toEqual([
      ['ingress', '10.0.0.1', 'tcp/443', 'use1-az1', 2n],
      ['other', 'other', 'other', 'other', 2n],
    ]);
    expect(summary.measurements.flow_new).toEqual(summary.totals);
  });

  it.each(
    Object.entries<string>({
      trafficPath: 'traffic-path',
      zone: 'az-id',
      peerZone: 'next-hop-az-id',
      sourceService: 'pkt-src-aws-service',
      destinationService: 'pkt-dst-aws-service',
      interfaceType: 'interface-type',
      nextHopType: 'next-hop-interface-type',
    } satisfies Partial<Record<DimensionName, string>>) as Array<[DimensionName, string]>
  )('can be keyed by %s; what is no identifier counts as missing', (dimension, field) => {
    const flows = [{ [field]: '1' }, { [field]: 'b-2' }, { [field]: 'b-2' }, {}, { [field]: 'use1,az=2' }];
    const { of, summary } = addMeasurement({ name: 'flow_new', keys: { key: dimension }, top: 'all' }, flows);
    expect(Object.fromEntries(of('flow_new').map(({ tags, fields }) => [tags.key, fields.flows]))).toEqual({
      '1': 1n,
      'b-2': 2n,
      '-': 2n,
    });
    expect(summary.measurements.flow_new).toEqual(summary.totals);
  });
});

describe('the tags of all measurements', () => {
  const own = MEASUREMENTS.map(({ name, group, keys, pair }) => {
    const tags = [...(group ? GROUP_TAGS : []), ...Object.keys(keys), ...(pair ? ['pair'] : [])];
    return [name, tags] as const;
  });

  it.each([...own, [TRANSIT_GATEWAY_MEASUREMENT.name, TRANSIT_GATEWAY_MEASUREMENT.tags] as const])(
    '%s: each once, by a name that no store has as a keyword, and none called like a field',
    (_name, tags) => {
      expect(new Set(tags).size).toBe(tags.length);
      // openGemini has `type` as a keyword.
      const taken = ['type', 'time', 'bytes', 'packets', 'flows'];
      expect(tags.filter((tag) => taken.includes(tag) || !/^[a-z][a-z_]*$/.test(tag))).toEqual([]);
    }
  );
});

describe('parts', () => {
  it('are cut before a sum passes 2^53', () => {
    const { summary, of } = roll(repeat(200, { bytes: String(2 ** 47), packets: String(2 ** 47) }));
    expect(summary.parts).toBeGreaterThan(1);
    expect(summary.totals).toEqual({ bytes: 200n * 2n ** 47n, packets: 200n * 2n ** 47n, flows: 200n });
    expect(summary.measurements.flow_pair).toEqual(summary.totals);
    expect(of('flow_pair').every(({ fields }) => fields.bytes <= 2n ** 53n)).toBe(true);
  });

  it('are cut when lines that do not count fill the tables', () => {
    const limits = { ...PART_LIMITS, tableBytes: 1000 };
    const bad = Array.from({ length: 300 }, (_, i) => ({ srcaddr: `2001:db8::${i}`, action: 'AC(CEPT' }));
    expect(roll(bad, {}, { limits }).summary.parts).toBeGreaterThan(4);
    const dropped = Array.from({ length: 300 }, (_, i) => ({ 'interface-id': `eni-${i}` }));
    expect(roll(dropped, {}, { limits, decide: () => 'drop' }).summary.parts).toBeGreaterThan(4);
  });

  it('are cut by the number of interfaces: what is kept of each takes memory', () => {
    const many = Array.from({ length: 40_000 }, (_, i) => ({ 'interface-id': `e${i}` }));
    const { summary, of } = roll(many);
    expect(summary.parts).toBeGreaterThan(1);
    expect(of('flow_interface')).toHaveLength(40_000);
  });

  it('are none in an object without records', () => {
    const { summary, lines, parts } = roll([]);
    expect({ ...summary, exporters: undefined }).toMatchObject({ records: 0, parts: 0, hours: [], groups: [] });
    expect([lines, parts]).toEqual([[], 0]);
  });
});

describe('quotes', () => {
  it('are the first three bad lines, shortened; what AWS says of itself is not bad', () => {
    const long = { 'vpc-id': `"${'v'.repeat(500)}` };
    const { summary } = roll([{ 'log-status': 'NODATA' }, { bytes: 'x' }, long, { start: 'y' }, { bytes: 'z' }]);
    expect(summary.quotes.map(({ reason }) => reason)).toEqual(['not-a-number', 'bad-identifier', 'bad-time']);
    expect(summary.quotes.map(({ line }) => line.length <= 200)).toEqual([true, true, true]);
  });
});
