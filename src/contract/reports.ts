import { z } from 'zod';
import { oneLine } from './common';

/** A filter as typed: `FILTER=VALUE`. */
const filter = z.string().max(500);

/** What to report: as the options of `flowscope report`. `format` goes before the header `Accept`. */
export const reportQuery = z.strictObject({
  from: oneLine(64).optional(),
  to: oneLine(64).optional(),
  top: oneLine(10).optional(),
  metric: oneLine(20).optional(),
  /** Several of one name are alternatives. */
  filter: z
    .union([filter, z.array(filter).max(50, 'at most 50 filters')])
    .transform((typed) => (Array.isArray(typed) ? typed : [typed]))
    .optional(),
  format: z.enum(['json', 'csv']).optional(),
});

/** Two times as ISO 8601 has them. */
const range = { from: z.string(), to: z.string() };

/** Sums are decimal text, as they may exceed 2^53; `share` is a part from 0 to 1. */
const figures = z.object({
  bytes: z.string(),
  bitsPerSecond: z.number(),
  packets: z.string(),
  flows: z.string(),
  share: z.number(),
});

/** A report, as `flowscope report --json` prints it: what `docs/reports.md` says of it holds. */
export const reportAnswer = z.object({
  report: z.string(),
  title: z.string(),
  policy: z.enum(['minute', 'hour']),
  metric: z.string(),
  top: z.int(),
  filters: z.array(z.object({ name: z.string(), id: z.string(), label: z.string() })),
  /** Whether the sums of rows are lower bounds, and whether those of `totals` are exact. */
  lowerBounds: z.boolean(),
  exactTotals: z.boolean(),
  ...range,
  /** The range that was asked for; the one above it is made of whole windows. */
  asked: z.object(range),
  columns: z.array(z.object({ key: z.string(), heading: z.string() })),
  /** By the `key` of the columns, with names beside ids as `…Name`. */
  rows: z.array(z.record(z.string(), z.union([z.string(), z.number()]))),
  totals: figures.extend({ refusedFlows: z.string() }),
  /** The total less the rows. */
  other: figures.optional(),
  /** How many interfaces two flow logs log, so that their sums are doubled, whatever the filters. */
  countedTwice: z.int().optional(),
  /** How many interfaces only disabled flow logs log, whatever the filters. */
  leftOutInterfaces: z.int().optional(),
  /** How many records of disabled exporters were left out, whatever the filters. */
  leftOut: z.string().optional(),
  /** Of pairs: the traffic, counted once, whose other end is an interface here that is not logged. */
  unlogged: figures.optional(),
  /** Why there are no rows. */
  message: z.string().optional(),
});
export type ReportAnswer = z.infer<typeof reportAnswer>;
