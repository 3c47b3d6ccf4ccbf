import { isDue, type Item, type Outcome } from './installer/items';

/** What stands before somebody presses the button. */
export const STATE_WORDS: Readonly<Record<Item['state'], string>> = {
  missing: 'to be created',
  outdated: 'to be updated',
  current: 'up to date',
  changed: 'changed by people: stays as it is',
  files: 'provisioned from files: nothing to do',
};

/** What was done. */
export const RESULT_WORDS: Readonly<Record<Outcome['result'], string>> = {
  created: 'created',
  updated: 'updated',
  replaced: 'replaced with ours',
  unchanged: 'unchanged',
  left: 'left as it is, because people changed it',
  files: 'provisioned from files: nothing to do',
  failed: 'failed',
};

/** As in "28 created, 1 failed". */
export function summaryOf(outcomes: readonly Outcome[]): string {
  const counted = (['created', 'updated', 'replaced', 'unchanged', 'left', 'files', 'failed'] as const).map(
    (result) => [result, outcomes.filter((outcome) => outcome.result === result).length] as const
  );
  const words = { ...RESULT_WORDS, left: 'left because of people’s changes', files: 'provisioned from files' };
  return counted
    .filter(([, count]) => count > 0)
    .map(([result, count]) => `${count} ${words[result]}`)
    .join(', ');
}

/** The same for what is planned, as in "12 up to date, 2 to be updated". */
export function planSummary(items: readonly Item[]): string {
  const words = { ...STATE_WORDS, changed: 'changed by people', files: 'provisioned from files' };
  return (Object.keys(words) as Array<Item['state']>)
    .map((state) => [state, items.filter((item) => item.state === state).length] as const)
    .filter(([, count]) => count > 0)
    .map(([state, count]) => `${count} ${words[state]}`)
    .join(', ');
}

/** What there is to be done: nothing is there of some of it, or what is there is of another version. Undefined: nothing. */
export function dueVerb(items: readonly Item[]): 'Install' | 'Update' | undefined {
  const due = items.filter(isDue);
  return due.length === 0 ? undefined : due.some(({ state }) => state === 'outdated') ? 'Update' : 'Install';
}
