import './testingWindow';
import {
  createTheme,
  FieldType,
  formattedValueToString,
  getDisplayProcessor,
  getFieldDisplayName,
  getFieldMatcher,
  standardTransformers,
  standardTransformersRegistry,
  toDataFrame,
  transformDataFrame,
  type DataFrame,
  type DataTransformerConfig,
  type DataTransformerInfo,
  type Field,
  type FieldConfig,
  type ValueMapping,
} from '@grafana/data';
import { lastValueFrom, map } from 'rxjs';
import { interpolate, type DashboardJson, type Row } from './testing';

/**
 * What Grafana makes of the answers to a panel's queries, by the transformations that it ships in `@grafana/data`. The two that
 * it does not ship are written here after `public/app/features/transformers` of Grafana 12.3.3, as far as dashboards use them.
 */

/** A panel with what decides about its looks. */
export type ShownPanel = DashboardJson['panels'][number] & {
  readonly transformations?: readonly DataTransformerConfig[];
  readonly fieldConfig: {
    readonly overrides: ReadonlyArray<{
      readonly matcher: { readonly id: string; readonly options?: string };
      readonly properties: ReadonlyArray<{ readonly id: string; readonly value?: unknown }>;
    }>;
  };
};

interface ConfigFromData {
  readonly configRefId: string;
  readonly applyTo: { readonly id: string; readonly options: string };
}

/** Value mappings for the columns that `applyTo` matches, from the rows (id, name) of one frame, which goes. */
const configFromData: DataTransformerInfo<ConfigFromData> = {
  id: 'configFromData',
  name: '',
  operator:
    ({ configRefId, applyTo }) =>
    (source) =>
      source.pipe(
        map((frames: DataFrame[]) => {
          const names = frames.find(({ refId }) => refId === configRefId);
          if (!names) {
            return frames;
          }
          const column = (name: string) => names.fields.find((field) => field.name === name)?.values ?? [];
          const texts = column('name').map((text, index) => [column('id')[index], { text, index }]);
          const mappings = [{ type: 'value', options: Object.fromEntries(texts) }] as ValueMapping[];
          const matches = getFieldMatcher(applyTo);
          return frames
            .filter((frame) => frame !== names)
            .map((frame) => ({
              ...frame,
              fields: frame.fields.map((field) =>
                matches(field, frame, frames) ? { ...field, config: { ...field.config, mappings } } : field
              ),
            }));
        })
      ),
};

/** A frame for each combination of values, which become the labels of its fields. */
const partitionByValues: DataTransformerInfo<{ readonly fields: readonly string[] }> = {
  id: 'partitionByValues',
  name: '',
  operator:
    ({ fields: keys }) =>
    (source) =>
      source.pipe(
        map(([frame]: DataFrame[]) => {
          const keyFields = frame?.fields.filter(({ name }) => keys.includes(name)) ?? [];
          if (keyFields.length === 0) {
            return frame ? [frame] : [];
          }
          const rows = Array.from({ length: frame.length }, (_, i) => i);
          const parts = Map.groupBy(rows, (i) => JSON.stringify(keyFields.map(({ values }) => values[i])));
          return [...parts.values()].map((indexes): DataFrame => ({
            name: frame.name,
            refId: `${frame.refId}-${frame.name}`,
            length: indexes.length,
            fields: frame.fields
              .filter((field) => !keyFields.includes(field))
              .map((field) => ({
                ...field,
                state: null,
                // Grafana's InfluxDB data source labels all it reads with the measurement.
                labels: {
                  name: 'measurement',
                  ...Object.fromEntries(keyFields.map(({ name, values }) => [name, String(values[indexes[0]])])),
                },
                values: indexes.map((i) => field.values[i]),
              })),
          }));
        })
      ),
};

/** A row for each series, with its labels, and its points in a column called after the query. */
const timeSeriesTable: DataTransformerInfo<Record<string, unknown>> = {
  id: 'timeSeriesTable',
  name: '',
  operator: () => (source) =>
    source.pipe(
      map((frames: DataFrame[]) => {
        const series = frames.flatMap((frame) =>
          frame.fields.filter(({ type }) => type === FieldType.number).map((field) => ({ frame, field }))
        );
        const labels = [...new Set(series.flatMap(({ field }) => Object.keys(field.labels ?? {})))];
        const refId = frames[0]?.refId;
        const columns = [
          ...labels.map((name) => ({
            name,
            type: FieldType.string,
            values: series.map(({ field }) => field.labels?.[name] ?? ''),
          })),
          { name: `Trend #${refId}`, type: FieldType.frame, values: series.map(({ frame }) => frame) },
        ];
        return series.length === 0 ? [] : [toDataFrame({ refId, fields: columns })];
      })
    ),
};

standardTransformersRegistry.setInit(() => {
  const own = [configFromData, partitionByValues, timeSeriesTable];
  const all = [...new Set([...Object.values(standardTransformers), ...own])];
  return all.map((transformation) => ({
    id: transformation.id,
    name: transformation.id,
    transformation: transformation as DataTransformerInfo,
    editor: () => null,
    imageDark: '',
    imageLight: '',
  }));
});

/** The frames of a panel. `answers`: rows by refId, with their time in milliseconds. */
export async function framesOf(
  { transformations = [], targets = [] }: ShownPanel,
  answers: ReadonlyMap<string, readonly Row[]>,
  values: Readonly<Record<string, string>>
): Promise<DataFrame[]> {
  // An answer without rows has no frame.
  const found = [...answers].filter(([, rows]) => rows.length > 0);
  const frames = found.map(([refId, rows]) => {
    const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
    const fields = names.map((name) => {
      const cells = rows.map((row) => row[name] ?? null);
      const isNumber = cells.some((cell) => typeof cell === 'number');
      return name === 'time'
        ? { name: 'Time', type: FieldType.time, values: cells }
        : { name, type: isNumber ? FieldType.number : FieldType.string, values: cells };
    });
    // Grafana names the frame of a table after the measurement; joined with others, it has no name.
    const query = interpolate(targets.find((target) => target.refId === refId)?.query ?? '', values);
    return toDataFrame({
      name: refId !== 'trend' ? undefined : /"(?:minute|entity)"."(\w+)"/.exec(query)?.[1],
      refId,
      fields,
    });
  });
  const filledIn = JSON.parse(interpolate(JSON.stringify(transformations), values)) as DataTransformerConfig[];
  const context = { interpolate: (text: string) => text };
  return lastValueFrom(transformDataFrame(filledIn, frames, context));
}

/** The texts of a table's cells, by heading. */
export function cellsOf(panel: ShownPanel, frames: readonly DataFrame[]): Array<Record<string, string>> {
  const columns = frames.flatMap((frame) =>
    frame.fields.map((field) => {
      const config = { ...field.config, ...propertiesOf(panel, field, frame, frames) } as FieldConfig;
      const display = getDisplayProcessor({ field: { ...field, config }, theme: createTheme() });
      return [
        getFieldDisplayName(field, frame),
        field.values.map((value) => formattedValueToString(display(value))),
      ] as const;
    })
  );
  const length = Math.max(0, ...columns.map(([, texts]) => texts.length));
  return Array.from({ length }, (_, i) => Object.fromEntries(columns.map(([heading, texts]) => [heading, texts[i]])));
}

/** How the series of a chart are called, and the addresses their links lead to. */
export function seriesOf(panel: ShownPanel, frames: DataFrame[]): Array<{ legend: string; links: string[] }> {
  return frames.flatMap((frame) =>
    frame.fields
      .filter(({ type }) => type !== FieldType.time)
      .map((field) => {
        const { displayName = getFieldDisplayName(field, frame), links = [] } = propertiesOf(
          panel,
          field,
          frame,
          frames
        ) as {
          displayName?: string;
          links?: Array<{ url: string }>;
        };
        const filledIn = (text: string) =>
          text.replace(
            /\$\{__field\.labels\.(\w+)(?::percentencode)?\}/g,
            (_match, label: string) => field.labels![label]
          );
        return { legend: filledIn(displayName), links: links.map(({ url }) => filledIn(url)) };
      })
  );
}

/** The overrides that hold for a field, by property: later ones win. */
function propertiesOf(
  { fieldConfig }: ShownPanel,
  field: Field,
  frame: DataFrame,
  frames: readonly DataFrame[]
): Record<string, unknown> {
  const fitting = fieldConfig.overrides.filter(({ matcher }) =>
    matcher.id === 'byFrameRefID'
      ? frame.refId === matcher.options
      : getFieldMatcher(matcher)(field, frame, [...frames])
  );
  return Object.fromEntries(fitting.flatMap(({ properties }) => properties.map(({ id, value }) => [id, value])));
}
