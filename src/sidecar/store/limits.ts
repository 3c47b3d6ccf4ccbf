import { isFailure, type InfluxClient, type InfluxError } from './influx';

/** InfluxDB's settings that limit how many series it takes; 0 is no limit. */
const LIMITS = ['max-values-per-tag', 'max-series-per-database'] as const;

/** The value of each limit. */
export type SeriesLimits = Readonly<Record<(typeof LIMITS)[number], number>>;

/**
 * The store's limits on series; undefined when they cannot be read: it is another kind of store, does not answer, or this user
 * is no administrator. Which index it uses cannot be read either (1.6.7 to 1.12); these limits are those of the in-memory one.
 */
export async function seriesLimits(client: InfluxClient): Promise<SeriesLimits | undefined> {
  const [settings] = await client.query("SHOW DIAGNOSTICS FOR 'config-data'").catch(() => []);
  if (!settings || !LIMITS.some((name) => name in settings)) {
    return undefined;
  }
  return Object.fromEntries(LIMITS.map((name) => [name, Number(settings[name] ?? 0)])) as SeriesLimits;
}

/** Whether a store with these limits may refuse series; with unknown limits it may. */
export function mayRefuse(limits: SeriesLimits | undefined): boolean {
  return limits === undefined || LIMITS.some((name) => limits[name] > 0);
}

/**
 * Ignores a refusal of series, after a warning; throws any other error. For identifiers: a store without room for more
 * has those that it knew, and only objects that name others wait.
 */
export function ignoreSeriesLimit(error: unknown, warn: (refusal: InfluxError) => void = () => undefined): void {
  if (!isFailure(error, 'series-limit')) {
    throw error;
  }
  warn(error);
}
