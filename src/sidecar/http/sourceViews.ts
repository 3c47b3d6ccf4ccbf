import { pickFields, SOURCE_FIELDS } from '../../contract/sourceFields';
import type { SourceStatus, SourceView } from '../../contract/sources';
import { viewerWords } from '../aws/errorCodes';
import { shownAccess } from '../registry/access';
import { GONE_STATES, type LedgerCount } from '../registry/ledger';
import type { StoredSource } from '../registry/sources';
import type { Resource, SourceRuntimeStatus } from './api';

/** The state of a source as viewers see it: nothing of its bucket and settings. */
export function statusOf(
  { id, name, enabled, lastObject, lastRun, lastError, lastErrorCode }: StoredSource,
  counts: readonly LedgerCount[],
  status: SourceRuntimeStatus | undefined,
  now: number
): SourceStatus {
  const isFailing = lastError !== undefined;
  return {
    ...{ id, name, enabled, lastObject, lastRun },
    state: !enabled ? 'disabled' : isFailing ? 'failing' : lastRun === undefined ? 'new' : 'collecting',
    problem: isFailing ? problemOf(lastErrorCode) : undefined,
    backlog: status?.backlog,
    oldestAge: status && ageOf(status, now),
    lag: status?.lag,
    completeUntil: status?.completeUntil,
    ignoredEvents: status?.ignoredEvents,
    objects: counts.map(({ state, reason, objects }) => ({ state, reason, objects })),
  };
}

/** Seconds that the oldest object waits; 0 when none does. */
export function ageOf({ oldest }: SourceRuntimeStatus, now: number): number {
  return oldest === undefined ? 0 : Math.max(0, now - oldest);
}

/** Why a source fails, in a sentence for viewers. */
function problemOf(code: string | undefined): string {
  switch (code) {
    case undefined:
      return 'Some of its objects could not be read or deleted.';
    case 'sqs:unread':
      return 'Its queue has messages that are no notifications of its bucket.';
    default:
      return viewerWords(code);
  }
}

/** What administrators see of a source: all but its secret. */
export async function toSourceView(source: StoredSource, { registry, collector, now }: Resource): Promise<SourceView> {
  const { created, version, lastError } = source;
  const counts = await registry.ledgerCounts(source.id);
  return {
    ...statusOf(source, counts, collector.runtimeStatus(source.id), now()),
    ...pickFields(SOURCE_FIELDS, source),
    ...{ created, version, lastError },
    ...shownAccess(source.access),
    exporters: await registry.sourceExporters(source.id),
    left: counts.flatMap(({ message, ...count }) =>
      message === undefined || GONE_STATES.includes(count.state) ? [] : [{ ...count, message }]
    ),
  };
}
