import type { Bucket, ObjectRef } from '../aws/bucket';
import { AwsError } from '../aws/errors';
import { objectTime } from '../records/objectName';
import type { ChangeAuthor } from '../registry/audit';
import { refuseUnknownReason, type DiscardChoice } from '../registry/leftovers';
import type { Registry } from '../registry/registry';
import type { Source } from '../registry/sources';
import { discover } from './discover';

/** As many as S3 deletes in one request. */
const BATCH = 1000;

/** A number of leftovers, and their bytes. */
export interface LeftoverCount {
  readonly objects: number;
  readonly bytes: number;
}

/** The result of discarding; the counts are of deleted objects. */
export interface Discarded extends LeftoverCount {
  /** Objects that could not be deleted. They stay leftovers. */
  readonly failed: number;
  /** Why the first of them could not, in words. */
  readonly failure?: string;
  /** False when it stopped early because S3 deleted nothing of a whole batch: the remaining objects were not tried. */
  readonly isComplete: boolean;
}

/** What discarding needs. */
export interface DiscardDependencies {
  readonly registry: Registry;
  /** Unix seconds. */
  readonly now: () => number;
}

/**
 * Counts the leftovers of a source that {@link discardLeftovers} would delete. The bucket is listed, so that only objects
 * that exist count. Throws `AwsError`, and `RegistryError` when the source has no leftovers of that reason.
 */
export async function countLeftovers(
  { name, prefix }: Source,
  bucket: Bucket,
  choice: DiscardChoice,
  { registry }: DiscardDependencies,
  onListed?: (listed: number) => void
): Promise<LeftoverCount> {
  refuseUnknownReason(name, choice.reason, await registry.leftoverReasons(choice.sourceId));
  let [objects, bytes, listed] = [0, 0, 0];
  for await (const page of leftoversOf(prefix, bucket, choice, registry)) {
    for (const { size } of page.leftovers) {
      objects++;
      bytes += size;
    }
    onListed?.((listed += page.listed));
  }
  return { objects, bytes };
}

/** The leftovers that are chosen, page by page of the bucket's listing; `listed`: how many objects a page has. */
async function* leftoversOf(
  prefix: string,
  bucket: Bucket,
  choice: DiscardChoice,
  registry: Registry
): AsyncGenerator<{ readonly listed: number; readonly leftovers: readonly ObjectRef[] }> {
  for await (const page of discover(bucket, prefix)) {
    const old = page.filter((object) => isBefore(object, choice));
    const keys = new Set(await registry.filterLeftovers(choice, old));
    yield { listed: page.length, leftovers: old.filter(({ key }) => keys.has(key)) };
  }
}

/**
 * Deletes leftovers of a source without counting them, by the decision of an administrator (`by`). The bucket is listed; an
 * object is deleted only if the ledger has exactly the listed version of it as a leftover of that reason, and stays if it is
 * overwritten meanwhile. Ledger and audit trail are written before and after each batch, so that the work may stop and begin
 * again at any time. Throws like {@link countLeftovers}.
 */
export async function discardLeftovers(
  { prefix }: Source,
  bucket: Bucket,
  choice: DiscardChoice,
  { registry, now }: DiscardDependencies,
  by: ChangeAuthor,
  onProgress?: (deleted: LeftoverCount) => void
): Promise<Discarded> {
  const change = await registry.beginDiscard(choice, by);
  const done = { objects: 0, bytes: 0, failed: 0, failure: undefined as string | undefined, isComplete: true };
  let batch: ObjectRef[] = [];
  const discardBatch = async () => {
    const claimed = new Set(await registry.claimLeftovers(choice, batch, now()));
    const objects = batch.filter(({ key }) => claimed.has(key));
    batch = [];
    if (objects.length === 0) {
      return;
    }
    const failures = await failedDeletions(bucket, objects);
    const deleted = objects.filter(({ key }) => !failures.has(key));
    const noted = { deleted, failed: [...failures.keys()] };
    const counted = await registry.recordDiscarded(choice.sourceId, change, noted, now());
    done.objects += counted.objects;
    done.bytes += counted.bytes;
    done.failed += failures.size;
    done.failure ??= failures.values().next().value?.message;
    // S3 will not delete the others either.
    done.isComplete = deleted.length > 0;
    onProgress?.(done);
  };
  for await (const { leftovers } of leftoversOf(prefix, bucket, choice, registry)) {
    for (const object of leftovers) {
      if (batch.push(object) === BATCH) {
        await discardBatch();
      }
      if (!done.isComplete) {
        return done;
      }
    }
  }
  await discardBatch();
  return done;
}

function isBefore({ key, modified }: ObjectRef, { before }: DiscardChoice): boolean {
  return objectTime(key, modified) < before;
}

/** Deletes objects; returns the keys of those that S3 did not delete, and why. */
async function failedDeletions(bucket: Bucket, objects: readonly ObjectRef[]): Promise<ReadonlyMap<string, AwsError>> {
  try {
    return await bucket.delete(objects);
  } catch (error) {
    if (!(error instanceof AwsError)) {
      throw error;
    }
    return new Map(objects.map(({ key }) => [key, error]));
  }
}
