import { z } from 'zod';

import { DATA_SOURCE } from '../setup/installer/dataSource';
import { GrafanaFailure, grafanaOrRefusal } from './grafana';

/** A row of an answer, by the names of its columns. */
export type StoreRow = Readonly<Record<string, string | number | null>>;

const cell = z.union([z.string(), z.number(), z.null()]);

/** Answers of `/api/ds/query`: frames of columns. */
const answers = z.object({
  results: z.record(
    z.string(),
    z.object({
      error: z.string().optional(),
      frames: z
        .array(
          z.object({
            schema: z.object({
              fields: z.array(z.object({ name: z.string(), labels: z.record(z.string(), z.string()).nullish() })),
            }),
            data: z.object({ values: z.array(z.array(cell)) }),
          })
        )
        .optional(),
    })
  ),
});

/**
 * Asks InfluxDB through Grafana's data source, as the dashboards do, in one request. Returns the rows of each query under its name.
 * @throws GrafanaFailure when Grafana or InfluxDB refuses
 */
export async function queryStore<Name extends string>(
  queries: Readonly<Record<Name, string>>,
  range: { readonly from: number; readonly to: number },
  signal?: AbortSignal
): Promise<Record<Name, StoreRow[]>> {
  const names = Object.keys(queries) as Name[];
  const datasource = { type: DATA_SOURCE.type, uid: DATA_SOURCE.uid };
  const body = {
    from: String(range.from),
    to: String(range.to),
    queries: names.map((refId) => ({
      ...{ refId, datasource, query: queries[refId], rawQuery: true, resultFormat: 'table' },
    })),
  };
  const { results } = await grafanaOrRefusal(answers, 'POST', '/api/ds/query', { body, signal });
  const failed = names.find((name) => results[name]?.error !== undefined);
  if (failed !== undefined) {
    throw new GrafanaFailure(undefined, results[failed].error!);
  }
  return Object.fromEntries(names.map((name) => [name, (results[name]?.frames ?? []).flatMap(rowsOf)])) as Record<
    Name,
    StoreRow[]
  >;
}

type Frame = NonNullable<z.infer<typeof answers>['results'][string]['frames']>[number];

/** A frame by rows; labels of its fields are values, too. */
function rowsOf({ schema: { fields }, data: { values } }: Frame): StoreRow[] {
  return (values[0] ?? []).map((_, i) =>
    Object.fromEntries(
      fields.flatMap(({ name, labels }, column) => [...Object.entries(labels ?? {}), [name, values[column][i]]])
    )
  );
}
