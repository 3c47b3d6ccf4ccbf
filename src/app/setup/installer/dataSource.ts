import { z } from 'zod';
import { getDataSourceSrv } from '@grafana/runtime';

import { influxUserInput } from '../../../contract/influxUser';
import { grafana, grafanaOrRefusal } from '../../api/grafana';

/** The data source of every dashboard and alert rule. */
export const DATA_SOURCE = { uid: 'flowscope-influxdb', name: 'Flowscope', type: 'influxdb' } as const;

const BY_UID = `/api/datasources/uid/${DATA_SOURCE.uid}`;

/** Where Grafana edits it. */
export const DATA_SOURCE_PAGE = `/connections/datasources/edit/${DATA_SOURCE.uid}`;

/** A statement that needs write permission but writes nothing: the measurement does not exist. */
const COPY_NOTHING = 'SELECT * INTO "flowscope_write_check" FROM "flowscope_write_check" WHERE time < 0';

const stored = z.object({
  uid: z.string(),
  url: z.string(),
  user: z.string().nullish(),
  readOnly: z.boolean().optional(),
  jsonData: z.looseObject({ dbName: z.string().optional() }).nullish(),
});
export type StoredDataSource = z.infer<typeof stored>;

/** The form. */
export const dataSourceForm = z
  .object({
    url: z
      .string()
      .trim()
      .refine((url) => /^https?:\/\//i.test(url) && URL.canParse(url), 'A URL looks like http://127.0.0.1:8086')
      .refine((url) => !/^https?:\/\/[^/]*@/.test(url), 'User and password have fields of their own'),
    database: z.string().trim().min(1, 'Enter the name of the database'),
    user: z.string().trim(),
    password: z.string(),
    /** Whether the sidecar makes the user in its InfluxDB, or gives it this password. */
    makesUser: z.boolean(),
  })
  .superRefine(({ makesUser, user, password }, { addIssue }) => {
    const { error } = influxUserInput.safeParse({ name: user, password });
    for (const { path, message } of makesUser && error ? error.issues : []) {
      addIssue({ code: 'custom', path: [path[0] === 'name' ? 'user' : 'password'], message: `It ${message}` });
    }
  });
export type DataSourceForm = z.infer<typeof dataSourceForm>;

/** The data source, if there is one. */
export async function readDataSource(signal?: AbortSignal): Promise<StoredDataSource | undefined> {
  const all = await grafana(z.array(stored), 'GET', '/api/datasources', { signal });
  return all.find(({ uid }) => uid === DATA_SOURCE.uid);
}

/** Creates or updates the data source. An empty password keeps the stored one. */
export async function saveDataSource(
  there: StoredDataSource | undefined,
  { url, database, user, password }: DataSourceForm
): Promise<void> {
  const body = {
    ...DATA_SOURCE,
    access: 'proxy',
    url,
    user,
    jsonData: { ...there?.jsonData, version: 'InfluxQL', dbName: database, httpMode: 'POST', timeInterval: '1m' },
    ...(password !== '' && { secureJsonData: { password } }),
  };
  await (there
    ? grafana(z.unknown(), 'PUT', BY_UID, { body })
    : grafana(z.unknown(), 'POST', '/api/datasources', { body }));
  // Makes Grafana's front end know it without a page reload.
  getDataSourceSrv().reload();
}

const health = z.object({ status: z.string(), message: z.string().optional() });
const results = z.object({ results: z.record(z.string(), z.object({ error: z.string().optional() })) });

/** Why the data source cannot read, in InfluxDB's words; undefined when it can. Throws GrafanaFailure. */
export async function whyUnreadable(): Promise<string | undefined> {
  const { status, message = 'InfluxDB does not say why' } = await grafanaOrRefusal(health, 'GET', `${BY_UID}/health`);
  return status === 'OK' ? undefined : message;
}

/**
 * Whether the data source's user may write, tested through the data source as any viewer could. Call it only when needed: a
 * read-only user is refused, which browsers log as an error. Throws GrafanaFailure.
 */
export async function mayWrite(): Promise<boolean> {
  const { uid, type } = DATA_SOURCE;
  const query = { refId: 'A', datasource: { uid, type }, rawQuery: true, resultFormat: 'table', query: COPY_NOTHING };
  const body = { from: 'now-1m', to: 'now', queries: [query] };
  const { A: answer } = (await grafanaOrRefusal(results, 'POST', '/api/ds/query', { body })).results;
  if (answer?.error !== undefined && !/not authorized/i.test(answer.error)) {
    throw new Error(answer.error);
  }
  return answer?.error === undefined;
}
