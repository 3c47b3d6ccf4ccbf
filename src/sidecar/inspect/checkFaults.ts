import type { CheckResult } from '../../contract/checks';
import type { CheckContext, SdkError } from '../aws/callContext';
import { codeOf, ERROR_CODES, saysWrongRegion } from '../aws/errorCodes';
import { explainAwsError } from '../aws/errors';

/** What a check found: all of its row but the name. */
export type Outcome = Omit<CheckResult, 'id' | 'title'>;

/** What could not be checked, and why. */
export function notChecked(reason: string): Outcome {
  return { state: 'not-checked', message: `Not checked: ${reason}`, reason };
}

/** Whether AWS refused a call for want of a permission. */
export function isDenied(error: unknown): boolean {
  const { name, $metadata } = (error ?? {}) as SdkError;
  return (
    name === 'AccessDenied' ||
    name === 'AccessDeniedException' ||
    (name === 'Forbidden' && $metadata?.httpStatusCode === 403)
  );
}

/** Whether an error is one of these codes. */
export function isCode(error: unknown, ...codes: string[]): boolean {
  const { name = '', code = '' } = (error ?? {}) as SdkError;
  return codes.includes(name) || codes.includes(code);
}

/** Whether the bucket's region is what is wrong. */
export function isWrongRegion(error: unknown): boolean {
  return saysWrongRegion((error as SdkError).name ?? '');
}

/** A failed call as the row of a check: the cause and what to do. */
export function failedOutcome(error: unknown, context: CheckContext): Outcome {
  const fault = (error ?? {}) as SdkError;
  const code = isDenied(error) ? 'AccessDenied' : codeOf(fault);
  const words = code === undefined ? undefined : ERROR_CODES[code].check(context, fault);
  return { state: 'fail', ...(words ?? { message: explainAwsError(error, context).message }) };
}
