import { FACT_BATCH_SIZE } from '../../registry/ownerFacts';
import type { Registry } from '../../registry/registry';
import { PAUSE_SECONDS } from '../../rollup/sharedWindows';
import type { LoggedInterface } from '../../rollup/summary';
import { floorHour } from '../../rollup/windows';

/** Maximum interfaces, actions and flow logs that this process remembers to have noted. */
const MAX_NOTED = 100_000;

/** What was seen of a flow log, an interface and an action. */
interface Noted {
  /** The hour in which it was noted last. */
  readonly hour: number;
  /** The first and the last window that was seen. */
  since: number;
  until: number;
  /** Whether all of that was noted. */
  isWhole: boolean;
}

/**
 * Notes in the registry which flow log logs which interfaces, so that it is found when two log the same. Each is noted once an hour,
 * and with every object where several flow logs log it or its records are dropped: mostly an object has the same as the one before.
 */
export class LoggedInterfaces {
  /** By flow log, interface and action. */
  private readonly noted = new Map<string, Noted>();
  /** Interfaces and actions that several flow logs log. */
  private readonly shared = new Set<string>();

  /** `now`: Unix seconds. */
  constructor(
    private readonly registry: Pick<Registry, 'noteLogged'>,
    private readonly now: () => number
  ) {}

  /** Notes of whom an object of a flow log had records, and whether they were dropped. */
  async note(flowLog: string, logged: readonly LoggedInterface[], isDropped: boolean): Promise<void> {
    const hour = floorHour(this.now());
    // A value with a space in it, which only Parquet can hold, is none that AWS writes.
    const changed = logged.filter(
      (one) => !/\s/.test(one.interface + one.action) && (isDropped || !this.isKnown(flowLog, one, hour))
    );
    const shared = await this.tell(
      flowLog,
      isDropped ? changed : changed.map((one) => this.withUnnoted(flowLog, one)),
      isDropped
    );
    // What was seen of the others since they were noted is of interest from now on.
    for (const [other, keys] of shared) {
      const unnoted = keys.flatMap((key) => {
        const [id, action] = key.split(' ');
        const known = this.noted.get(`${other} ${key}`);
        return known && !known.isWhole ? [{ interface: id, action, since: known.since, until: known.until }] : [];
      });
      await this.tell(other, unnoted, false);
    }
  }

  /** Tells the registry; returns by flow log what others log as well. */
  private async tell(
    flowLog: string,
    logged: readonly LoggedInterface[],
    isDropped: boolean
  ): Promise<Map<string, string[]>> {
    const now = this.now();
    const others = new Map<string, string[]>();
    const sorted = [...logged].sort(byKey);
    for (let from = 0; from < sorted.length; from += FACT_BATCH_SIZE) {
      const batch = sorted.slice(from, from + FACT_BATCH_SIZE);
      const shared = await this.registry.noteLogged(flowLog, batch, isDropped, now);
      batch.forEach((one) => this.remember(flowLog, one, isDropped, floorHour(now), Object.hasOwn(shared, keyOf(one))));
      for (const [key, also] of Object.entries(shared)) {
        also.forEach((other) => others.set(other, [...(others.get(other) ?? []), key]));
      }
    }
    return others;
  }

  /** Whether nothing is to be noted. What was seen is remembered then, in case another flow log logs it, too. */
  private isKnown(flowLog: string, one: LoggedInterface, hour: number): boolean {
    const known = this.noted.get(`${flowLog} ${keyOf(one)}`);
    if (this.shared.has(keyOf(one)) || known?.hour !== hour || !isNear(one, known)) {
      return false;
    }
    known.isWhole &&= one.since >= known.since && one.until <= known.until;
    known.since = Math.min(known.since, one.since);
    known.until = Math.max(known.until, one.until);
    return true;
  }

  /** With what was seen and not noted. */
  private withUnnoted(flowLog: string, one: LoggedInterface): LoggedInterface {
    const known = this.noted.get(`${flowLog} ${keyOf(one)}`);
    return !known || known.isWhole || !isNear(one, known)
      ? one
      : { ...one, since: Math.min(one.since, known.since), until: Math.max(one.until, known.until) };
  }

  private remember(flowLog: string, one: LoggedInterface, isDropped: boolean, hour: number, isShared: boolean): void {
    if (this.noted.size > MAX_NOTED) {
      this.noted.clear();
      this.shared.clear();
    }
    const key = keyOf(one);
    if (isDropped) {
      this.noted.delete(`${flowLog} ${key}`);
    } else {
      this.noted.set(`${flowLog} ${key}`, { hour, since: one.since, until: one.until, isWhole: true });
    }
    if (isShared) {
      this.shared.add(key);
    } else {
      this.shared.delete(key);
    }
  }
}

const isNear = ({ since, until }: LoggedInterface, known: Noted) =>
  until >= known.since - PAUSE_SECONDS && since <= known.until + PAUSE_SECONDS;

const keyOf = ({ interface: id, action }: LoggedInterface) => `${id} ${action}`;

/** As the registry keeps them: a batch then changes fewer of its pages. */
const byKey = (a: LoggedInterface, b: LoggedInterface) => (keyOf(a) < keyOf(b) ? -1 : 1);
