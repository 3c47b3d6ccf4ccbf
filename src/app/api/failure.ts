import type { FetchError } from '@grafana/runtime';
import { errorBody, type ErrorBody } from '../../contract/common';

/** Codes of failed requests: the sidecar's own, and those of requests that never reached it. */
export type FailureCode = ErrorBody['error']['code'] | 'unreachable' | 'not-connected' | 'unknown';

/** A failed request, with a message for people. */
export class SidecarFailure extends Error {
  override readonly name = 'SidecarFailure';
  constructor(
    readonly code: FailureCode,
    message: string,
    /** The path of the input that is wrong, as in `regions.0`. */
    readonly field?: string,
    /** What is wrong with that input, where the message says its name before that. */
    readonly reason = message
  ) {
    super(message);
  }
}

/** HTTP statuses of Grafana's proxy when the sidecar does not answer. */
const UNREACHABLE = new Set([502, 503, 504]);

const PROXY_FAILURES: Readonly<Record<number, readonly [FailureCode, string]>> = {
  401: [
    'unauthorized',
    'You are signed out of Grafana, or the sidecar rejected the token: sign in, then see Connection.',
  ],
  403: ['forbidden', 'Only administrators of the plugin may do this.'],
  404: [
    'not-connected',
    'Grafana does not know this plugin’s route to the sidecar: enable the plugin, then see Connection.',
  ],
};

/** Any failure of a request through Grafana's proxy as a {@link SidecarFailure}. */
export function toFailure(error: unknown): SidecarFailure {
  if (error instanceof SidecarFailure) {
    return error;
  }
  const { status, data, statusText } = error as FetchError;
  const said = errorBody.safeParse(data);
  if (said.success) {
    const { code, message, field, reason } = said.data.error;
    return new SidecarFailure(code, message, field, reason);
  }
  if (status !== undefined && UNREACHABLE.has(status)) {
    return new SidecarFailure('unreachable', 'The Grafana server gets no answer at the sidecar’s URL.');
  }
  const known = status === undefined ? undefined : PROXY_FAILURES[status];
  if (known) {
    return new SidecarFailure(...known);
  }
  const words = (data as { message?: string } | undefined)?.message ?? statusText ?? (error as Error).message;
  return new SidecarFailure('unknown', words || 'The request failed without saying why.');
}

/** Failures that are fixed on the Connection tab. */
const OF_THE_CONNECTION: readonly FailureCode[] = ['unreachable', 'not-connected', 'unauthorized'];

/** Whether an error is one of the connection to the sidecar. */
export function isOfConnection(error: unknown): boolean {
  return OF_THE_CONNECTION.includes(toFailure(error).code);
}
