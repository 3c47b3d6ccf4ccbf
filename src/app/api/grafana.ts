import { getBackendSrv, type FetchError } from '@grafana/runtime';
import { lastValueFrom } from 'rxjs';
import type { z } from 'zod';

/** A failed request to Grafana's own API, with Grafana's message. */
export class GrafanaFailure extends Error {
  override readonly name = 'GrafanaFailure';
  constructor(
    /** HTTP status; undefined when nothing answered. */
    readonly status: number | undefined,
    message: string,
    /** The whole answer, when there was one. */
    readonly data?: unknown
  ) {
    super(message);
  }
}

export interface GrafanaOptions {
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

/**
 * Asks Grafana's own API. The answer is validated with `schema`.
 * @throws GrafanaFailure for any other answer
 */
export async function grafana<T extends z.ZodType>(
  schema: T,
  method: 'GET' | 'POST' | 'PUT',
  url: string,
  { body, headers, signal }: GrafanaOptions = {}
): Promise<z.output<T>> {
  const answer = await lastValueFrom(
    getBackendSrv().fetch<unknown>({
      url,
      method,
      data: body,
      headers,
      abortSignal: signal,
      showErrorAlert: false,
      showSuccessAlert: false,
    })
  ).catch((error: unknown) => {
    const { status, statusText, data } = error as FetchError<{ message?: string } | undefined>;
    throw new GrafanaFailure(status, data?.message || statusText || 'Grafana did not answer.', data);
  });
  const read = schema.safeParse(answer.data);
  if (!read.success) {
    throw new GrafanaFailure(answer.status, `Grafana answered ${url} in a way this plugin does not understand.`);
  }
  return read.data;
}

/** The same, even if the status is an error: Grafana passes on refusals of the store that way. */
export async function grafanaOrRefusal<T extends z.ZodType>(
  schema: T,
  method: 'GET' | 'POST',
  url: string,
  options?: GrafanaOptions
): Promise<z.output<T>> {
  return grafana(schema, method, url, options).catch((error: unknown) => {
    const said = schema.safeParse((error as GrafanaFailure).data);
    if (said.success) {
      return said.data;
    }
    throw error;
  });
}
