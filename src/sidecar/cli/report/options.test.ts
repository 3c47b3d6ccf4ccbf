import { reportNamed } from '../../../reports/reports';
import { optionsOf, type Flags } from './options';

const NOW = Date.UTC(2026, 2, 2, 12);
const HOUR = 3_600_000;
const ADDRESS =
  '/d/flowscope-conversations?from=now-5h&to=now-1h&var-metric=flows&var-top=20&var-interface=eni-1&var-source=10.0.0.1';

const read = (flags: Partial<Flags>) => optionsOf(reportNamed('conversations')!, { filter: [], ...flags }, NOW);

test('without flags and address, the defaults', () => {
  const range = { from: NOW - 3 * HOUR, to: NOW };
  expect(read({})).toEqual({ range, metric: 'bytes', top: 10, filters: [], now: NOW });
});

test('a filter that the report has not is refused, with those it has', () => {
  const all = 'account, vpc, subnet, instance, interface, exporter, action, source, destination';
  expect(() => read({ filter: ['zone=euw1-az1'] })).toThrow(
    `--filter zone=euw1-az1: report conversations is filtered by FILTER=VALUE with one of ${all}.`
  );
});

test('the address wins over the defaults', () => {
  expect(read({ address: ADDRESS })).toEqual({
    range: { from: NOW - 5 * HOUR, to: NOW - HOUR },
    metric: 'flows',
    top: 20,
    filters: [
      { name: 'interface', value: 'eni-1' },
      { name: 'source', value: '10.0.0.1' },
    ],
    now: NOW,
  });
});

test('what is typed wins over the address, even where it is a default; the rest of the address stays', () => {
  const typed = { from: 'now-3h', to: 'now', metric: 'bytes', top: '10' };
  const filter = ['interface=eni-2', 'interface=eni-3'];
  expect(read({ address: ADDRESS, ...typed, filter })).toEqual({
    range: { from: NOW - 3 * HOUR, to: NOW },
    metric: 'bytes',
    top: 10,
    filters: [
      { name: 'interface', value: 'eni-2' },
      { name: 'interface', value: 'eni-3' },
      { name: 'source', value: '10.0.0.1' },
    ],
    now: NOW,
  });
  expect(read({ address: ADDRESS, to: 'now-2h' }).range).toEqual({ from: NOW - 5 * HOUR, to: NOW - 2 * HOUR });
});
