import { z } from 'zod';
import { oneLine, time } from './common';

/** Why deletion is put on hold; may be left out. */
export const holdInput = z.strictObject({ reason: oneLine(200).min(1, 'must not be empty: leave it out').optional() });

/** A hold on deletion: no object is deleted from any bucket until it is released. */
export const deletionHold = z.object({
  since: time,
  reason: z.string().optional(),
});
export type DeletionHold = z.infer<typeof deletionHold>;

/** The hold for administrators, with who asked for it; without one, nothing. */
export const holdState = z.object({ hold: deletionHold.extend({ actor: z.string() }).optional() });
