import type { Fields } from '../testing/arbitraries';
import { repeat, roll } from '../testing/flows';
import { NOON, TERMS } from '../testing/reference/rollUp';
import { PART_LIMITS } from './part';
import type { ExporterDecision } from './terms';

describe('decisions on exporters', () => {
  const decide = (decision: ExporterDecision) => ({ decide: () => decision });

  it('count', () => {
    expect(roll([{}], {}, decide('count')).of('flow_interface')[0].tags.account).toBe('111122223333');
  });

  it('overflow: everything but the account stays', () => {
    const { of, summary } = roll([{}], {}, decide('overflow'));
    expect(of('flow_interface')[0].tags).toMatchObject({ account: 'overflow', vpc: 'vpc-1', interface: 'eni-1' });
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
