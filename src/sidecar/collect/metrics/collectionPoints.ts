import { completeMinutes, sourceCompleteness, type CompleteMinute } from '../../completeness/source';
import type { NewExporter } from '../../registry/collectionState';
import type { Registry } from '../../registry/registry';
import type { Source } from '../../registry/sources';
import { escapeTag, timestamp } from '../../rollup/lineProtocol';
import { countedSeries, SERIES_BUDGET } from '../../rollup/seriesBudget';
import type { InfluxClient } from '../../store/influx';
import type { PointWriter } from '../../store/writer';
import { keepSeriesBudget } from '../seriesBudget';
import type { SourceProgress } from '../sourceProgress';

/** The name of this collector; there is only one so far. */
export const COLLECTOR = 'primary';

/** What writing collection points needs. */
export interface PointTools {
  readonly registry: Registry;
  readonly client: InfluxClient;
  readonly writer: PointWriter;
}

/** A source that is collected from, and its progress. */
export interface FollowedSource {
  readonly source: Source;
  readonly progress: SourceProgress;
  /** Its completeness as last written. `completeUntil`: Unix seconds; `lag`: seconds. */
  completeness?: { readonly completeUntil?: number; readonly lag?: number };
}

/** Integer fields by name; undefined ones are not written. */
type Fields = Readonly<Record<string, number | undefined>>;

/**
 * Writes the state of collecting: one point of `collection` per source at `now`, and one of `new_exporter` for each exporter
 * first seen within the last hour. Without a source, one point holds the fields shared by all. docs/completeness.md explains
 * every field. Returns the newest complete minute of each account.
 */
export async function writeCollectionPoints(
  { registry, client, writer }: PointTools,
  sources: readonly FollowedSource[],
  now: number
): Promise<CompleteMinute[]> {
  const { newExporters, described, ...places } = await registry.collectorState(now);
  const series = await keepSeriesBudget(registry, client, now);
  const shared: Fields = {
    sources: sources.length,
    series: series && countedSeries(series.live),
    series_minute: series?.live.minute,
    series_hour: series?.live.hour,
    series_budget: SERIES_BUDGET,
    top_k: series?.topK,
    exporters: places.exporters,
    exporter_limit: places.exporterLimit,
    descriptions_age: described === undefined ? undefined : Math.max(0, now - described),
  };
  const states = await Promise.all(sources.map(async (followed) => stateOf(registry, followed, now)));
  const points = states.map(({ source, fields }) => collectionPoint({ ...fields, ...shared }, now, source));
  // A sign of life even without a source.
  const lines = [
    ...(points.length > 0 ? points : [collectionPoint({ refused: 0, ...shared }, now)]),
    ...newExporters.map((exporter) => newExporterPoint(exporter, now)),
  ];
  await writer.writeLines('minute', lines);
  return completeMinutes(states.flatMap(({ flowLogs }) => flowLogs));
}

async function stateOf(registry: Registry, followed: FollowedSource, now: number) {
  const { source, progress } = followed;
  const left = await registry.countRemaining(source.id, now);
  const flowLogs = progress.completeness(await registry.deliveredSlots(source.id));
  const waiting = progress.backlog();
  const { completeUntil, lag, gaps } = flowLogs ? sourceCompleteness(flowLogs) : {};
  followed.completeness = { completeUntil, lag };
  const fields: Fields = {
    backlog: waiting?.objects,
    oldest_age: waiting && Math.max(0, now - (waiting.oldest ?? now)),
    lag,
    complete_until: completeUntil,
    gaps,
    ...progress.takeDone(),
    undeleted: left.undeleted,
    not_collected: left.notCollected,
    quarantined: left.quarantined,
    refused: left.refused,
  };
  return { source, fields, flowLogs: flowLogs ?? [] };
}

function collectionPoint(fields: Fields, now: number, source?: Source): string {
  const known = Object.entries(fields).filter(([, value]) => value !== undefined);
  const values = known.map(([field, value]) => `${field}=${value}i`).join(',');
  const about = source ? `,source=${escapeTag(source.name)},source_id=${escapeTag(source.id)}` : '';
  return `collection,collector=${COLLECTOR}${about} ${values} ${timestamp(now, 0)}`;
}

function newExporterPoint({ id, account, firstSeen }: NewExporter, now: number): string {
  const tags = `account=${escapeTag(account)},collector=${COLLECTOR},exporter=${escapeTag(id)}`;
  return `new_exporter,${tags} first_seen=${firstSeen}i ${timestamp(now, 0)}`;
}
