import type { SeenSlot } from './flowLog';

/** Slots so far back do not decide on what is fresh: of those the oldest is kept. Seconds. */
const RECENT = 3 * 3600;

/** The slots of objects that wait, by flow log; of a backlog of a million objects it keeps a handful of slots each. */
export class WaitingSlots {
  private readonly slots = new Map<string, Map<number, number>>();

  /** `now`: Unix seconds. */
  constructor(private readonly now: number) {}

  /** Notes an object that waits. */
  add(flowLog: string, { slot, arrived }: SeenSlot): void {
    const slots = this.slots.get(flowLog) ?? new Map<number, number>();
    this.slots.set(flowLog, slots);
    if (slot < this.now - RECENT && !slots.has(slot)) {
      const old = [...slots.keys()].filter((other) => other < this.now - RECENT);
      if (old.some((other) => other < slot)) {
        return;
      }
      old.forEach((other) => slots.delete(other));
    }
    slots.set(slot, Math.max(arrived, slots.get(slot) ?? 0));
  }

  /** Flow logs of which objects wait. */
  get flowLogs(): string[] {
    return [...this.slots.keys()];
  }

  /** Slots of a flow log: the recent ones, and of the older ones the oldest. */
  slotsOf(flowLog: string): SeenSlot[] {
    return [...(this.slots.get(flowLog) ?? [])].map(([slot, arrived]) => ({ slot, arrived }));
  }
}
