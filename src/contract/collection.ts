import { z } from 'zod';
import { count, pageOf, pageQuery, time } from './common';
import { sourceStatus } from './sources';

/** How full the store is. */
export const seriesBudget = z.object({
  /** Series of the fullest day of minutes or week of hours, whichever has more. */
  live: count,
  /** So many are carried well. */
  budget: count,
  /** Whether InfluxDB refuses new series, however few there are. */
  isRefused: z.boolean(),
  /** Keys that new data keeps by name, per interface and action. */
  topK: count,
  /** Why those are fewer than usual, in a sentence. */
  warning: z.string().optional(),
});

/** Lines of stored objects that could not be counted and are kept in the data directory, and of how many objects they are. */
export const unreadCount = z.object({ objects: count, lines: count });

/**
 * How collection stands, for any viewer. `quarantined`: objects of all sources, removed ones too, and imported files.
 * `unread`: where there are such lines. `series`: once they were counted.
 */
export const collection = z.object({
  sources: z.array(sourceStatus),
  quarantined: count,
  unread: unreadCount.optional(),
  series: seriesBudget.optional(),
});
export type Collection = z.infer<typeof collection>;

export const ledgerQuery = z.object({ key: z.string().min(1).max(1024) });

/** What any viewer may know of an object whose exact key they know. */
export const ledgerState = z.object({ state: z.string(), since: time });
export type LedgerState = z.infer<typeof ledgerState>;

/** What administrators may know. */
export const ledgerEntries = z.object({
  entries: z.array(
    z.object({
      source: z.string().optional(),
      key: z.string(),
      etag: z.string(),
      size: count,
      state: z.string(),
      reason: z.string().optional(),
      message: z.string().optional(),
      changed: time,
      seen: time,
      dismissed: time.optional(),
      counts: z
        .object({
          records: count,
          ok: count,
          reasons: z.record(z.string(), count),
          quotes: z.array(z.object({ reason: z.string(), line: z.string() })),
          bytes: z.string(),
          packets: z.string(),
          flows: z.string(),
        })
        .optional(),
      identity: z.string().optional(),
      sha256: z.string().optional(),
      stored: time.optional(),
    })
  ),
});

export const quarantineQuery = pageQuery.extend({ sourceId: z.string().max(64).optional() });
export const quarantinePage = pageOf(
  z.object({
    sourceId: z.string(),
    source: z.string(),
    /** Whether a listing will find it again, so that it can be retried. */
    isListed: z.boolean(),
    key: z.string(),
    size: count,
    reason: z.string(),
    message: z.string(),
    since: time,
    quotes: z.array(z.object({ reason: z.string(), line: z.string() })),
  })
);

/** Which quarantined objects: these keys of a source, or all of it. */
export const quarantineChoice = z.strictObject({
  source: z.string().min(1).max(64),
  keys: z.array(z.string().min(1).max(1024)).min(1).max(500).optional(),
});
/** `unlisted`: cannot be retried, since nothing lists them any more. */
export const quarantineChanged = z.object({ changed: count, unlisted: count });

/** What is kept of objects whose other records were stored, the newest first. `total` counts objects. */
export const unreadPage = pageOf(
  z.object({
    id: z.int(),
    source: z.string(),
    key: z.string(),
    stored: time,
    lines: count,
    bytes: count,
    reasons: z.record(z.string(), count),
    quotes: z.array(z.object({ reason: z.string(), line: z.string() })),
  })
);
