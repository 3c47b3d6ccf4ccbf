import { z } from 'zod';
import { pageOf, time } from './common';

/** Health of the sidecar, for any viewer. */
export const health = z.object({
  version: z.string(),
  store: z.enum(['ok', 'unavailable']),
  /** Whether the sidecar collects: it begins once the store answers. */
  isCollecting: z.boolean(),
  started: time,
});

/** Health for administrators: also where InfluxDB is, why it does not answer, and settings of it that will refuse data. */
export const healthDetails = health.extend({
  storeUrl: z.string(),
  /** Which store it is: `InfluxDB` or `openGemini`. */
  storeName: z.string().optional(),
  storeVersion: z.string().optional(),
  storeError: z.string().optional(),
  /** Of `storeError`: why and what to do, without saying again where InfluxDB is. */
  storeReason: z.string().optional(),
  warnings: z.array(z.string()),
});
export type HealthDetails = z.infer<typeof healthDetails>;

/**
 * One entry of the audit trail. `actor` is the user that Grafana's proxy names; its signature cannot be verified here, so whoever
 * holds the API token could claim any name.
 */
export const change = z.object({
  id: z.int(),
  at: time,
  actor: z.string(),
  role: z.string().optional(),
  action: z.string(),
  target: z.string(),
  /** Details of the change, without secrets. */
  details: z.record(z.string(), z.unknown()),
});
export const changePage = pageOf(change);
