import { CALLS, type Call } from './calls';
import type { Layout } from './versions';

/** How objects come into InfluxDB in a round. */
export interface Scenario {
  readonly name: string;
  readonly way: 'collect' | 'serve' | 'import';
  /** Whether a queue tells of new objects. */
  readonly hasQueue: boolean;
  readonly layout: Layout;
  /** Whether InfluxDB takes no points until messages were kept invisible for longer: after a minute. */
  readonly isHeld?: true;
}

/** The request that keeps messages invisible for longer. */
export const KEEPS = 'ChangeMessageVisibilityBatch';
const LAYOUTS: readonly Layout[] = ['text', 'parquet'];

/** All combinations that there are. A file has neither a listing nor a queue. */
export const SCENARIOS: readonly Scenario[] = [
  ...(['collect', 'serve'] as const).flatMap((way) =>
    [true, false].flatMap((hasQueue) =>
      LAYOUTS.map((layout) => ({ name: `${way}-${hasQueue ? 'queue' : 'listing'}-${layout}`, way, hasQueue, layout }))
    )
  ),
  ...LAYOUTS.map((layout) => ({ name: `import-${layout}`, way: 'import' as const, hasQueue: false, layout })),
  { name: 'held-queue-text', way: 'collect', hasQueue: true, layout: 'text', isHeld: true },
];

/** The kinds of requests at which a round of it kills. */
export function callsOf({ way, hasQueue, isHeld }: Scenario): readonly Call[] {
  if (isHeld) {
    // Each takes a minute.
    return [KEEPS, KEEPS];
  }
  const ofQueue = CALLS.sqs.filter((call) => call !== KEEPS);
  return [...(way === 'import' ? [] : CALLS.s3), ...(hasQueue ? ofQueue : []), ...influxdbCallsOf({ way })];
}

/** Those to InfluxDB. `serve` recomputes no hour within the time of a round. */
export function influxdbCallsOf({ way }: Pick<Scenario, 'way'>): readonly Call[] {
  const ofHours: readonly Call[] = ['SELECT INTO', 'write hour'];
  return CALLS.influxdb.filter((call) => way !== 'serve' || !ofHours.includes(call));
}
