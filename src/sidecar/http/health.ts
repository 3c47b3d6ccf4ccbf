import { z } from 'zod';
import { pageQuery } from '../../contract/common';
import { changePage, health, healthDetails } from '../../contract/health';
import { syncOutcome } from '../entities/summary';
import type { SyncResult } from '../entities/sync';
import type { Change } from '../registry/audit';
import { InfluxError } from '../store/influx';
import { storeWarnings } from '../store/schema';
import { answers, type Api, type Resource } from './api';
import { ApiError } from './apiErrors';
import { readPage } from './paging';
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
      ({ name, version }) => ({ storeName: name, storeVersion: version, storeError: undefined }),
      (error: Error) => ({
        storeName: undefined,
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
    const { last } = await registry.lastSync();
    const ofNames = last && !last.ok ? [`Names: ${syncOutcome(JSON.parse(last.result) as SyncResult)}`] : [];
    const warnings = [...ofStore, ...(ofSeries === undefined ? [] : [ofSeries]), ...ofNames];
    return { ...basics(answered.storeError), ...answered, storeUrl: store.settings.url, warnings };
  });

  app.get('/v1/admin/audit', { schema: { querystring: pageQuery, response: answers(200, changePage) } }, ({ query }) =>
    readPage(
      query,
      1,
      ({ id }: Change) => [String(id)],
      (after, limit) => registry.listChanges(limit, after && Number(after[0]))
    )
  );
}
