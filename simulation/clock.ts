import { AsyncLocalStorage } from 'node:async_hooks';
import { replaceClock, type Clock } from '../src/sidecar/util/clock';

/** What the calls of a machine that was killed end with. Nothing outside learns of it. */
export class Killed extends Error {
  override readonly name = 'Killed';
}

/** Runs some work in a context of its own, which all that follows from it keeps. */
type Runner = <T>(work: () => T) => T;

/** One process of Flowscope on a machine with a clock of its own. What it calls outside goes through {@link Machine.call}. */
export class Machine {
  isAlive = true;
  /** Runs work as this machine: its timers and its time of day are the machine's. */
  readonly run: Runner;
  /** How far its clock is ahead, milliseconds. */
  skew = 0;
  private readonly open = new Set<(error: Error) => void>();

  constructor(
    readonly name: string,
    private readonly time: VirtualTime
  ) {
    this.run = time.runnerOf(this);
  }

  /** Ends it as `kill -9` does: nothing that it waits for comes, and nothing that it asks for any more is done. */
  kill(): void {
    this.isAlive = false;
    const open = [...this.open];
    this.open.clear();
    open.forEach((reject) => reject(new Killed()));
  }

  /**
   * A call over some wire. `there` and `back`: milliseconds. `effect` is what the other side does and answers, also when this machine
   * was killed meanwhile; `survives` is false for a call within the machine, which dies with it.
   */
  call<T>(there: number, back: number, effect: () => T | Promise<T>, survives = true): Promise<T> {
    if (!this.isAlive) {
      return Promise.reject(new Killed());
    }
    return new Promise<T>((resolve, reject) => {
      this.open.add(reject);
      const answer = (settle: () => void) => {
        const end = () => {
          this.open.delete(reject);
          settle();
        };
        if (back > 0) {
          this.time.at(back, this, end);
        } else {
          end();
        }
      };
      const ask = () => {
        let answered: T | Promise<T>;
        try {
          answered = effect();
        } catch (error) {
          answer(() => reject(error as Error));
          return;
        }
        if (answered instanceof Promise) {
          answered.then(
            (result) => answer(() => resolve(result)),
            (error) => answer(() => reject(error as Error))
          );
        } else {
          answer(() => resolve(answered));
        }
      };
      if (there > 0) {
        this.time.at(there, survives ? undefined : this, ask);
      } else {
        ask();
      }
    });
  }
}

interface Event {
  readonly time: number;
  readonly number: number;
  readonly machine: Machine | undefined;
  work: (() => void) | undefined;
}

/** Time that passes only when nothing is left to be done at its moment. Milliseconds since the epoch. */
export class VirtualTime implements Clock {
  /** The true time. */
  now: number;
  /** By how many milliseconds a pause of so many is late. */
  lateness: (ms: number) => number = () => 0;
  /** Events that have happened. */
  happened = 0;
  private numbers = 0;
  private readonly events: Event[] = [];
  private readonly machines = new AsyncLocalStorage<Machine>();
  private readonly outside = AsyncLocalStorage.snapshot() as Runner;

  constructor(readonly begin: number) {
    this.now = begin;
  }

  /** Puts this time in the place of the machine's clock. */
  install(): void {
    replaceClock(this);
  }

  uninstall(): void {
    replaceClock();
  }

  /** What runs work as a machine. Once for each: making a context takes longer than most events. */
  runnerOf(machine: Machine): Runner {
    return this.machines.run(machine, () => AsyncLocalStorage.snapshot()) as Runner;
  }

  wall(): number {
    return this.now + (this.machines.getStore()?.skew ?? 0);
  }

  elapsed(): number {
    return this.now - this.begin;
  }

  /** Pauses of a second and more are late by what {@link lateness} says, as on a machine that is busy or was suspended. */
  after(ms: number, work: () => void): () => void {
    return this.at(ms < 1000 ? ms : ms + this.lateness(ms), this.machines.getStore(), work);
  }

  soon(work: () => void): void {
    this.at(0, this.machines.getStore(), work);
  }

  /** Does some work in `ms`, unless its machine is dead by then; returns a function that calls it off. */
  at(ms: number, machine: Machine | undefined, work: () => void): () => void {
    const time = this.now + Math.max(0, Math.round(ms));
    const event: Event = { time, number: this.numbers++, machine, work };
    this.push(event);
    return () => (event.work = undefined);
  }

  /** Waits as the world outside all machines does. */
  pause(ms: number): Promise<void> {
    return new Promise((resolve) => this.at(ms, undefined, resolve));
  }

  /** Lets time pass until `isOver`, asked after each event. Throws when nothing is left to happen. */
  async pass(isOver: () => boolean): Promise<void> {
    await settled();
    while (!isOver()) {
      const event = this.pop();
      if (!event) {
        throw new Error('Nothing is left to happen.');
      }
      const { machine, work } = event;
      if (work && machine?.isAlive !== false) {
        this.now = event.time;
        this.happened++;
        (machine?.run ?? this.outside)(work);
        await settled();
      }
    }
  }

  private push(event: Event): void {
    const { events } = this;
    let at = events.push(event) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(event, events[parent])) {
        break;
      }
      events[at] = events[parent];
      at = parent;
    }
    events[at] = event;
  }

  private pop(): Event | undefined {
    const { events } = this;
    const [first] = events;
    const last = events.pop();
    if (first === undefined || last === undefined || events.length === 0) {
      return first;
    }
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= events.length) {
        break;
      }
      if (child + 1 < events.length && isBefore(events[child + 1], events[child])) {
        child++;
      }
      if (!isBefore(events[child], last)) {
        break;
      }
      events[at] = events[child];
      at = child;
    }
    events[at] = last;
    return first;
  }
}

const isBefore = (a: Event, b: Event) => a.time < b.time || (a.time === b.time && a.number < b.number);

/** Resolves once all that follows from the last event has been done: Node turns to it when no promise has work left. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));
