import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { FastifyRequest } from 'fastify';
import { ApiError } from './apiErrors';

/**
 * The only paths that are accepted: one that could be read in two ways (dots, doubled or encoded slashes, any percent sign)
 * is refused.
 */
const PLAIN_PATH = /^(\/[\w-][\w.-]*)+$/;

/** What only administrators may ask for. */
const ADMIN_PATH = '/v1/admin';

/** Needs no token: for supervisors, which only check that the process runs. */
const OPEN_PATH = '/healthz';

/** Takes no token but those of collectors, which it checks by itself; nothing else takes theirs. */
export const COLLECTOR_PATH = '/v1/collector/operations';

/** For whom a request comes, and the token: at least one character of text, so that an empty token is refused. */
const AUTHORIZATION = /^(Bearer|Viewer) ([\x21-\x7e]+)$/;

/**
 * Refuses what has no plain path, what comes without the token, and what viewers may not have.
 *
 * The scheme before the token says for whom a request comes: `Bearer` for whoever holds the token and for administrators,
 * `Viewer` from the plugin's route for viewers. The path alone would not do: Grafana matches its routes against the path as
 * it was sent and forwards it decoded, so that a viewer's `v1/admin%2fsources` arrives here as `/v1/admin/sources` (as run
 * in Grafana 12.3.3). A header of its own would not do either: `Connection: that-header` makes the proxy leave it out.
 */
export function guard(token: string) {
  const wanted = digest(token);
  return (request: FastifyRequest): Promise<void> => {
    const [path] = request.raw.url!.split('?', 1);
    if (!PLAIN_PATH.test(path)) {
      throw new ApiError(400, 'invalid', 'The path must be plain: no dots, encoded characters or doubled slashes.');
    }
    if (path === OPEN_PATH || path === COLLECTOR_PATH) {
      return Promise.resolve();
    }
    const [, scheme, given] = AUTHORIZATION.exec(onlyAuthorization(request.raw) ?? '') ?? [];
    // Digests are of one length, and comparing them takes the same time whether or not they are equal.
    if (given === undefined || !timingSafeEqual(digest(given), wanted)) {
      throw new ApiError(401, 'unauthorized', 'The sidecar rejected the token: use that of FLOWSCOPE_TOKEN.');
    }
    if (scheme === 'Viewer' && (request.method !== 'GET' || path === ADMIN_PATH || path.startsWith(`${ADMIN_PATH}/`))) {
      throw new ApiError(403, 'forbidden', 'Only administrators of the plugin may do this.');
    }
    return Promise.resolve();
  };
}

/** The header, unless it was sent more than once: a proxy in between may have checked another one of them. */
function onlyAuthorization({ rawHeaders, headers }: IncomingMessage): string | undefined {
  const names = rawHeaders.filter((name, i) => i % 2 === 0 && name.toLowerCase() === 'authorization');
  return names.length === 1 ? headers.authorization : undefined;
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
