import { z } from 'zod';
import { count, oneLine, time, version } from './common';
import { EXPORTER_LIMITS, MAX_CHANGED } from './bounds';

export { exporterPlace, exporterTitle } from './exporterTitle';

const id = z.string().min(1).max(128);

/** Names of an exporter, where it has any. */
export const exporterNames = {
  alias: z.string().optional(),
  /** The description of its VPC, subnet or interface. */
  name: z.string().optional(),
  /** The description of its account. */
  accountName: z.string().optional(),
};

/** Whether records come as they should. */
export const recordHealth = z.enum(['receiving', 'late', 'silent', 'idle', 'disabled']);

export const exporter = z.object({
  id,
  account: z.string(),
  from: z.enum(['vpc', 'subnet', 'interface']),
  ...exporterNames,
  firstSeen: time,
  lastSeen: time,
  records: count,
  /** Average over the last hour, or since it was first seen; absent as long as only older records came. */
  recordsPerMinute: z.number().optional(),
  enabled: z.boolean(),
  state: z.enum(['counted', 'idle', 'disabled']),
  health: recordHealth,
});

/** A page of exporters and the state of the limit. `version` covers the whole list and the limit. */
export const exporterPage = z.object({
  items: z.array(exporter),
  next: z.string().optional(),
  total: count,
  limit: z.int(),
  counted: count,
  version,
  /** Exporters beyond the limit in the last 30 days. */
  overflow: z.object({ exporters: count, records: count, examples: z.array(z.string()) }),
  /** Exporters that are a subnet or an interface, because their flow logs lack vpc-id. */
  fallbacks: count,
});

export const changeExporters = z.strictObject({ ids: z.array(id).min(1).max(MAX_CHANGED), enabled: z.boolean() });
export const setAlias = z.strictObject({
  id,
  /** Empty to remove the alias. */
  alias: oneLine(64),
});
export const setLimit = z.strictObject({
  limit: z
    .int('the limit must be a whole number')
    .min(EXPORTER_LIMITS.min, 'the limit is at least 1')
    .max(EXPORTER_LIMITS.max, 'the limit is at most 10,000'),
});
export const exportersChanged = z.object({ version });
