import { maxOf, minOf } from './extremes';

/** Flow logs are delivered for slots of five minutes; a slot's objects hold the records that end in it. Seconds. */
export const SLOT = 300;
/** A slot is complete once no further object of it arrived for this long: AWS may cut a slot into several. Seconds. */
const SETTLE = 300;
/** A slot is due this long after its end; AWS usually takes about ten minutes. Seconds. */
export const DUE = 900;
/** A flow log without an object for this long is silent: what it would have delivered is unknown. Seconds. */
export const SILENT = 3600;
/** The longest time that a record covers, by the flow log's aggregation interval. Seconds. */
const AGGREGATION = { minute: 60, tenMinutes: 600 } as const;

/** A slot of which at least one object arrived. Unix seconds. */
export interface SeenSlot {
  /** Its start. */
  readonly slot: number;
  /** When its last object arrived in the bucket. */
  readonly arrived: number;
}

/** What is known of one flow log at one time. */
export interface FlowLogDeliveries {
  readonly id: string;
  /** The account that owns it. */
  readonly account: string;
  /** Slots with finished objects: collected, or left in place for good. */
  readonly done: readonly SeenSlot[];
  /** Slots of which objects wait: of the older ones, the oldest is enough. */
  readonly waiting: readonly SeenSlot[];
  /** Whether it sums up ten minutes into a record, rather than one. */
  readonly hasLongSpans: boolean;
}

/**
 * How a flow log delivers:
 * `delivering` as it should · `late`: the next slot is overdue · `silent`: nothing arrived for an hour, because nothing
 * flows or because the flow log is gone.
 */
export type DeliveryState = 'delivering' | 'late' | 'silent';

/** How complete the data of one flow log is. Times are Unix seconds. */
export interface FlowLogCompleteness {
  readonly id: string;
  readonly account: string;
  readonly state: DeliveryState;
  /** Whether objects of it wait to be collected. */
  readonly hasWaiting: boolean;
  /** Every flow that began before this is stored. */
  readonly completeUntil: number;
  /** Likewise for the minutes just before it, whatever older slots lack: where the newest complete minute ends. */
  readonly freshUntil: number | undefined;
  /** How long after its end the newest slot arrived or, when the next one is later than that already, how late that is. */
  readonly lag: number;
  /** Slots that were skipped, between others that were delivered. */
  readonly gaps: number;
  readonly aggregation: number;
}

/** How complete the data of a flow log is, going by a listing that began at `now`. Undefined when it never delivered. */
export function flowLogCompleteness(log: FlowLogDeliveries, now: number): FlowLogCompleteness | undefined {
  const slots = new SlotTable(log, now);
  if (slots.newest === undefined) {
    return undefined;
  }
  const { newest, lastArrival } = slots;
  const aggregation = log.hasLongSpans ? AGGREGATION.tenMinutes : AGGREGATION.minute;
  const fresh = slots.freshEdge(aggregation);
  return {
    id: log.id,
    account: log.account,
    state: now - lastArrival >= SILENT ? 'silent' : now >= newest.slot + 2 * SLOT + DUE ? 'late' : 'delivering',
    hasWaiting: log.waiting.length > 0,
    completeUntil: slots.edge() - aggregation,
    freshUntil: fresh === undefined ? undefined : fresh - aggregation,
    lag: Math.max(0, newest.arrived - (newest.slot + SLOT), now - (newest.slot + 2 * SLOT)),
    gaps: slots.gaps(),
    aggregation,
  };
}

/** What became of each slot of a flow log. */
class SlotTable {
  private readonly arrivals = new Map<number, number>();
  private readonly waiting: ReadonlySet<number>;
  readonly newest: SeenSlot | undefined;
  readonly lastArrival: number;

  constructor(
    log: FlowLogDeliveries,
    private readonly now: number
  ) {
    for (const { slot, arrived } of [...log.done, ...log.waiting]) {
      this.arrivals.set(slot, Math.max(arrived, this.arrivals.get(slot) ?? 0));
    }
    this.waiting = new Set(log.waiting.map(({ slot }) => slot));
    const slot = maxOf(this.arrivals.keys());
    this.newest = slot === undefined ? undefined : { slot, arrived: this.arrivals.get(slot)! };
    this.lastArrival = maxOf(this.arrivals.values()) ?? -Infinity;
  }

  /** End of the last slot up to which none is open. */
  edge(): number {
    const oldest = minOf(this.arrivals.keys())!;
    // A slot that waits was seen, so this loops over the slots of a few hours, unless one waits since long ago.
    for (let slot = oldest; slot <= this.newest!.slot; slot += SLOT) {
      if (this.isOpen(slot)) {
        return slot;
      }
    }
    return this.newest!.slot + SLOT;
  }

  /** End of the newest slots that are not open and hold, together, all records of the last minute before `aggregation`. */
  freshEdge(aggregation: number): number | undefined {
    const oldest = minOf(this.arrivals.keys())!;
    // The minute that ends `aggregation` before the edge has records that end in any of these.
    const needed = Math.ceil((aggregation + 60) / SLOT);
    let closed = 0;
    for (let slot = this.newest!.slot; slot >= oldest; slot -= SLOT) {
      closed = this.isOpen(slot) ? 0 : closed + 1;
      if (closed === needed) {
        return slot + needed * SLOT;
      }
    }
    // Of its first slots nothing came before: there is nothing to wait for either.
    return closed > 0 ? oldest + closed * SLOT : undefined;
  }

  /** Slots without an object between others, once they were due; where an hour or more is missing, nothing flowed. */
  gaps(): number {
    const seen = [...this.arrivals.keys()].sort((a, b) => a - b);
    return seen.slice(1).reduce((gaps, slot, i) => {
      const missing = (slot - seen[i]) / SLOT - 1;
      const isSilence = missing * SLOT >= SILENT;
      const due = Math.floor((this.now - DUE - seen[i]) / SLOT) - 1;
      return gaps + (isSilence ? 0 : Math.max(0, Math.min(missing, due)));
    }, 0);
  }

  /** Whether objects of a slot are still to be collected, or to be expected. */
  private isOpen(slot: number): boolean {
    const arrived = this.arrivals.get(slot);
    if (arrived === undefined) {
      return this.now < slot + SLOT + DUE;
    }
    return this.waiting.has(slot) || this.now < arrived + SETTLE;
  }
}
