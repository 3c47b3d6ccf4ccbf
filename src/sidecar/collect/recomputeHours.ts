import type { DirtyHour } from '../registry/counters';
import type { Registry } from '../registry/registry';
import type { HourSums } from './hourSums';
import { horizonsAt, RETENTION_SECONDS } from '../rollup/terms';
import { floorHour } from '../rollup/windows';
import { recomputeHour, writeHour } from '../store/hours';
import { isFailure, type InfluxClient } from '../store/influx';
import { MAX_RANKING_RANGE_MS, oldestInMinute, readBoundary, writeBoundary } from '../store/schema';

const HOUR = 3600;
/** An hour may be recomputed once it ended so long ago, seconds: by then nearly all of its objects have arrived. */
const DELIVERY_SECONDS = 900;
/** An hour is recomputed for the first time once nothing came to it for so long, seconds: then one time does for most. */
const SETTLED_SECONDS = 900;
/** It waits so long after its end at most, seconds. */
const SETTLE_SECONDS = 3600;
/** Late data waits so long at most, seconds. */
const LATE_SECONDS = 1800;
/** Much late data is not waited with, unless more of it comes at shorter intervals than this, seconds. */
const QUIET_SECONDS = 300;
/** The share of an hour's records from which on late data is much. */
const MUCH = 0.05;
/** Late data this old is not read from `minute`, seconds: a long range reads no more minutes than a short one. */
const LOOK_BACK_SECONDS = MAX_RANKING_RANGE_MS / 1000;

/**
 * Whether an hour should be recomputed at `now` (Unix seconds): once when it is over and nothing more comes, and again for late
 * data, which waits for half an hour unless it is much. Meanwhile long ranges read its minutes, so nothing is missing.
 */
function isDue({ hour, records, late, since, until }: DirtyHour, now: number): boolean {
  const end = hour + HOUR;
  if (now < end + DELIVERY_SECONDS) {
    return false;
  }
  const isFirst = late === records;
  if (isFirst && now < end + SETTLE_SECONDS) {
    return now >= until + SETTLED_SECONDS;
  }
  return now >= since + LATE_SECONDS || (late >= records * MUCH && now >= until + QUIET_SECONDS);
}

/** When to stop, which hours are recomputed, and how to wait for a store that does not answer. */
export interface RecomputeOptions {
  /** What this process has stored: an hour that it stored all of is not read from InfluxDB again. */
  readonly sums?: HourSums;
  readonly signal?: AbortSignal;
  readonly isDue?: (dirty: DirtyHour) => boolean;
  /** Called after each hour that was recomputed: there may be hundreds, of seconds each. */
  readonly onRecomputed?: () => Promise<void>;
  readonly withRetry?: (work: () => Promise<void>) => Promise<void>;
}

/**
 * Brings dirty hours in `hour` up to their minutes, newest first; returns how many. An hour whose first minutes InfluxDB has
 * begun to forget is left as it is, and dirty: summing what remains would lose the rest, and should this machine's clock be
 * wrong, it is recomputed once that is right. Without options every dirty hour is due. An hour that fails stays dirty; the first failure is thrown once the others are done, or at once when the store does not
 * answer.
 */
export async function recomputeDirtyHours(
  registry: Registry,
  client: InfluxClient,
  now: () => number,
  { sums, signal, isDue = () => true, onRecomputed, withRetry = (work) => work() }: RecomputeOptions = {}
): Promise<number> {
  let recomputed = 0;
  let failure: unknown;
  const due = (await registry.dirtyHours()).filter(isDue);
  if (due.length > 0) {
    // Each has points that were acknowledged a moment ago.
    await withRetry(() => client.shown());
  }
  for (const dirty of due) {
    if (signal?.aborted) {
      break;
    }
    if (dirty.hour <= now() - RETENTION_SECONDS.minute) {
      continue;
    }
    try {
      const lines = sums?.lines(dirty.hour, dirty.plans);
      await withRetry(() => (lines ? writeHour(client, lines) : recomputeHour(client, dirty.hour)));
    } catch (error) {
      // It stays dirty; the other hours need not wait for it, unless there is nobody to ask.
      failure ??= error;
      if (isFailure(error, 'unavailable')) {
        break;
      }
      continue;
    }
    recomputed++;
    await registry.markHourClean(dirty, now());
    await onRecomputed?.();
  }
  if (failure !== undefined) {
    throw failure;
  }
  return recomputed;
}

/**
 * Moves the boundary from which on long ranges read `minute`: not beyond an hour that may still get points without being
 * dirty yet, nor beyond one that is dirty. It never goes back to late data of more than six hours ago.
 * - `at-rest`: nothing more is collected for now, so that everything may be read from `hour`, however long minutes are kept.
 * - `unfinished`: nobody is going to recompute for a while, or has yet. It goes back to the oldest dirty hour, and never on.
 */
export async function moveBoundary(
  registry: Registry,
  client: InfluxClient,
  now: number,
  state: 'collecting' | 'at-rest' | 'unfinished' = 'collecting'
): Promise<void> {
  const previous = await readBoundary(client);
  // Hours that end within the next hour may have points, too: records may be as far ahead.
  const latest = state === 'at-rest' ? floorHour(now) + 2 * HOUR : floorHour(now - DELIVERY_SECONDS);
  const furthest = state === 'unfinished' ? (previous ?? 0) : latest;
  const lookBack = state === 'unfinished' ? 0 : Math.min(previous ?? 0, now - LOOK_BACK_SECONDS);
  const kept = oldestInMinute(now);
  const oldest = (await registry.dirtyHours()).filter(({ hour }) => hour >= Math.max(lookBack, kept)).at(-1)?.hour;
  const boundary = Math.max(Math.min(latest, furthest, oldest ?? latest), state === 'unfinished' ? 0 : kept);
  if (boundary !== (previous ?? 0)) {
    await writeBoundary(client, boundary);
  }
}

/** What `serve` does every minute: recomputes hours that are due, and moves the boundary. Like {@link recomputeDirtyHours}. */
export async function keepHours(
  registry: Registry,
  client: InfluxClient,
  now: () => number,
  { sums, signal, withRetry = (work) => work() }: Pick<RecomputeOptions, 'sums' | 'signal' | 'withRetry'> = {}
): Promise<number> {
  // Late data shows from now on, however long it takes to recompute its hour.
  const move = () => withRetry(() => moveBoundary(registry, client, now()));
  await move();
  const due = (dirty: DirtyHour) => isDue(dirty, now());
  return recomputeDirtyHours(registry, client, now, { sums, signal, isDue: due, onRecomputed: move, withRetry });
}

/**
 * What a command does at its end, when nothing more is collected for now: recomputes every dirty hour, the one that has begun
 * included, so that `hour` has everything, however long the minutes are kept. What cannot be recomputed, or was not because the
 * signal aborted, is read from `minute` until somebody does. Like {@link recomputeDirtyHours}.
 */
export async function finishHours(
  registry: Registry,
  client: InfluxClient,
  now: () => number,
  options: Pick<RecomputeOptions, 'sums' | 'signal' | 'withRetry'> = {}
): Promise<number> {
  let isFinished = false;
  try {
    const recomputed = options.signal?.aborted ? 0 : await recomputeDirtyHours(registry, client, now, options);
    isFinished = options.signal?.aborted !== true;
    return recomputed;
  } finally {
    await moveBoundary(registry, client, now(), isFinished ? 'at-rest' : 'unfinished');
  }
}

/** All hours whose minutes are kept at `now`, Unix seconds. */
export function recomputableHours(now: number): number[] {
  const first = horizonsAt(now).minuteHorizon;
  return Array.from({ length: (floorHour(now) - first) / HOUR + 1 }, (_, i) => first + i * HOUR);
}
