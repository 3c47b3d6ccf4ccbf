import { reportNamed } from '../../reports/reports';
import { readAddress } from './reportAddress';

const REPORT = reportNamed('pair-interface-action')!;

test('a dashboard address gives range, metric, rows and filters; All is no filter', () => {
  const address =
    'https://grafana.example.com/d/flowscope-pair-interface-action?from=1795492200000&to=1795502940000&timezone=browser' +
    '&var-account=$__all&var-interface=eni-1&var-interface=eni-2&var-source=10.0.0.1&var-destination=$__all' +
    '&var-metric=flows&var-show=rate&var-top=20';
  expect(readAddress(REPORT, address)).toEqual({
    from: '1795492200000',
    to: '1795502940000',
    metric: 'flows',
    top: '20',
    filter: ['interface=eni-1', 'interface=eni-2', 'source=10.0.0.1'],
  });
});

test('encoded values come back as they were, filters of other reports are left out', () => {
  expect(readAddress(REPORT, 'from=now-3h&to=now&var-action=a%20%26%20b%27&var-application=tcp%2F443')).toEqual({
    from: 'now-3h',
    to: 'now',
    metric: undefined,
    top: undefined,
    filter: [`action=a & b'`],
  });
});

test('what is no address is refused, with an example', () => {
  expect(() => readAddress(REPORT, 'pair')).toThrow("is no dashboard's address: it looks like");
});
