import { InfluxClient } from '../sidecar/store/influx';
import { ensureMeasurements } from '../sidecar/store/schema';
import { dropDatabases } from '../sidecar/testing/influx';
import { sharedService, uniqueNumber } from '../sidecar/testing/services';
import { generatedFiles } from './generate';
import { askAt, interpolate, panelsOf, valuesOf, type Answer, type Choice, type DashboardJson } from './testing';

const NOW = Date.UTC(2026, 2, 2, 12);
const HOUR = 3_600_000;
const INTERFACE = 'eni-0a1b2c3d4e5f60718';

/** What people may choose in each filter: All, one value, several, and values that must not break out of a query. */
const CHOICES: Readonly<Record<string, Choice>> = {
  All: 'All',
  one: ['10.0.0.1'],
  several: ['10.0.0.1', 'tcp/443'],
  hostile: ['a"b', `it's`, '(x|y)*', '1,2 = 3', 'Büro → Ω', 'back\\slash', '$metric', '/^.*$/', ''],
};

let client: InfluxClient;
let fresh: InfluxClient;

beforeAll(async () => {
  client = await database();
  await write('entity', policyChoices());
  await write('entity', [
    `aws_entity,id=${INTERFACE},kind=interface label="web (${INTERFACE})",name="web",vpc="vpc-1" 0`,
    'aws_entity,id=192.0.2.0/24,kind=network label="office (192.0.2.0/24)",name="office" 0',
  ]);
  const group = `account=1,action=ACCEPT,instance=-,interface=${INTERFACE},subnet=-,vpc=vpc-1`;
  const end = (side: string, id: string, vpc: string) =>
    `${side}_account=1,${side}_instance=-,${side}_interface=${id},${side}_subnet=-,${side}_vpc=${vpc}`;
  const tags = {
    flow_interface: `${group},counted=once,direction=ingress,transit=no`,
    flow_source: `${group},src=10.0.0.1,src_owner=${INTERFACE}`,
    flow_destination: `${group},dst=10.0.0.2,dst_owner=-`,
    flow_pair: `${group},src=10.0.0.1,dst=10.0.0.2,pair=10.0.0.1\\ →\\ 10.0.0.2,src_owner=${INTERFACE},dst_owner=-`,
    flow_application: `${group},application=tcp/443`,
    flow_interface_pair: [
      'action=ACCEPT,counted=once,transit=no',
      end('src', INTERFACE, 'vpc-1'),
      end('dst', '192.0.2.0/24', '-'),
      `pair=${INTERFACE}\\ →\\ 192.0.2.0/24`,
    ].join(','),
  };
  for (const policy of ['minute', 'hour']) {
    await write(
      policy,
      Object.entries(tags).map(([name, of]) => `${name},${of} bytes=900i,packets=9i,flows=3i ${NOW - HOUR}000000`)
    );
  }
  await client.shown();
});

afterAll(() => dropDatabases([client, fresh]));

describe.each(Object.keys(CHOICES))('with filters set to %s', (choice) => {
  test.each([...generatedFiles()])('every query of %s runs', async (_path, text) => {
    const dashboard = JSON.parse(text) as DashboardJson;
    const values = await valuesOf(dashboard, ask, GIVEN, () => CHOICES[choice]);
    for (const { refId, query } of panelsOf(dashboard).flatMap(({ targets = [] }) => targets)) {
      const { error } = await ask(interpolate(query, values));
      expect({ refId, query, error }).toEqual({ refId, query, error: undefined });
    }
  });
});

/** Those that ask about one range, and show its total. */
const OTHERS = /collection-health|host|movers|refused/;
const REPORTS = [...generatedFiles()].filter(([path]) => !OTHERS.test(path));

test.each(REPORTS)('the queries of %s find traffic', async (_path, text) => {
  const dashboard = JSON.parse(text) as DashboardJson;
  const values = await valuesOf(dashboard, ask, GIVEN, () => 'All');
  expect(values).toMatchObject({
    boundary: '0',
    'boundary:text': 'm',
    start: String(NOW - 3 * HOUR),
    total: '900',
  });
  const found = panelsOf(dashboard)
    .filter(({ title = '' }) => !/refused/i.test(title) && !/unknown/i.test(title) && title !== 'Out')
    .flatMap(({ targets = [] }) => targets)
    .filter(({ refId }) => refId === 'all' || refId === 'top');
  for (const { query } of found) {
    expect((await ask(interpolate(query, values))).rows.length).toBeGreaterThan(0);
  }
});

test.each(REPORTS)('%s holds more than a duration of milliseconds can', async (_path, text) => {
  const dashboard = JSON.parse(text) as DashboardJson;
  const values = await valuesOf(dashboard, ask, GIVEN, () => 'All');
  const huge = String(2n ** 62n);
  const large = { ...values, total: huge };
  for (const { refId, query } of panelsOf(dashboard).flatMap(({ targets = [] }) => targets)) {
    const { error } = await ask(interpolate(query, large));
    expect({ refId, query, error }).toEqual({ refId, query, error: undefined });
  }
});

describe('a store in which nothing was ever collected', () => {
  beforeAll(async () => {
    fresh = await database();
    await write('entity', [...policyChoices(), `aws_entity,id=-,kind=interface label="-",name="-" 0`], fresh);
    await fresh.shown();
  });

  test.each([...generatedFiles()])('%s has no errors and no rows', async (_path, text) => {
    const dashboard = JSON.parse(text) as DashboardJson;
    const askFresh = askAt(fresh.settings.url, fresh.settings.database);
    const values = await valuesOf(dashboard, askFresh, GIVEN, () => 'All');
    for (const { refId, query } of panelsOf(dashboard).flatMap(({ targets = [] }) => targets)) {
      const { rows, error } = await askFresh(interpolate(query, values));
      // Names are looked up for rows, and shown with them only.
      const isLookUp = /^names_|^beside/.test(refId);
      expect({ refId, query, error, rows: isLookUp ? [] : rows }).toEqual({ refId, query, error: undefined, rows: [] });
    }
  });
});

const GIVEN = {
  __from: String(NOW - 3 * HOUR),
  __to: String(NOW),
  __interval: '1m',
  __interval_ms: '60000',
  metric: 'bytes',
  show: 'rate',
  top: '10',
};

function ask(query: string): Promise<Answer> {
  return askAt(client.settings.url, client.settings.database)(query);
}

/** A database whose policies keep data for ever. */
async function database(): Promise<InfluxClient> {
  const made = new InfluxClient({ url: await sharedService('influx'), database: `db${await uniqueNumber()}` });
  const { database } = made.settings;
  await made.query(`CREATE DATABASE "${database}"`);
  for (const policy of ['minute', 'hour', 'entity']) {
    await made.query(`CREATE RETENTION POLICY "${policy}" ON "${database}" DURATION 0s REPLICATION 1`);
  }
  await ensureMeasurements(made);
  return made;
}

async function write(policy: string, lines: readonly string[], to = client): Promise<void> {
  await to.write(policy, lines.join('\n'));
}

function policyChoices(): string[] {
  const oldest = NOW - 7 * 24 * HOUR;
  return ['totals', 'ranking', 'series'].flatMap((use) => [
    `policy_choice,policy=minute,use=${use} name="minute",longest=${6 * HOUR}i,oldest=${oldest}i,boundary=0i,choice="m 0" 0`,
    `policy_choice,policy=hour,use=${use} name="hour",shortest=${6 * HOUR}i,before=${oldest}i,boundary=${NOW - HOUR}i,choice="h ${NOW - HOUR}" 0`,
  ]);
}
