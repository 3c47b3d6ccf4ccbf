import { z } from 'zod';
import { pageQuery } from '../../contract/common';
import { changePage, health, healthDetails } from '../../contract/health';
import { InfluxError } from '../store/influx';
import { storeWarnings } from '../store/schema';
import { answers, type Api, type Resource } from './api';
import { ApiError } from './apiErrors';
import { fromCursor, toCursor } from './paging';
import { seriesView } from './seriesView';

/** How long InfluxDB may take to answer: pages wait for it. */
const PING_MS = 5000;

/** Health of the sidecar and of its store, and the audit trail. */
export function healthRoutes(app: Api, { registry, store, collector, version, now }: Resource): void {
  const started = now();
  let died = false;
  void registry.died.then(() => (died = true));
  const ping = () =>
    store.ping(PING_MS).then(
      (storeVersion) => ({ storeVersion, storeError: undefined }),
      (error: Error) => ({
        storeVersion: undefined,
        storeError: error.message,
        storeReason: error instanceof InfluxError ? error.reason : undefined,
      })
    );
  const basics = (storeError: string | undefined) => ({
    version,
    store: storeError === undefined ? ('ok' as const) : ('unavailable' as const),
    isCollecting: collector.isCollecting(),
    started,
  });

  app.get(
    '/healthz',
    { schema: { security: [], response: answers(200, z.object({ status: z.literal('ok') })) } },
    () => {
      if (died) {
        throw new ApiError(503, 'unavailable', 'The registry is gone: the sidecar is about to end.');
      }
      return { status: 'ok' as const };
    }
  );

  app.get('/v1/health', { schema: { response: answers(200, health) } }, async () => basics((await ping()).storeError));

  app.get('/v1/admin/health', { schema: { response: answers(200, healthDetails) } }, async () => {
    const answered = await ping();
    const ofStore = answered.storeError === undefined ? await storeWarnings(store).catch(() => []) : [];
    const series = await registry.seriesState();
    const ofSeries = series && seriesView(series).warning;
    const warnings = [...ofStore, ...(ofSeries === undefined ? [] : [ofSeries])];
    return { ...basics(answered.storeError), ...answered, storeUrl: store.settings.url, warnings };
  });

  app.get(
    '/v1/admin/audit',
    { schema: { querystring: pageQuery, response: answers(200, changePage) } },
    async ({ query: { limit, cursor } }) => {
      const before = fromCursor(cursor, 1)?.[0];
      const { changes, total } = await registry.listChanges(
        limit + 1,
        before === undefined ? undefined : Number(before)
      );
      const items = changes.slice(0, limit);
      return { items, total, ...(changes.length > limit && { next: toCursor([String(items.at(-1)!.id)]) }) };
    }
  );
}
