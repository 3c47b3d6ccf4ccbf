import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import type { DataTransformerConfig } from '@grafana/grafana-foundation-sdk/dashboard';
import { AWS_SERVICE, endTexts, type EndText } from '../reports/ends';
import { endNamesQuery, entitiesQuery, tagsOfKey } from '../reports/queries';
import { NOBODY, type Column, type Report } from '../reports/reports';
import { regexMappings } from './common';
import { influxQuery } from './influxQuery';
import { namesRef, REFS, type Ref } from './refs';
import { asText, coalesce, dropColumns, join, joinTexts, renameSeries } from './transformations';

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
  /** Of each key the labels that people read: its own, and that of its owner. */
  readonly shown: ReadonlyArray<{ readonly label: string; readonly owner?: string }>;
  /** How ends without a name read, as the tables of the report have it. */
  readonly texts: readonly EndText[];
}

/** Names for the series of a report's key. A pair is ranked by its own key, but named by both its ends. */
export function seriesNames(report: Report): SeriesNames {
  const keys = tagsOfKey(report);
  const columnOf = (tag: string) => report.columns.find((column) => column.tag === tag);
  const ownerOf = (tag: string) => report.columns.find((column) => column.ownerOf === tag);
  const tags = [...keys, ...keys.flatMap((tag) => ownerOf(tag)?.tag ?? [])];
  const named = tags.filter((tag) => isNamed(columnOf(tag)));
  const labelOf = (tag: string) => (named.includes(tag) ? nameLabel(tag) : tag);
  const end = columnOf(keys[0])?.end;
  return {
    tags,
    named,
    labels: [...tags, ...named.map(nameLabel)],
    queries: named.map((tag) => influxQuery(namesRef(tag), namesFor(columnOf(tag)!))),
    shown: keys.map((tag) => {
      const owner = ownerOf(tag)?.tag;
      return owner === undefined ? { label: labelOf(tag) } : { label: labelOf(tag), owner: labelOf(owner) };
    }),
    texts: end === undefined ? [] : endTexts(end),
  };
}

const ARROW = ' → ';
/** Where the name of a key begins and ends in that of a series, and that of its owner. */
const KEY = { begins: `(?<=^|${ARROW})`, ends: `(?=${ARROW}|$)` };
const OWNER = { ...KEY, ends: String.raw`(?= \()` };

/**
 * Gives each series its name in words: that of its key or, where one is known, its owner with the key behind it. Before this it is
 * called by its labels.
 */
export function nameInWords({ labels, shown, texts }: SeriesNames, refIds: string): DataTransformerConfig[] {
  const sorted = [...labels].sort();
  // Grafana adds the label `name`, the measurement, unless the values were computed. Nothing else may stand between them: a name in
  // which something looks like a label would end there.
  const byLabels = `^.*?\\{${sorted.map((label) => `(?:name="\\w*", )?${label}="(.*?)"`).join(', ')}(?:, name="\\w*")?\\}$`;
  const group = (label: string) => `$${sorted.indexOf(label) + 1}`;
  const name = shown
    .map(({ label, owner }) => (owner === undefined ? group(label) : `${group(owner)} (${group(label)})`))
    .join(ARROW);
  const hasOwners = shown.some(({ owner }) => owner !== undefined);
  return [
    renameSeries(byLabels, name, refIds),
    ...(hasOwners ? [renameSeries(String.raw`${KEY.begins}${NOBODY} \(([^()]*)\)${KEY.ends}`, '$1', refIds)] : []),
    ...texts.map((text) => renamePart(text, KEY, refIds)),
    ...(hasOwners ? [renamePart(AWS_SERVICE, OWNER, refIds)] : []),
  ];
}

/** Puts a part of the names of series in words. */
function renamePart({ pattern, text }: EndText, { begins, ends }: typeof KEY, refIds: string): DataTransformerConfig {
  return renameSeries(pattern.replace(/^\^/, begins).replace(/\$$/, ends), text, refIds);
}

function isNamed(column: Column | undefined): boolean {
  return column?.kind !== undefined || column?.end !== undefined;
}

function namesFor({ tag, kind }: Column): string {
  const fields = [`"name" AS "${nameField(tag)}"`];
  return kind === undefined ? endNamesQuery(fields, tag) : entitiesQuery([kind], fields, tag);
}

/** Adds the names to the rows of a query, the id where there is none; entities without traffic come along. */
export function nameSeries({ named }: SeriesNames, rows: Ref): DataTransformerConfig[] {
  return named.flatMap((tag) => [
    join(tag, `^(${rows}|.*-${rows}-.*|${namesRef(tag)})$`),
    coalesce(nameLabel(tag), [tag, nameField(tag)], rows),
  ]);
}

/** A column as a table shows it. */
export interface ShownColumn extends Column {
  /** The column of the frame with what is shown: where people know a name, that of the names. */
  readonly shown: string;
  /** Of an address, the column with its owner, which stands before it in the same cell. */
  readonly owner?: Column;
}

/** The columns that a table shows: an owner has none of its own. */
export function shownColumns({ columns }: Report): ShownColumn[] {
  return columns
    .filter(({ ownerOf }) => ownerOf === undefined)
    .map((column) => {
      const owner = columns.find(({ ownerOf }) => ownerOf === column.tag);
      const shown = owner ? `${column.tag}_whose` : isNamed(column) ? nameLabel(column.tag) : column.tag;
      return { ...column, shown, owner };
    });
}

/** The names of what may be in each column of a table. `whereTraffic`: adds to a query that it finds nothing without traffic. */
export function nameQueries({ columns }: Report, whereTraffic: (query: string) => string): Array<Builder<Dataquery>> {
  return columns.filter(isNamed).map((column) => influxQuery(namesRef(column.tag), whereTraffic(namesFor(column))));
}

/**
 * Adds {@link ShownColumn.shown} to the rows of a table, which are in one frame besides those of the names and of what is not
 * shown; entities without traffic come along. What has no name stays as it is written, and {@link wordsFor} put it in words.
 */
export function nameColumns(report: Report): DataTransformerConfig[] {
  const rows = `^(?!${REFS.rest}|names_).*$`;
  const columns = shownColumns(report);
  return [
    ...report.columns
      .filter(isNamed)
      .flatMap(({ tag }) => [
        join(tag, `^((?!${REFS.rest}|names_).*|${namesRef(tag)})$`),
        dropColumns(['Time'], rows),
        coalesce(nameLabel(tag), [tag, nameField(tag)], rows),
        asText(nameLabel(tag), rows),
      ]),
    ...columns.flatMap(({ tag, shown, owner }) => (owner ? joinTexts(shown, [tag, nameLabel(owner.tag)], rows) : [])),
  ];
}

const BEHIND_ADDRESS = '^([^,]*),';
/** How an address and its owner read, as in the names of series. */
const WITH_OWNER: readonly EndText[] = [
  { pattern: `${BEHIND_ADDRESS}${NOBODY}$`, text: '$1' },
  {
    pattern: AWS_SERVICE.pattern.replace('^', BEHIND_ADDRESS),
    text: `${AWS_SERVICE.text.replace('$1', '$2')} ($1)`,
  },
  { pattern: `${BEHIND_ADDRESS}(.*)$`, text: '$2 ($1)' },
];

/** One of both, where there is no room: whose an address was, or where nobody knows, the address. The other stands in the tooltip. */
const OWNER_OR_ADDRESS: readonly EndText[] = [
  { pattern: `${BEHIND_ADDRESS}${NOBODY}$`, text: '$1' },
  { pattern: AWS_SERVICE.pattern.replace('^', '^[^,]*,'), text: AWS_SERVICE.text },
  { pattern: '^[^,]*,(.*)$', text: '$1' },
];

/** Value mappings that put in words what has no name. `isShort`: of an address and its owner, there is room for one. */
export function wordsFor({ end, owner }: ShownColumn, isShort = false): object[] {
  const texts = owner ? (isShort ? OWNER_OR_ADDRESS : WITH_OWNER) : end === undefined ? [] : endTexts(end);
  return regexMappings(texts);
}

/** The column of the answer to a query of names. */
export const nameField = (tag: string) => `${tag}_entity`;
const nameLabel = (tag: string) => `${tag}_name`;
