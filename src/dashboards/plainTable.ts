import { TableCellHeight } from '@grafana/grafana-foundation-sdk/common';
import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import type { DataTransformerConfig } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/table';
import { endTexts } from '../reports/ends';
import { METRICS } from '../reports/metrics';
import { endNamesQuery, entitiesQuery } from '../reports/queries';
import { MISSING, type EntityKind } from '../contract/stored';
import { DATASOURCE, properties, regexMappings, tableUnit } from './common';
import { influxQuery } from './influxQuery';
import { idColumn } from './links';
import { nameField } from './names';
import { namesRef } from './refs';
import { asText, coalesce, dropColumns, join, keepRowsWith, selectColumns } from './transformations';
import { VARS } from './vars';

/** A column of a table whose rows are not those of a report. */
export interface PlainColumn {
  /** The column of the frame. */
  readonly name: string;
  readonly heading: string;
  /** Width, links, unit, …: properties of an override. */
  readonly properties?: Readonly<Record<string, unknown>>;
  /** Whether it is there for links alone. */
  readonly isHidden?: boolean;
  /** Whether it is a figure in the chosen metric, whose name is part of the column's. */
  readonly isMetric?: boolean;
}

/** Ids in a column, by what they may be: entities of a kind, or ends of traffic. */
export interface Ids {
  readonly tag: string;
  readonly kind: EntityKind | 'end';
}

/** The rows of a table, besides the frames that name them. */
const ROWS = `^(?!${namesRef('')})`;
const label = (tag: string) => `${tag}_name`;

/** A table with one line per row. `steps` end with one frame that has the columns. */
export function plainTable(
  title: string,
  columns: readonly PlainColumn[],
  steps: readonly DataTransformerConfig[]
): PanelBuilder {
  const panel = new PanelBuilder()
    .title(title)
    .datasource(DATASOURCE)
    .cellHeight(TableCellHeight.Sm)
    .showHeader(true)
    .transformations([
      ...steps,
      selectColumns(Object.fromEntries(columns.map(({ name, heading }) => [name, heading]))),
    ]);
  for (const { name, isHidden, isMetric, properties: of = {} } of columns) {
    if (isMetric) {
      METRICS.forEach((metric) =>
        panel.overrideByName(
          name.replace(VARS.metric.braced, metric.name),
          properties({ ...of, unit: tableUnit(metric) })
        )
      );
    } else {
      panel.overrideByName(name, properties({ ...(isHidden && { 'custom.hideFrom.viz': true }), ...of }));
    }
  }
  return panel;
}

/** The query of the names for ids. */
export function namesOf({ tag, kind }: Ids): Builder<Dataquery> {
  const fields = [`"name" AS "${nameField(tag)}"`];
  return influxQuery(namesRef(tag), kind === 'end' ? endNamesQuery(fields, tag) : entitiesQuery([kind], fields, tag));
}

/** The id of a row once more, for links and tooltips: the column of the tag is that of the names, too. */
export function copyOfId(tag: string): string {
  return `"${tag}" AS "${idColumn(tag)}"`;
}

/**
 * Adds to the rows, which are in one frame, a column with the name of each id, or the id where it has none. Entities without a row
 * come along: `key`, a figure that every row has, tells them apart. Where there are no rows, the names have no column that is shown, so
 * that the table says why it is empty.
 */
export function addNames(ids: readonly Ids[], key: string): DataTransformerConfig[] {
  return [
    ...ids.flatMap(({ tag }) => [
      join(tag, `^((?!names_).*|${namesRef(tag)})$`),
      dropColumns(['Time'], ROWS),
      coalesce(label(tag), [tag, nameField(tag)], ROWS),
      asText(label(tag), ROWS),
    ]),
    keepRowsWith(key, ROWS),
  ];
}

/** The column of names that {@link addNames} makes; `none`: how `-` reads among ends. */
export function nameColumn(
  { tag, kind }: Ids,
  heading: string,
  of: Readonly<Record<string, unknown>> = {},
  none = MISSING
): PlainColumn {
  const texts = kind === 'end' ? endTexts(none) : [];
  return {
    name: label(tag),
    heading,
    properties: {
      noValue: ' ',
      ...(texts.length > 0 && {
        mappings: regexMappings(texts),
      }),
      'custom.minWidth': 120,
      ...of,
    },
  };
}

/** The id itself, for links and tooltips. */
export function hiddenId(tag: string): PlainColumn {
  return { name: idColumn(tag), heading: idColumn(tag), isHidden: true };
}

/** A figure, at the right. */
export function figureColumn(
  name: string,
  heading: string,
  width: number,
  of: Readonly<Record<string, unknown>> = {}
): PlainColumn {
  return { name, heading, properties: { 'custom.width': width, 'custom.align': 'right', noValue: '–', ...of } };
}

/** A figure in the chosen metric. */
export function metricColumn(name: string, heading: string, of: Readonly<Record<string, unknown>> = {}): PlainColumn {
  return { ...figureColumn(`${VARS.metric.braced} ${name}`, heading, 80, of), isMetric: true };
}

/** A time as people read it. */
export function timeColumn(name: string, heading: string): PlainColumn {
  return figureColumn(name, heading, 104, { unit: 'time:D MMM HH:mm', noValue: ' ' });
}
