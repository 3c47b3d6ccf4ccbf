import { z } from 'zod';
import { accessShown } from './access';
import { count, pageOf, pageQuery, time, version } from './common';
import { ENTITY_KINDS } from './stored';

/**
 * Why a call of a sync failed. `denied`: by the policies of the credentials. `service-control-policy`: by the organization.
 * `region-not-enabled`: the account has not enabled the region. `throttled`: there were too many calls, also those of others, for
 * longer than it was tried again.
 */
export const FAILURE_REASONS = [
  'denied',
  'service-control-policy',
  'region-not-enabled',
  'throttled',
  'other',
] as const;
export type FailureReason = (typeof FAILURE_REASONS)[number];

/** A call of a sync that failed. */
export const syncFailure = z.object({
  /** The permission that the call needs, such as `ec2:DescribeSubnets`; absent when it is not known which call it was. */
  call: z.string().optional(),
  reason: z.enum(FAILURE_REASONS),
  message: z.string(),
});
export type SyncFailure = z.infer<typeof syncFailure>;

/** Result of syncing one account in one region. */
export const syncRegion = z.object({
  /** What people call the account, or `own credentials`. */
  account: z.string(),
  /** Its id, where it is known. */
  accountId: z.string().optional(),
  region: z.string(),
  kinds: z.record(z.string(), z.object({ found: count, named: count })),
  /** What failed, in words. */
  error: z.string().optional(),
  /** The same call by call. */
  failures: z.array(syncFailure).optional(),
  /** Why nothing was read here, where that is no failure: nobody has named the region, and the organization has closed it. */
  leftOut: z.string().optional(),
});

/** How far a sync has come in one account and region; the last entry for these two holds. */
export const syncProgress = syncRegion.extend({
  state: z.enum(['reading', 'done']),
  /** How many accounts and regions are read in all. */
  of: count,
});

/** Result of a sync; `summary` is one line. */
export const syncResult = z.object({
  ok: z.boolean(),
  summary: z.string(),
  seconds: z.number(),
  regions: z.array(syncRegion),
});

export const account = z.object({
  id: z.string(),
  name: z.string(),
  regions: z.array(z.string()),
  sameAs: z.string().optional(),
  ...accessShown,
  version,
});
export const accountList = z.object({ items: z.array(account) });

/** When descriptions were read and will be read again. */
export const descriptions = z.object({
  lastRun: z.object({ started: time, finished: time, ok: z.boolean(), result: syncResult }).optional(),
  lastSuccess: time.optional(),
  /** Absent while the sidecar does not collect, and when `hourly` is off. */
  nextRun: time.optional(),
  /** Whether descriptions are synced automatically: at start, hourly, and soon after an unknown interface appears. */
  hourly: z.boolean(),
  /** Version of `hourly`, for changing it. */
  version,
  /** Regions that are read for accounts without regions of their own; empty: all that an account has enabled. */
  regions: z.array(z.string()),
});

/** Change of the sync schedule. */
export const setSchedule = z.strictObject({ hourly: z.boolean() });
export const scheduleChanged = z.object({ hourly: z.boolean(), version });

export const entityQuery = pageQuery.extend({
  kind: z.enum(ENTITY_KINDS).optional(),
  /** Part of the id or of the description. */
  search: z.string().max(200).optional(),
});

export type EntityQuery = z.infer<typeof entityQuery>;

/** An entity; ids are '-' where it belongs to none or none is known. */
export const entity = z.object({
  kind: z.enum(ENTITY_KINDS),
  id: z.string(),
  description: z.string().optional(),
  vpc: z.string(),
  subnet: z.string(),
  instance: z.string(),
  account: z.string(),
  region: z.string(),
  /** In traffic or in EC2. */
  firstSeen: time,
  /** The last sync that found it in EC2; absent when none did. */
  lastFound: time.optional(),
});
export const entityPage = pageOf(entity);
