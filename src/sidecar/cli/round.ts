import { collectAll, type SourceRun } from '../collect/collectAll';
import { writeCollectionPoints } from '../collect/collectionPoints';
import type { Permits } from '../collect/permits';
import { recomputeDirtyHours } from '../collect/recomputeHours';
import type { SourceEvents } from '../collect/collectSource';
import { Tally } from '../collect/tally';
import { bucketOf, now, type Collecting } from './context';

/** What one look through every enabled source did. */
export interface Round {
  readonly runs: readonly SourceRun[];
  readonly tally: Tally;
  /** Hours brought up to date in `hour`. */
  readonly hours: number;
}

/** One look through every enabled source, then the hours it touched and how collection stands. */
export async function collectRound(
  { registry, client, deps }: Collecting,
  permits: Permits,
  events: SourceEvents = {},
  signal?: AbortSignal
): Promise<Round> {
  const tally = new Tally();
  const objects = new Map<string, number>();
  const sources = (await registry.listSources()).filter(({ enabled }) => enabled);
  const runs = await collectAll(
    sources,
    bucketOf,
    permits,
    deps,
    (source) => ({
      ...events,
      onObject: (object, outcome) => {
        if (outcome) {
          tally.add(outcome);
          objects.set(source.id, (objects.get(source.id) ?? 0) + (outcome.state === 'stored' ? 1 : 0));
        }
        events.onObject?.(object, outcome);
      },
    }),
    signal
  );
  const hours = await recomputeDirtyHours(registry, client, now, signal, (work) => deps.writer.patiently(work));
  await writeCollectionPoints(registry, deps.writer, runs, objects, now());
  return { runs, tally, hours };
}
