import { DASHBOARDS } from '../../../../reports/dashboards';
import { figureOf, hasFigure, queriesOf, rangeBefore } from './figures';

const RANGE = rangeBefore(Date.UTC(2026, 2, 2, 12, 3, 59));
const load = (...rows: Array<[minute: number, action: string, bytes: number, flows: number]>) =>
  rows.map(([minute, action, bytes, flows]) => ({ Time: minute * 60_000, action, bytes, flows }));

it('the range ends with a whole step', () => {
  expect(RANGE).toEqual({ from: Date.UTC(2026, 2, 2, 9), to: Date.UTC(2026, 2, 2, 12) });
});

it('asks what the cards need, each query once', () => {
  expect(Object.keys(queriesOf(['flowscope-overview', 'flowscope-action', 'flowscope-conversations'], RANGE))).toEqual([
    'load',
  ]);
  expect(queriesOf(['flowscope-movers'], RANGE).dayBefore).toContain(`time < ${RANGE.to - 86_400_000}ms`);
  expect(queriesOf(['flowscope-conversations'], RANGE)).toEqual({});
});

it('says the same of all that was refused wherever it stands', () => {
  const answers = { load: load([0, 'REJECT', 1, 5], [0, 'ACCEPT', 9, 15], [5, 'REJECT', 1, 2], [5, 'ACCEPT', 9, 6]) };
  expect(figureOf('flowscope-refused', answers)).toMatchObject({ text: '7', course: [5, 2], isRefused: true });
  expect(figureOf('flowscope-action', answers)).toMatchObject({ text: '25.0 %', course: [5, 2], isRefused: true });
  expect(figureOf('flowscope-overview', answers)).toMatchObject({ course: [10, 10] });
});

it.each([
  [50, '+100.0 %'],
  [200, '−50.0 %'],
  [100, '+0.0 %'],
])('compares with the day before: 100 against %d', (before, text) => {
  const answers = { load: load([0, 'ACCEPT', 100, 1]), dayBefore: [{ bytes: before }] };
  expect(figureOf('flowscope-movers', answers)?.text).toBe(text);
});

it('compares with no day that has no data', () => {
  const answers = { load: load([0, 'ACCEPT', 100, 1]), dayBefore: [] };
  expect(figureOf('flowscope-movers', answers)).toEqual({ text: 'No data', of: 'of yesterday to compare with' });
});

it('is of dashboards that are there: names are not misspelt', () => {
  const uids = DASHBOARDS.map(({ uid }) => uid).filter(hasFigure);
  expect(uids).toEqual(
    expect.arrayContaining([
      'flowscope-overview',
      'flowscope-action',
      'flowscope-action-interface',
      'flowscope-interface',
    ])
  );
  expect(figureOf('flowscope-conversations', {})).toBeUndefined();
});
