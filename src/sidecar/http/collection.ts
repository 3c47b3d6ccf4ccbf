import {
  collection,
  ledgerEntries,
  ledgerQuery,
  ledgerState,
  quarantineChanged,
  quarantineChoice,
  quarantinePage,
  quarantineQuery,
  unreadPage,
} from '../../contract/collection';
import { pageQuery } from '../../contract/common';
import type { QuarantinedObject } from '../registry/quarantine';
import type { UnreadObject } from '../registry/unread';
import { askedBy } from './actor';
import { answers, type Api, type Resource } from './api';
import { ApiError } from './apiErrors';
import { readPage } from './paging';
import { seriesView } from './seriesView';
import { statusOf } from './sourceViews';

/** The state of collecting per source, the ledger's entries of an object, quarantine, and unread lines. */
export function collectionRoutes(app: Api, { registry, collector, now }: Resource): void {
  const unknown = () =>
    new ApiError(404, 'not-found', 'Nothing is known of that key: compare it letter by letter.', 'key');

  app.get('/v1/collection', { schema: { response: answers(200, collection) } }, async () => {
    const sources = await registry.listSources();
    const statuses = await Promise.all(
      sources.map(async (source) =>
        statusOf(source, await registry.ledgerCounts(source.id), collector.runtimeStatus(source.id), now())
      )
    );
    const series = await registry.seriesState();
    const unread = await registry.countUnread();
    const hold = await registry.deletionHold();
    const { overlaps, leftOut } = await registry.flowLogFindings();
    return {
      sources: statuses,
      quarantined: await registry.countQuarantine(),
      ...(unread.objects > 0 && { unread }),
      ...(series && { series: seriesView(series) }),
      ...(hold && { hold }),
      ...(overlaps.length > 0 && { overlaps }),
      ...(leftOut.length > 0 && { leftOut }),
    };
  });

  app.get(
    '/v1/ledger',
    { schema: { querystring: ledgerQuery, response: answers(200, ledgerState) } },
    async ({ query }) => {
      // The whole key only: who knows a part of it must not learn anything about the object.
      const known = await registry.objectState(query.key);
      if (!known) {
        throw unknown();
      }
      return { state: known.state, since: known.changed };
    }
  );

  app.get(
    '/v1/admin/ledger',
    { schema: { querystring: ledgerQuery, response: answers(200, ledgerEntries) } },
    async ({ query }) => {
      const { entries } = await registry.explainObject(query.key);
      if (entries.length === 0) {
        throw unknown();
      }
      return {
        entries: entries.map(({ plan, counts, ...entry }) => ({
          ...entry,
          counts: counts && { ...counts, reasons: { ...counts.reasons }, quotes: [...counts.quotes] },
          identity: plan?.identity,
          sha256: plan?.sha256,
          stored: plan?.stored,
          storedFrom: [...entry.storedFrom],
        })),
      };
    }
  );

  app.get(
    '/v1/admin/quarantine',
    { schema: { querystring: quarantineQuery, response: answers(200, quarantinePage) } },
    async ({ query }) => {
      const { sourceId } = query;
      const page = await readPage(
        query,
        2,
        ({ sourceId, key }: QuarantinedObject) => [sourceId, key],
        (after, limit) =>
          registry.quarantinePage({ sourceId, after: after && { sourceId: after[0], key: after[1] }, limit })
      );
      return { ...page, items: page.items.map((item) => ({ ...item, quotes: [...item.quotes] })) };
    }
  );

  app.get(
    '/v1/admin/unread',
    { schema: { querystring: pageQuery, response: answers(200, unreadPage) } },
    async ({ query }) => {
      const page = await readPage(
        query,
        1,
        ({ id }: UnreadObject) => [String(id)],
        (after, limit) => registry.unreadPage({ after: after && Number(after[0]), limit })
      );
      return {
        ...page,
        items: page.items.map(({ sourceId: _, ...item }) => ({
          ...item,
          reasons: { ...item.reasons },
          quotes: [...item.quotes],
        })),
      };
    }
  );

  app.post(
    '/v1/admin/quarantine/retry',
    { schema: { body: quarantineChoice, response: answers(200, quarantineChanged) } },
    async (request) => {
      const by = askedBy(request, now());
      const { retried, unlisted } = await registry.retryQuarantined(request.body, now(), by);
      return { changed: retried.length, unlisted: unlisted.length };
    }
  );

  app.post(
    '/v1/admin/quarantine/dismiss',
    { schema: { body: quarantineChoice, response: answers(200, quarantineChanged) } },
    async (request) => {
      const dismissed = await registry.dismissQuarantined(request.body, now(), askedBy(request, now()));
      return { changed: dismissed.length, unlisted: 0 };
    }
  );
}
