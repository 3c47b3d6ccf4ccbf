import { isDue, type Item, type Outcome } from './installer/items';

/** States in words, before installing. */
export const STATE_WORDS: Readonly<Record<Item['state'], string>> = {
  missing: 'to be created',
  outdated: 'to be updated',
  current: 'up to date',
  changed: 'changed in Grafana: kept as it is',
  files: 'provisioned from files: nothing to do',
};

/** Results in words, after installing. */
export const RESULT_WORDS: Readonly<Record<Outcome['result'], string>> = {
  created: 'created',
  updated: 'updated',
  replaced: 'replaced with the shipped version',
  unchanged: 'unchanged',
  left: 'kept as it is, because it was changed in Grafana',
  files: 'provisioned from files: nothing to do',
  failed: 'failed',
};

/** As in "28 created, 1 failed". */
export function summaryOf(outcomes: readonly Outcome[]): string {
  const counted = (['created', 'updated', 'replaced', 'unchanged', 'left', 'files', 'failed'] as const).map(
    (result) => [result, outcomes.filter((outcome) => outcome.result === result).length] as const
  );
  const words = { ...RESULT_WORDS, left: 'kept with their changes', files: 'provisioned from files' };
  return counted
    .filter(([, count]) => count > 0)
    .map(([result, count]) => `${count} ${words[result]}`)
    .join(', ');
}

/** Summary of what is planned, as in "12 up to date, 2 to be updated". */
export function planSummary(items: readonly Item[]): string {
  const words = { ...STATE_WORDS, changed: 'changed in Grafana', files: 'provisioned from files' };
  return (Object.keys(words) as Array<Item['state']>)
    .map((state) => [state, items.filter((item) => item.state === state).length] as const)
    .filter(([, count]) => count > 0)
    .map(([state, count]) => `${count} ${words[state]}`)
    .join(', ');
}

/** Label of the button: Update if anything is outdated, Install if anything is missing, undefined if nothing is to be done. */
export function dueVerb(items: readonly Item[]): 'Install' | 'Update' | undefined {
  const due = items.filter(isDue);
  return due.length === 0 ? undefined : due.some(({ state }) => state === 'outdated') ? 'Update' : 'Install';
}
