import { getBackendSrv } from '@grafana/runtime';
import { lastValueFrom } from 'rxjs';
import type { z } from 'zod';

import { PLUGIN_ID } from '../../contract/names';
import { SidecarFailure, toFailure } from './failure';

const PROXY = `/api/plugin-proxy/${PLUGIN_ID}`;

export interface RequestOptions {
  body?: unknown;
  /** Query parameters; those that are undefined are left out. */
  params?: Record<string, string | number | undefined>;
  /** The version that was read; the sidecar refuses the change if there is a newer one. */
  version?: number;
  signal?: AbortSignal;
  /** The plugin's route: to the connected sidecar, or to the one being tried. */
  via?: 'sidecar' | 'candidate';
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/**
 * Asks the sidecar through Grafana's proxy, which adds the token. The answer is validated with `schema`.
 * @param path below /v1, as in `admin/sources`
 * @throws SidecarFailure for any other answer
 */
export async function request<T extends z.ZodType>(
  schema: T,
  method: Method,
  path: string,
  { body, params, version, signal, via = 'sidecar' }: RequestOptions = {}
): Promise<z.output<T>> {
  const answer = await lastValueFrom(
    getBackendSrv().fetch<unknown>({
      url: `${PROXY}/${via}/v1/${path}`,
      method,
      // The sidecar refuses an empty body that claims to be JSON.
      data: method === 'GET' || method === 'DELETE' ? undefined : (body ?? {}),
      params,
      headers: version === undefined ? undefined : { 'If-Match': `"${version}"` },
      showErrorAlert: false,
      showSuccessAlert: false,
      abortSignal: signal,
    })
  ).catch((error: unknown) => {
    throw toFailure(error);
  });
  const read = schema.safeParse(answer.data);
  if (!read.success) {
    throw new SidecarFailure(
      'unknown',
      `The sidecar answered ${path} in a way this plugin does not understand: use a sidecar and a plugin of one version.`
    );
  }
  return read.data;
}
