import { parseObjectName } from '../../records/objectName';
import type { FlowLogObject } from '../../registry/flowLogs';
import type { TrailedPlan } from '../../registry/planRows';
import type { Grant, Plan, Proposal } from '../../registry/plans';
import type { UnreadLines } from '../../registry/unread';
import type { RollupSummary } from '../../rollup/summary';
import { RETENTION_SECONDS } from '../../rollup/terms';
import { droppedRecords } from '../../rollup/unread';
import { isRefusal, type InfluxError } from '../../store/influx';
import { planLine } from '../../store/planTrail';
import { RETENTION_HOURS } from '../../store/schema';
import { TemporaryFilesFailed } from '../../util/diskErrors';
import type { ObjectDependencies } from './dependencies';
import type { CollectableObject, ObjectOutcome } from './object';
import { ledgerEntry, settle } from './objectLedger';
import type { ObjectTrace } from './objectTrace';
import type { RolledUp } from './readObject';
import type { LineSpool } from './spool';

/** What the plan stage came to: the outcome of an object that the store refuses, a reason to read it again, or its plan. */
export type Planned =
  | { readonly outcome: ObjectOutcome }
  | { readonly outcome?: undefined; readonly plan?: undefined }
  | { readonly outcome?: undefined; readonly plan: Plan; readonly isGranted: boolean };

/**
 * Gives an object that was rolled up its plan. Before that the store makes its series, so that a store without room for them
 * refuses the object before any point of it counts. Offsets that no plan uses are released.
 * Without an outcome and a plan, the object was rolled up for terms that hold no longer and must be read again. A plan that
 * is not `isGranted` is another one's: that object decides.
 * Throws `InfluxError` `unavailable` when the store stays away.
 */
export async function planObject(read: RolledUp, lines: LineSpool, deps: ObjectDependencies): Promise<Planned> {
  const { proposal, acquiredOffsets } = read;
  const { offsets, exporters } = deps;
  const series = await makeSeries(proposal, lines, deps);
  if (series !== 'made') {
    offsets.release(acquiredOffsets);
    return series === 'fewer-names' ? {} : { outcome: series };
  }
  const grant = await askForPlan(proposal, deps);
  // Only now: had the answer not come, nobody could say whether the offsets are in use. Where it got lost and the question was
  // asked again, the plan that exists already has them.
  const used = new Set(grant.outcome === 'changed' ? [] : grant.plan.offsets);
  offsets.release(acquiredOffsets.filter((offset) => !used.has(offset)));
  if (grant.outcome === 'changed') {
    await exporters.refresh(proposal.exporters.map(({ id }) => id));
    return {};
  }
  return { plan: grant.plan, isGranted: grant.outcome === 'granted' };
}

/**
 * Asks once more for the plan that an object was read by, before its points are written again: its hours are marked dirty with
 * that, since they may have been recomputed meanwhile. Without a plan, it is there no more, and the object must be read again.
 */
export async function replanObject({ proposal }: RolledUp, { id }: Plan, deps: ObjectDependencies): Promise<Planned> {
  const grant = await askForPlan(proposal, deps);
  return grant.outcome === 'changed'
    ? {}
    : { plan: grant.plan, isGranted: grant.plan.id === id && ['existing', 'granted'].includes(grant.outcome) };
}

/**
 * Makes the series of an object that has no plan yet: `made`; `fewer-names`: the store has no room for so many names, and new
 * plans keep fewer from now on, so it must be rolled up again; or the outcome when the store refuses it all the same.
 */
async function makeSeries(
  { terms, exporters: seen }: Proposal,
  lines: LineSpool,
  { registry, writer, exporters, now }: ObjectDependencies
): Promise<'made' | 'fewer-names' | ObjectOutcome> {
  try {
    await writer.series.make(lines, terms.topK);
    return 'made';
  } catch (error) {
    if (!isRefusal(error)) {
      throw error;
    }
    if (error.failure !== 'series-limit' || (await registry.recordSeriesRefusal(terms.topK, now())) >= terms.topK) {
      return refusedByStore(error);
    }
    await exporters.refresh(seen.map(({ id }) => id));
    return 'fewer-names';
  }
}

/** Asks for a plan. Each identifier goes to the registry once, not with every object. */
async function askForPlan(proposal: Proposal, { registry, entities, now }: ObjectDependencies): Promise<Grant> {
  const unregistered = entities.filterUnregistered(proposal.entities);
  const grant = await registry.grantPlan({ ...proposal, entities: unregistered }, now());
  if (grant.outcome === 'granted') {
    entities.markRegistered(unregistered);
  }
  return grant;
}

/**
 * Writes the points of an object that has a plan and, once every one was acknowledged, its ledger entry. Undefined when
 * `storeId` is no longer the store that is filled: then some of its points may be missing there.
 * Throws `InfluxError` `unavailable` when the store stays away.
 */
export async function storeObject(
  object: CollectableObject,
  { summary, columns, proposal }: RolledUp,
  plan: Plan,
  storeId: string,
  spool: LineSpool,
  deps: ObjectDependencies,
  trace: ObjectTrace
): Promise<ObjectOutcome | undefined> {
  let expired = 0;
  let refused: Plan | undefined;
  try {
    // Identifiers first: a report joins them by inner join, so an id without a row would hide its traffic.
    await deps.writer.withRetry(() => deps.entities.publishNew());
    refused = plan;
    let trail: string | undefined = trailOf(plan, proposal.size);
    for (const { policy, lines } of spool.blocks()) {
      // In one request with the first points where it can be: one of its own costs as much as those of a small object.
      const isFirst = trail !== undefined && policy === 'minute';
      if (trail !== undefined && !isFirst) {
        await deps.writer.write('minute', trail);
      }
      expired += await deps.writer.write(policy, isFirst ? Buffer.concat([Buffer.from(trail!), lines]) : lines);
      trail = undefined;
      trace.wrote(lines);
    }
  } catch (error) {
    if (isRefusal(error)) {
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
  const { flowLogId } = parseObjectName(object.key);
  const flowLog = flowLogId === undefined ? undefined : flowLogObjectOf(flowLogId, summary);
  const entry = ledgerEntry(object, stored, plan);
  const noted = await deps.registry.recordStored(
    { planId: plan.id, storeId, hours: summary.hours, exporters, flowLog, entry, unread },
    deps.now()
  );
  if (noted === 'stored') {
    addToHours(summary, spool, deps);
    await deps.coverage.note(summary.covered, flowLogId);
    if (flowLogId !== undefined) {
      await deps.logged.note(flowLogId, summary.logged, plan.terms.isFlowLogDisabled);
    }
  }
  return noted === 'elsewhere' ? undefined : noted === 'stored' ? stored : { state: 'duplicate', summary };
}

/** What the store keeps of a plan. A replay writes it over itself. */
function trailOf({ identity, sha256, terms, decisions, offsets }: Plan, size: number): string {
  const trailed: TrailedPlan = { identity, sha256, size, terms, decisions, offsets };
  // The same in every replay: all horizons are those of the time at which the plan was proposed.
  return planLine(trailed, terms.futureHorizon, offsets[0] ?? 0);
}

/** What an object says of its flow log. */
function flowLogObjectOf(id: string, { ok, reasons, logged, hasLongSpans }: RollupSummary): FlowLogObject {
  const actions = [...new Set(logged.map(({ action }) => action))];
  return { id, records: ok + droppedRecords(reasons), actions, hasLongSpans };
}

/** Adds a stored object to the sums of its hours. If it cannot be read again, InfluxDB has to sum them up. */
function addToHours({ hours }: RollupSummary, spool: LineSpool, { hourSums }: ObjectDependencies): void {
  const starts = hours.map(({ hour }) => hour);
  try {
    hourSums.add(starts, spool.blocks());
  } catch (error) {
    if (!(error instanceof TemporaryFilesFailed)) {
      throw error;
    }
  }
}

/** The lines of an object that could not be counted; undefined when there are none. */
function unreadOf({ unread = [] }: RollupSummary, columns: readonly string[]): UnreadLines | undefined {
  return unread.length === 0 ? undefined : { header: columns.join(' '), lines: unread };
}

/** The outcome of an object that the store refuses. */
function refusedByStore({ failure, message: why }: InfluxError): ObjectOutcome {
  return {
    state: 'refused',
    reason: failure,
    message: `${why.replace(/[^.]$/, '$&.')} The object stays where it is and is tried again.`,
  };
}

/** The outcome of an object whose temporary files cannot be kept. */
export function refusedForTemporaryFiles({ message }: TemporaryFilesFailed): ObjectOutcome {
  return {
    state: 'refused',
    reason: 'temporary-files',
    message: `${message} The object stays where it is and is tried again.`,
  };
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
    `${dropped} InfluxDB's policies must keep minutes for ${RETENTION_HOURS.minute} and hours for ${RETENTION_HOURS.hour} ` +
    '(SHOW RETENTION POLICIES), and its clock must be right; then retry: flowscope quarantine retry. ' +
    'What was written of it already is written over, not doubled.'
  );
}
