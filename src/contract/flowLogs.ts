import { z } from 'zod';
import { MAX_CHANGED } from './bounds';
import { count, time, version } from './common';
import { recordHealth } from './exporters';

const id = z.string().min(1).max(64);

/** What of two flow logs one alone has: fields of its header, actions, and interfaces, of which `examples` names a few. */
const onlyThere = z.object({
  fields: z.array(z.string()),
  actions: z.array(z.string()),
  interfaces: count,
  examples: z.array(z.string()),
});

/**
 * Two flow logs that log the same interfaces and actions, so that their records count twice. `since` and `until`: the first and the
 * last window in which both have records. `only`: what only the first and only the second one has.
 */
export const overlap = z.object({
  flowLogs: z.tuple([z.string(), z.string()]),
  interfaces: count,
  examples: z.array(z.string()),
  actions: z.array(z.string()),
  since: time,
  until: time,
  only: z.tuple([onlyThere, onlyThere]),
});
export type FlowLogOverlap = z.infer<typeof overlap>;

/** Interfaces that only a disabled flow log logs, so that reports lack them. */
export const leftOut = z.object({
  flowLog: z.string(),
  interfaces: count,
  examples: z.array(z.string()),
  since: time,
  until: time,
});

export type LeftOut = z.infer<typeof leftOut>;

/** A flow log that objects were collected of. */
export const flowLog = z.object({
  id,
  account: z.string(),
  /** The description of its account. */
  accountName: z.string().optional(),
  region: z.string(),
  /** Its header. */
  columns: z.array(z.string()),
  /** Seconds that its longest records sum up. */
  interval: z.int(),
  actions: z.array(z.string()),
  firstSeen: time,
  /** When its last object was stored. */
  lastSeen: time,
  records: count,
  /** Average over the last hour, or since it was first seen; absent as long as only older records came. */
  recordsPerMinute: z.number().optional(),
  enabled: z.boolean(),
  health: recordHealth,
});

/** A page of flow logs, and what was found by comparing them. `version` covers the whole list. */
export const flowLogPage = z.object({
  items: z.array(flowLog),
  next: z.string().optional(),
  total: count,
  version,
  overlaps: z.array(overlap),
  leftOut: z.array(leftOut),
});

export const changeFlowLogs = z.strictObject({ ids: z.array(id).min(1).max(MAX_CHANGED), enabled: z.boolean() });
export const flowLogsChanged = z.object({ version });
