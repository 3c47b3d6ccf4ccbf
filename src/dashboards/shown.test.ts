import { OVERVIEW } from '../reports/overview';
import { FILTER_OPTIONS } from '../contract/stored';
import { reportNamed, type ReportName } from '../reports/reports';
import { writeBusiestOptions, writeKnownOptions } from '../sidecar/store/filterOptions';
import type { InfluxClient } from '../sidecar/store/influx';
import { writeEntities, writePolicyChoice, type EntityRow } from '../sidecar/store/schema';
import { influxForTests } from '../sidecar/testing/influx';
import { overviewDashboard } from './overview';
import { reportDashboard } from './reportDashboard';
import { askAt, asRegex, interpolate, valuesOf, type Choice, type DashboardJson, type Row } from './testing';
import { cellsOf, framesOf, seriesOf, type ShownPanel } from './testingTransformations';

// Of @grafana/data only transformations are used: these hooks look for a browser.
jest.mock('react-use', () => ({}));

/** What people see in tables and charts: names, words and links instead of ids, in every row and with nothing lost. */

const MINUTE = 60_000;
const NOW = Math.floor(Date.now() / MINUTE) * MINUTE;
const AT = NOW - 30 * MINUTE;
/** Panels of a report by their ids. */
const [FIGURES, CHART, TABLE, REFUSED_TABLE] = [2, 7, 8, 18];

const WEB = 'eni-0a1';
const DB = 'eni-0b2';
const GATEWAY = 'nat-0c3';

const database = influxForTests();
let client: InfluxClient;

// Where frames lack one of the metrics, Grafana says so and goes on.
beforeAll(() => jest.spyOn(console, 'warn').mockImplementation());

beforeEach(async () => {
  client = await database();
  await writePolicyChoice(client, Math.floor(NOW / 1000));
  const place = { vpc: 'vpc-1', subnet: '-', instance: '-', account: '1', region: 'eu-west-1' };
  const entity = (kind: string, id: string, name: string) => ({ kind, id, name, label: `${name} (${id})`, ...place });
  await writeEntities(client, [
    entity('interface', WEB, 'web'),
    entity('interface', DB, 'db "1" ${x}'),
    entity('interface', GATEWAY, GATEWAY),
    entity('interface', 'eni-0ff', 'quiet'),
    entity('network', '192.0.2.0/24', 'Office'),
    // Whose an address is now says nothing of whose it was; in the scope of a VPC EC2 may have shown it later.
    entity('address', '203.0.113.9', 'web'),
    entity('address', 'vpc-2/10.0.1.7', 'late'),
    ...['interface', 'network', 'address'].map((kind) => entity(kind, '-', `No ${kind}`)),
  ]);
});

type End = readonly [id: string, vpc?: string];

/** A pair of interfaces, of these bytes and as many flows. */
function pair(action: string, source: End, destination: End, bytes: number, counted = 'once'): string {
  const tagsOf = (side: string, [id, vpc = '-']: End) =>
    `${side}_account=1,${side}_instance=-,${side}_interface=${id},${side}_subnet=-,${side}_vpc=${vpc}`;
  const own = `action=${action},counted=${counted},transit=no,pair=${source[0]}\\ →\\ ${destination[0]}`;
  return point(`flow_interface_pair,${own},${tagsOf('src', source)},${tagsOf('dst', destination)}`, bytes);
}

function at(measurement: string, eni: string, action: string, tags: string, bytes: number): string {
  return point(
    `${measurement},account=1,action=${action},instance=-,interface=${eni},subnet=-,vpc=vpc-1,${tags}`,
    bytes
  );
}

function point(series: string, bytes: number): string {
  return `${series} bytes=${bytes}i,packets=${bytes}i,flows=${bytes}i ${AT}000000`;
}

type Choices = Readonly<Record<string, Choice>>;

interface Shown {
  readonly panel: ShownPanel;
  readonly answers: Map<string, Row[]>;
  readonly values: Record<string, string>;
}

async function panelOf(dashboard: unknown, id: number, choices: Choices = {}): Promise<Shown> {
  const json = JSON.parse(JSON.stringify(dashboard)) as DashboardJson;
  const ask = askAt(client.settings.url, client.settings.database);
  const range = { __from: String(NOW - 60 * MINUTE), __to: String(NOW), __interval: '1m', __interval_ms: '60000' };
  const { counted = 'once' } = choices;
  const given = { metric: 'bytes', show: 'total', top: '10', counted: String(counted), ...range };
  const values = await valuesOf(json, ask, given, (filter) => choices[filter] ?? 'All');
  const panel = json.panels.find((one) => one.id === id) as ShownPanel;
  const answers = new Map<string, Row[]>();
  for (const { refId, query } of panel.targets!) {
    const { rows, error } = await ask(interpolate(query, values));
    expect({ refId, error }).toEqual({ refId, error: undefined });
    answers.set(refId, rows);
  }
  return { panel, answers, values };
}

async function table(dashboard: unknown, id: number, choices?: Choices): Promise<Array<Record<string, string>>> {
  const { panel, answers, values } = await panelOf(dashboard, id, choices);
  return cellsOf(panel, await framesOf(panel, answers, values));
}

async function chart(dashboard: unknown, id: number) {
  const { panel, answers, values } = await panelOf(dashboard, id);
  return seriesOf(panel, await framesOf(panel, answers, values));
}

const dashboardOf = (name: ReportName) => reportDashboard(reportNamed(name)!);
const columns = (rows: ReadonlyArray<Record<string, string>>, ...headings: readonly string[]) =>
  rows.map((row) => headings.map((heading) => row[heading]));

describe('pairs of interfaces', () => {
  const web: End = [WEB, 'vpc-1'];
  const db: End = [DB, 'vpc-2'];
  beforeEach(async () => {
    await client.write(
      'minute',
      [
        pair('ACCEPT', web, db, 1000),
        pair('ACCEPT', web, db, 900, 'again'),
        pair('REJECT', web, db, 70),
        pair('ACCEPT', db, web, 600),
        pair('ACCEPT', web, ['aws/S3'], 500),
        pair('ACCEPT', web, ['192.0.2.0/24'], 400),
        pair('ACCEPT', ['203.0.113.9'], [GATEWAY, 'vpc-1'], 300),
        pair('ACCEPT', ['vpc-2/10.0.1.5', 'vpc-2'], db, 200),
        pair('ACCEPT', ['10.0.1.6'], db, 100),
        pair('ACCEPT', ['-'], db, 50),
        pair('ACCEPT', ['vpc-2/10.0.1.7', 'vpc-2'], db, 40),
        pair('ACCEPT', ['other', 'other'], ['other', 'other'], 5).replace(/pair=[^,]*/, 'pair=other'),
        // All of it, whatever the ends.
        at('flow_interface', WEB, 'ACCEPT', 'counted=once,direction=egress,transit=no', 3195),
        at('flow_interface', WEB, 'REJECT', 'counted=once,direction=egress,transit=no', 70),
        at('flow_interface', DB, 'ACCEPT', 'counted=again,direction=ingress,transit=no', 900),
      ].join('\n')
    );
  });

  const SOURCE = 'Source interface';
  const DESTINATION = 'Destination interface';

  it('reads names and words at both ends; what is not shown stands below', async () => {
    expect(columns(await table(dashboardOf('pair-interface'), TABLE), SOURCE, DESTINATION, '≥ Flows')).toEqual([
      ['web', 'db "1" ${x}', '1,070'],
      ['db "1" ${x}', 'web', '600'],
      ['web', 'S3 (AWS)', '500'],
      ['web', 'Office', '400'],
      ['Internet (203.0.113.9)', GATEWAY, '300'],
      ['Unowned private range (10.0.1.5 in vpc-2)', 'db "1" ${x}', '200'],
      ['Unowned private range (10.0.1.6)', 'db "1" ${x}', '100'],
      ['No address', 'db "1" ${x}', '50'],
      ['late', 'db "1" ${x}', '40'],
      ['other', ' ', '5'],
    ]);
  });

  it('has a row for each action, and keeps ids for links', async () => {
    const ofWeb = { source_interface: [WEB] };
    const accepted = await table(dashboardOf('pair-interface-action'), TABLE, ofWeb);
    expect(columns(accepted, SOURCE, DESTINATION, '≥ Flows')).toEqual([
      ['web', 'db "1" ${x}', '1,000'],
      ['web', 'S3 (AWS)', '500'],
      ['web', 'Office', '400'],
    ]);
    const refused = await table(dashboardOf('pair-interface-action'), REFUSED_TABLE, ofWeb);
    expect(columns(refused, 'action_id', 'src_interface_id', 'dst_interface_id', '≥ Flows', '≥ Share')).toEqual([
      ['REJECT', WEB, DB, '70', '100%'],
    ]);
  });

  it('counts what both ends logged once, or as seen at each', async () => {
    const totalOf = async (counted: string) =>
      (await panelOf(dashboardOf('pair-interface'), TABLE, { counted: [counted] })).values.total;
    expect(await totalOf('once')).toBe('3265');
    expect(await totalOf('again')).toBe('4165');
    // Under a filter by place they are of what is kept by name.
    const { values } = await panelOf(dashboardOf('pair-interface'), TABLE, { counted: ['again'], vpc: ['vpc-1'] });
    expect(values).toMatchObject({
      total_of: 'flow_interface_pair',
      total: String(1000 + 900 + 70 + 600 + 500 + 400 + 300),
    });
  });

  it('means either end by a filter by place', async () => {
    const shown = async (choices: Choices) =>
      columns(await table(dashboardOf('pair-interface'), TABLE, choices), SOURCE);
    expect(await shown({ vpc: ['vpc-1'] })).toHaveLength(5);
    expect(await shown({ interface: [GATEWAY, 'eni-0ff'] })).toEqual([['Internet (203.0.113.9)']]);
    expect(await shown({ vpc: ['vpc-1'], interface: [DB] })).toEqual([['web'], ['db "1" ${x}']]);
  });

  it('calls each series by both names, in the words of the table, and leads on from both ends', async () => {
    const series = await chart(dashboardOf('pair-interface'), CHART);
    expect(series.map(({ legend }) => legend).sort()).toEqual(
      [
        'web → db "1" ${x}',
        'db "1" ${x} → web',
        'web → S3 (AWS)',
        'web → Office',
        `Internet (203.0.113.9) → ${GATEWAY}`,
        'Unowned private range (10.0.1.5 in vpc-2) → db "1" ${x}',
        'Unowned private range (10.0.1.6) → db "1" ${x}',
        'No address → db "1" ${x}',
        'late → db "1" ${x}',
        'other',
      ].sort()
    );
    const { links } = series.find(({ legend }) => legend === 'web → Office')!;
    expect(links).toEqual([
      expect.stringMatching(`flowscope-host.*&var-host=${WEB}$`),
      expect.stringMatching('flowscope-host.*&var-host=192.0.2.0/24$'),
      expect.stringContaining(`var-source_interface=${WEB}&var-destination_interface=192.0.2.0/24&`),
    ]);
  });

  it('leads to the conversations at either end', async () => {
    const json = JSON.stringify(dashboardOf('pair-interface-action'));
    const valueOf = (column: string) => `var-interface=\${__data.fields.${column}_id:percentencode}`;
    expect(json).toContain(`${valueOf('src_interface')}&${valueOf('dst_interface')}`);
    const tags = (owners: string) => `src=10.0.0.1,dst=10.0.0.2,pair=10.0.0.1\\ →\\ 10.0.0.2,${owners}`;
    await client.write(
      'minute',
      [
        at('flow_pair', WEB, 'ACCEPT', tags(`dst_owner=${DB},src_owner=${WEB}`), 10),
        at('flow_pair', DB, 'ACCEPT', tags(`dst_owner=${DB},src_owner=${WEB}`), 10),
        at('flow_pair', GATEWAY, 'ACCEPT', tags('dst_owner=-,src_owner=-'), 10),
        ...[WEB, DB, GATEWAY].map((eni) =>
          at('flow_interface', eni, 'ACCEPT', 'counted=once,direction=egress,transit=no', 10)
        ),
      ].join('\n')
    );
    const conversations = async (...ends: string[]) =>
      (await table(dashboardOf('conversations'), TABLE, { interface: ends })).filter(
        ({ Interface }) => Interface !== 'other'
      );
    const rows = await conversations(WEB, DB);
    expect(columns(rows, 'Interface', 'Source', 'Destination')).toEqual([
      ['web', 'web', 'db "1" ${x}'],
      ['db "1" ${x}', 'web', 'db "1" ${x}'],
    ]);
    // An end that is no interface matches nothing, beside one that is.
    const ofOne = await conversations('203.0.113.9', GATEWAY);
    expect(columns(ofOne, 'Interface', 'Source')).toEqual([[GATEWAY, '10.0.0.1']]);
  });
});

describe('addresses', () => {
  beforeEach(async () => {
    const source = (eni: string, owner: string, bytes: number) =>
      at('flow_source', eni, 'ACCEPT', `src=10.0.0.1,src_owner=${owner}`, bytes);
    await client.write(
      'minute',
      [
        // One address of two interfaces, one after the other; and one of nobody here.
        source(DB, WEB, 30),
        source(DB, GATEWAY, 20),
        at('flow_source', DB, 'ACCEPT', 'src=203.0.113.9,src_owner=-', 10),
        at('flow_source', DB, 'ACCEPT', 'src=52.95.1.1,src_owner=aws/S3', 9),
        at('flow_source', DB, 'ACCEPT', 'src=other,src_owner=other', 7),
        at('flow_interface', DB, 'ACCEPT', 'counted=once,direction=ingress,transit=no', 60),
        at('flow_interface', WEB, 'ACCEPT', 'counted=again,direction=ingress,transit=no', 16),
      ].join('\n')
    );
  });

  it('have the owner of that time before them, where somebody is known', async () => {
    const rows = await table(dashboardOf('action-interface-src'), TABLE);
    expect(columns(rows, 'Source', 'src_owner_id', '≥ Flows')).toEqual([
      ['web (10.0.0.1)', WEB, '30'],
      [`${GATEWAY} (10.0.0.1)`, GATEWAY, '20'],
      ['203.0.113.9', '-', '10'],
      ['S3 (AWS) (52.95.1.1)', 'aws/S3', '9'],
      [' ', '$__all', '7'],
    ]);
  });

  it('have it in charts, too, where somebody is known', async () => {
    const series = await chart(dashboardOf('action-interface-src'), CHART);
    expect(series.map(({ legend }) => legend).sort()).toEqual(
      ['web (10.0.0.1)', `${GATEWAY} (10.0.0.1)`, '203.0.113.9', 'S3 (AWS) (52.95.1.1)', 'other'].sort()
    );
    expect(series.find(({ legend }) => legend === 'web (10.0.0.1)')!.links).toEqual([
      expect.stringMatching('flowscope-host.*&var-host=10.0.0.1$'),
      expect.stringContaining('var-source=10.0.0.1&'),
    ]);
  });

  it.each([
    'x'.repeat(256),
    'orders "q" \'s\'',
    '🚀 orders → späť',
    String.raw`[a-z]+(.*)$ \d ^|`,
    'a, b=c d',
    '$1 $& ${x} $__all %20',
    'a", src="10.9.9.9", x="',
  ])('whose owner is called %s say so', async (name) => {
    const place = { vpc: 'vpc-1', subnet: '-', instance: '-', account: '1', region: 'eu-west-1' };
    await writeEntities(client, [{ kind: 'interface', id: WEB, name, label: `${name} (${WEB})`, ...place }]);
    const [first] = await table(dashboardOf('action-interface-src'), TABLE);
    expect(first.Source).toBe(`${name} (10.0.0.1)`);
    const series = await chart(dashboardOf('action-interface-src'), CHART);
    expect(series.map(({ legend }) => legend)).toContain(`${name} (10.0.0.1)`);
  });

  it('are listed with it on the overview, and nothing is counted twice there', async () => {
    const rows = await table(overviewDashboard(), 11);
    expect(columns(rows, 'Source', '≥ Total')).toEqual([
      // There is room for one of both.
      ['web', '30 B'],
      [GATEWAY, '20 B'],
      ['203.0.113.9', '10 B'],
      ['S3 (AWS)', '9 B'],
      ['other', '7 B'],
    ]);
  });
});

describe('what filters offer', () => {
  const row = (kind: string, id: string, name = id, vpc = 'vpc-1'): EntityRow => ({
    ...{ kind, id, name, label: `${name} (${id})` },
    ...{ vpc, subnet: '-', instance: '-', account: '1', region: '-' },
  });
  const offer = (rows: readonly EntityRow[]) =>
    writeKnownOptions(
      client,
      rows,
      rows.map((_row, i) => i + 1)
    );
  /** The options as Grafana makes them; `typed`: what people typed so far. */
  async function offered(report: ReportName, filter: string, { typed = '', vpc = '.*' } = {}) {
    const json = JSON.parse(JSON.stringify(dashboardOf(report))) as DashboardJson;
    const { query, regex } = json.templating.list.find(({ name }) => name === filter)!;
    const asked = interpolate(query, { account: '.*', vpc, subnet: '.*', instance: '.*' });
    const { rows, error } = await askAt(
      client.settings.url,
      client.settings.database
    )(typed ? asked.replace('${__searchFilter:regex}', () => asRegex([typed])) : asked);
    expect(error).toBeUndefined();
    expect(rows.length).toBeLessThanOrEqual(FILTER_OPTIONS.most);
    const pattern = new RegExp(regex!.slice(1, -1));
    const options = new Map<string, string>();
    for (const { label } of rows) {
      const { value, text } = pattern.exec(String(label))?.groups ?? {};
      options.set(value, options.get(value) ?? text);
    }
    return [...options];
  }

  it('has the account of exporters beyond the limit as any other', async () => {
    await offer([row('account', '1'), row('account', 'overflow')]);
    expect(await offered('action', 'account')).toEqual([
      ['1', '1'],
      ['overflow', 'overflow'],
    ]);
  });

  it('names interfaces, of what is chosen before; two of one name by their ids', async () => {
    await offer([
      row('interface', 'eni-0a1', 'web (…00a1)'),
      row('interface', 'eni-0a2', 'web (…00a2)', 'vpc-2'),
      row('interface', '-', 'No interface'),
      row('network', '192.0.2.0/24', 'Office "A" (/.*)'),
    ]);
    expect(await offered('interface', 'interface')).toEqual([
      ['eni-0a1', 'web (…00a1)'],
      ['eni-0a2', 'web (…00a2)'],
    ]);
    expect(await offered('interface', 'interface', { vpc: 'vpc-2' })).toEqual([['eni-0a2', 'web (…00a2)']]);
    expect(await offered('pair-interface', 'source_interface')).toContainEqual(['192.0.2.0/24', 'Office "A" (/.*)']);
  });

  it('names addresses, each once, with those of nobody; the busiest come first', async () => {
    await offer([
      row('address', '10.20.96.10', 'orders-postgres'),
      row('address', 'vpc-1/10.20.96.10', 'orders-postgres'),
      row('address', '10.20.96.11'),
    ]);
    await writeBusiestOptions(client, [row('address', '198.51.100.9'), row('address', '2001:db8::1')]);
    expect(await offered('action-interface-src', 'source')).toEqual([
      ['198.51.100.9', '198.51.100.9'],
      ['2001:db8::1', '2001:db8::1'],
      ['10.20.96.10', 'orders-postgres (10.20.96.10)'],
      ['10.20.96.11', '10.20.96.11'],
    ]);
    expect(await offered('action-interface-dst', 'destination', { typed: 'ORDERS' })).toContainEqual([
      '10.20.96.10',
      'orders-postgres (10.20.96.10)',
    ]);
  });

  it('finds by typing what no list has room for', async () => {
    const rows = Array.from({ length: FILTER_OPTIONS.most + 5 }, (_, i) => row('interface', `eni-${i}`, `server-${i}`));
    await offer([...rows, row('interface', 'eni-0fe', 'a/b[1] $x "q" 🚀')]);
    await writeBusiestOptions(client, [rows[2003]]);
    const listed = await offered('interface', 'interface');
    expect(listed).toHaveLength(FILTER_OPTIONS.most);
    expect(listed[0]).toEqual(['eni-2003', 'server-2003']);
    for (const typed of ['B[1]', '$x "Q"', '🚀', 'eni-0fe']) {
      expect((await offered('interface', 'interface', { typed }))[0]).toEqual(['eni-0fe', 'a/b[1] $x "q" 🚀']);
    }
  });
});

describe('the overview', () => {
  beforeEach(async () => {
    const flows = (eni: string, action: string, marks: string, bytes: number) =>
      at('flow_interface', eni, action, `${marks},direction=ingress`, bytes);
    await client.write(
      'minute',
      [
        flows(WEB, 'ACCEPT', 'counted=once,transit=no', 1000),
        flows(DB, 'ACCEPT', 'counted=again,transit=no', 900),
        flows(GATEWAY, 'ACCEPT', 'counted=once,transit=yes', 80),
        flows(DB, 'REJECT', 'counted=once,transit=no', 7),
        at('flow_application', WEB, 'ACCEPT', 'application=tcp/443', 600),
        at('flow_application', DB, 'ACCEPT', 'application=tcp/443', 500),
        at('flow_application', DB, 'ACCEPT', 'application=other', 887),
      ].join('\n')
    );
  });

  it('counts each flow once in its totals, and as seen at each interface in its lists', async () => {
    const { values } = await panelOf(overviewDashboard(), TABLE);
    expect(values).toMatchObject({ total: '1987' });
    const users = await table(overviewDashboard(), TABLE, {});
    expect(columns(users, 'Interface', 'Share')).toEqual([
      ['web', '50.3%'],
      ['db "1" ${x}', '45.6%'],
      [GATEWAY, '4.0%'],
    ]);
    const applications = await table(overviewDashboard(), 10);
    expect(columns(applications, 'Application', '≥ Total')).toEqual([
      ['tcp/443', '1.07 KiB'],
      ['other', '887 B'],
    ]);
  });

  it('leads on from what is not shown to more rows of it', async () => {
    const applications = await table(overviewDashboard(), 10);
    expect(columns(applications, 'application_id', 'words', 'rows')).toEqual([
      ['tcp/443', 'Show only this', '10'],
      ['$__all', 'Show more', '50'],
    ]);
    expect(JSON.stringify(overviewDashboard())).toContain('var-top=${__data.fields.rows}');
  });

  it('counts once in each figure on top', async () => {
    const { answers } = await panelOf(overviewDashboard(), FIGURES);
    const sums = (refId: string, column: string) =>
      answers.get(refId)!.reduce((sum, row) => sum + Number(row[column]), 0);
    expect(sums('bytes', 'bytes')).toBe(1007);
    expect(sums('packets', 'packets')).toBe(1007);
    expect(sums('refused', 'flows')).toBe(1007);
    expect(sums('refused', 'refused')).toBe(7);
    expect(answers.get('refused')!.map(({ share }) => share)).toEqual([7 / 1007]);
  });

  it('goes by what is counted of an application once one is chosen', async () => {
    const { values, answers } = await panelOf(overviewDashboard(), FIGURES, { application: ['tcp/443'] });
    expect(values).toMatchObject({ total_of: 'flow_application', total: '1100' });
    expect(answers.get('bytes')!.reduce((sum, row) => sum + Number(row.bytes), 0)).toBe(1100);
  });

  it('shows what was accepted by application, and what others leave of it', async () => {
    const series = await chart(overviewDashboard(), CHART);
    expect(series.map(({ legend }) => legend).sort()).toEqual(['other', 'tcp/443']);
  });

  it('says how it counts', () => {
    const caption = overviewDashboard().description!;
    expect(caption).toContain(OVERVIEW.question);
    expect(caption).toContain(
      'count each flow once, and leave out what only passes through NAT gateways, load balancers,'
    );
    expect(caption).toContain(
      'Charts and lists, and everything of a chosen application, count as seen at each interface.'
    );
  });
});
