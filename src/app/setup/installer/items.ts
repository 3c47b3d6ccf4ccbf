/** Something that the plugin installs in Grafana. */
export interface Item {
  readonly kind: 'Data source' | 'Folder' | 'Dashboard' | 'Alert rule';
  readonly title: string;
  /**
   * `missing`: not installed. `outdated`: installed by another version of the plugin, or not working. `current`: nothing to do.
   * `changed`: changed by people, so it is kept unless they replace it. `files`: provisioned from files, which keep it up to date.
   */
  readonly state: 'missing' | 'outdated' | 'current' | 'changed' | 'files';
  /** Creates or updates it, and may say what else it did; absent if nothing is to be done. Throws GrafanaFailure. */
  readonly apply?: () => Promise<string | void>;
  /** Replaces a changed item with the shipped version; Grafana keeps the old one in its history. Throws GrafanaFailure. */
  readonly replace?: () => Promise<void>;
}

/** Result of installing an item. */
export interface Outcome {
  readonly item: Item;
  readonly result: 'created' | 'updated' | 'replaced' | 'unchanged' | 'left' | 'files' | 'failed';
  /** Why it failed, or what else was done. */
  readonly reason?: string;
}

const RESULTS = {
  missing: 'created',
  outdated: 'updated',
  current: 'unchanged',
  changed: 'left',
  files: 'files',
} as const;

/** Whether the item is to be installed or updated. */
export const isDue = ({ state }: Item) => state === 'missing' || state === 'outdated';

/** Whether both describe the same item, at different times. */
export const isSame = (one: Item, other: Item) => one.kind === other.kind && one.title === other.title;

/** Installs and updates items one after the other (some need earlier ones); a failure does not stop the others. */
export async function install(items: readonly Item[], onOutcome: (outcome: Outcome) => void): Promise<void> {
  for (const item of items) {
    onOutcome(await outcomeOf(item, item.apply, RESULTS[item.state]));
  }
}

/** Replaces a changed item with the shipped version. */
export const replace = (item: Item): Promise<Outcome> => outcomeOf(item, item.replace, 'replaced');

async function outcomeOf(item: Item, work: Item['apply'], result: Outcome['result']): Promise<Outcome> {
  try {
    return { item, result, reason: (await work?.()) ?? undefined };
  } catch (error) {
    return { item, result: 'failed', reason: (error as Error).message };
  }
}
