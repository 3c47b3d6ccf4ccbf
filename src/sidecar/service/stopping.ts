import { formatCounted } from '../../reports/units';
import type { Permits } from '../collect/permits';
import { CommandFailed } from '../util/commandError';
import { say } from '../util/output';

/** Time to finish what is in flight after the first signal. */
const FINISH_MS = 8000;
/** Further time to close registry, threads and API. */
const CLOSE_MS = 1000;

/** How a command learns that it must stop. */
export interface Stop {
  /** Aborts with the first signal: nothing new may be begun. */
  readonly signal: AbortSignal;
  /** Begins to stop as a signal does, unless that has begun. */
  begin(): void;
  /** Waits for work, once stopping for eight seconds at most. Returns whether it ended. Throws what the work throws. */
  finished(work: Promise<unknown>): Promise<boolean>;
}

/** The signal that asked this process to stop. */
let stoppedBy: NodeJS.Signals | undefined;

/**
 * Does work that SIGINT and SIGTERM stop. Work that does not end within nine seconds is abandoned: the result is undefined, and
 * the caller ends the process. A second signal ends it at once. Both are safe at any moment, as `kill -9` is: an object is
 * deleted only after the ledger has it as stored. `log`: writes what happens.
 */
export async function withStop<T>(
  log: (text: string) => void,
  work: (stop: Stop) => Promise<T>
): Promise<T | undefined> {
  const stop = new AbortController();
  const { signal } = stop;
  const finish = Promise.withResolvers<false>();
  const close = Promise.withResolvers<undefined>();
  const timers: NodeJS.Timeout[] = [];
  const begin = () => {
    if (!signal.aborted) {
      stop.abort();
      timers.push(
        setTimeout(() => finish.resolve(false), FINISH_MS),
        setTimeout(() => close.resolve(undefined), FINISH_MS + CLOSE_MS)
      );
    }
  };
  const onSignal = (name: NodeJS.Signals) => {
    if (signal.aborted) {
      log(`${name} again: ended at once; what was in flight is collected again`);
      endProcess(1);
    }
    stoppedBy = name;
    log(`${name}: finishing the objects in flight, within ${FINISH_MS / 1000} s; a second signal ends at once`);
    begin();
  };
  const signals = ['SIGINT', 'SIGTERM'] as const;
  signals.forEach((name) => process.on(name, onSignal));
  try {
    const finished = (all: Promise<unknown>) => Promise.race([all.then(() => true), finish.promise]);
    return await Promise.race([work({ signal, begin, finished }), close.promise]);
  } finally {
    timers.forEach(clearTimeout);
    signals.forEach((name) => process.off(name, onSignal));
  }
}

/** {@link withStop} for a command that prints what it did. Throws {@link CommandFailed} when work was abandoned. */
export async function untilStopped(work: (stop: Stop) => Promise<void>): Promise<void> {
  const end = await withStop(say, async (stop) => {
    await work(stop);
    return 'ended';
  });
  if (end === undefined) {
    throw new CommandFailed('It was stopped, and not all came to its end: the next run goes on from there.');
  }
}

/** What was abandoned, for people. */
export function describeAbandoned({ inFlight }: Pick<Permits, 'inFlight'>): string {
  const what = inFlight > 0 ? formatCounted(inFlight, 'object') : 'calls to AWS or InfluxDB';
  return `Given up after ${FINISH_MS / 1000} s, since AWS or InfluxDB does not answer: ${what}. No object is lost: those not stored are collected again.`;
}

/** Work in Node's own threads that delays its exit without limit, such as asking a name server that does not answer. */
const WAITED_FOR = /^(GetAddrInfo|GetNameInfo|FSReq)/;

/**
 * Ends the process with an exit code. If a signal stopped it and one of Node's threads hangs, the process ends by that signal
 * instead of waiting.
 */
export function endProcess(code: number): never {
  if (stoppedBy && process.getActiveResourcesInfo().some((kind) => WAITED_FOR.test(kind))) {
    process.removeAllListeners(stoppedBy);
    process.kill(process.pid, stoppedBy);
  }
  process.exit(code);
}
