import type { LedgerCount } from '../registry/ledger';
import { formatTime } from '../util/time';

export { listed, plain } from '../util/words';

/** `for example KEY: MESSAGE`, of objects that have a reason in common: the message is one object's, others may have their own. */
export function exampleOf({ objects, example, message }: Pick<LedgerCount, 'objects' | 'example' | 'message'>): string {
  return `${objects > 1 ? 'for example ' : ''}${message === undefined ? example : `${example}: ${message}`}`;
}

/** `2026-11-24 05:44 UTC`, from Unix seconds. */
export function utc(seconds: number): string {
  return `${formatTime(seconds)} UTC`;
}
