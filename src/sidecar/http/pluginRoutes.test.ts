import { readFileSync } from 'node:fs';
import { TestApi } from '../testing/api';

interface Route {
  readonly path: string;
  readonly method: string;
  readonly reqAction: string;
  readonly url: string;
  readonly headers: ReadonlyArray<{ readonly name: string; readonly content: string }>;
}

const { routes: all } = JSON.parse(readFileSync('src/plugin.json', 'utf8')) as { routes: Route[] };
/** To a sidecar that is being tried; the others lead to the one that is connected. */
const candidates = all.filter(({ path }) => path.startsWith('candidate/'));
const routes = all.filter((route) => !candidates.includes(route));
const test = TestApi.forTests();

/** The first route that Grafana takes for a request, and the path it asks the sidecar for; as run in Grafana 12.3.3. */
function proxied(method: string, path: string): { action: string; url: string } | undefined {
  const route = routes.find((one) => one.method === method && path.startsWith(one.path.replace(/\*$/, '')));
  const url = route && `${route.url}/${path.slice(route.path.length - 1)}`;
  return route && { action: route.reqAction, url: url!.replace('{{ .JsonData.sidecarUrl }}', '') };
}

describe("the plugin's routes in Grafana", () => {
  it('all say a method and an action, and bring the token for whom they are', () => {
    for (const { path, method, reqAction, headers } of routes) {
      expect(path).toMatch(/^sidecar\/.*\*$/);
      expect(method).toMatch(/^(GET|POST|PUT|PATCH|DELETE)$/);
      expect(reqAction).toMatch(/^plugins(:write|\.app:access)$/);
      const scheme = reqAction === 'plugins:write' ? 'Bearer' : 'Viewer';
      expect(headers).toEqual([{ name: 'Authorization', content: `${scheme} {{ .SecureJsonData.token }}` }]);
    }
  });

  it('lead administrators to the health of a sidecar that is being tried, with its own token if it has one', () => {
    expect(candidates).toEqual([
      {
        ...{ path: 'candidate/v1/admin/*', method: 'GET', reqAction: 'plugins:write' },
        url: '{{ .JsonData.candidateUrl }}/v1/admin',
        headers: [
          {
            name: 'Authorization',
            content: 'Bearer {{ or .SecureJsonData.candidateToken .SecureJsonData.token }}',
          },
        ],
      },
    ]);
  });

  it('lead to every route of the API; viewers only read, and nothing of administrators', async () => {
    const { paths } = (await test.send('GET', '/v1/openapi.json')).json<{ paths: Record<string, object> }>();
    const forViewers: string[] = [];
    for (const [path, methods] of Object.entries(paths)) {
      for (const method of Object.keys(methods).map((name) => name.toUpperCase())) {
        const found = proxied(method, `sidecar${path}`)!;
        expect([path, found.url]).toEqual([path, path]);
        if (found.action !== 'plugins:write') {
          forViewers.push(`${method} ${path}`);
        }
      }
    }
    expect(forViewers.sort()).toEqual([
      'GET /healthz',
      'GET /v1/collection',
      'GET /v1/health',
      'GET /v1/ledger',
      'GET /v1/reports/{name}',
      'GET /v1/search',
    ]);
  });

  it('lead nowhere for other methods', () => {
    expect(['HEAD', 'OPTIONS', 'TRACE'].map((method) => proxied(method, 'sidecar/v1/admin/sources'))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});
