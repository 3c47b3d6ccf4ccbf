import type { ObjectName } from '../records/objectName';

/**
 * Version of the rules in `records` and `rollup`. Increase it with every change of the points that an object makes. A store that
 * was filled under another version is refused: see `refuseOtherRules`.
 */
export const RULES_VERSION = 4;

/** What happens to an exporter's records: counted, dropped, or counted under the exporter `overflow`. */
export type ExporterDecision = 'count' | 'drop' | 'overflow';

/**
 * Everything that, together with an object's bytes, determines its points. Fixed in the object's plan before its first write,
 * so that a replay writes the same points again.
 */
export interface RollupTerms {
  readonly rulesVersion: number;
  readonly sourceId: string;
  readonly topK: number;
  /** The version of the owner facts that addresses resolve by; 0: none. */
  readonly owners: number;
  /** Whether its flow log is disabled: each record of traffic is dropped. */
  readonly isFlowLogDisabled: boolean;
  /** Account from the object's key; undefined if it names none. */
  readonly account: string | undefined;
  /** Time of records without a readable one: start of the slot in the object's name, else the time of the plan, Unix seconds. */
  readonly fileTime: number;
  /** Hours before this time (Unix seconds) are written straight to `hour`, since `minute` is about to drop them. */
  readonly minuteHorizon: number;
  /** Records that start before this time (Unix seconds) are expired, or will be within an hour. */
  readonly hourHorizon: number;
  /** Records that start after this time (Unix seconds) are in the future. */
  readonly futureHorizon: number;
}

/** How long each retention policy keeps data, seconds. */
export const RETENTION_SECONDS = { minute: 7 * 86_400, hour: 395 * 86_400 } as const;

const DAY = 86_400;
/** How long the longest retention keeps data, days. Older data is not collected. */
export const RETENTION_DAYS = RETENTION_SECONDS.hour / DAY;
const HOUR = 3600;

/** The terms of a new plan. `now`: Unix seconds. `name`: from the object's key. `owners`: version of the owner facts. */
export function termsFor(
  sourceId: string,
  name: ObjectName,
  topK: number,
  now: number,
  owners = 0,
  isFlowLogDisabled = false
): RollupTerms {
  return {
    rulesVersion: RULES_VERSION,
    sourceId,
    topK,
    owners,
    isFlowLogDisabled,
    account: name.account,
    fileTime: name.slot ?? now,
    ...horizonsAt(now),
  };
}

/** The terms that depend on the time of the plan. `now`: Unix seconds. */
export function horizonsAt(now: number): Pick<RollupTerms, 'minuteHorizon' | 'hourHorizon' | 'futureHorizon'> {
  const hour = now - (now % HOUR);
  return {
    // With a day of slack: an hour is recomputed only while all its minutes exist.
    minuteHorizon: hour - RETENTION_SECONDS.minute + DAY,
    // The first whole hour that is kept for another hour: points that expire while they are written would be dropped.
    hourHorizon: hour - RETENTION_SECONDS.hour + 2 * HOUR,
    futureHorizon: now + HOUR,
  };
}
