import { http, HttpResponse, type PathParams, type StrictRequest, type DefaultBodyType } from 'msw';
import { setupServer } from 'msw/node';
import type { z } from 'zod';

import { collectorList } from '../../contract/collectors';
import type { ErrorBody } from '../../contract/common';
import { PLUGIN_ID } from '../../contract/names';

/** Grafana keeps a connection, or none was ever saved. */
export const keepsConnection = (isSaved: boolean) =>
  http.get(`*/api/plugins/${PLUGIN_ID}/settings`, () =>
    HttpResponse.json({
      enabled: true,
      pinned: true,
      info: { version: '1.0.0' },
      ...(isSaved && { jsonData: { sidecarUrl: 'http://127.0.0.1:9555' }, secureJsonFields: { token: true } }),
    })
  );

/** Answers in the sidecar's and in Grafana's place. A request that no test expects fails; a connection is kept, and nobody has joined. */
export const server = setupServer(keepsConnection(true), http.get(at('admin/collectors'), onlyPrimary));

function onlyPrimary() {
  const primary = { id: 'primary', name: 'primary', isPrimary: true, created: 0 };
  return HttpResponse.json(
    collectorList.parse({ items: [{ ...primary, isSilent: false, sources: [], plansInHand: 0 }] })
  );
}

type Asked = { params: PathParams; request: StrictRequest<DefaultBodyType>; query: URLSearchParams };
type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

function at(path: string): string {
  return `*/api/plugin-proxy/${PLUGIN_ID}/sidecar/v1/${path}`;
}

/**
 * The sidecar answers `path` (below /v1, with `:id` for what varies). What it answers is held against the contract, so that
 * a test cannot pass on an answer that the sidecar would never give.
 */
export function answers<T extends z.ZodType>(
  schema: T,
  method: Method,
  path: string,
  body: z.input<T> | ((asked: Asked) => z.input<T> | Promise<z.input<T>>)
) {
  return http[method](at(path), async ({ params, request }) => {
    const asked = { params, request, query: new URL(request.url).searchParams };
    const said = typeof body === 'function' ? await (body as (asked: Asked) => z.input<T>)(asked) : body;
    return HttpResponse.json(schema.parse(said) as object);
  });
}

/** The sidecar refuses. */
export function refuses(method: Method, path: string, status: number, error: ErrorBody['error']) {
  return http[method](at(path), () => HttpResponse.json({ error }, { status }));
}

/** Nothing answers behind Grafana's proxy, whatever is asked. */
export function unreachable() {
  return http.all(at('*'), () => new HttpResponse(null, { status: 502, statusText: 'Bad Gateway' }));
}
