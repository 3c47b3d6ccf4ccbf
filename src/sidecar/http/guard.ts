import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { ApiError } from './failures';

/**
 * The only paths there are. Grafana's proxy tells viewers from administrators by the path as it was sent, and passes it on
 * undecoded: one that could be read in two ways (dots, doubled or encoded slashes, any percent sign) must not be read at all.
 */
const PLAIN_PATH = /^(\/[\w-][\w.-]*)+$/;

/** Open to those who only want to know whether the process lives. */
const OPEN_PATH = '/healthz';

/** Refuses what has no plain path, and what comes without the token. */
export function guard(token: string) {
  const wanted = digest(token);
  return (request: FastifyRequest): Promise<void> => {
    const [path] = request.raw.url!.split('?', 1);
    if (!PLAIN_PATH.test(path)) {
      throw new ApiError(400, 'invalid', 'The path must be plain: no dots, encoded characters or doubled slashes.');
    }
    if (path !== OPEN_PATH && !isBearer(request.headers.authorization, wanted)) {
      throw new ApiError(401, 'unauthorized', 'The sidecar rejected the token: use that of FLOWSCOPE_TOKEN.');
    }
    return Promise.resolve();
  };
}

/** Compares digests, which are of one length, in a time that tells nothing. */
function isBearer(header: string | undefined, wanted: Buffer): boolean {
  const given = /^Bearer (\S+)$/i.exec(header ?? '')?.[1] ?? '';
  return timingSafeEqual(digest(given), wanted) && given !== '';
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
