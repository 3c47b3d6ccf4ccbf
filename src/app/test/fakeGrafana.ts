import { http, HttpResponse } from 'msw';
import { setDataSourceSrv, type DataSourceSrv } from '@grafana/runtime';

import { PLUGIN_ID } from '../../contract/names';

type Json = Record<string, unknown>;
interface Dashboard extends Json {
  uid: string;
  version: number;
}
interface Rule extends Json {
  uid: string;
  provenance?: string;
}

/** What of Grafana's own API the plugin uses, with a memory; it behaves as 12.3.3 was seen to behave. */
export class FakeGrafana {
  settings = { enabled: true, pinned: true, jsonData: {} as Json };
  /** Secrets, which Grafana never shows. */
  secrets: Record<string, string> = {};
  /** Bodies of what was stored as settings. */
  readonly stored: Json[] = [];
  dataSource: Json | undefined;
  /** What InfluxDB says to the data source's health check, and to a statement that needs the right to write. */
  unreadable: string | undefined;
  refusesWrites = true;
  readonly folders: Json[] = [];
  readonly dashboards = new Map<string, { dashboard: Dashboard; provisioned: boolean; folderUid?: string }>();
  readonly rules = new Map<string, Rule>();
  /** Requests that change something, as in `POST /api/folders`. */
  readonly changes: string[] = [];
  readonly handlers = this.routes();

  constructor() {
    setDataSourceSrv({ reload: jest.fn() } as unknown as DataSourceSrv);
  }

  /** Somebody saves a dashboard in Grafana, changed. */
  changeDashboard(uid: string): void {
    const { dashboard } = this.dashboards.get(uid)!;
    Object.assign(dashboard, { description: 'mine now', version: dashboard.version + 1 });
  }

  /** Grafana migrates what it shows; nobody saved. */
  migrateDashboard(uid: string): void {
    Object.assign(this.dashboards.get(uid)!.dashboard, { schemaVersion: 99 });
  }

  private routes() {
    const settingsUrl = `*/api/plugins/${PLUGIN_ID}/settings`;
    const json = async (request: Request) => (await request.json()) as Json;
    const noted = (request: Request) => this.changes.push(`${request.method} ${new URL(request.url).pathname}`);
    return [
      http.get(settingsUrl, () =>
        HttpResponse.json({
          ...this.settings,
          secureJsonFields: Object.fromEntries(Object.keys(this.secrets).map((name) => [name, true])),
          info: { version: '1.0.0' },
        })
      ),
      http.post(settingsUrl, async ({ request }) => {
        const body = await json(request);
        this.stored.push(body);
        const { enabled = false, pinned = false, jsonData = {}, secureJsonData = {} } = body as never;
        this.settings = { enabled, pinned, jsonData };
        Object.assign(this.secrets, secureJsonData);
        this.secrets = Object.fromEntries(Object.entries(this.secrets).filter(([, secret]) => secret !== ''));
        return HttpResponse.json({ message: 'Plugin settings updated' });
      }),
      http.get('*/api/datasources', () => HttpResponse.json(this.dataSource ? [this.dataSource] : [])),
      http.post('*/api/datasources', async ({ request }) => {
        noted(request);
        this.dataSource = await json(request);
        return HttpResponse.json({});
      }),
      http.put('*/api/datasources/uid/flowscope-influxdb', async ({ request }) => {
        noted(request);
        this.dataSource = { ...this.dataSource, ...(await json(request)) };
        return HttpResponse.json({});
      }),
      http.get('*/api/datasources/uid/flowscope-influxdb/health', () =>
        this.unreadable === undefined
          ? HttpResponse.json({ status: 'OK', message: 'datasource is working' })
          : HttpResponse.json({ status: 'ERROR', message: this.unreadable }, { status: 400 })
      ),
      http.post('*/api/ds/query', () =>
        this.refusesWrites
          ? HttpResponse.json(
              { results: { A: { error: 'reader not authorized to execute statement, requires WRITE on flowscope' } } },
              { status: 400 }
            )
          : HttpResponse.json({ results: { A: { status: 200 } } })
      ),
      http.get('*/api/search', ({ request }) => {
        const query = new URL(request.url).searchParams;
        if (query.get('type') === 'dash-folder') {
          return HttpResponse.json(this.folders);
        }
        const wanted = query.getAll('dashboardUIDs');
        const uids = [...this.dashboards.keys()];
        return HttpResponse.json(
          uids.filter((uid) => wanted.length === 0 || wanted.includes(uid)).map((uid) => ({ uid }))
        );
      }),
      http.post('*/api/folders', async ({ request }) => {
        noted(request);
        this.folders.push(await json(request));
        return HttpResponse.json({});
      }),
      http.get('*/api/dashboards/uid/:uid', ({ params }) => {
        const { dashboard, provisioned, folderUid } = this.dashboards.get(String(params.uid))!;
        return HttpResponse.json({ dashboard, meta: { provisioned, folderUid } });
      }),
      http.post('*/api/dashboards/db', async ({ request }) => {
        const { dashboard, folderUid } = (await json(request)) as { dashboard: Dashboard; folderUid?: string };
        const there = this.dashboards.get(dashboard.uid)?.dashboard;
        // One that is not there is created, whatever version it claims to replace.
        const before = there?.version ?? 0;
        if (there && before !== (dashboard.version ?? 0)) {
          return HttpResponse.json({ message: 'The dashboard has been changed by someone else' }, { status: 412 });
        }
        noted(request);
        const saved = { ...dashboard, version: before + 1 };
        this.dashboards.set(dashboard.uid, { dashboard: saved, provisioned: false, folderUid });
        return HttpResponse.json({ status: 'success', uid: saved.uid, version: saved.version });
      }),
      http.get('*/api/v1/provisioning/alert-rules', () => HttpResponse.json([...this.rules.values()])),
      http.post('*/api/v1/provisioning/alert-rules', async ({ request }) => this.storeRule(request, noted)),
      http.put('*/api/v1/provisioning/alert-rules/:uid', async ({ params, request }) =>
        this.rules.has(String(params.uid)) ? this.storeRule(request, noted) : new HttpResponse(null, { status: 404 })
      ),
    ];
  }

  private async storeRule(request: Request, noted: (request: Request) => void) {
    noted(request);
    const rule = (await request.json()) as Rule & { data: Json[] };
    const isEditable = request.headers.get('X-Disable-Provenance') === 'true';
    this.rules.set(rule.uid, {
      ...rule,
      id: this.rules.size + 1,
      provenance: isEditable ? undefined : 'api',
      keep_firing_for: '0s',
      notification_settings: null,
      record: null,
      data: rule.data.map((query) => ({ ...query, queryType: '' })),
    });
    return HttpResponse.json(rule, { status: 201 });
  }
}
