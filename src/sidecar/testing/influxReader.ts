import { InfluxDB } from 'influx';
import type { Sums, TruthRow } from '../generate/truth';
import type { InfluxClient, InfluxSettings } from '../store/influx';

const METRICS = ['bytes', 'packets', 'flows'] as const;

/**
 * Sums of a measurement in one policy, as our client reads them. The `influx` package must read the same, so that our client
 * does not check itself: throws when they differ. Sums beyond 2^53 the package rounds: they are as our client says.
 */
export async function readSums(client: InfluxClient, policy: 'minute' | 'hour', measurement: string): Promise<Sums> {
  const columns = METRICS.map((metric) => `sum("${metric}") AS "${metric}"`);
  const query = `SELECT ${columns.join(', ')} FROM "${policy}"."${measurement}"`;
  const ours = async () => textOf((await client.query(query))[0]);
  for (;;) {
    const read = await ours();
    const other = await independently(client.settings, query);
    const different = METRICS.find((metric) => isOther(read[metric], other[metric]));
    if (different === undefined) {
      return read;
    }
    // A collector may have written between the two.
    if (JSON.stringify(await ours()) === JSON.stringify(read)) {
      throw new Error(
        `${different} of ${policy}.${measurement}: our client reads ${read[different]}, the influx package ${other[different]}`
      );
    }
  }
}

/** Sums of each combination of tags of a measurement, as the `influx` package alone reads them, in any order. */
export async function readRows(
  { settings }: Pick<InfluxClient, 'settings'>,
  policy: 'minute' | 'hour',
  measurement: string
): Promise<TruthRow[]> {
  const columns = METRICS.map((metric) => `sum("${metric}") AS "${metric}"`);
  const query = `SELECT ${columns.join(', ')} FROM "${policy}"."${measurement}" GROUP BY *`;
  const results = await packageAt(settings).query<Partial<Record<string, number>>>(query);
  return results.groups().map(({ tags, rows: [row] }) => ({ tags: { ...tags }, ...textOf(row) }));
}

async function independently(settings: InfluxSettings, query: string): Promise<Sums> {
  return textOf((await packageAt(settings).query<Partial<Record<string, number>>>(query))[0]);
}

function packageAt({ url, database }: InfluxSettings): InfluxDB {
  const { hostname, port } = new URL(url);
  return new InfluxDB({ host: hostname, port: Number(port), database, pool: { maxRetries: 0 } });
}

function textOf(row: Readonly<Record<string, unknown>> | undefined): Sums {
  const texts = METRICS.map((metric) => [metric, String(row?.[metric] ?? 0)]);
  return Object.fromEntries(texts) as Sums;
}

/** Whether a sum is not what the package reads, as far as it can tell. */
function isOther(exact: string, read: string): boolean {
  return Number.isSafeInteger(Number(exact)) || Number.isSafeInteger(Number(read)) ? exact !== read : false;
}
