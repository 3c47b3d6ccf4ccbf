import { CALLS, type Call } from './calls';
import type { Layout } from './versions';

/** How objects come into InfluxDB in a round. */
export interface Scenario {
  readonly name: string;
  readonly way: 'collect' | 'serve' | 'import';
  /** Whether a queue tells of new objects. */
  readonly hasQueue: boolean;
  readonly layout: Layout;
}

const LAYOUTS: readonly Layout[] = ['text', 'parquet'];

/** All combinations that there are. A file has neither a listing nor a queue. */
export const SCENARIOS: readonly Scenario[] = [
  ...(['collect', 'serve'] as const).flatMap((way) =>
    [true, false].flatMap((hasQueue) =>
      LAYOUTS.map((layout) => ({ name: `${way}-${hasQueue ? 'queue' : 'listing'}-${layout}`, way, hasQueue, layout }))
    )
  ),
  ...LAYOUTS.map((layout) => ({ name: `import-${layout}`, way: 'import' as const, hasQueue: false, layout })),
];

/** The kinds of requests that are made in it. A message is kept invisible once its objects took a minute: see `held`. */
export function callsOf({ way, hasQueue }: Scenario): Call[] {
  const ofQueue = CALLS.sqs.filter((call) => call !== 'ChangeMessageVisibilityBatch');
  return [...(way === 'import' ? [] : CALLS.s3), ...(hasQueue ? ofQueue : []), ...CALLS.influxdb];
}
