import type { SumsByWindow } from './objects';
import type { Fields } from './models/influx';

const WINDOW_NS = { minute: 60_000_000_000n, hour: 3_600_000_000_000n } as const;

/**
 * The sums of the points that stand in the store, kept up to date with each write: by offset, so by object, and in each by
 * `policy measurement window`. The points of recomputed hours have no offset and are left out.
 */
export class StoredSums {
  /** By offset, nanoseconds. */
  readonly byOffset = new Map<number, SumsByWindow>();

  /** Notes a point that was written, and the one that it took the place of. */
  note(policy: string, measurement: string, time: string, now: Fields, before: Fields | undefined): void {
    if (
      !measurement.startsWith('flow_') ||
      measurement === 'flow_rate' ||
      !(policy === 'minute' || policy === 'hour')
    ) {
      return;
    }
    const ns = BigInt(time);
    const offset = Number(ns % WINDOW_NS[policy]);
    if (offset === 0) {
      return;
    }
    const key = `${policy} ${measurement} ${(ns - BigInt(offset)) / 1_000_000_000n}`;
    const all = this.byOffset.get(offset) ?? new Map();
    this.byOffset.set(offset, all);
    const sums = all.get(key) ?? { bytes: 0, packets: 0, flows: 0 };
    all.set(key, sums);
    const count = (fields: Fields, sign: number) => {
      sums.bytes += sign * Number(fields.bytes ?? 0);
      sums.packets += sign * Number(fields.packets ?? 0);
      sums.flows += sign * Number(fields.flows ?? fields.records ?? 0);
    };
    if (before) {
      count(before, -1);
    }
    count(now, 1);
  }
}

/** How sums differ; undefined when they are the same. */
export function differenceOf(expected: SumsByWindow, found: SumsByWindow | undefined): string | undefined {
  for (const [key, { bytes, packets, flows }] of expected) {
    const have = found?.get(key);
    if (have?.bytes !== bytes || have.packets !== packets || have.flows !== flows) {
      const said = have ? `${have.bytes} ${have.packets} ${have.flows}` : 'nothing';
      return `${key}: ${said} instead of ${bytes} ${packets} ${flows}`;
    }
  }
  for (const [key, { bytes, packets, flows }] of found ?? []) {
    if (!expected.has(key) && bytes + packets + flows !== 0) {
      return `${key}: ${bytes} ${packets} ${flows} instead of nothing`;
    }
  }
  return undefined;
}
