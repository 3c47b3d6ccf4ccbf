import { completeQuery, overSourcesQuery } from '../../../reports/collection';
import { SILENT_AFTER } from '../../../reports/explanations';
import { formatCounted } from '../../../reports/units';
import type { ReportResult } from '../../reporting/report';
import type { QueryClient } from '../../reporting/names';
import { utc } from '../format';

/** What a source that has said nothing for so long had waiting is not known now: it is disabled, or nobody collects. */
const HEARD = `time > now() - ${SILENT_AFTER}`;

/**
 * What a report may still lack, in a line: its last minutes, while they are not complete, and what the objects that wait
 * hold. Undefined when that is nothing, or when no source told within the hour until when it is complete, nor lately what
 * waits. `now`: Unix milliseconds.
 */
export async function whatMayCome(
  client: QueryClient,
  { range, emptyBecause }: ReportResult,
  now: number
): Promise<string | undefined> {
  if (emptyBecause === 'nothing-collected') {
    return undefined;
  }
  const [[complete], [waiting]] = await Promise.all([
    client.query(completeQuery('until')),
    client.query(overSourcesQuery('sum', 'backlog', HEARD)),
  ]);
  const until = complete ? Number(complete.until) : Infinity;
  const objects = Number(waiting?.backlog ?? 0);
  const parts = [
    ...(until < Math.min(range.to, now) ? [`Complete until ${utc(until / 1000)}: later minutes may still grow.`] : []),
    ...(objects > 0 ? [`${formatCounted(objects, 'object waits', 'objects wait')} to be collected.`] : []),
  ];
  return parts.length > 0 ? parts.join(' ') : undefined;
}
