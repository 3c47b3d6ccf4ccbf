import type { FilterName } from '../reports/filters';

/**
 * The refIds of the panels' queries. A query answers with one frame, which transformations, overrides and tests know by it.
 * Within a panel each is used once.
 */
export const REFS = {
  /** Rows by key, or figures of all traffic. */
  all: 'all',
  /** The same of refused traffic. */
  refused: 'refused',
  /** What the shown keys leave of the total. */
  rest: 'rest',
  /** Keys that had no traffic in the day before. */
  new: 'new',
  /** Points of the busiest keys. */
  top: 'top',
  /** Points of headline figures. */
  bytes: 'bytes',
  packets: 'packets',
  /** Points of the busiest keys, summed up. */
  shown: 'shown',
  /** A headline figure. */
  value: 'value',
  /** The refused share of flows. */
  share: 'share',
  /** Points of the rows of a table. */
  trend: 'trend',
  /** What interfaces belong to: their instance, subnet and VPC. */
  relatedEntities: 'beside',
  /** Of Collection health: the newest figures of each source, records by reason, counts of series. */
  sources: 'sources',
  records: 'records',
  series: 'series',
  /** Of dashboards that compare: a period, the same time before it, and what was not collected then. */
  now: 'now',
  then: 'then',
  since: 'since',
  /** Of Refused and Host: when rows were first and last seen. */
  first: 'first',
  last: 'last',
  /** Of Host: what it sent and received, where that is a lower bound, now and then; peers that are no addresses. */
  sent: 'sent',
  received: 'received',
  sentThen: 'sent_then',
  receivedThen: 'received_then',
  ends: 'ends',
  /** Up to when data is complete: within the last half a day, or before. */
  complete: 'complete',
  completeBefore: 'complete_before',
} as const;

/** Sentences of the data quality banner: the refId of the query, and the name of the column it returns. */
export type BannerRef =
  | 'silent'
  | 'nothing_yet'
  | 'filtered_out'
  | 'not_reached'
  | 'nothing_flowed'
  | 'counted_twice'
  | 'left_out'
  | 'left_out_flow_logs'
  | `lacks_${FilterName}`
  | 'lacks_fields'
  | 'fewer_names'
  | 'no_direction'
  | 'unlogged'
  | 'warnings';

/** The names for the values of one tag. */
export const namesRef = (tag: string) => `names_${tag}` as const;

/** The total, and what of it the rows show: what they leave is the difference. */
export const restRef = (of: 'all' | 'shown') => `${REFS.rest}_${of}` as const;

/** A figure of one direction or of refused flows, of each row and of what the rows leave. */
export const splitRef = (index: number) => `split${index}` as const;
export const splitRestRef = (index: number) => `${REFS.rest}${index}` as const;

/** When the rows were first or last seen. */
export const seenRef = (which: 'first' | 'last') => `${which}_seen` as const;

/** The halves of the address of what is in one column, in the AWS console. */
export const consoleRef = (tag: string) => `${REFS.relatedEntities}_${tag}` as const;

export type Ref =
  | (typeof REFS)[keyof typeof REFS]
  | BannerRef
  | ReturnType<
      typeof namesRef | typeof restRef | typeof splitRef | typeof splitRestRef | typeof seenRef | typeof consoleRef
    >;

/** A pattern for the frames of these queries, as they came. */
export function only(...refs: readonly [Ref, ...Ref[]]): string {
  return refs.length === 1 ? `^${refs[0]}$` : `^(${refs.join('|')})$`;
}

/** What Grafana calls a frame that it joined from others. */
export const JOINED = 'joinByField';
export function joined(...refs: readonly [Ref, ...Ref[]]): string {
  return [JOINED, ...refs].join('-');
}
