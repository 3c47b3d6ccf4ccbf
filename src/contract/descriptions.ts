import { z } from 'zod';
import { accessShown } from './access';
import { count, pageOf, pageQuery, time, version } from './common';
import { ENTITY_KINDS } from './stored';

/** Result of syncing one account in one region. */
export const syncRegion = z.object({
  account: z.string(),
  region: z.string(),
  kinds: z.record(z.string(), z.object({ found: count, named: count })),
  error: z.string().optional(),
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
  /** Regions that are synced for accounts without regions of their own. */
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
