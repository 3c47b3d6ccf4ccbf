import type { LedgerCount } from '../registry/ledger';
import { formatTime } from '../util/time';

/** `a, b and 7 more`: lists for a terminal are cut, `--json` has them whole. */
export function listed(items: readonly string[], most = 5): string {
  const rest = items.length - most;
  return rest > 0 ? `${items.slice(0, most).join(', ')} and ${rest} more` : items.join(', ');
}

/** `for example KEY: MESSAGE`, of objects that have a reason in common: the message is one object's, others may have their own. */
export function exampleOf({ objects, example, message }: Pick<LedgerCount, 'objects' | 'example' | 'message'>): string {
  return `${objects > 1 ? 'for example ' : ''}${message === undefined ? example : `${example}: ${message}`}`;
}

/** `2026-11-24 05:44 UTC`, from Unix seconds. */
export function utc(seconds: number): string {
  return `${formatTime(seconds)} UTC`;
}

/**
 * Text out of somebody's bucket, where it must be one line: a key may have line breaks. What else a terminal would obey,
 * `output.ts` takes out of all that is written.
 */
export function plain(text: string): string {
  return text.replace(/\p{Cc}/gu, '\ufffd');
}
