import { from } from 'rxjs';
import { config, setBackendSrv, type BackendSrv, type BackendSrvRequest } from '@grafana/runtime';

/**
 * Stands in for Grafana's own: requests go out by fetch, where MSW answers them, and fail in the form that the real
 * BackendSrv gives failures.
 */
export function installBackendSrv(): void {
  const send = async ({ url, method = 'GET', data, params = {}, headers, abortSignal }: BackendSrvRequest) => {
    const given = Object.entries(params as Record<string, unknown>).filter(([, value]) => value !== undefined);
    const query = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
    const response = await fetch(new URL(query ? `${url}?${query}` : url, 'http://localhost'), {
      method,
      headers: { ...(data !== undefined && { 'Content-Type': 'application/json' }), ...headers },
      body: data === undefined ? undefined : JSON.stringify(data),
      signal: abortSignal,
    });
    const text = await response.text();
    const answer = { status: response.status, statusText: response.statusText, data: text && JSON.parse(text) };
    if (!response.ok) {
      throw answer;
    }
    return answer;
  };
  setBackendSrv({ fetch: (request: BackendSrvRequest) => from(send(request)) } as unknown as BackendSrv);
}

/** Who looks: an administrator of the plugin, or a viewer. */
export function signInAs(role: 'Admin' | 'Viewer'): void {
  config.bootData = {
    ...config.bootData,
    user: {
      ...config.bootData?.user,
      orgRole: role,
      isGrafanaAdmin: false,
      permissions:
        role === 'Admin' ? { 'plugins:write': true, 'plugins.app:access': true } : { 'plugins.app:access': true },
    } as typeof config.bootData.user,
  };
}
