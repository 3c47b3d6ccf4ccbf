import { reportNamed } from '../../../reports/reports';
import { readAddress } from './address';

const REPORT = reportNamed('conversations')!;

test('a dashboard address gives range, metric, rows and filters; All is no filter', () => {
  const address =
    'https://grafana.example.com/d/flowscope-conversations?from=1795492200000&to=1795502940000&timezone=browser' +
    '&var-account=$__all&var-interface=eni-1&var-interface=eni-2&var-source=10.0.0.1&var-destination=$__all' +
    '&var-metric=flows&var-show=rate&var-top=20';
  expect(readAddress(REPORT, address)).toEqual({
    from: '1795492200000',
    to: '1795502940000',
    metric: 'flows',
    top: '20',
    filters: [
      { name: 'interface', value: 'eni-1' },
      { name: 'interface', value: 'eni-2' },
      { name: 'source', value: '10.0.0.1' },
    ],
  });
});

test('encoded values come back as they were', () => {
  expect(readAddress(REPORT, 'from=now-3h&to=now&var-action=a%20%26%20b%27&var-application=$__all')).toEqual({
    from: 'now-3h',
    to: 'now',
    metric: undefined,
    top: undefined,
    filters: [{ name: 'action', value: `a & b'` }],
  });
});

test('a filter that the report has not is refused', () => {
  expect(() => readAddress(reportNamed('interface')!, '?from=now-3h&var-source=10.0.0.1')).toThrow(
    '--address: report interface has no filter source, take var-source=10.0.0.1 out of the address. ' +
      'It has account, vpc, subnet, instance, interface, exporter, action.'
  );
});

test.each(['pair', 'https://grafana.example.com/explore?from=now-3h&to=now'])(
  'what is no address is refused, with an example: %s',
  (address) => {
    expect(() => readAddress(REPORT, address)).toThrow("is no dashboard's address: it looks like");
  }
);

test.each([
  ['d/flowscope-pair-interface/pair?from=now-3h', 'of the dashboard Pair Interface (flowscope report pair-interface)'],
  ['d/flowscope-pair-interface', 'of the dashboard Pair Interface (flowscope report pair-interface)'],
  ['grafana/d/flowscope-overview?from=now-3h', 'of the dashboard Overview (no report)'],
  ['d/abc?from=now-3h&var-source=10.0.0.1', "of a dashboard abc, which is none of Flowscope's"],
])('the address of another dashboard is refused: %s', (path, what) => {
  const address = `https://grafana.example.com/${path}`;
  expect(() => readAddress(REPORT, address)).toThrow(
    `--address ${address} is ${what}, and not of Conversations, /d/flowscope-conversations.`
  );
});
