import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import type { ErrorBody } from '../../contract/common';
import { RegistryError, SettingError, type RegistryErrorCode } from '../registry/errors';
import { InfluxError } from '../store/influx';

type Code = ErrorBody['error']['code'];

/** A request that is refused: the message says what is wrong and what to do. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  constructor(
    readonly status: number,
    readonly code: Code,
    message: string,
    readonly field?: string
  ) {
    super(message);
  }
}

const REGISTRY_STATUS: Readonly<Record<RegistryErrorCode, number>> = {
  'not-found': 404,
  taken: 409,
  conflict: 409,
  stale: 412,
  invalid: 400,
  forbidden: 403,
};

/** What Fastify itself refuses, by status. */
const FRAMEWORK: Readonly<Record<number, readonly [Code, string]>> = {
  400: ['invalid', 'The request is not well-formed: its body must be JSON.'],
  408: ['invalid', 'The request took too long to arrive.'],
  413: ['too-large', 'The request is too large.'],
  414: ['invalid', 'The path is too long.'],
  415: ['invalid', 'The body must be JSON: set Content-Type: application/json.'],
};

/** Any failure as status and body. The text of an unexpected one is not sent: it may quote what must not be shown. */
function toAnswer(error: FastifyError | Error): { readonly status: number; readonly body: ErrorBody } {
  if (error instanceof ApiError) {
    return answer(error.status, error.code, error.message, error.field);
  }
  if (error instanceof RegistryError) {
    const reason = error instanceof SettingError ? error.reason : undefined;
    return answer(REGISTRY_STATUS[error.code], error.code, error.message, error.field, reason);
  }
  if (error instanceof InfluxError) {
    return answer(503, 'unavailable', error.message);
  }
  const { validation, statusCode = 500 } = error as FastifyError;
  if (validation?.[0]) {
    const { instancePath, message = 'is wrong' } = validation[0];
    const field = instancePath.split('/').filter(Boolean).join('.');
    return field ? answer(400, 'invalid', `${field}: ${message}`, field, message) : answer(400, 'invalid', message);
  }
  const known = FRAMEWORK[statusCode];
  return known
    ? answer(statusCode, ...known)
    : answer(500, 'internal', 'Something went wrong in the sidecar: its log says what.');
}

function answer(status: number, code: Code, message: string, field?: string, reason?: string) {
  const error = { code, message, ...(field !== undefined && { field }), ...(reason !== undefined && { reason }) };
  return { status, body: { error } };
}

/** Answers failures, and logs those that nobody expected: by route, never by address, which may hold a key. */
export function answerErrors(log: (message: string) => void) {
  return (error: FastifyError | Error, request: FastifyRequest, reply: FastifyReply) => {
    const { status, body } = toAnswer(error);
    if (status === 500) {
      log(`${request.method} ${request.routeOptions.url ?? 'unknown'}: ${error.name}: ${error.message}`);
    }
    return reply.status(status).send(body);
  };
}
