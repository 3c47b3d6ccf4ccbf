import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import type { DataTransformerConfig } from '@grafana/grafana-foundation-sdk/dashboard';
import { MISSING } from '../contract/stored';
import { endTexts } from '../reports/ends';
import { endNamesQuery, entitiesQuery, tagsOfKey } from '../reports/queries';
import type { Column, Report } from '../reports/reports';
import { influxQuery } from './influxQuery';
import { endNamesRef, JOINED, seriesNamesRef, type Ref } from './refs';
import { asText, coalesce, dropColumns, join } from './transformations';
import { labelOfSeries } from './vars';

/** How the series of a report get their names. */
export interface SeriesNames {
  /** Tags a series is made of: those of the key, and whose their addresses were. */
  readonly tags: readonly string[];
  /** Those of them whose values are ids that people know by a name. */
  readonly named: readonly string[];
  /** Labels of a series: its tags, for links, and their names. */
  readonly labels: readonly string[];
  /** Entities, one query per tag that is named. */
  readonly queries: ReadonlyArray<Builder<Dataquery>>;
  /** Texts in legend and tooltip, each for the series whose labels fit its pattern; one without a pattern is for all. */
  readonly legends: ReadonlyArray<{ readonly pattern?: string; readonly text: string }>;
}

/** Names for the series of a report's key. A pair is ranked by its own key, but named by both its ends. */
export function seriesNames(report: Report): SeriesNames {
  const keys = tagsOfKey(report);
  const columnOf = (tag: string) => report.columns.find((column) => column.tag === tag);
  const ownerOf = (tag: string) => report.columns.find((column) => column.ownerOf === tag);
  const tags = [...keys, ...keys.flatMap((tag) => ownerOf(tag)?.tag ?? [])];
  const named = tags.filter((tag) => isNamed(columnOf(tag)));
  const shown = (tag: string) => labelOfSeries(named.includes(tag) ? nameLabel(tag) : tag);
  // Of each key, how it reads: with its owner behind it, or without where nobody is known.
  const ways = keys.map((tag) => {
    const owner = ownerOf(tag)?.tag;
    return owner === undefined
      ? [{ text: shown(tag) }]
      : [
          { pattern: `[{ ]${owner}="${MISSING}"`, text: shown(tag) },
          { pattern: `[{ ]${owner}="(?!${MISSING}")`, text: `${shown(tag)} (${shown(owner)})` },
        ];
  });
  return {
    tags,
    named,
    labels: [...tags, ...named.map(nameLabel)],
    queries: named.map((tag) => influxQuery(seriesNamesRef(tag), namesFor(columnOf(tag)!))),
    legends: combinations(ways).map((parts) => {
      // Labels stand in the order of their names.
      const patterns = parts.flatMap(({ pattern }) => pattern ?? []).sort();
      const text = parts.map((part) => part.text).join(' → ');
      return patterns.length > 0 ? { pattern: patterns.join('.*'), text } : { text };
    }),
  };
}

interface Way {
  readonly pattern?: string;
  readonly text: string;
}

/** One of each list, in all combinations. */
function combinations(lists: ReadonlyArray<readonly Way[]>): Way[][] {
  return lists.reduce<Way[][]>((all, list) => all.flatMap((before) => list.map((one) => [...before, one])), [[]]);
}

function isNamed(column: Column | undefined): boolean {
  return column?.kind !== undefined || column?.end !== undefined;
}

function namesFor({ tag, kind }: Column): string {
  const fields = [`"name" AS "${nameField(tag)}"`];
  return kind === undefined || kind === 'owner' ? endNamesQuery(fields, tag) : entitiesQuery([kind], fields, tag);
}

/** Adds the names to the rows of a query, the id where there is none; entities without traffic come along. */
export function nameSeries({ named }: SeriesNames, rows: Ref): DataTransformerConfig[] {
  return named.flatMap((tag) => [
    join(tag, `^(${rows}|.*-${rows}-.*|${seriesNamesRef(tag)})$`),
    coalesce(nameLabel(tag), [tag, nameField(tag)], rows),
  ]);
}

/** The columns of a table whose values are ends of traffic. */
export function endColumns({ columns }: Report): Column[] {
  return columns.filter(({ end }) => end !== undefined);
}

/** The column of a table that shows what is in a column: of ends their names, else as they are written. */
export function shownColumn({ tag, end }: Column): string {
  return end === undefined ? tag : nameLabel(tag);
}

/**
 * Adds the names of ends to the rows of a table, which merging made one frame; entities without traffic come along. What has
 * no name stays as it is written, and {@link endMappings} put it in words: they see the names as well, so no mapping of ids to
 * names could stand beside them.
 */
export function nameEnds(report: Report): DataTransformerConfig[] {
  return endColumns(report).flatMap(({ tag }) => {
    const rows = `(${JOINED}-)*merge-.*`;
    return [
      join(tag, `^(${rows}|${endNamesRef(tag)})$`),
      dropColumns(['Time'], `^${rows}$`),
      coalesce(nameLabel(tag), [tag, nameField(tag)], `^${rows}$`),
      asText(nameLabel(tag), `^${rows}$`),
    ];
  });
}

/** Value mappings that put ends without a name in words. */
export function endMappings(none: string): object[] {
  return endTexts(none).map(({ pattern, text }, index) => ({
    type: 'regex',
    options: { pattern, result: { text, index } },
  }));
}

/** The column of the answer to a query of names. */
export const nameField = (tag: string) => `${tag}_entity`;
const nameLabel = (tag: string) => `${tag}_name`;
