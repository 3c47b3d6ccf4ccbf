import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiError } from './apiErrors';

/** Sets `ETag` to the version of an answer, and returns the answer. */
export function versioned<T extends { readonly version: number }>(reply: FastifyReply, answer: T): T {
  void reply.header('ETag', `"${answer.version}"`);
  return answer;
}

/** The version that a change is meant for, from `If-Match`. Throws {@link ApiError} when there is none. */
export function expectedVersion(request: FastifyRequest): number {
  const header = request.headers['if-match'];
  if (header === undefined) {
    throw new ApiError(428, 'precondition-required', 'Say which version you change: If-Match, with the ETag you read.');
  }
  const version = /^(?:W\/)?"(\d{1,15})"$/.exec(header)?.[1];
  if (version === undefined) {
    throw new ApiError(400, 'invalid', 'If-Match must be the ETag that was read, as in "3".');
  }
  return Number(version);
}
