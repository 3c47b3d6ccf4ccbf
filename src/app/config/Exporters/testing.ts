import { HttpResponse } from 'msw';

import { changeExporters, exporterPage, exportersChanged, setAlias, setLimit } from '../../../contract/exporters';
import { answers, server } from '../../test/server';
import type { AllExporters, Exporter } from './Exporters.utils';

const STALE = { code: 'stale', message: 'The list of exporters was changed meanwhile: reload it.' };

export const NOW = Math.floor(Date.now() / 1000);

/** An exporter that is counted, unless `more` says otherwise. */
export function made(id: string, more: Partial<Exporter> = {}): Exporter {
  return {
    id,
    account: id.split('/')[0],
    from: 'vpc',
    firstSeen: NOW - 90 * 86_400,
    lastSeen: NOW - 60,
    records: 9,
    recordsPerMinute: 0,
    enabled: true,
    state: 'counted',
    health: 'receiving',
    ...more,
  };
}

/** A sidecar that keeps exporters, as far as this tab knows it. */
export function sidecarWith(items: Exporter[], more: Partial<AllExporters> = {}) {
  let known: AllExporters = {
    items,
    total: items.length,
    limit: 500,
    counted: items.length,
    version: 1,
    fallbacks: 0,
    overflow: { exporters: 0, records: 0, examples: [] },
    ...more,
  };
  const asked: unknown[] = [];
  /** Holds a change up, or refuses it by throwing an answer. */
  const hooks = { beforeChange: (): Promise<void> | void => undefined };
  const change = async (request: Request, next: (body: unknown) => Partial<AllExporters>) => {
    const body: unknown = await request.json();
    await hooks.beforeChange();
    if (request.headers.get('If-Match') !== `"${known.version}"`) {
      throw HttpResponse.json({ error: STALE }, { status: 412 });
    }
    asked.push(body);
    known = { ...known, ...next(body), version: known.version + 1 };
    return { version: known.version };
  };
  const patch = (ids: readonly string[], to: Partial<Exporter>) =>
    known.items.map((exporter) => (ids.includes(exporter.id) ? { ...exporter, ...to } : exporter));

  server.use(
    answers(exporterPage, 'get', 'admin/exporters', ({ query }) => {
      const at = Number(query.get('cursor') ?? 0);
      const end = at + Number(query.get('limit'));
      return { ...known, items: known.items.slice(at, end), ...(end < known.items.length && { next: String(end) }) };
    }),
    answers(exportersChanged, 'patch', 'admin/exporters', ({ request }) =>
      change(request, (body) => {
        const { ids, enabled } = changeExporters.parse(body);
        return {
          items: patch(ids, {
            enabled,
            state: enabled ? 'counted' : 'disabled',
            health: enabled ? 'receiving' : 'disabled',
          }),
        };
      })
    ),
    answers(exportersChanged, 'put', 'admin/exporters/alias', ({ request }) =>
      change(request, (body) => {
        const { id, alias } = setAlias.parse(body);
        return { items: patch([id], { alias: alias || undefined }) };
      })
    ),
    answers(exportersChanged, 'put', 'admin/exporters/limit', ({ request }) =>
      change(request, (body) => setLimit.parse(body))
    )
  );
  /** Somebody else changes something. */
  const changeMeanwhile = (what: Partial<AllExporters> = {}) => {
    known = { ...known, ...what, version: known.version + 1 };
  };
  return { asked, changeMeanwhile, hooks };
}
