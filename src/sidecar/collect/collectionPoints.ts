import type { Registry } from '../registry/registry';
import { escapeTag, timestamp } from '../rollup/lineProtocol';
import type { PointWriter } from '../store/writer';
import type { SourceRun } from './collectAll';

/** The collector that writes: there is one so far. */
export const COLLECTOR = 'primary';

/**
 * Writes how collection stands, one point per source at the present second: `backlog` and `oldest_age` (seconds) of
 * objects waiting, `objects` stored by the last look, and what is left in place.
 */
export async function writeCollectionPoints(
  registry: Registry,
  writer: PointWriter,
  runs: readonly SourceRun[],
  now: number
): Promise<void> {
  const lines = await Promise.all(
    runs.map(async ({ source, result, error, stored }) => {
      const counts = await registry.ledgerCounts(source.id);
      const inState = (state: string) =>
        counts.filter((count) => count.state === state).reduce((sum, count) => sum + count.objects, 0);
      const fields = {
        backlog: result?.backlog ?? 0,
        oldest_age: result?.oldest === undefined ? 0 : Math.max(0, now - result.oldest),
        objects: stored,
        errors: error === undefined ? 0 : 1,
        undeleted: inState('stored'),
        not_collected: inState('not-collected') + inState('refused'),
        quarantined: inState('quarantined'),
      };
      const values = Object.entries(fields).map(([name, value]) => `${name}=${value}i`);
      return `collection,collector=${COLLECTOR},source_id=${escapeTag(source.id)} ${values.join(',')} ${timestamp(now, 0)}`;
    })
  );
  if (lines.length > 0) {
    await writer.write('minute', lines.join('\n'));
  }
}
