import { FLOW_MEASUREMENTS, GROUP_TAGS } from '../contract/stored';
import { endText } from './ends';
import { isOneOf } from './influxql';
import {
  filterTags,
  ownTags,
  partsOf,
  policyQuery,
  rankingQuery,
  rowKeysQuery,
  tagsOfKey,
  totalsFrom,
  type Scope,
} from './queries';
import { REPORTS, reportNamed } from './reports';

const SCOPE: Scope = { boundary: '1500', from: '1000', to: '2000', where: ['"vpc" = \'vpc-1\''] };

describe('isOneOf', () => {
  test.each([
    [['a'], `"x" = 'a'`],
    [["it's \\ here"], `"x" = 'it\\'s \\\\ here'`],
    [['tcp/443', 'a.b'], String.raw`"x" =~ /^(tcp\/443|a\.b)$/`],
    [['10.0.0.1 → 10.0.0.2', '(x|y)'], String.raw`"x" =~ /^(10\.0\.0\.1 → 10\.0\.0\.2|\(x\|y\))$/`],
  ])('%j', (values, condition) => {
    expect(isOneOf('x', values)).toBe(condition);
  });
});

describe('rankingQuery', () => {
  it('ranks the combinations of the own tags, without what the top K summed up', () => {
    const report = reportNamed('pair-interface')!;
    const tags = '"src_interface", "dst_interface"';
    const sums = 'sum("bytes") AS "bytes", sum("packets") AS "packets", sum("flows") AS "flows"';
    expect(rankingQuery(report, SCOPE, { metric: 'bytes', top: '5', span: '1000' })).toBe(
      'SELECT top("bytes", 5) AS "rank", "bytes", "packets", "flows", 8000.0 * "bytes" / (1000) AS "rate", ' +
        `${tags} FROM (SELECT ${sums} FROM ` +
        `(SELECT ${sums} FROM "hour"."flow_interface_pair" WHERE time >= 1000ms AND time < 2000ms AND time < 1500ms AND "vpc" = 'vpc-1' ` +
        `AND "pair" != 'other' GROUP BY ${tags}), ` +
        `(SELECT ${sums} FROM "minute"."flow_interface_pair" WHERE time >= 1000ms AND time < 2000ms AND time >= 1500ms AND "vpc" = 'vpc-1' ` +
        `AND "pair" != 'other' GROUP BY ${tags}) WHERE time >= 1000ms AND time < 2000ms GROUP BY ${tags}) ` +
        'WHERE time >= 1000ms AND time < 2000ms'
    );
  });

  it('ranks refused traffic by flows beside the rest', () => {
    const report = reportNamed('action-interface')!;
    expect(partsOf(report)).toEqual(['not refused', 'refused']);
    const query = rankingQuery(report, SCOPE, { metric: 'bytes', top: '5', span: '1000' }, 'refused');
    expect(query).toContain('top("flows", 5)');
    expect(query).toContain(`"action" = 'REJECT'`);
  });
});

test('only measurements with a top K leave anything out of the ranking', () => {
  expect(rowKeysQuery(reportNamed('interface')!, SCOPE, 'flows', '10', 'all')).not.toContain('other');
  expect(rowKeysQuery(reportNamed('action-interface-src')!, SCOPE, 'flows', '10', 'refused')).toContain(
    `"src" != 'other'`
  );
});

describe('rowKeysQuery', () => {
  it('ranks the rows of a part by one figure, and gives their keys', () => {
    expect(rowKeysQuery(reportNamed('action-interface-src')!, SCOPE, 'bytes', '5', 'refused')).toBe(
      'SELECT "src" FROM (SELECT top("sum", 5) AS "rank", "src", "action", "interface", "src_owner" FROM (SELECT sum("flows") AS "sum" FROM ' +
        '(SELECT sum("flows") AS "flows" FROM "hour"."flow_source" WHERE time >= 1000ms AND time < 2000ms AND time < 1500ms AND ' +
        `"vpc" = 'vpc-1' AND "src" != 'other' AND "action" = 'REJECT' GROUP BY "src", "action", "interface", "src_owner"), ` +
        '(SELECT sum("flows") AS "flows" FROM "minute"."flow_source" WHERE time >= 1000ms AND time < 2000ms AND time >= 1500ms AND ' +
        `"vpc" = 'vpc-1' AND "src" != 'other' AND "action" = 'REJECT' GROUP BY "src", "action", "interface", "src_owner") ` +
        'WHERE time >= 1000ms AND time < 2000ms GROUP BY "src", "action", "interface", "src_owner")) WHERE time >= 1000ms AND time < 2000ms'
    );
  });

  it('takes a pair for both its ends', () => {
    const query = rowKeysQuery(reportNamed('pair-interface-action')!, SCOPE, 'bytes', '5', 'refused');
    expect(query).toMatch(/GROUP BY "pair", "action"\)\) WHERE time >= 1000ms AND time < 2000ms$/);
  });
});

describe('a filter of pairs by place', () => {
  it('compares both ends, and the observing interface elsewhere', () => {
    expect(filterTags('flow_interface_pair', 'vpc')).toEqual(['src_vpc', 'dst_vpc']);
    expect(filterTags('flow_interface_pair', 'action')).toEqual(['action']);
    expect(filterTags('flow_pair', 'vpc')).toEqual(['vpc']);
  });

  it.each([
    ['flow_interface_pair', [], 'flow_interface', true],
    ['flow_interface_pair', ['action', 'counted'], 'flow_interface', true],
    ['flow_interface_pair', ['action', 'vpc'], 'flow_interface_pair', false],
    ['flow_interface_pair', ['source_interface'], 'flow_interface_pair', false],
    ['flow_pair', ['vpc', 'action'], 'flow_interface', true],
    ['flow_pair', ['source'], 'flow_pair', false],
  ] as const)('totals of %s under %j are from %s; exact: %s', (own, filters, measurement, isExact) => {
    expect(totalsFrom(filters, own)).toEqual({ measurement, isExact });
  });
});

describe('an end without a name', () => {
  it.each<readonly [string, string]>([
    ['-', 'No address'],
    ['aws/S3', 'S3 (AWS)'],
    ['vpc-0a1/10.0.1.5', 'Unowned private range (10.0.1.5 in vpc-0a1)'],
    ['vpc-0a1/fd00::1', 'Unowned private range (fd00::1 in vpc-0a1)'],
    ...['10.0.1.5', '172.16.0.1', '172.31.9.9', '192.168.1.1', '100.64.0.1', '100.127.255.1', '169.254.1.1'].map(
      (address) => [address, `Unowned private range (${address})`] as const
    ),
    ...['fc00::1', 'fdab::', 'fe80::1', 'febf::1'].map(
      (address) => [address, `Unowned private range (${address})`] as const
    ),
    ...['203.0.113.9', '172.15.0.1', '172.32.0.1', '192.169.0.1', '100.63.0.1', '100.128.0.1', '11.0.0.1'].map(
      (address) => [address, `Internet (${address})`] as const
    ),
    ...['2001:db8::1', 'fec0::1', '::1'].map((address) => [address, `Internet (${address})`] as const),
    // Those have names, if anything has.
    ['eni-0a1', 'eni-0a1'],
    ['10.0.0.0/8', '10.0.0.0/8'],
    ['2001:db8::/32', '2001:db8::/32'],
    ['web 10.0.0.1', 'web 10.0.0.1'],
  ])('%s reads %s', (end, text) => {
    expect(endText(end, 'No address')).toBe(text);
  });
});

test('a range asks each policy once', () => {
  expect(policyQuery('ranking', { from: '1', to: '9' }, ['name', 'boundary'])).toBe(
    `SELECT "name", "boundary" FROM "entity"."policy_choice" WHERE "use" = 'ranking' AND ` +
      `((9 - 1 <= "longest" AND 1 >= "oldest") OR (9 - 1 > "shortest" OR 1 < "before"))`
  );
});

describe('REPORTS', () => {
  it('keep their names, and have a dashboard each', () => {
    expect(REPORTS.map(({ name }) => name).sort()).toEqual([
      'action',
      'action-interface',
      'action-interface-dst',
      'action-interface-src',
      'conversations',
      'interface',
      'pair-interface',
      'pair-interface-action',
    ]);
    REPORTS.forEach(({ name, uid }) => expect(uid).toBe(`flowscope-${name}`));
  });

  test.each(REPORTS)('$name has the tags of its measurement', (report) => {
    const { keys, group } = FLOW_MEASUREMENTS.find(({ name }) => name === report.measurement)!;
    const tags = [...(group ? GROUP_TAGS : []), ...Object.keys(keys)];
    expect(tags).toEqual(expect.arrayContaining(ownTags(report)));
    expect(tags).toEqual(expect.arrayContaining([...tagsOfKey(report)]));
    const filtered = report.filters.flatMap((name) => filterTags(report.measurement, name));
    expect(tags).toEqual(expect.arrayContaining(filtered));
  });

  test.each(REPORTS)('$name links to reports that know the filters it sets', (report) => {
    for (const { to, set } of report.links) {
      set.forEach((filter) => expect(reportNamed(to)!.filters).toContain(filter));
    }
  });
});
