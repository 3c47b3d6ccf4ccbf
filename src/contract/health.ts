import { z } from 'zod';
import { pageOf, time } from './common';

/** Whether all works, for any viewer. */
export const health = z.object({
  version: z.string(),
  store: z.enum(['ok', 'unavailable']),
  /** Whether the sidecar collects: it begins once the store answers. */
  isCollecting: z.boolean(),
  started: time,
});

/** The same for administrators: where the store is, why it does not answer, and what in its settings will refuse data. */
export const healthDetails = health.extend({
  storeUrl: z.string(),
  storeVersion: z.string().optional(),
  storeError: z.string().optional(),
  /** Of `storeError`: why and what to do, without saying again where InfluxDB is. */
  storeReason: z.string().optional(),
  warnings: z.array(z.string()),
});
export type HealthDetails = z.infer<typeof healthDetails>;

/**
 * Who changed what. `actor` is what Grafana's proxy said of its user; its signature cannot be verified here, so whoever
 * holds the API token could claim any name.
 */
export const change = z.object({
  id: z.int(),
  at: time,
  actor: z.string(),
  role: z.string().optional(),
  action: z.string(),
  target: z.string(),
  /** What was said, without secrets. */
  details: z.record(z.string(), z.unknown()),
});
export const changePage = pageOf(change);
