import { z } from 'zod';
import { checkResult } from './checks';
import { count, time } from './common';
import { syncProgress, syncResult } from './descriptions';
import { exporterNames } from './exporters';
import { overlap } from './flowLogs';
import { listedAges } from './sources';

/** Counts by outcome. Sums are decimal strings because they may exceed 2^53. */
const counts = z.object({
  objects: count,
  collected: count,
  notCollected: count,
  quarantined: count,
  duplicates: count,
  records: count,
  ok: count,
  nodata: count,
  skipdata: count,
  malformed: count,
  bytes: z.string(),
  packets: z.string(),
  flows: z.string(),
  exporters: count,
  reasons: z.record(z.string(), count),
});

/** What collecting the newest objects of a source would do. */
export const previewResult = z.object({
  /** How many objects were read, and whether there are more. */
  looked: count,
  hasMore: z.boolean(),
  /** Ages of all objects that were listed. */
  ages: z.object(listedAges).optional(),
  counts,
  exporters: z.array(
    z.object({
      id: z.string(),
      account: z.string(),
      ...exporterNames,
      from: z.enum(['vpc', 'subnet', 'interface']),
      isNew: z.boolean(),
      /** `overflow`: there is no place left under the limit. */
      decision: z.enum(['count', 'drop', 'overflow']),
      records: count,
    })
  ),
  /** Flow logs of these objects that log the same as another one. */
  overlaps: z.array(overlap),
  /** Those that are disabled: their records are dropped. */
  disabledFlowLogs: z.array(z.string()),
  /** Series that the points of these objects are in. */
  series: z.object({ total: count, byMeasurement: z.record(z.string(), count) }),
  objects: z.array(
    z.object({
      key: z.string(),
      size: count,
      state: z.string(),
      reason: z.string().optional(),
      message: z.string().optional(),
    })
  ),
});
export type PreviewResult = z.infer<typeof previewResult>;

/** Result of discarding leftovers. */
const discardResult = z.object({
  /** Whether leftovers were only counted, not deleted. */
  dryRun: z.boolean(),
  objects: count,
  bytes: count,
  /** Objects that S3 did not delete (they remain leftovers), and the reason of the first. */
  failed: count,
  failure: z.string().optional(),
  /** False when S3 deleted none of a batch and the remaining objects were not tried. */
  isComplete: z.boolean(),
});

const base = {
  id: z.string(),
  state: z.enum(['running', 'done', 'failed']),
  started: time,
  finished: time.optional(),
  /** Why it failed. */
  error: z.string().optional(),
};

/** Long-running work. Poll it until `state` is no longer `running`; `progress` holds intermediate results. */
export const job = z.discriminatedUnion('kind', [
  z.object({
    ...base,
    kind: z.literal('test'),
    progress: z.array(checkResult),
    result: z.object({ passed: z.boolean() }).optional(),
  }),
  z.object({
    ...base,
    kind: z.literal('preview'),
    progress: z.array(z.object({ read: count, of: count })),
    result: previewResult.optional(),
  }),
  z.object({
    ...base,
    kind: z.literal('discard'),
    /** What was deleted so far. */
    progress: z.array(z.object({ objects: count, bytes: count })),
    result: discardResult.optional(),
  }),
  z.object({ ...base, kind: z.literal('sync'), progress: z.array(syncProgress), result: syncResult.optional() }),
  z.object({
    ...base,
    kind: z.literal('account-test'),
    progress: z.array(
      z.object({ region: z.string(), action: z.string(), state: z.enum(['pass', 'fail']), message: z.string() })
    ),
    result: z.object({ passed: z.boolean() }).optional(),
  }),
]);
export type Job = z.infer<typeof job>;
