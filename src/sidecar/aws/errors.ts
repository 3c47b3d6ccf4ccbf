import type { FailureReason } from '../../contract/descriptions';
import { where, type CallContext, type SdkError } from './callContext';
import { codeOf, ERROR_CODES } from './errorCodes';

/** More about a failed call: the call as IAM names it, and why it failed. */
interface FailedCall extends ErrorOptions {
  readonly action?: string;
  readonly reason?: FailureReason;
}

/** A failed AWS call in words: what, where, and what to do. `code` is AWS's own. */
export class AwsError extends Error {
  override readonly name = 'AwsError';
  readonly action?: string;
  readonly reason: FailureReason;
  constructor(
    readonly code: string,
    message: string,
    { action, reason = 'other', ...options }: FailedCall = {}
  ) {
    super(message, options);
    this.action = action;
    this.reason = reason;
  }
}

/** An object was overwritten after it was listed. */
export class Overwritten extends AwsError {
  /** `current`: the ETag of what is there now. */
  constructor(
    { code, message, cause }: AwsError,
    readonly current: string
  ) {
    super(code, message, { cause });
  }
}

/** Explains a failed call in words for people, with the SDK's error as `cause`. An {@link AwsError} is returned as it is. */
export function explainAwsError(cause: unknown, context: CallContext): AwsError {
  if (cause instanceof AwsError) {
    return cause;
  }
  const error = (cause ?? {}) as SdkError;
  const { action } = context;
  const code = codeOf(error);
  if (code !== undefined) {
    const { log, reason } = ERROR_CODES[code];
    return new AwsError(code, log(context, error), { cause, action, reason: reason?.(context, error) });
  }
  const status = error.$metadata?.httpStatusCode;
  const text = `${context.action} failed for ${where(context)}: ${error.name || 'error'}${status ? ` (HTTP ${status})` : ''}${
    error.message ? `, ${error.message}` : ''
  }`;
  // A store or a proxy may answer with an empty code.
  return new AwsError(error.name || 'Unknown', text, { cause, action });
}
