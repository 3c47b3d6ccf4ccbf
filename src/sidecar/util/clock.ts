/**
 * The only place where collecting asks for the time and waits. `npm run simulate` replaces it as a whole, so that hours pass in a
 * moment and in an order of its own.
 */
export interface Clock {
  /** This machine's clock, Unix milliseconds. It may be wrong, and it may jump. */
  wall(): number;
  /** Milliseconds since some moment, which nobody sets: for how long something took. */
  elapsed(): number;
  /**
   * Calls `work` once after `ms` milliseconds; returns a function that calls it off. `keepsAlive`: the process does not end before.
   */
  after(ms: number, work: () => void, keepsAlive: boolean): () => void;
  /** Calls `work` once the current turn of the event loop is over. */
  soon(work: () => void): void;
}

/** The machine's own. Each function asks for the global at its call, so that tests may replace that. */
const SYSTEM: Clock = {
  wall: () => Date.now(),
  elapsed: () => performance.now(),
  after: (ms, work, keepsAlive) => {
    const timer = setTimeout(work, ms);
    if (!keepsAlive) {
      timer.unref();
    }
    return () => clearTimeout(timer);
  },
  soon: (work) => void setImmediate(work),
};

let current = SYSTEM;

/** The clock in use. */
export const clock: Clock = {
  wall: () => current.wall(),
  elapsed: () => current.elapsed(),
  after: (ms, work, keepsAlive) => current.after(ms, work, keepsAlive),
  soon: (work) => current.soon(work),
};

/** Puts another clock in the place of the machine's; without one that one again. */
export function replaceClock(other: Clock = SYSTEM): void {
  current = other;
}
