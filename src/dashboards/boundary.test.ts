import { join } from 'node:path';
import { MEASUREMENTS } from '../sidecar/rollup/measurements';
import { InfluxClient } from '../sidecar/store/influx';
import { ensureSchema, writeBoundary, writePolicyChoice } from '../sidecar/store/schema';
import { World } from '../sidecar/testing/world';
import { generatedFiles } from './generate';
import {
  askAt,
  interpolate,
  panelsOf,
  valuesOf,
  type Answer,
  type Ask,
  type Choice,
  type DashboardJson,
} from './testing';

/*
 * Long ranges read `hour` before a boundary and `minute` from it on: their queries are compared with the same ones on a store
 * that has everything in `minute`. What no query may read is wrong in each store, or not there.
 */

const HOUR = 3_600_000;
const END = Math.floor(Date.now() / HOUR) * HOUR - HOUR;
const MINUTES = 200;
const BOUNDARY = END - 2 * HOUR;
/** The boundary of each store. From it on, sums in `hour` are seven times too high; minutes before it are gone. */
const STORES = { minutes: 0, split: BOUNDARY, hours: END + HOUR } as const;
type Store = keyof typeof STORES;

const world = World.forTests();
let asks: Record<Store, Ask>;

beforeAll(async () => {
  const flowscope = world.deployment();
  const logs = join(world.folder, 'logs');
  await world.generateFiles(logs, { seed: 12, minutes: MINUTES, interfaces: 6, end: new Date(END).toISOString() });
  await flowscope.ok('import', logs);
  const from = flowscope.client.settings.database;
  asks = {} as Record<Store, Ask>;
  for (const [name, boundary] of Object.entries(STORES) as Array<[Store, number]>) {
    const database = `${from}_${name}`;
    const client = new InfluxClient({ url: world.influxUrl, database });
    await ensureSchema(client);
    await writePolicyChoice(client, Math.floor(Date.now() / 1000));
    await writeBoundary(client, boundary / 1000);
    await flowscope.query(`SELECT * INTO "${database}"."entity"."aws_entity" FROM "entity"."aws_entity" GROUP BY *`);
    for (const { name: measurement } of MEASUREMENTS) {
      const copy = (policy: string, what: string, when: string) =>
        flowscope.query(
          `SELECT ${what} INTO "${database}"."${policy}"."${measurement}" FROM "${policy}"."${measurement}" WHERE ${when} GROUP BY *`
        );
      await copy('hour', '*', `time < ${boundary}ms`);
      await copy('minute', '*', `time >= ${boundary}ms`);
      const wrong = '7 * "bytes" AS "bytes", 7 * "packets" AS "packets", 7 * "flows" AS "flows"';
      await copy('hour', wrong, `time >= ${boundary}ms`);
    }
    asks[name] = askAt(world.influxUrl, database);
  }
});

const ALL = [...generatedFiles()].filter(([path]) => path.includes('dashboards/') && !path.includes('health'));
/** Those that ask one question; the others show totals of one range. */
const ASKING = /flowscope-(host|movers|refused)/;
const DASHBOARDS = ALL.filter(([path]) => !ASKING.test(path));
const ASKED = [
  { metric: 'bytes', hours: 1, action: 'All' },
  { metric: 'packets', hours: 2, action: ['ACCEPT'] },
  { metric: 'flows', hours: 3, action: ['ACCEPT', 'REJECT'] },
] as const;
const CASES = DASHBOARDS.flatMap(([path, text]) => ASKED.map((asked) => ({ path, text, ...asked })));

it.each(CASES)(
  '$path of $action by $metric per $hours h: the same from minutes, hours and both',
  async ({ text, metric, hours, action }) => {
    const given = {
      ...{ __from: String(END - 8 * 24 * HOUR), __to: String(END + HOUR) },
      ...{ __interval: `${hours}h`, __interval_ms: String(hours * HOUR), metric, top: '5', show: 'total' },
    };
    const answersOf = (store: Store) => answersFrom(store, text, given, action);
    const minutes = await answersOf('minutes');
    expect(Number(minutes.values.total)).toBeGreaterThan(0);
    for (const store of ['split', 'hours'] as const) {
      const { boundaries, ...others } = await answersOf(store);
      expect(boundaries).toEqual({ boundary: String(STORES[store]), series_boundary: String(STORES[store]) });
      expect(others).toEqual({ values: minutes.values, answers: minutes.answers });
    }
  }
);

it.each(DASHBOARDS)(
  '%s of the newest hour reads minutes alone, and the day before it from both',
  async (_path, text) => {
    const given = {
      ...{ __from: String(END - HOUR), __to: String(END), __interval: '1m', __interval_ms: '60000' },
      ...{ metric: 'bytes', top: '50', show: 'total' },
    };
    const minutes = await answersFrom('minutes', text, given, 'All');
    const split = await answersFrom('split', text, given, 'All');
    expect(split.boundaries).toEqual({ boundary: '0', series_boundary: '0' });
    expect(Number(minutes.values.total)).toBeGreaterThan(0);
    expect(split).toEqual(minutes);
  }
);

it.each(ALL.filter(([path]) => /flowscope-(host|refused)/.test(path)))(
  '%s: the same from minutes, hours and both',
  async (_path, text) => {
    const range = { __from: String(END - 8 * 24 * HOUR), __to: String(END + HOUR) };
    const busiest =
      'SELECT top("sum", 1) AS "sum", "interface" FROM (SELECT sum("flows") FROM "minute"."flow_interface"';
    const { rows } = await asks.minutes(`${busiest} WHERE "action" = 'REJECT' GROUP BY "interface")`);
    const host = { host: String(rows[0].interface) };
    const answersOf = (store: Store) => answersFrom(store, text, { ...range, top: '50', ...host }, 'All');
    const minutes = await answersOf('minutes');
    const found = Object.values(minutes.answers).filter((answer) => (answer as { rows: unknown[] }).rows.length > 0);
    expect(found.length).toBeGreaterThan(6);
    for (const store of ['split', 'hours'] as const) {
      const { boundaries, ...others } = await answersOf(store);
      expect(boundaries.boundary).toBe(String(STORES[store]));
      expect(others).toEqual({ values: minutes.values, answers: minutes.answers });
    }
  }
);

/** What all queries of a dashboard answer, and the values of its variables. */
async function answersFrom(store: Store, text: string, given: Readonly<Record<string, string>>, action: Choice) {
  const dashboard = JSON.parse(text) as DashboardJson;
  const ask = asks[store];
  const all = await valuesOf(dashboard, ask, given, (filter) => (filter === 'action' ? action : 'All'));
  const { boundary, series_boundary, hours_until: _, ...others } = all;
  const values = Object.fromEntries(Object.entries(others).filter(([name]) => !name.endsWith(':text')));
  const targets = panelsOf(dashboard).flatMap(({ id, targets: queries = [] }) =>
    queries.map(({ refId, query }) => ({ name: `${id} ${refId}`, refId, query: interpolate(query, all) }))
  );
  const answers = await Promise.all(
    targets.map(async ({ name, refId, query }) => [name, comparable(refId, await ask(query))] as const)
  );
  return { boundaries: { boundary, series_boundary }, values, answers: Object.fromEntries(answers) };
}

/** Rows in any order. When a row was seen first and last is known to its window, which is an hour before the boundary. */
function comparable(refId: string, { rows, error }: Answer): unknown {
  const isSeen = /^(first|last)/.test(refId);
  const texts = rows.map((row) => {
    const cells = isSeen ? { ...row, time: Math.floor(Number(row.time) / HOUR), seen: undefined } : row;
    return JSON.stringify(Object.entries(cells).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
  return { error, rows: texts.sort() };
}
