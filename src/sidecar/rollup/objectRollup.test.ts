import { lineOf, type Fields } from '../testing/arbitraries';
import { NOON, parsePoint, rollUp, TERMS, type RollUpOptions } from '../testing/rollUp';
import { MEASUREMENTS, type Measurement } from './measurements';
import { PART_LIMITS } from './part';
import type { ExporterDecision, RollupTerms } from './terms';

const HEADER = [
  ...['interface-id', 'vpc-id', 'subnet-id', 'srcaddr', 'dstaddr', 'srcport', 'dstport', 'protocol'],
  ...['packets', 'bytes', 'start', 'end', 'action', 'log-status'],
];
const FLOW: Fields = {
  ...{ 'interface-id': 'eni-1', 'vpc-id': 'vpc-1', 'subnet-id': 'subnet-1', srcaddr: '10.0.0.1', dstaddr: '10.0.0.2' },
  ...{ srcport: '50000', dstport: '443', protocol: '6', packets: '1', bytes: '10' },
  ...{ start: String(NOON), end: String(NOON), action: 'ACCEPT', 'log-status': 'OK' },
};

function roll(flows: readonly Fields[], terms: Partial<RollupTerms> = {}, options?: RollUpOptions, header = HEADER) {
  const text = [header.join(' '), ...flows.map((fields) => lineOf(header, { ...FLOW, ...fields }))].join('\n');
  const rolled = rollUp(text, { ...TERMS, ...terms }, options);
  const points = rolled.lines.map(parsePoint);
  const of = (name: string) => points.filter((point) => point.name === name);
  return { ...rolled, summary: rolled.summary!, points, of };
}

const repeat = (times: number, fields: Fields) => Array.from({ length: times }, () => fields);

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

describe('top K', () => {
  const from = (srcaddr: string, fields: Fields) => ({ ...fields, srcaddr });
  const flows = [
    ...repeat(1, from('10.0.0.1', { bytes: '100', packets: '1' })),
    ...repeat(3, from('10.0.0.2', { bytes: '30', packets: '9' })),
    ...repeat(9, from('10.0.0.3', { bytes: '1', packets: '1' })),
  ];

  it.each([
    ['ACCEPT', ['10.0.0.1', '10.0.0.2', 'other']],
    ['REJECT', ['10.0.0.2', '10.0.0.3', 'other']],
    ['-', ['10.0.0.1', '10.0.0.2', 'other']],
  ])('of %s: ranked by what people look for', (action, expected) => {
    const { of } = roll(
      flows.map((fields) => ({ ...fields, action })),
      { topK: 2 }
    );
    expect(
      of('flow_source')
        .map(({ tags }) => tags.src)
        .sort()
    ).toEqual(expected);
  });

  it.each([
    [0, ['other']],
    [2, ['10.0.0.1', '10.0.0.2', 'other']],
    [3, ['10.0.0.1', '10.0.0.2', '10.0.0.3']],
  ])('with K = %d: no `other` when nothing is left', (topK, expected) => {
    expect(
      roll(flows, { topK })
        .of('flow_source')
        .map(({ tags }) => tags.src)
    ).toEqual(expected);
  });

  it('orders ties by the bytes of the address text', () => {
    const tied = ['9.9.9.9', '10.0.0.2', '10.0.0.10', '::1'].map((srcaddr) => ({ srcaddr }));
    expect(
      roll(tied, { topK: 3 })
        .of('flow_source')
        .map(({ tags }) => tags.src)
    ).toEqual([...['10.0.0.10', '10.0.0.2', '9.9.9.9', 'other']]);
  });

  it('ranks once for all windows of the part', () => {
    const later = { start: String(NOON + 60), end: String(NOON + 60) };
    const { of } = roll([from('10.0.0.1', { bytes: '5' }), from('10.0.0.2', { ...later, bytes: '4' })], { topK: 1 });
    expect(of('flow_source').map(({ tags, window }) => [tags.src, window])).toEqual([
      ['10.0.0.1', NOON],
      ['other', NOON + 60],
    ]);
  });

  it('ranks each interface and action by itself', () => {
    const others: Fields[] = [{ 'interface-id': 'eni-2' }, { action: 'REJECT' }, {}];
    const all = others.map((fields, i) => from(`10.0.0.${i}`, fields));
    expect(
      roll(all, { topK: 1 })
        .of('flow_source')
        .map(({ tags }) => tags.src)
    ).toEqual(['10.0.0.0', '10.0.0.1', '10.0.0.2']);
  });
});

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
      HEADER.filter((column) => column !== name)
    );
    const names = MEASUREMENTS.map((measurement) => measurement.name).filter((one) => !missing.includes(one));
    expect(Object.keys(summary.measurements)).toEqual(names);
    expect([...new Set(points.map((point) => point.name))]).toEqual([...names, 'flow_quality']);
  });

  it('take another as one entry of the table', () => {
    const table: Measurement[] = [
      ...MEASUREMENTS,
      { name: 'flow_direction_source', dimensions: ['direction', 'source'], topK: true },
    ];
    const { of, summary } = roll([{}, { srcaddr: '10.0.0.9' }], { topK: 1 }, { table });
    expect(of('flow_direction_source').map(({ tags }) => [tags.direction, tags.src])).toEqual([
      ['unknown', '10.0.0.1'],
      ['other', 'other'],
    ]);
    expect(summary.measurements.flow_direction_source).toEqual(summary.totals);
  });
});

describe('decisions on exporters', () => {
  const decide = (decision: ExporterDecision) => ({ decide: () => decision });

  it('count', () => {
    expect(roll([{}], {}, decide('count')).of('flow_interface')[0].tags.exporter).toBe('111122223333/vpc-1');
  });

  it('overflow: everything but the exporter stays', () => {
    const { of, summary } = roll([{}], {}, decide('overflow'));
    expect(of('flow_interface')[0].tags).toMatchObject({ exporter: 'overflow', vpc: 'vpc-1', interface: 'eni-1' });
    expect(summary.totals.bytes).toBe(10n);
  });

  it('drop: counted by reason, no points, nothing to name', () => {
    const { points, summary } = roll([{}, {}], {}, decide('drop'));
    expect(points.map(({ name, tags, window, fields }) => [name, tags.reason, window, fields])).toEqual([
      ['flow_quality', 'exporter-disabled', NOON, { records: 2n }],
    ]);
    expect(summary).toMatchObject({ records: 2, ok: 0, reasons: { 'exporter-disabled': 2 }, groups: [], quotes: [] });
    expect(summary.exporters.get('111122223333/vpc-1')).toMatchObject({ decision: 'drop', records: 2 });
  });

  it.each<[string, Fields, string, string]>([
    ['vpc-id', {}, '111122223333/vpc-1', 'vpc'],
    ['subnet-id', { 'vpc-id': '-' }, '111122223333/subnet-1', 'subnet'],
    ['interface-id', { 'vpc-id': '-', 'subnet-id': '-' }, '111122223333/eni-1', 'interface'],
    ['nothing', { 'vpc-id': '-', 'subnet-id': '-', 'interface-id': '-' }, '111122223333/-', 'interface'],
  ])('are asked once per exporter, known by %s', (_case, fields, id, from) => {
    const asked: string[] = [];
    const { summary } = roll(
      repeat(3, fields),
      {},
      { decide: (one) => (asked.push(one), 'count'), limits: { ...PART_LIMITS, records: 1 } }
    );
    expect(asked).toEqual([id]);
    expect(summary.exporters.get(id)).toMatchObject({ exporter: { id, account: '111122223333', from }, records: 3 });
  });
});

describe('horizons', () => {
  const at = (start: number) => ({ start: String(start), end: String(start) });
  const hourHorizon = NOON - 1000;

  it.each([
    ['the oldest second', at(hourHorizon), 'ok'],
    ['a second older', at(hourHorizon - 1), 'expired'],
    ['the last second', at(TERMS.futureHorizon), 'ok'],
    ['a second later', at(TERMS.futureHorizon + 1), 'in-the-future'],
    ['milliseconds', at(NOON * 1000), 'in-the-future'],
    [
      'an end beyond the last second',
      { start: String(TERMS.futureHorizon), end: String(TERMS.futureHorizon + 3600) },
      'ok',
    ],
  ])('%s: %s', (_case, fields, reason) => {
    const { of } = roll([fields], { hourHorizon });
    expect(of('flow_quality').map(({ tags }) => tags.reason)).toEqual([reason]);
  });

  it.each([
    ['of a readable time', { 'log-status': 'NODATA' }, NOON],
    ['of an unreadable time', { 'log-status': 'NODATA', start: '-', end: '-' }, TERMS.fileTime],
    ['of an absurd time', { 'log-status': 'NODATA', ...at(NOON * 1000) }, TERMS.fileTime],
    ['that is expired', at(0), TERMS.fileTime],
  ])('a line %s counts in its minute, else at the time of the file', (_case, fields, time) => {
    expect(
      roll([fields])
        .of('flow_quality')
        .map(({ window }) => window)
    ).toEqual([time]);
  });

  it('cut a record between hours that are written to hour and to minute', () => {
    const { points } = roll([{ ...at(NOON - 60), end: String(NOON + 60), bytes: '100', packets: '2' }], {
      minuteHorizon: NOON,
    });
    const sums = points.filter(({ name }) => name === 'flow_source');
    expect(sums.map(({ policy, window, fields }) => [policy, window, fields])).toEqual([
      ['minute', NOON, { bytes: 50n, packets: 1n, flows: 0n }],
      ['hour', NOON - 3600, { bytes: 50n, packets: 1n, flows: 1n }],
    ]);
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
    const limits = { ...PART_LIMITS, tokenBytes: 1000 };
    const bad = Array.from({ length: 300 }, (_, i) => ({ srcaddr: `not-an-address-${i}` }));
    expect(roll(bad, {}, { limits }).summary.parts).toBeGreaterThan(4);
    const dropped = Array.from({ length: 300 }, (_, i) => ({ 'interface-id': `eni-${i}` }));
    expect(roll(dropped, {}, { limits, decide: () => 'drop' }).summary.parts).toBeGreaterThan(4);
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
