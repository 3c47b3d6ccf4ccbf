import { Overwritten, type AwsError } from '../../aws/errors';
import type { ObjectCounts, LedgerEntry, LedgerState, NotReadEntry } from '../../registry/ledger';
import type { Plan } from '../../registry/plans';
import type { Registry } from '../../registry/registry';
import type { RollupSummary } from '../../rollup/summary';
import { sumsToJson } from '../../rollup/sums';
import type { CollectableObject, ObjectOutcome } from './object';

/** What reading and writing the ledger takes. */
interface LedgerAccess {
  readonly registry: Registry;
  /** Unix seconds. */
  readonly now: () => number;
}

/** What the ledger knows of the object that has a key; undefined when it knows none. */
export type KnownObject = { readonly state: LedgerState; readonly etag: string; readonly reason?: string } | undefined;

/** Whether the object with that ETag is stored, and waits for its deletion only. */
export function isStored(known: KnownObject, etag: string): boolean {
  return known?.etag === etag && known.state === 'stored';
}

/** Whether the object with that ETag stays in its bucket for good: nothing is to be done about it. */
export function isLeftAlone(known: KnownObject, etag: string): boolean {
  return known?.etag === etag && (known.state === 'not-collected' || known.state === 'quarantined');
}

/**
 * Whether nothing is left to do about an object that a message announces: messages about deleted objects come twice, and late.
 * If the very same object was put there again, a listing finds it.
 */
export function isSettled(known: KnownObject, etag: string): boolean {
  return (
    isLeftAlone(known, etag) || (known?.etag === etag && (known.state === 'deleted' || known.state === 'discarded'))
  );
}

/** Writes an outcome other than `stored` into the ledger, and returns it. */
export async function settle(
  object: CollectableObject,
  { registry, now }: LedgerAccess,
  outcome: ObjectOutcome,
  plan?: Plan
): Promise<ObjectOutcome> {
  await registry.setLedgerEntry(ledgerEntry(object, outcome, plan), now());
  return outcome;
}

/** What the ledger keeps of an object. */
export function ledgerEntry(object: CollectableObject, outcome: ObjectOutcome, plan?: Plan): LedgerEntry {
  const { sourceId, key, etag, size, modified: arrived } = object;
  const { state, reason, message, summary } = outcome;
  const delivery = arrived === undefined ? undefined : { arrived, hasLongSpans: summary?.hasLongSpans ?? false };
  const counts = summary && countsOf(summary);
  return {
    ...{ sourceId, key, etag, size, reason, message, counts, planId: plan?.id, delivery },
    state: state === 'duplicate' ? 'stored' : state,
  };
}

function countsOf({ records, ok, reasons, quotes, totals, parts }: RollupSummary): ObjectCounts {
  return { records, ok, reasons, quotes, ...sumsToJson(totals), parts };
}

/**
 * Notes that an object could not be read, and why, that it is gone, or that it was given up (`refused`). What is known of a stored
 * one stays.
 */
export async function noteNotRead(
  { sourceId, key, etag, size }: Omit<CollectableObject, 'open'>,
  { registry, now }: LedgerAccess,
  state: NotReadEntry['state'],
  error?: Pick<AwsError, 'code' | 'message'>
): Promise<void> {
  await registry.recordNotRead(
    { sourceId, key, etag, size, state, reason: error?.code, message: error?.message },
    now()
  );
}

/**
 * The outcome `gone` for an object that was overwritten by one that is known and left alone: nothing is left to do about the
 * former version, which a late message may still announce. Throws `error` otherwise.
 */
export async function goneIfReplaced(
  { sourceId, key }: CollectableObject,
  { registry, now }: LedgerAccess,
  error: unknown
): Promise<ObjectOutcome> {
  if (error instanceof Overwritten) {
    const known: Record<string, KnownObject> = await registry.lookUpListed(sourceId, [key], now());
    if (isLeftAlone(known[key], error.current)) {
      return { state: 'gone' };
    }
  }
  throw error;
}
