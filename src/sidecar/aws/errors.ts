import { where, type CallContext, type SdkError } from './callContext';
import { codeOf, ERROR_CODES } from './errorCodes';

/** A failed AWS call in words: what, where, and what to do. `code` is AWS's own. */
export class AwsError extends Error {
  override readonly name = 'AwsError';
  constructor(
    readonly code: string,
    message: string,
    options?: ErrorOptions
  ) {
    super(message, options);
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
  const code = codeOf(error);
  if (code !== undefined) {
    return new AwsError(code, ERROR_CODES[code].log(context, error), { cause });
  }
  const status = error.$metadata?.httpStatusCode;
  const text = `${context.action} failed for ${where(context)}: ${error.name || 'error'}${status ? ` (HTTP ${status})` : ''}${
    error.message ? `, ${error.message}` : ''
  }`;
  // A store or a proxy may answer with an empty code.
  return new AwsError(error.name || 'Unknown', text, { cause });
}
