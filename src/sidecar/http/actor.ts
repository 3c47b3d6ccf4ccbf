import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { ChangeAuthor } from '../registry/audit';

/** The claims that are read of the token which Grafana sends in `X-Grafana-Id`. */
const claims = z.object({
  displayName: z.string().optional(),
  name: z.string().optional(),
  username: z.string().optional(),
  email: z.string().optional(),
  sub: z.string().optional(),
  role: z.string().optional(),
});

const UNKNOWN = 'unknown, by the API token';

const MAX_CHARACTERS = 100;

/**
 * Who sent a request, as Grafana's proxy says. The payload of its token is only decoded: the key that signed it is Grafana's,
 * and is not known here. So this names people for the audit trail, and decides nothing. `now`: Unix seconds.
 */
export function askedBy(request: FastifyRequest, now: number): ChangeAuthor {
  const header = request.headers['x-grafana-id'];
  const payload = typeof header === 'string' ? header.split('.')[1] : undefined;
  const read = claims.safeParse(payload === undefined ? undefined : decoded(payload));
  if (!read.success) {
    return { actor: UNKNOWN, now };
  }
  const { displayName, name, username, email, sub, role } = read.data;
  const people = [displayName || name, username && `(${username})`].filter(Boolean).join(' ') || email || sub;
  return { actor: cut(people) || UNKNOWN, role: cut(role), now };
}

function decoded(payload: string): unknown {
  try {
    return JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}

/** Text of others, shortened and without control characters. */
function cut(text: string | undefined): string | undefined {
  return text === undefined ? undefined : text.replace(/\p{Cc}/gu, '\ufffd').slice(0, MAX_CHARACTERS);
}
