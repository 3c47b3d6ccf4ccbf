import type { ObjectName } from '../records/objectName';

/** Version of the rules in `records` and `rollup` that decide which points an object makes. A change of any rule is a new version. */
export const RULES_VERSION = 1;

/** What becomes of one exporter's records in one object. */
export type ExporterDecision = 'count' | 'drop' | 'overflow';

/**
 * All that decides, together with an object's bytes, which points it makes. Fixed in the object's plan before its first
 * write, so that a replay writes the same points over themselves.
 */
export interface RollupTerms {
  readonly rulesVersion: number;
  readonly sourceId: string;
  readonly topK: number;
  /** Account from the object's key; undefined when the key does not say. */
  readonly account: string | undefined;
  /** Start of the slot in the object's name, else when it was granted, Unix seconds: the time of lines without one. */
  readonly fileTime: number;
  /** Whole hours before this one (Unix seconds) are written straight to `hour`: `minute` is about to drop them. */
  readonly minuteHorizon: number;
  /** Records that start before this (Unix seconds) are older than the longest retention, or will be within the hour. */
  readonly hourHorizon: number;
  /** Records that start after this (Unix seconds) are in the future. */
  readonly futureHorizon: number;
}

/** Seconds each retention policy keeps: minutes for a week, hours for thirteen months. */
export const RETENTION_SECONDS = { minute: 7 * 86_400, hour: 395 * 86_400 } as const;

const DAY = 86_400;
/** Days for which the longest retention keeps data: what is older is not collected. */
export const KEPT_DAYS = RETENTION_SECONDS.hour / DAY;
const HOUR = 3600;

/** The terms of an object that has none yet, planned at `now` (Unix seconds). `name`: what its key says. */
export function termsFor(sourceId: string, name: ObjectName, topK: number, now: number): RollupTerms {
  return {
    rulesVersion: RULES_VERSION,
    sourceId,
    topK,
    account: name.account,
    fileTime: name.slot ?? now,
    ...horizonsAt(now),
  };
}

/** The time-dependent terms for an object that is planned at `now` (Unix seconds). */
export function horizonsAt(now: number): Pick<RollupTerms, 'minuteHorizon' | 'hourHorizon' | 'futureHorizon'> {
  const hour = now - (now % HOUR);
  return {
    // A day's slack: an hour is recomputed only while all its minutes are still there.
    minuteHorizon: hour - RETENTION_SECONDS.minute + DAY,
    // The first whole hour that is kept for an hour yet: what expires while it is written would be dropped.
    hourHorizon: hour - RETENTION_SECONDS.hour + 2 * HOUR,
    futureHorizon: now + HOUR,
  };
}
