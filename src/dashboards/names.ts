import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import type { DataTransformerConfig } from '@grafana/grafana-foundation-sdk/dashboard';
import { entitiesQuery, tagsOfKey } from '../reports/queries';
import type { Report } from '../reports/reports';
import { influxQuery } from './influxQuery';
import { seriesNamesRef, type Ref } from './refs';
import { coalesce, join } from './transformations';
import { labelOfSeries } from './vars';

/** How the series of a report get their names. */
export interface SeriesNames {
  /** Tags a series is made of. */
  readonly tags: readonly string[];
  /** Those of them whose values are ids that people know by a name. */
  readonly named: readonly string[];
  /** Labels of a series: its tags, for links, and their names. */
  readonly labels: readonly string[];
  /** Entities, one query per tag that is named. */
  readonly queries: ReadonlyArray<Builder<Dataquery>>;
  /** Text in legend and tooltip. */
  readonly legend: string;
}

/** Names for the series of a report's key. A pair is ranked by its own key, but named by both its ends. */
export function seriesNames(report: Report): SeriesNames {
  const tags = tagsOfKey(report);
  const named = report.columns.flatMap(({ tag, kind }) => (kind && tags.includes(tag) ? [{ tag, kind }] : []));
  const isNamed = (tag: string) => named.some((one) => one.tag === tag);
  return {
    tags,
    named: named.map(({ tag }) => tag),
    labels: [...tags, ...named.map(({ tag }) => nameLabel(tag))],
    queries: named.map(({ tag, kind }) =>
      influxQuery(seriesNamesRef(tag), entitiesQuery([kind], [`"name" AS "${nameField(tag)}"`], tag))
    ),
    legend: tags.map((tag) => labelOfSeries(isNamed(tag) ? nameLabel(tag) : tag)).join(' → '),
  };
}

/** Adds the names to the rows of a query, the id where there is none; entities without traffic come along. */
export function nameSeries({ named }: SeriesNames, rows: Ref): DataTransformerConfig[] {
  return named.flatMap((tag) => [
    join(tag, `^(${rows}|.*-${rows}-.*|${seriesNamesRef(tag)})$`),
    coalesce(nameLabel(tag), [tag, nameField(tag)], rows),
  ]);
}

const nameField = (tag: string) => `${tag}_entity`;
const nameLabel = (tag: string) => `${tag}_name`;
