import { z } from 'zod';
import { oneLine } from './common';

/** The user of InfluxDB that Grafana reads with. Names are quoted in InfluxQL, and signing in ends a name at a colon. */
export const influxUserInput = z.strictObject({
  name: oneLine(64)
    .min(1, 'must not be empty')
    .regex(/^[^:"\\]*$/, 'must have no colon, double quote or backslash'),
  // InfluxDB hashes the first 72 bytes, and ignores others.
  password: oneLine(72).min(1, 'must not be empty'),
});
export type InfluxUserInput = z.infer<typeof influxUserInput>;

/** What was done about it, in sentences. */
export const influxUserMade = z.object({
  /** False when it was there, and got another password. */
  isNew: z.boolean(),
  message: z.string(),
  /** What still lets others do more than read. */
  warnings: z.array(z.string()),
});
export type InfluxUserMade = z.infer<typeof influxUserMade>;
