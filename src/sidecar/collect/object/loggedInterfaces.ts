import { FACT_BATCH_SIZE } from '../../registry/ownerFacts';
import type { Registry } from '../../registry/registry';
import type { LoggedInterface } from '../../rollup/summary';
import { floorHour } from '../../rollup/windows';

/** Maximum interfaces, actions and flow logs that this process remembers to have noted. */
const MAX_NOTED = 100_000;

/**
 * Notes in the registry which flow log logs which interfaces, so that it is found when two log the same. Each is noted once an hour,
 * and with every object where several flow logs log it or its records are dropped: mostly an object has the same as the one before.
 */
export class LoggedInterfaces {
  /** The hour in which it was noted last, by flow log, interface and action. */
  private readonly noted = new Map<string, number>();
  /** Interfaces and actions that several flow logs log. */
  private readonly shared = new Set<string>();

  /** `now`: Unix seconds. */
  constructor(
    private readonly registry: Pick<Registry, 'noteLogged'>,
    private readonly now: () => number
  ) {}

  /** Notes of whom an object of a flow log had records, and whether they were dropped. */
  async note(flowLog: string, logged: readonly LoggedInterface[], isDropped: boolean): Promise<void> {
    const now = this.now();
    const hour = floorHour(now);
    const isKnown = (key: string) => !this.shared.has(key) && this.noted.get(`${flowLog} ${key}`) === hour;
    const changed = logged.filter((one) => isDropped || !isKnown(keyOf(one))).sort(byKey);
    for (let from = 0; from < changed.length; from += FACT_BATCH_SIZE) {
      const batch = changed.slice(from, from + FACT_BATCH_SIZE);
      const shared = new Set(await this.registry.noteLogged(flowLog, batch, isDropped, now));
      batch.map(keyOf).forEach((key) => this.remember(flowLog, key, hour, shared.has(key)));
    }
  }

  private remember(flowLog: string, key: string, hour: number, isShared: boolean): void {
    if (this.noted.size > MAX_NOTED) {
      this.noted.clear();
      this.shared.clear();
    }
    this.noted.set(`${flowLog} ${key}`, hour);
    if (isShared) {
      this.shared.add(key);
    } else {
      this.shared.delete(key);
    }
  }
}

const keyOf = ({ interface: id, action }: LoggedInterface) => `${id} ${action}`;

/** As the registry keeps them: a batch then changes fewer of its pages. */
const byKey = (a: LoggedInterface, b: LoggedInterface) => (keyOf(a) < keyOf(b) ? -1 : 1);
