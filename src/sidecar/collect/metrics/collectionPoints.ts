import { PRIMARY_COLLECTOR } from '../../../contract/names';
import { completeMinutes, sourceCompleteness, type CompleteMinute } from '../../completeness/source';
import type { NewExporter } from '../../registry/collectionState';
import type { Registry } from '../../registry/registry';
import type { Source } from '../../registry/sources';
import { escapeTag, timestamp } from '../../rollup/lineProtocol';
import { countedSeries, SERIES_BUDGET } from '../../rollup/seriesBudget';
import type { InfluxClient } from '../../store/influx';
import type { PointWriter } from '../../store/writer';
import { keepSeriesBudget } from '../seriesBudget';
import type { Progress } from './progress';

/** What writing collection points needs. */
export interface PointTools {
  readonly registry: Registry;
  readonly client: InfluxClient;
  readonly writer: PointWriter;
}

/** A source that is collected from, and its progress. */
export interface FollowedSource<P extends Progress = Progress> {
  readonly source: Source;
  readonly progress: P;
  /** The name of the collector that works on it, or of one of those that do; the primary when that is left out. */
  readonly collector?: string;
  /** Its completeness as last written. `completeUntil`: Unix seconds; `lag`: seconds. */
  completeness?: { readonly completeUntil?: number; readonly lag?: number };
}

/** Integer fields by name; undefined ones are not written. */
type Fields = Readonly<Record<string, number | undefined>>;

/**
 * Writes the state of collecting: one point of `collection` per source at `now`, and one of `new_exporter` for each exporter
 * first seen within the last hour. A collector without a source has a point as a sign of life; what concerns all of them stands in
 * those of the primary. docs/completeness.md explains every field. `alive`: the names of the other collectors that were heard of.
 * Returns the newest complete minute of each account.
 */
export async function writeCollectionPoints(
  { registry, client, writer }: PointTools,
  sources: readonly FollowedSource[],
  now: number,
  alive: readonly string[] = []
): Promise<CompleteMinute[]> {
  const { newExporters, described, ...places } = await registry.collectorState(now);
  const series = await keepSeriesBudget(registry, client, now);
  const of = (name: string) => sources.filter(({ collector = PRIMARY_COLLECTOR }) => collector === name);
  const shared: Fields = {
    series: series && countedSeries(series.live),
    series_minute: series?.live.minute,
    series_hour: series?.live.hour,
    series_budget: SERIES_BUDGET,
    top_k: series?.topK,
    exporter_limit: places.exporterLimit,
    descriptions_age: described === undefined ? undefined : Math.max(0, now - described),
  };
  const states = await Promise.all(sources.map(async (followed) => stateOf(registry, followed, now)));
  // Its number says which collectors are alive, in the alert on those that are not.
  const { exporters } = places;
  const commonTo = (name: string): Fields => ({
    ...{ sources: of(name).length, exporters },
    ...(name === PRIMARY_COLLECTOR && shared),
  });
  const points = states.map(({ source, collector = PRIMARY_COLLECTOR, fields }) =>
    collectionPoint({ ...fields, ...commonTo(collector) }, now, collector, source)
  );
  const idle = [PRIMARY_COLLECTOR, ...alive].filter((name) => of(name).length === 0);
  const lines = [
    ...points,
    ...idle.map((name) => collectionPoint({ refused: 0, ...commonTo(name) }, now, name)),
    ...newExporters.map((exporter) => newExporterPoint(exporter, now)),
  ];
  await writer.writeLines('minute', lines);
  return completeMinutes(states.flatMap(({ flowLogs }) => flowLogs));
}

async function stateOf(registry: Registry, followed: FollowedSource, now: number) {
  const { source, progress, collector } = followed;
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
  return { source, collector, fields, flowLogs: flowLogs ?? [] };
}

function collectionPoint(fields: Fields, now: number, collector: string, source?: Source): string {
  const known = Object.entries(fields).filter(([, value]) => value !== undefined);
  const values = known.map(([field, value]) => `${field}=${value}i`).join(',');
  const about = source ? `,source=${escapeTag(source.name)},source_id=${escapeTag(source.id)}` : '';
  return `collection,collector=${escapeTag(collector)}${about} ${values} ${timestamp(now, 0)}`;
}

function newExporterPoint({ id, account, firstSeen }: NewExporter, now: number): string {
  const tags = `account=${escapeTag(account)},collector=${PRIMARY_COLLECTOR},exporter=${escapeTag(id)}`;
  return `new_exporter,${tags} first_seen=${firstSeen}i ${timestamp(now, 0)}`;
}
