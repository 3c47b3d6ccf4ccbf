import type { EntityPublisher } from '../../entities/publish';
import { TemporaryFilesFailed } from '../../util/diskErrors';
import type { LedgerEntry } from '../../registry/ledger';
import type { Grant, Plan, Proposal } from '../../registry/plans';
import type { Registry } from '../../registry/registry';
import type { UnreadLines } from '../../registry/unread';
import type { RollupSummary } from '../../rollup/summary';
import { sumsToJson } from '../../rollup/sums';
import { RETENTION_SECONDS } from '../../rollup/terms';
import { InfluxError } from '../../store/influx';
import type { PointWriter } from '../../store/writer';
import { makeSeries, refusedByStore } from './makeSeries';
import type { CollectableObject, ObjectOutcome } from './object';
import type { Offsets } from './offsets';
import { findPlanByName, readObject, type ReadDependencies } from './readObject';
import { LineSpool } from './spool';
import type { StoreClaim } from '../storeClaim';

/** What collecting an object needs. */
export interface ObjectDependencies extends ReadDependencies {
  readonly registry: Registry;
  readonly claim: StoreClaim;
  readonly writer: PointWriter;
  readonly entities: EntityPublisher;
  readonly offsets: Offsets;
}

/** A plan may change under a proposal only as often as other collectors or administrators are faster. */
const MAX_ATTEMPTS = 10;

/**
 * Takes one object from bytes to acknowledged points and a ledger entry. When this returns `stored` or `duplicate` the
 * object may be deleted; in every other case, and when it throws, it may not.
 * Throws `InfluxError` `unavailable` when the store stays away for longer than the writer is patient, `StoreLost` when this
 * registry may not fill it, and what reading the object throws.
 */
export async function collectObject(object: CollectableObject, deps: ObjectDependencies): Promise<ObjectOutcome> {
  let plan = await findPlanByName(object, deps.registry);
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const spool = new LineSpool();
    try {
      const read = await readObject(object, plan, deps, deps.offsets, spool);
      if (read.outcome?.state === 'duplicate') {
        const entry = entryOf(object, read.outcome, plan);
        if (await deps.registry.noteDuplicate(plan!.id, entry, deps.now())) {
          return read.outcome;
        }
        // What it was compared with went with its store: it is stored as that one was to be.
        plan = await deps.registry.findPlan(plan!.identity, plan!.sha256);
        continue;
      }
      if (read.outcome) {
        return read.outcome.state === 'gone' ? read.outcome : await settle(object, deps, read.outcome, plan);
      }
      object.onRead?.();
      const { summary, columns, proposal, lent } = read;
      const storeId = await deps.writer.patiently(() => deps.claim.mayBegin());
      const series = plan ? 'made' : await makeSeries(proposal, spool, deps);
      if (series !== 'made') {
        deps.offsets.giveBack(lent);
        if (series === 'fewer-names') {
          continue;
        }
        return await settle(object, deps, series);
      }
      const grant = plan ? { outcome: 'granted' as const, plan } : await askForPlan(proposal, deps);
      // Only now: had the answer not come, nobody could say whether the offsets are in use.
      deps.offsets.giveBack(grant.outcome === 'granted' ? lent.slice(summary.parts) : lent);
      if (grant.outcome === 'changed') {
        await deps.exporters.refresh(proposal.exporters.map(({ id }) => id));
        continue;
      }
      plan = grant.plan;
      if (grant.outcome === 'granted') {
        const outcome = await store(object, { summary, columns }, plan, storeId, deps, spool);
        if (outcome) {
          return outcome;
        }
        // The store was made again meanwhile: some of its points may be gone, so all of them are written again, to what is
        // there now.
        await deps.writer.patiently(() => deps.claim.makeAgain());
      }
      // Somebody else was faster, or it was begun under another name: the next attempt follows that plan.
    } catch (error) {
      if (error instanceof TemporaryFilesFailed) {
        return await settle(object, deps, temporaryFilesOutcome(error));
      }
      throw error;
    } finally {
      spool.dispose();
    }
  }
  const message = `Its plan or the store changed ${MAX_ATTEMPTS} times in a row. It is tried again with the next listing.`;
  return settle(object, deps, { state: 'refused', reason: 'plan-changed', message });
}

/** Asks for a plan. The registry is told of each identifier once, not with every object. */
async function askForPlan(proposal: Proposal, { registry, entities, now }: ObjectDependencies): Promise<Grant> {
  const untold = entities.untold(proposal.entities);
  const grant = await registry.grantPlan({ ...proposal, entities: untold }, now());
  if (grant.outcome === 'granted') {
    entities.areTold(untold);
  }
  return grant;
}

/** Undefined when that store is no longer the one that is filled. */
async function store(
  object: CollectableObject,
  { summary, columns }: { readonly summary: RollupSummary; readonly columns: readonly string[] },
  plan: Plan,
  storeId: string,
  deps: ObjectDependencies,
  spool: LineSpool
): Promise<ObjectOutcome | undefined> {
  let expired = 0;
  let refused: Plan | undefined;
  try {
    // Identifiers first: a report joins them by inner join, so an id without a row would hide its traffic.
    await deps.writer.patiently(() => deps.entities.publishNew());
    refused = plan;
    for (const { policy, lines } of spool.blocks()) {
      expired += await deps.writer.write(policy, lines);
    }
  } catch (error) {
    if (error instanceof InfluxError && error.failure !== 'unavailable') {
      return settle(object, deps, refusedByStore(error), refused);
    }
    throw error;
  }
  if (expired > 0) {
    return settle(
      object,
      deps,
      { state: 'quarantined', reason: 'expired-points', message: droppedMessage(expired, plan, deps.now()) },
      plan
    );
  }
  const exporters = Object.fromEntries([...summary.exporters].map(([id, { records }]) => [id, records]));
  const stored: ObjectOutcome = { state: 'stored', summary };
  const unread = unreadOf(summary, columns);
  const noted = await deps.registry.objectStored(
    { planId: plan.id, storeId, hours: summary.hours, exporters, entry: entryOf(object, stored, plan), unread },
    deps.now()
  );
  return noted === 'elsewhere' ? undefined : noted === 'stored' ? stored : { state: 'duplicate', summary };
}

function droppedMessage(points: number, { terms }: Plan, now: number): string {
  const dropped = `InfluxDB dropped ${points} of its points as older than it keeps them, so it was not stored whole and stays where it is.`;
  if (terms.minuteHorizon < now - RETENTION_SECONDS.minute) {
    return (
      `${dropped} It was begun long ago, to be counted by the minute, and minutes of that time are no longer kept: a retry ` +
      'cannot store it. Keep it elsewhere, or delete it with flowscope source discard.'
    );
  }
  return (
    `${dropped} InfluxDB's policies must keep minutes for 168h and hours for 9480h (SHOW RETENTION POLICIES), and its clock ` +
    'must be right; then retry: flowscope quarantine retry. What was written of it already is written over, not doubled.'
  );
}

/** The lines of an object that could not be counted; undefined when there are none. */
function unreadOf({ unread = [] }: RollupSummary, columns: readonly string[]): UnreadLines | undefined {
  return unread.length === 0 ? undefined : { header: columns.join(' '), lines: unread };
}

function temporaryFilesOutcome({ message }: TemporaryFilesFailed): ObjectOutcome {
  return {
    state: 'refused',
    reason: 'temporary-files',
    message: `${message} The object stays where it is and is tried again.`,
  };
}

async function settle(
  object: CollectableObject,
  { registry, now }: ObjectDependencies,
  outcome: ObjectOutcome,
  plan?: Plan
): Promise<ObjectOutcome> {
  await registry.setLedger(entryOf(object, outcome, plan), now());
  return outcome;
}

function entryOf(object: CollectableObject, outcome: ObjectOutcome, plan?: Plan): LedgerEntry {
  const { sourceId, key, etag, size, modified: arrived } = object;
  const { state, reason, message, summary } = outcome;
  const delivery = arrived === undefined ? undefined : { arrived, hasLongSpans: summary?.hasLongSpans ?? false };
  const counts = summary && JSON.stringify(countsOf(summary));
  return {
    ...{ sourceId, key, etag, size, reason, message, counts, planId: plan?.id, delivery },
    state: state === 'duplicate' ? 'stored' : state,
  };
}

function countsOf({ records, ok, reasons, quotes, totals, parts }: RollupSummary) {
  return { records, ok, reasons, quotes, ...sumsToJson(totals), parts };
}
