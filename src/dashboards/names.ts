import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import type { DataTransformerConfig } from '@grafana/grafana-foundation-sdk/dashboard';
import { entitiesQuery } from '../reports/queries';
import type { Report } from '../reports/reports';
import { influxQuery } from './influxQuery';
import { seriesNamesRef, type Ref } from './refs';
import { coalesce, join } from './transformations';
import { labelOfSeries } from './vars';

/** How the series of a report get their names. */
export interface SeriesNames {
  /** Tags a series is made of. */
  readonly tags: readonly string[];
  /** Labels of a series: its tags, for links, and their names. */
  readonly labels: readonly string[];
  /** Entities, one query per tag. */
  readonly queries: ReadonlyArray<Builder<Dataquery>>;
  /** Text in legend and tooltip. */
  readonly legend: string;
}

/** A pair is ranked by its own key, but named by both its ends. */
const PAIR = ['src', 'dst'];

/** Names for the series of a report's key. */
export function seriesNames(report: Report): SeriesNames {
  const tags = report.key === 'pair' ? PAIR : [report.key!];
  const named = tags.map((tag) => report.columns.find((column) => column.tag === tag)!);
  return {
    tags,
    labels: [...tags, ...tags.map(nameLabel)],
    queries: named.map(({ tag, kind }) =>
      influxQuery(seriesNamesRef(tag), entitiesQuery([kind!], [`"name" AS "${nameField(tag)}"`], tag))
    ),
    legend: tags.map((tag) => labelOfSeries(nameLabel(tag))).join(' → '),
  };
}

/** Adds the names to the rows of a query, the id where there is none; entities without traffic come along. */
export function nameSeries(names: SeriesNames, rows: Ref): DataTransformerConfig[] {
  return names.tags.flatMap((tag) => [
    join(tag, `^(${rows}|.*-${rows}-.*|${seriesNamesRef(tag)})$`),
    coalesce(nameLabel(tag), [tag, nameField(tag)], rows),
  ]);
}

const nameField = (tag: string) => `${tag}_entity`;
const nameLabel = (tag: string) => `${tag}_name`;
