import { askAt, interpolate, panelsOf, valuesOf, type DashboardJson } from '../src/dashboards/testing';
import { median, say } from './tools';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** What people look at, and how long (milliseconds) a query over it may take. */
export const RANGES = [
  { name: '24 h', length: 24 * HOUR_MS, budget: 1000 },
  { name: '30 d', length: 720 * HOUR_MS, budget: 3000 },
] as const;

/** Widths of points that Grafana chooses from, in minutes: the nearest to what fits. */
const WIDTHS = [1, 2, 5, 10, 15, 20, 30, 60, 120, 180].map((minutes) => minutes * MINUTE_MS);
/** Points of a panel that does not say how many: one per pixel. */
const PIXELS = 1000;

/** A query of a panel, or of a variable, as InfluxDB gets it. */
interface Query {
  readonly refId: string;
  readonly query: string;
}

/** A panel, and its slowest query over each range. */
export interface PanelTime {
  readonly dashboard: string;
  readonly panel: string;
  readonly slowest: ReadonlyArray<Query & { readonly milliseconds: number }>;
}

interface Store {
  readonly url: string;
  readonly database: string;
  /** Unix milliseconds at which the ranges end. */
  readonly end: number;
}

interface TimedStore extends Store {
  readonly rounds: number;
}

/** A panel, or the variables of a dashboard, with the queries it sends. */
interface Asked {
  readonly panel: string;
  readonly queries: readonly Query[];
}

/** Times every query of the dashboards, with variables filled in as Grafana does. Throws when one fails. */
export async function timesOf(dashboards: readonly DashboardJson[], store: TimedStore): Promise<PanelTime[]> {
  // Many dashboards ask the same.
  const known = new Map<string, number>();
  const slowestOf = async (queries: readonly Query[]) => {
    for (const { query } of queries) {
      known.set(query, known.get(query) ?? (await medianTime(query, store)));
    }
    const timed = queries.map((each) => ({ ...each, milliseconds: known.get(each.query)! }));
    return timed.reduce((a, b) => (b.milliseconds > a.milliseconds ? b : a));
  };
  const times: PanelTime[] = [];
  for (const dashboard of dashboards) {
    const asked: Asked[][] = [];
    for (const range of RANGES) {
      asked.push(await askedBy(dashboard, store, range));
    }
    for (const [i, { panel }] of asked[0].entries()) {
      const slowest: Array<PanelTime['slowest'][number]> = [];
      for (const panels of asked) {
        slowest.push(await slowestOf(panels[i].queries));
      }
      times.push({ dashboard: dashboard.title, panel, slowest });
    }
    say(`  ${dashboard.title}`);
  }
  return times;
}

/**
 * What a dashboard asks over a range of so many milliseconds, its variables first. Asks for their values itself, since queries depend on
 * them.
 */
export async function askedBy(
  dashboard: DashboardJson,
  { url, database, end }: Store,
  { length }: { readonly length: number }
): Promise<Asked[]> {
  const given = {
    __from: String(end - length),
    __to: String(end),
    ...{ __interval: '', __interval_ms: '' },
    ...{ metric: 'bytes', show: 'rate', top: '10' },
  };
  const values = await valuesOf(dashboard, askAt(url, database), given, () => 'All');
  const panels = panelsOf(dashboard).flatMap(
    ({ title, targets = [], interval = '', maxDataPoints = PIXELS }): Asked[] => {
      const width = Math.max(pointWidth(length / maxDataPoints), interpolate(interval, values) === '1h' ? HOUR_MS : 0);
      const own = { ...values, __interval: `${width}ms`, __interval_ms: String(width) };
      const queries = targets.map(({ refId, query }) => ({ refId, query: interpolate(query, own) }));
      return queries.length > 0 ? [{ panel: interpolate(title ?? 'how complete', values), queries }] : [];
    }
  );
  const variables = dashboard.templating.list
    .filter(({ type }) => type === 'query')
    .map(({ name, query }) => ({ refId: `$${name}`, query: interpolate(query, values) }));
  return [{ panel: 'variables', queries: variables }, ...panels];
}

function pointWidth(fitting: number): number {
  return WIDTHS.reduce((best, width) => (Math.abs(width - fitting) < Math.abs(best - fitting) ? width : best));
}

async function medianTime(query: string, store: TimedStore): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < store.rounds; round++) {
    const started = performance.now();
    await askWhole(query, store);
    times.push(performance.now() - started);
  }
  return median(times);
}

/** Asks a query and reads the whole answer. Throws when InfluxDB refuses it. */
export async function askWhole(query: string, { url, database }: Omit<Store, 'end'>): Promise<void> {
  const body = new URLSearchParams({ q: query, db: database, epoch: 'ms' });
  const text = await (await fetch(`${url}/query`, { method: 'POST', body })).text();
  if (text.includes('"error":')) {
    throw new Error(`InfluxDB refuses ${query}: ${text.trim()}`);
  }
}
