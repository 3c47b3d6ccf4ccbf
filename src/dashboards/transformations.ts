import type { DataTransformerConfig } from '@grafana/grafana-foundation-sdk/dashboard';

/** Applies a transformation to the frames of these queries only; a pattern, since merged frames join their refIds. */
function onlyFrames(refIds: string | undefined, config: DataTransformerConfig): DataTransformerConfig {
  return refIds ? { ...config, filter: { id: 'byRefId', options: `/${refIds}/` } } : config;
}

/** Puts the rows of several queries into one frame, one query after the other. */
export function mergeRows(refIds?: string): DataTransformerConfig {
  return onlyFrames(refIds, { id: 'merge', options: {} });
}

export function sortDescending(field: string, refIds?: string): DataTransformerConfig {
  return onlyFrames(refIds, { id: 'sortBy', options: { sort: [{ field, desc: true }] } });
}

/**
 * Adds the columns of one query to the rows of another, like SQL's outer join. Not the inner one: a row whose id has
 * no partner must stay.
 */
export function join(field: string, refIds?: string): DataTransformerConfig {
  return onlyFrames(refIds, { id: 'joinByField', options: { byField: field, mode: 'outerTabular' } });
}

/** Puts the columns of all queries side by side in one frame. */
export function concatenate(): DataTransformerConfig {
  return { id: 'concatenate', options: { frameNameMode: 'drop' } };
}

/** Puts points of the same time into one row. */
export function joinByTime(refIds?: string): DataTransformerConfig {
  return onlyFrames(refIds, { id: 'joinByField', options: { byField: 'Time', mode: 'outer' } });
}

/** Keeps rows in which one of the fields is above zero: joins also list entities without traffic. */
export function keepRowsAbove0(fields: readonly string[], refIds?: string): DataTransformerConfig {
  const filters = fields.map((fieldName) => ({ fieldName, config: { id: 'greater', options: { value: 0 } } }));
  return onlyFrames(refIds, { id: 'filterByValue', options: { type: 'include', match: 'any', filters } });
}

/** Keeps rows that have a value in the field: joins also list what has none. */
export function keepRowsWith(fieldName: string, refIds?: string): DataTransformerConfig {
  const filters = [{ fieldName, config: { id: 'isNotNull', options: {} } }];
  return onlyFrames(refIds, { id: 'filterByValue', options: { type: 'include', match: 'any', filters } });
}

/**
 * Makes a row of each value of the tags from the points of a query, with the line of these points in the column
 * {@link lineColumn}, whose value is their mean. Grafana names what it splits up after query and measurement.
 */
export function linesOf(tags: readonly string[], refId: string, measurement: string): DataTransformerConfig[] {
  const series = `${refId}-${measurement}`;
  return [
    partitionByValues(tags, `^${refId}$`),
    onlyFrames(`^${refId}-`, { id: 'timeSeriesTable', options: { [series]: { stat: 'mean', timeField: 'Time' } } }),
  ];
}
export const lineColumn = (refId: string, measurement: string) => `Trend #${refId}-${measurement}`;

/** Leaves out rows in which the field is 0. */
export function dropRows0(fieldName: string): DataTransformerConfig {
  const filters = [{ fieldName, config: { id: 'equal', options: { value: 0 } } }];
  return { id: 'filterByValue', options: { type: 'exclude', match: 'any', filters } };
}

/** Makes a row of each column: its name, and its value in the first row. */
export function transpose(firstFieldName: string, restFieldsName: string): DataTransformerConfig {
  return { id: 'transpose', options: { firstFieldName, restFieldsName } };
}

interface Which {
  readonly refIds?: string;
  /** The order, where it is not that of the headings: with a variable for the one it names. Others come behind these. */
  readonly order?: readonly string[];
}

/** Keeps these columns, in this order, under these headings. */
export function selectColumns(
  headings: Readonly<Record<string, string>>,
  { refIds, order }: Which = {}
): DataTransformerConfig {
  const names = Object.keys(headings);
  return onlyFrames(refIds, {
    id: 'organize',
    options: {
      includeByName: Object.fromEntries(names.map((name) => [name, true])),
      indexByName: Object.fromEntries((order ?? names).map((name, index) => [name, index])),
      renameByName: Object.fromEntries(Object.entries(headings).filter(([name, heading]) => heading !== name)),
    },
  });
}

export function dropColumns(names: readonly string[], refIds?: string): DataTransformerConfig {
  return onlyFrames(refIds, {
    id: 'organize',
    options: { excludeByName: Object.fromEntries(names.map((name) => [name, true])) },
  });
}

/** A column computed from two others, or from one and a number, which may be a variable. Frames without them stay as they are. */
export function calculate(
  alias: string,
  left: string,
  operator: '+' | '-' | '*' | '/',
  right: string | { readonly constant: string },
  refIds?: string
): DataTransformerConfig {
  const operand = (value: typeof right) =>
    typeof value === 'string' ? { matcher: { id: 'byName', options: value } } : { fixed: value.constant };
  return onlyFrames(refIds, {
    id: 'calculateField',
    options: { mode: 'binary', alias, binary: { left: operand(left), operator, right: operand(right) } },
  });
}

/** The last of the columns that is not empty: a name if there is one, else the id. */
export function coalesce(alias: string, fields: readonly string[], refIds?: string): DataTransformerConfig {
  return onlyFrames(refIds, {
    id: 'calculateField',
    options: { mode: 'reduceRow', alias, reduce: { include: fields, reducer: 'lastNotNull' } },
  });
}

/** The sum of those of the columns that are there. */
export function sumOf(alias: string, fields: readonly string[]): DataTransformerConfig {
  return { id: 'calculateField', options: { mode: 'reduceRow', alias, reduce: { include: fields, reducer: 'sum' } } };
}

/** The last of all numbers in a row. */
export function ofAllNumbers(alias: string): DataTransformerConfig {
  return { id: 'calculateField', options: { mode: 'reduceRow', alias, reduce: { reducer: 'lastNotNull' } } };
}

/** Makes a column of texts of one that was computed, which Grafana takes for numbers. */
export function asText(column: string, refIds?: string): DataTransformerConfig {
  const conversions = [{ targetField: column, destinationType: 'string' }];
  return onlyFrames(refIds, { id: 'convertFieldType', options: { conversions } });
}

/** Makes a column of times, Unix milliseconds, one of texts. */
export function asTime(column: string, format: string, refIds?: string): DataTransformerConfig[] {
  return [{ destinationType: 'time' }, { destinationType: 'string', dateFormat: format }].map((to) =>
    onlyFrames(refIds, { id: 'convertFieldType', options: { conversions: [{ targetField: column, ...to }] } })
  );
}

/** The texts of several columns in one, with commas between them, in the order in which they stand in the frame. */
export function joinTexts(alias: string, fields: readonly string[], refIds?: string): DataTransformerConfig[] {
  const options = { mode: 'reduceRow', alias, reduce: { include: fields, reducer: 'allValues' } };
  return [onlyFrames(refIds, { id: 'calculateField', options }), asText(alias, refIds)];
}

/** One series per combination of values, which become its labels. */
export function partitionByValues(fields: readonly string[], refIds?: string): DataTransformerConfig {
  return onlyFrames(refIds, {
    id: 'partitionByValues',
    options: { fields, keepFields: false, naming: { asLabels: true } },
  });
}

/** Replaces what fits a pattern in the names of series, wherever it stands. */
export function renameSeries(pattern: string, text: string, refIds?: string): DataTransformerConfig {
  return onlyFrames(refIds, { id: 'renameByRegex', options: { regex: `/${pattern}/g`, renamePattern: text } });
}
