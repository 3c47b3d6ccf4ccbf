import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { influxForTests } from '../sidecar/testing/influx';
import type { AlertRule } from './alertRule';
import { ALERT_GROUPS, alertFiles, runbookOf } from './alerts';
import { generatedFiles } from './generate';

const PROVISIONING = resolve(__dirname, '../../provisioning');
const RULES = ALERT_GROUPS.flatMap(({ rules }) => rules);
const EACH = RULES.map((rule) => [rule.title, rule] as const);

test.each([...alertFiles()])(
  '%s is what the generator makes; if not, run npm run generate:dashboards',
  (path, text) => {
    const file = resolve(PROVISIONING, path);
    expect(existsSync(file) && readFileSync(file, 'utf8') === text).toBe(true);
  }
);

test('the same input gives the same bytes', () => {
  expect([...alertFiles()]).toEqual([...alertFiles()]);
});

test('rules have names and titles of their own, which Grafana takes as they are', () => {
  expect(new Set(RULES.map(({ name }) => name)).size).toBe(RULES.length);
  expect(new Set(RULES.map(({ title }) => title)).size).toBe(RULES.length);
  for (const { name, title } of RULES) {
    expect(`flowscope-${name}`).toMatch(/^[a-z-]{1,40}$/);
    // A dollar sign would be taken for a variable of the environment.
    expect(title).not.toContain('$');
  }
});

test.each(EACH)(
  '%s compares what it reads, and its summary says what it read, of whom, and the limit',
  (_title, rule) => {
    const { queries, value, summary } = rule;
    const names = Object.keys(queries);
    const used = [...(value ?? '').matchAll(/\$(\w+)/g)].map(([, name]) => name);
    expect(new Set(used)).toEqual(new Set(value === undefined ? [] : names));
    expect(names.length === 1).toBe(value === undefined);
    for (const [, name] of summary.matchAll(/\$values\.(\w+)/g)) {
      expect([...names, ...(value === undefined ? [] : ['value'])]).toContain(name);
    }
    // Without data there are no values, and neither humanize nor a comparison takes none.
    expect(summary.replace(/\{\{ with \$values\.\w+ \}\}/g, '')).not.toContain('$values');
    const labels = [...summary.matchAll(/\$labels\.(\w+)/g)].map(([, name]) => name);
    expect(labels.length).toBeGreaterThan(0);
    expect(tagsOf(rule)).toEqual(expect.arrayContaining(labels));
    expect(summary).toMatch(/limit|expected|5 minutes|last hour/);
  }
);

test.each(EACH)('%s stands in docs/alerts.md with its severity', (title, { severity }) => {
  expect(readFileSync(resolve(__dirname, '../../docs/alerts.md'), 'utf8')).toMatch(
    new RegExp(`^\\| ${title} +\\| ${severity} +\\|`, 'm')
  );
});

test.each(EACH)('%s joins queries with the same labels', (_title, { queries }) => {
  const groups = Object.values(queries).map(({ influxql }) => influxql.slice(influxql.lastIndexOf('GROUP BY')));
  expect(new Set(groups).size).toBe(1);
});

test.each(EACH.filter(([, { dashboard }]) => generatedFiles().has(`dashboards/${dashboard.uid}.json`)))(
  '%s links a panel and variables that are there',
  (_title, { dashboard }) => {
    const { panels, templating } = JSON.parse(generatedFiles().get(`dashboards/${dashboard.uid}.json`)!) as {
      panels: Array<{ id: number }>;
      templating: { list: Array<{ name: string }> };
    };
    expect(panels.map(({ id }) => id)).toContain(dashboard.panel);
    const variables = [...(dashboard.variables ?? '').matchAll(/var-(\w+)=/g)].map(([, name]) => name);
    expect(templating.list.map(({ name }) => name)).toEqual(expect.arrayContaining(variables));
  }
);

describe('against a real InfluxDB', () => {
  const database = influxForTests();
  const now = Math.floor(Date.now() / 1000);
  const minutes = Array.from({ length: 30 }, (_, i) => now - i * 60 - 5);

  test.each(EACH)('every query of %s finds what was written, and nothing where nothing was', async (_title, rule) => {
    const client = await database();
    const answers = () =>
      Promise.all(
        Object.values(rule.queries).map(({ influxql, seconds }) =>
          client.query(influxql.replaceAll('$timeFilter', `time >= ${now - seconds}s AND time <= ${now}s`))
        )
      );
    expect((await answers()).flat()).toEqual([]);
    await client.write(
      'minute',
      minutes.flatMap((time) => pointsAt(time).map((line) => `${line} ${time}000000000`)).join('\n')
    );
    for (const rows of await answers()) {
      expect(rows.length).toBeGreaterThan(0);
      for (const row of rows) {
        expect(Object.keys(row)).toEqual(expect.arrayContaining(tagsOf(rule)));
        expect(Object.values(row)).not.toContain(null);
      }
    }
  });
});

/** The tags a rule's alerts are told apart by. */
function tagsOf({ queries }: AlertRule): string[] {
  const [{ influxql }] = Object.values(queries);
  return [...influxql.slice(influxql.lastIndexOf('GROUP BY')).matchAll(/"(\w+)"/g)].map(([, tag]) => tag);
}

/** A point of everything alerts read, with names that could break out of a query. */
function pointsAt(time: number): string[] {
  const collection = [
    'backlog=1i,oldest_age=9i,objects=1i,records=9i,malformed=1i,skipdata=1i,undeleted=0i,not_collected=1i,quarantined=1i',
    'refused=0i,series=5i,series_budget=10i,top_k=20i,exporters=3i,exporter_limit=9i,descriptions_age=60i',
  ];
  const names = 'instance_name=a"b,interface=eni-1,interface_name=Büro\\ Ω,vpc_name=it\'s';
  const rates = 'bps=1.5,pps=2,fps=0.1,bps_yesterday=1,fps_yesterday=0.5';
  return [
    `collection,collector=primary,source=a\\ "b"\\,c,source_id=src-1 ${collection.join(',')}`,
    `new_exporter,account=1,collector=primary,exporter=1/vpc-1 first_seen=${time}i`,
    ...['ACCEPT', 'REJECT'].map((action) => `flow_rate,account=1,action=${action},${names} ${rates}`),
  ];
}

test.each(EACH)('%s links its runbook, and its panel as Grafana wants it', (title, { name, dashboard }) => {
  const headings = [...readFileSync(resolve(__dirname, '../../docs/alerts.md'), 'utf8').matchAll(/^### (.*)$/gm)];
  const anchors = headings.map(([, heading]) => heading.toLowerCase().replaceAll(' ', '-'));
  expect(anchors).toContain(runbookOf(title).split('#')[1]);
  const [text] = alertFiles().values();
  const { groups } = JSON.parse(text) as {
    groups: Array<{ rules: Array<{ uid: string; annotations: Record<string, string> }> }>;
  };
  const rule = groups.flatMap(({ rules }) => rules).find(({ uid }) => uid === `flowscope-${name}`)!;
  expect(rule.annotations).toMatchObject({
    runbook_url: runbookOf(title),
    __dashboardUid__: dashboard.uid,
    __panelId__: String(dashboard.panel),
  });
});
