import type { Item, Outcome } from './installer/items';

/** What stands before somebody presses the button. */
export const STATE_WORDS: Readonly<Record<Item['state'], string>> = {
  missing: 'to be created',
  outdated: 'to be updated',
  current: 'up to date',
  changed: 'changed by you: stays as it is',
  files: 'provisioned from files: nothing to do',
};

/** What was done. */
export const RESULT_WORDS: Readonly<Record<Outcome['result'], string>> = {
  created: 'created',
  updated: 'updated',
  unchanged: 'unchanged',
  left: 'left as it is, because you changed it',
  files: 'provisioned from files: nothing to do',
  failed: 'failed',
};

/** As in "28 created, 1 failed". */
export function summaryOf(outcomes: readonly Outcome[]): string {
  const counted = (['created', 'updated', 'unchanged', 'left', 'files', 'failed'] as const).map(
    (result) => [result, outcomes.filter((outcome) => outcome.result === result).length] as const
  );
  const words = { ...RESULT_WORDS, left: 'left because you changed them', files: 'provisioned from files' };
  return counted
    .filter(([, count]) => count > 0)
    .map(([result, count]) => `${count} ${words[result]}`)
    .join(', ');
}

/** The same for what is planned, as in "12 up to date, 2 to be updated". */
export function planSummary(items: readonly Item[]): string {
  const words = { ...STATE_WORDS, changed: 'changed by you', files: 'provisioned from files' };
  return (Object.keys(words) as Array<Item['state']>)
    .map((state) => [state, items.filter((item) => item.state === state).length] as const)
    .filter(([, count]) => count > 0)
    .map(([state, count]) => `${count} ${words[state]}`)
    .join(', ');
}
