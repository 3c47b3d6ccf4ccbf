import type { z } from 'zod';
import type { Job } from '../../contract/jobs';
import type { discardInput } from '../../contract/sources';
import { countLeftovers, discardLeftovers } from '../collect/discardLeftovers';
import type { ChangeAuthor } from '../registry/audit';
import { refuseUnknownReason } from '../registry/leftovers';
import type { Source } from '../registry/sources';
import type { Resource } from './api';
import { ApiError } from './apiErrors';

/**
 * Begins to count, or to delete, leftovers of a source. Throws {@link ApiError} for a time in the future, and `RegistryError`
 * when the source has no leftovers of that reason.
 */
export async function startDiscard(
  source: Source,
  { reason, before, dryRun }: z.infer<typeof discardInput>,
  { registry, jobs, bucketOf, now }: Resource,
  by: ChangeAuthor
): Promise<Job> {
  if (before > now()) {
    throw new ApiError(400, 'invalid', 'before: this time is in the future.', 'before');
  }
  refuseUnknownReason(source.name, reason, await registry.leftoverReasons(source.id));
  const choice = { sourceId: source.id, reason, before };
  return jobs.start('discard', async (add) => {
    const bucket = await bucketOf(source);
    if (dryRun) {
      const counted = await countLeftovers(source, bucket, choice, { registry, now });
      return { dryRun, ...counted, failed: 0, isComplete: true };
    }
    const done = await discardLeftovers(source, bucket, choice, { registry, now }, by, ({ objects, bytes }) =>
      add({ objects, bytes })
    );
    return { dryRun, ...done };
  });
}
