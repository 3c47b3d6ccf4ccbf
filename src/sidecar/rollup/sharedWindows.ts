import type { FlowLogOverlap } from '../../contract/flowLogs';
import { MISSING } from '../../contract/stored';
import type { Span } from './distinctFlows';
import type { LoggedInterface } from './summary';

/** A flow log that has nothing of an interface and action for so long begins anew; seconds. */
export const PAUSE_SECONDS = 3600;

/** Objects in a row that share windows, before two flow logs are said to log the same: one may just take the other's place. */
const SHARED_OBJECTS = 2;

/** What of an interface and action a flow log shares with another one. */
export interface SharedWindows {
  readonly flowLog: string;
  /** Whether its records are dropped, since it is disabled. */
  readonly isDropped: boolean;
  /** Windows in which another flow log has records, too, and how many objects they are of. */
  readonly shared?: Span & { readonly objects: number };
}

/** In which windows a flow log has records of an interface and action: the first and the last one, without a pause between them. */
export interface LoggedWindows extends SharedWindows, Span {}

/**
 * Notes one more object of a flow log. `known`: what is known of the interface and action, of all flow logs. Returns those of them
 * that are new or changed, that of `flowLog` first. Objects may come in any order, but what is older by more than a pause than all
 * that is known of its flow log says nothing of now, and is left out.
 */
export function noteWindows(
  known: readonly LoggedWindows[],
  flowLog: string,
  { action, since, until }: Pick<LoggedInterface, 'action' | keyof Span>,
  isDropped: boolean
): LoggedWindows[] {
  const before = known.find((one) => one.flowLog === flowLog);
  if (before && until < before.since - PAUSE_SECONDS) {
    return [];
  }
  const goesOn = before !== undefined && before.isDropped === isDropped && since <= before.until + PAUSE_SECONDS;
  let own: LoggedWindows = goesOn
    ? { ...before, since: Math.min(since, before.since), until: Math.max(until, before.until) }
    : { flowLog, since, until, isDropped };
  const others: LoggedWindows[] = [];
  // Where nobody says the action, one may log what is accepted, and the other one what is refused.
  for (const other of action === MISSING ? [] : known.filter((one) => one.flowLog !== flowLog)) {
    const both = { since: Math.max(since, other.since), until: Math.min(until, other.until) };
    if (both.since <= both.until) {
      own = withShared(own, both);
      others.push(withShared(other, both));
    }
  }
  return [own, ...others];
}

/** Counts an object if it adds a window to those that are shared. */
function withShared(windows: LoggedWindows, { since, until }: Span): LoggedWindows {
  const { shared } = windows;
  if (!shared || since > shared.until + PAUSE_SECONDS) {
    return { ...windows, shared: { since, until, objects: 1 } };
  }
  if (until < shared.since - PAUSE_SECONDS || (since >= shared.since && until <= shared.until)) {
    return windows;
  }
  const span = { since: Math.min(since, shared.since), until: Math.max(until, shared.until) };
  return { ...windows, shared: { ...span, objects: shared.objects + 1 } };
}

/** Interfaces that two flow logs log, so that each of their records counts twice. */
export type Overlap = Omit<FlowLogOverlap, 'only'>;

/** How many interfaces are named where there are many. */
export const EXAMPLES = 5;

/** What two flow logs share. */
interface Pair {
  since: number;
  until: number;
  readonly interfaces: Set<string>;
  readonly actions: Set<string>;
}

/** Finds out which flow logs log the same interfaces, given what is known of each interface and action. */
export class Overlaps {
  private readonly pairs = new Map<string, Pair>();

  /** `logged`: of one interface and action. */
  add(id: string, action: string, logged: readonly SharedWindows[]): void {
    const counted = logged.filter(({ isDropped, shared }) => !isDropped && (shared?.objects ?? 0) >= SHARED_OBJECTS);
    for (const [i, a] of counted.entries()) {
      for (const b of counted.slice(i + 1)) {
        const since = Math.max(a.shared!.since, b.shared!.since);
        const until = Math.min(a.shared!.until, b.shared!.until);
        if (since <= until) {
          this.addPair([a.flowLog, b.flowLog].sort().join(' '), id, action, { since, until });
        }
      }
    }
  }

  /** All pairs of flow logs, those with most interfaces first. */
  list(): Overlap[] {
    const byName = [...this.pairs].sort(([a], [b]) => (a < b ? -1 : 1));
    const found = byName.map(([key, { interfaces, actions, since, until }]): Overlap => {
      const [first, second] = key.split(' ');
      const examples = [...interfaces].sort().slice(0, EXAMPLES);
      return {
        ...{ flowLogs: [first, second], interfaces: interfaces.size, examples },
        ...{ actions: [...actions].sort(), since, until },
      };
    });
    return found.sort((a, b) => b.interfaces - a.interfaces);
  }

  private addPair(key: string, id: string, action: string, { since, until }: Span): void {
    const pair: Pair = this.pairs.get(key) ?? { since, until, interfaces: new Set(), actions: new Set() };
    pair.since = Math.min(pair.since, since);
    pair.until = Math.max(pair.until, until);
    pair.interfaces.add(id);
    pair.actions.add(action);
    this.pairs.set(key, pair);
  }
}
