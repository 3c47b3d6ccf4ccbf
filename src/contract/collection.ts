import { z } from 'zod';
import { count, pageOf, pageQuery, time } from './common';
import { leftOut, overlap } from './flowLogs';
import { deletionHold } from './hold';
import { sourceStatus } from './sources';

/** How many series InfluxDB holds, against the number up to which it stays fast. */
export const seriesBudget = z.object({
  /** Series of the fullest day of minutes or week of hours, whichever has more. */
  live: count,
  /** Number of series up to which InfluxDB stays fast. */
  budget: count,
  /** Whether InfluxDB refuses new series because of a limit in its own configuration. */
  isRefused: z.boolean(),
  /** Keys that new data keeps by name, per interface and action. */
  topK: count,
  /** Why `topK` is below the default, in a sentence. */
  warning: z.string().optional(),
});

/** Unread lines (of stored objects, kept in the data directory) and the number of objects they come from. */
const unreadCount = z.object({ objects: count, lines: count });

/**
 * State of collecting, for any viewer. `quarantined` counts objects of all sources, including removed ones, and imported
 * files. `unread` is absent without unread lines, `series` until series were counted for the first time, `hold` unless deletion is
 * on hold, `overlaps` unless two flow logs log the same, `leftOut` unless something is logged by disabled flow logs alone.
 */
export const collection = z.object({
  sources: z.array(sourceStatus),
  quarantined: count,
  unread: unreadCount.optional(),
  series: seriesBudget.optional(),
  hold: deletionHold.optional(),
  overlaps: z.array(overlap).optional(),
  leftOut: z.array(leftOut).optional(),
});
export type Collection = z.infer<typeof collection>;

export const ledgerQuery = z.object({ key: z.string().min(1).max(1024) });

/** What viewers see of an object whose exact key they enter. */
export const ledgerState = z.object({ state: z.string(), since: time });
export type LedgerState = z.infer<typeof ledgerState>;

/** What administrators see of an object: one entry per place it was found at. */
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
      /** Other places from which the same was stored: of a duplicate the one that counts, of a conflict the other content. */
      storedFrom: z.array(z.object({ source: z.string().optional(), key: z.string() })),
    })
  ),
});

export const quarantineQuery = pageQuery.extend({ sourceId: z.string().max(64).optional() });
export const quarantinePage = pageOf(
  z.object({
    sourceId: z.string(),
    source: z.string(),
    /** Whether a source still lists it; otherwise it cannot be retried. */
    isListed: z.boolean(),
    key: z.string(),
    size: count,
    reason: z.string(),
    message: z.string(),
    since: time,
    quotes: z.array(z.object({ reason: z.string(), line: z.string() })),
  })
);

/** Selects quarantined objects: the given keys of a source, or all of them. */
export const quarantineChoice = z.strictObject({
  source: z.string().min(1).max(64),
  keys: z.array(z.string().min(1).max(1024)).min(1).max(500).optional(),
});
/** `unlisted` counts objects that cannot be retried because no source lists them any more. */
export const quarantineChanged = z.object({ changed: count, unlisted: count });

/** Unread lines by object, newest first. `total` counts objects. */
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
