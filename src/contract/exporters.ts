import { z } from 'zod';
import { count, oneLine, time, version } from './common';
import { EXPORTER_LIMITS, MAX_CHANGED } from './bounds';

export { exporterPlace, exporterTitle } from './exporterTitle';

const id = z.string().min(1).max(128);

/** What people call an exporter, where they do. */
export const exporterNames = {
  alias: z.string().optional(),
  /** The description of its VPC, subnet or interface. */
  name: z.string().optional(),
  /** The description of its account. */
  accountName: z.string().optional(),
};

export const exporter = z.object({
  id,
  account: z.string(),
  from: z.enum(['vpc', 'subnet', 'interface']),
  ...exporterNames,
  firstSeen: time,
  lastSeen: time,
  records: count,
  /** Over the last hour; not known in the first one or two, when a backlog may come. */
  recordsPerMinute: z.number().optional(),
  enabled: z.boolean(),
  state: z.enum(['counted', 'idle', 'disabled']),
});

/** All exporters and how they stand to the limit; `version` is of all of it. */
export const exporterPage = z.object({
  items: z.array(exporter),
  next: z.string().optional(),
  total: count,
  limit: z.int(),
  counted: count,
  version,
  /** What found no place lately. */
  overflow: z.object({ exporters: count, records: count, examples: z.array(z.string()) }),
  /** Exporters that are a subnet or an interface, because their flow logs lack vpc-id. */
  fallbacks: count,
});

export const changeExporters = z.strictObject({ ids: z.array(id).min(1).max(MAX_CHANGED), enabled: z.boolean() });
export const setAlias = z.strictObject({
  id,
  /** Empty: none. */
  alias: oneLine(64),
});
export const setLimit = z.strictObject({
  limit: z
    .int('the limit must be a whole number')
    .min(EXPORTER_LIMITS.min, 'the limit is at least 1')
    .max(EXPORTER_LIMITS.max, 'the limit is at most 10,000'),
});
export const exportersChanged = z.object({ version });
