import { FLOW_MEASUREMENTS } from '../contract/stored';
import { filterNamed } from './filters';
import { isOneOf } from './influxql';
import {
  ownTags,
  partsOf,
  policyQuery,
  rankingQuery,
  rowKeysQuery,
  tagsOfKey,
  topKeysQuery,
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
    const sums = 'sum("bytes") AS "bytes", sum("packets") AS "packets", sum("flows") AS "flows"';
    expect(rankingQuery(report, SCOPE, { metric: 'bytes', top: '5', span: '1000' })).toBe(
      'SELECT top("bytes", 5) AS "rank", "bytes", "packets", "flows", 8000.0 * "bytes" / (1000) AS "rate", ' +
        `"interface", "src", "dst" FROM (SELECT ${sums} FROM ` +
        `(SELECT ${sums} FROM "hour"."flow_pair" WHERE time >= 1000ms AND time < 2000ms AND time < 1500ms AND "vpc" = 'vpc-1' ` +
        `AND "pair" != 'other' GROUP BY "interface", "src", "dst"), ` +
        `(SELECT ${sums} FROM "minute"."flow_pair" WHERE time >= 1000ms AND time < 2000ms AND time >= 1500ms AND "vpc" = 'vpc-1' ` +
        `AND "pair" != 'other' GROUP BY "interface", "src", "dst") WHERE time >= 1000ms AND time < 2000ms GROUP BY "interface", "src", "dst") ` +
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
  expect(topKeysQuery(reportNamed('interface')!, SCOPE, 'flows', '10')).not.toContain('other');
  expect(topKeysQuery(reportNamed('action-interface-src')!, SCOPE, 'flows', '10')).toContain(`"src" != 'other'`);
});

describe('rowKeysQuery', () => {
  it('ranks the rows of a part by one figure, and gives their keys', () => {
    expect(rowKeysQuery(reportNamed('action-interface-src')!, SCOPE, 'bytes', '5', 'refused')).toBe(
      'SELECT "src" FROM (SELECT top("sum", 5) AS "rank", "src", "action", "interface" FROM (SELECT sum("flows") AS "sum" FROM ' +
        '(SELECT sum("flows") AS "flows" FROM "hour"."flow_source" WHERE time >= 1000ms AND time < 2000ms AND time < 1500ms AND ' +
        `"vpc" = 'vpc-1' AND "src" != 'other' AND "action" = 'REJECT' GROUP BY "src", "action", "interface"), ` +
        '(SELECT sum("flows") AS "flows" FROM "minute"."flow_source" WHERE time >= 1000ms AND time < 2000ms AND time >= 1500ms AND ' +
        `"vpc" = 'vpc-1' AND "src" != 'other' AND "action" = 'REJECT' GROUP BY "src", "action", "interface") ` +
        'WHERE time >= 1000ms AND time < 2000ms GROUP BY "src", "action", "interface")) WHERE time >= 1000ms AND time < 2000ms'
    );
  });

  it('takes a pair for both its ends', () => {
    const query = rowKeysQuery(reportNamed('pair-interface')!, SCOPE, 'bytes', '5', 'all');
    expect(query).toMatch(/GROUP BY "pair", "interface"\)\) WHERE time >= 1000ms AND time < 2000ms$/);
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
      'interface',
      'pair-interface',
      'pair-interface-action',
    ]);
    REPORTS.forEach(({ name, uid }) => expect(uid).toBe(`flowscope-${name}`));
  });

  const PLACE_TAGS = ['account', 'exporter', 'vpc', 'subnet', 'instance', 'interface', 'action'];

  test.each(REPORTS)('$name has the tags of its measurement', (report) => {
    const { keys } = FLOW_MEASUREMENTS.find(({ name }) => name === report.measurement)!;
    const tags = [...PLACE_TAGS, ...Object.keys(keys)];
    expect(tags).toEqual(expect.arrayContaining(ownTags(report)));
    expect(tags).toEqual(expect.arrayContaining(tagsOfKey(report)));
    const filtered = report.filters.map((name) => filterNamed(name).tag);
    expect(tags).toEqual(expect.arrayContaining(filtered));
  });

  test.each(REPORTS)('$name links to reports that know the filters it sets', (report) => {
    for (const { to, set } of report.links) {
      set.forEach((filter) => expect(reportNamed(to)!.filters).toContain(filter));
    }
  });
});
