import { maxOf, minOf } from './extremes';
import type { FlowLogCompleteness } from './flowLog';

/** How complete the data of a source is, over all its flow logs. */
export interface SourceCompleteness {
  /** Every flow that began before this (Unix seconds) is stored; undefined while no flow log was seen. */
  readonly completeUntil?: number;
  /** Of the flow log that is furthest behind, seconds; undefined when all are silent. */
  readonly lag?: number;
  readonly gaps: number;
}

/**
 * The data of a source is as complete as that of the flow log furthest behind. Silent ones of which nothing waits do not
 * count: they would hold it back for ever. When all are so, it ends where the last one stopped.
 */
export function sourceCompleteness(flowLogs: readonly FlowLogCompleteness[]): SourceCompleteness {
  const heard = flowLogs.filter(isActive);
  const counting = flowLogs.filter((flowLog) => isActive(flowLog) || flowLog.hasWaiting);
  const until = (some: readonly FlowLogCompleteness[]) => some.map(({ completeUntil }) => completeUntil);
  return {
    gaps: flowLogs.reduce((sum, flowLog) => sum + flowLog.gaps, 0),
    lag: maxOf(heard.map(({ lag }) => lag)),
    completeUntil: minOf(until(counting)) ?? maxOf(until(flowLogs)),
  };
}

function isActive({ state }: FlowLogCompleteness): boolean {
  return state !== 'silent';
}

/** The newest complete minute of an account. */
export interface CompleteMinute {
  readonly account: string;
  /** Its start, Unix seconds. */
  readonly minute: number;
  /** What the longest records of the account's flow logs sum up, seconds. */
  readonly aggregation: number;
}

/**
 * The newest minute of each account for which all its flow logs, except silent ones, have delivered every record. An account
 * without such a minute is absent: its flow logs are silent, or none of their slots is complete yet.
 */
export function completeMinutes(flowLogs: readonly FlowLogCompleteness[]): CompleteMinute[] {
  const heard = flowLogs.filter(isActive);
  return [...Map.groupBy(heard, ({ account }) => account)].flatMap(([account, logs]) => {
    const until = logs.map(({ freshUntil }) => freshUntil);
    if (until.includes(undefined)) {
      return [];
    }
    const minute = minOf(until as number[])! - 60;
    return [{ account, minute, aggregation: maxOf(logs.map(({ aggregation }) => aggregation))! }];
  });
}
