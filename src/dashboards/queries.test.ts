import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startInflux, type Service } from '../../scripts/services.mjs';
import { generatedFiles } from './generate';

interface Variable {
  name: string;
  type: string;
  query: string;
}

interface Json {
  templating: { list: Variable[] };
  panels: Array<{ targets?: Array<{ refId: string; query: string }> }>;
}

const NOW = Date.UTC(2026, 2, 2, 12);
const HOUR = 3_600_000;
const INTERFACE = 'eni-0a1b2c3d4e5f60718';

/** What people may choose in each filter: All, one value, several, and values that must not break out of a query. */
const CHOICES: Readonly<Record<string, string>> = {
  All: '.*',
  one: escapeRegex('10.0.0.1'),
  several: `(${['10.0.0.1', 'tcp/443'].map(escapeRegex).join('|')})`,
  hostile: `(${['a"b', `it's`, '(x|y)*', '1,2 = 3', 'Büro → Ω', 'back\\slash'].map(escapeRegex).join('|')})`,
};

let dir: string;
let influx: Service;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'flowscope-dashboards-'));
  influx = await startInflux({ dir });
  await ask('CREATE DATABASE "flowscope"');
  for (const policy of ['minute', 'hour', 'entity']) {
    await ask(`CREATE RETENTION POLICY "${policy}" ON "flowscope" DURATION 0s REPLICATION 1`);
  }
  const oldest = NOW - 7 * 24 * HOUR;
  await write(
    'entity',
    ['totals', 'ranking', 'series'].flatMap((use) => [
      `policy_choice,policy=minute,use=${use} name="minute",longest=${6 * HOUR}i,oldest=${oldest}i 0`,
      `policy_choice,policy=hour,use=${use} name="hour",shortest=${6 * HOUR}i,before=${oldest}i 0`,
    ])
  );
  await write('entity', [
    `aws_entity,id=${INTERFACE},kind=interface label="web (${INTERFACE})",name="web",vpc="vpc-1" 0`,
  ]);
  const tags = `account=1,exporter=1/vpc-1,vpc=vpc-1,subnet=-,instance=-,interface=${INTERFACE},action=ACCEPT`;
  const keys = {
    flow_interface: 'direction=ingress',
    flow_source: 'src=10.0.0.1',
    flow_destination: 'dst=10.0.0.2',
    flow_pair: 'src=10.0.0.1,dst=10.0.0.2,pair=10.0.0.1\\ →\\ 10.0.0.2',
  };
  for (const policy of ['minute', 'hour']) {
    await write(
      policy,
      Object.entries(keys).map(
        ([name, key]) => `${name},${tags},${key} bytes=900i,packets=9i,flows=3i ${NOW - HOUR}000000`
      )
    );
  }
});

afterAll(async () => {
  await influx.stop();
  rmSync(dir, { recursive: true });
});

describe.each(Object.keys(CHOICES))('with filters set to %s', (choice) => {
  test.each([...generatedFiles()])('every query of %s runs', async (_path, text) => {
    const { templating, panels } = JSON.parse(text) as Json;
    const values = await valuesOf(templating.list, CHOICES[choice]);
    for (const { refId, query } of panels.flatMap(({ targets = [] }) => targets)) {
      const { error } = await ask(interpolate(query, values));
      expect({ refId, query, error }).toEqual({ refId, query, error: undefined });
    }
  });
});

test.each([...generatedFiles()])('the queries of %s find traffic', async (_path, text) => {
  const { templating, panels } = JSON.parse(text) as Json;
  const values = await valuesOf(templating.list, CHOICES.All);
  expect(values).toMatchObject({
    policy: 'minute',
    start: String(NOW - 3 * HOUR),
    span: String(3 * HOUR),
    total: '900',
  });
  const found = panels.flatMap(({ targets = [] }) => targets).filter(({ refId }) => refId === 'all' || refId === 'top');
  for (const { query } of found) {
    expect((await ask(interpolate(query, values))).rows.length).toBeGreaterThan(0);
  }
});

const FILTERS = ['account', 'vpc', 'subnet', 'instance', 'interface', 'action', 'source', 'destination', 'application'];

/** Values of the variables, as Grafana would work them out; each query of theirs runs. */
async function valuesOf(variables: readonly Variable[], chosen: string): Promise<Record<string, string>> {
  const values: Record<string, string> = {
    __from: String(NOW - 3 * HOUR),
    __to: String(NOW),
    __interval: '1m',
    __interval_ms: '60000',
    metric: 'bytes',
    show: 'rate',
    top: '10',
    ...Object.fromEntries(FILTERS.map((name) => [name, chosen])),
  };
  const isFilter = ({ name }: Variable) => FILTERS.includes(name);
  const queried = variables.filter(({ type }) => type === 'query');
  // Grafana goes by what depends on what; here the filters come last, since they may need the hidden ones.
  for (const { name, query } of [...queried.filter((variable) => !isFilter(variable)), ...queried.filter(isFilter)]) {
    const { rows, error } = await ask(interpolate(query, values));
    expect({ name, query, error }).toEqual({ name, query, error: undefined });
    const found = rows.map((row) => String(row[1] ?? row[0]));
    if (name === 'keys') {
      values.keys = `(${found.map(escapeRegex).join('|')})`;
    } else if (!FILTERS.includes(name)) {
      values[name] = name === 'step' ? (found[0] ?? '').slice(0, 1) : (found[0] ?? '');
    }
  }
  return values;
}

function interpolate(query: string, values: Readonly<Record<string, string>>): string {
  return query.replace(/\$\{(\w+)(?::\w+)?\}|\$(\w+)/g, (_match, braced: string, plain: string) => {
    const name = braced ?? plain;
    if (!(name in values)) {
      throw new Error(`No variable ${name} for ${query}`);
    }
    return values[name];
  });
}

/** As Grafana's format `regex` escapes. */
function escapeRegex(text: string): string {
  return text.replace(/[\\^$*+?.()|[\]{}/]/g, '\\$&');
}

interface Answer {
  results: Array<{ error?: string; series?: Array<{ values: unknown[][] }> }>;
  error?: string;
}

async function ask(query: string): Promise<{ rows: unknown[][]; error?: string }> {
  const response = await fetch(`${influx.url}/query`, {
    method: 'POST',
    body: new URLSearchParams({ q: query, db: 'flowscope' }),
  });
  const answer = (await response.json()) as Answer;
  const [result] = answer.results ?? [];
  return { rows: (result?.series ?? []).flatMap(({ values }) => values), error: answer.error ?? result?.error };
}

async function write(policy: string, lines: readonly string[]): Promise<void> {
  const response = await fetch(`${influx.url}/write?db=flowscope&rp=${policy}`, {
    method: 'POST',
    body: lines.join('\n'),
  });
  expect({ status: response.status, text: await response.text() }).toEqual({ status: 204, text: '' });
}
