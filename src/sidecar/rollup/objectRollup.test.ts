import { FLOW_HEADER, repeat, roll } from '../testing/flows';
import { NOON } from '../testing/reference/rollUp';
import { DIMENSIONS, type Dimension, type DimensionName } from '../records/dimensions';
import type { Fields } from '../testing/arbitraries';
import { MEASUREMENTS, type Measurement } from './measurements';
import { PART_LIMITS } from './part';

describe('a point', () => {
  it('stands at its window plus the offset of its part, below the next window', () => {
    for (const offset of [1, 999_999_999, 1_000_000_000, 59_999_999_999]) {
      const { points } = roll([{}], {}, { offset });
      expect(points).toHaveLength(MEASUREMENTS.length + 1);
      expect(points.every((point) => point.window === NOON && point.offset === offset)).toBe(true);
    }
  });

  it('is written out in full', () => {
    const { lines } = roll([{ start: String(NOON + 59), end: String(NOON + 59) }], {}, { offset: 1_000_000_007 });
    const tags =
      'account=111122223333,action=ACCEPT,exporter=111122223333/vpc-1,instance=-,interface=eni-1,subnet=subnet-1,vpc=vpc-1';
    const rest = `bytes=10i,packets=1i,flows=1i ${NOON + 1}000000007`;
    expect(lines).toEqual([
      `minute flow_interface,${tags},direction=unknown ${rest}`,
      `minute flow_source,${tags},src=10.0.0.1 ${rest}`,
      `minute flow_destination,${tags},dst=10.0.0.2 ${rest}`,
      `minute flow_pair,${tags},src=10.0.0.1,dst=10.0.0.2,pair=10.0.0.1\\ →\\ 10.0.0.2 ${rest}`,
      `minute flow_application,${tags},application=tcp/443 ${rest}`,
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

/** The fields of all dimensions that {@link FLOW_HEADER} lacks. */
const ALL_FIELDS = Object.values<Dimension>(DIMENSIONS)
  .flatMap(({ fields }) => fields)
  .filter((field) => !FLOW_HEADER.includes(field));

describe('measurements', () => {
  it.each([
    ['srcaddr', ['flow_source', 'flow_pair']],
    ['dstaddr', ['flow_destination', 'flow_pair']],
    ['protocol', ['flow_application']],
    ['srcport', ['flow_application']],
  ])('without %s: %s left out', (name, missing) => {
    const { points, summary } = roll(
      [{}],
      {},
      {},
      FLOW_HEADER.filter((column) => column !== name)
    );
    const names = MEASUREMENTS.map((measurement) => measurement.name).filter((one) => !missing.includes(one));
    expect(Object.keys(summary.measurements)).toEqual(names);
    expect([...new Set(points.map((point) => point.name))]).toEqual([...names, 'flow_quality']);
  });

  const addMeasurement = (measurement: Measurement, flows: Fields[], topK = 20) =>
    roll(flows, { topK }, { table: [...MEASUREMENTS, measurement] }, [...FLOW_HEADER, ...ALL_FIELDS]);

  it('take another as one entry of the table', () => {
    const keys = { direction: 'direction', src: 'source' } as const;
    const flows: Fields[] = [{ 'flow-direction': 'ingress' }, { srcaddr: '10.0.0.9' }];
    const { of, summary } = addMeasurement({ name: 'flow_direction_source', keys, topK: true }, flows, 1);
    expect(of('flow_direction_source').map(({ tags }) => [tags.direction, tags.src])).toEqual([
      ['ingress', '10.0.0.1'],
      ['other', 'other'],
    ]);
    expect(summary.measurements.flow_direction_source).toEqual(summary.totals);
  });

  it.each(Object.entries(DIMENSIONS).filter(([, { kind }]) => kind === 'text') as Array<[DimensionName, Dimension]>)(
    'can be keyed by %s, which costs nothing until one is',
    (name, { fields: [field], values }) => {
      const [first, second] = values?.known ?? ['1', 'b-2'];
      const flows = [{ [field]: first }, { [field]: second }, { [field]: second }, {}];
      const { of, summary, points } = addMeasurement({ name: 'flow_new', keys: { key: name }, topK: false }, flows);
      expect(Object.fromEntries(of('flow_new').map(({ tags, fields }) => [tags.key, fields.flows]))).toEqual({
        [first]: 1n,
        [second]: 2n,
        [values?.otherwise ?? '-']: 1n,
      });
      expect(summary.measurements.flow_new).toEqual(summary.totals);
      const others = points.filter((point) => point.name !== 'flow_new');
      expect(others).toEqual(roll(flows, {}, {}, [...FLOW_HEADER, ...ALL_FIELDS]).points);
    }
  );

  it('leave a record out whose key has characters AWS never writes', () => {
    const { summary } = addMeasurement({ name: 'flow_az', keys: { az: 'availabilityZone' }, topK: true }, [
      { 'az-id': 'use1,az=2' },
    ]);
    expect(summary).toMatchObject({ ok: 0, reasons: { 'bad-identifier': 1 } });
  });
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
