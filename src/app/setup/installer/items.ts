/** One thing that the plugin puts into Grafana. */
export interface Item {
  readonly kind: 'Data source' | 'Folder' | 'Dashboard' | 'Alert rule';
  readonly title: string;
  /**
   * `missing`: not there. `outdated`: there as another version of the plugin left it, or not working. `current`: there, nothing to do.
   * `changed`: somebody made it theirs, so it stays unless they ask for ours. `files`: provisioned from files, which keep it up to date.
   */
  readonly state: 'missing' | 'outdated' | 'current' | 'changed' | 'files';
  /** Creates or updates it; there where something is to be done. Throws GrafanaFailure. */
  readonly apply?: () => Promise<void>;
  /** Puts ours in the place of what somebody changed; Grafana keeps theirs among its versions. Throws GrafanaFailure. */
  readonly replace?: () => Promise<void>;
}

/** What became of an item. */
export interface Outcome {
  readonly item: Item;
  readonly result: 'created' | 'updated' | 'replaced' | 'unchanged' | 'left' | 'files' | 'failed';
  /** Why it failed. */
  readonly reason?: string;
}

const RESULTS = {
  missing: 'created',
  outdated: 'updated',
  current: 'unchanged',
  changed: 'left',
  files: 'files',
} as const;

/** Whether something is to be done. */
export const isDue = ({ state }: Item) => state === 'missing' || state === 'outdated';

/** Whether both are about the same thing, as it stood at different times. */
export const isSame = (one: Item, other: Item) => one.kind === other.kind && one.title === other.title;

/** Does what is due, one after the other since some need those before; one that fails does not stop the others. */
export async function install(items: readonly Item[], onOutcome: (outcome: Outcome) => void): Promise<void> {
  for (const item of items) {
    onOutcome(await outcomeOf(item, item.apply, RESULTS[item.state]));
  }
}

/** Takes ours again in place of what somebody made of an item. */
export const replace = (item: Item): Promise<Outcome> => outcomeOf(item, item.replace, 'replaced');

async function outcomeOf(item: Item, work: Item['apply'], result: Outcome['result']): Promise<Outcome> {
  try {
    await work?.();
    return { item, result };
  } catch (error) {
    return { item, result: 'failed', reason: (error as Error).message };
  }
}
