import type { DatabaseSync } from 'node:sqlite';
import { markHoursDirty, type HourRecords } from './counters';
import { all, first, run } from './database';
import { recordSeenEntities } from './entities';
import { decideExporters, claimExporterPlace } from './exporters';
import { isFilledStore } from './filledStore';
import { isFlowLogDisabled, recordFlowLog, recordFlowLogObject, type FlowLogObject } from './flowLogs';
import { setLedgerEntry, type LedgerEntry } from './ledger';
import { wasJustDeleted } from './mayDelete';
import { recordOverflow } from './overflow';
import { isKeptVersion } from './ownerFacts';
import { hashColumn, insertPlan, parseDecisions, readPlan, type Plan, type Proposal } from './planRows';
import { countRecords } from './rates';
import { topK } from './seriesBudget';
import { keepUnread, type UnreadLines } from './unread';

export type { Plan, Proposal } from './planRows';

/**
 * The answer to a {@link Proposal}:
 * `granted` as proposed · `existing`: the object has an unfinished plan, follow that one · `duplicate`: it is stored
 * already · `conflict`: the plan of its name is of other content; reading the object again by that plan says what to do
 * (`collect/object/readObject.ts`) · `changed`: an exporter's decision, whether the flow log is disabled, or K is no longer that,
 * or the version of the owner facts is kept no more; ask again.
 */
export type Grant =
  | { readonly outcome: 'granted' | 'existing' | 'duplicate' | 'conflict'; readonly plan: Plan }
  | { readonly outcome: 'changed' };

/** The plan of an object, by its identity or, where that is known, by its content. */
export function findPlan(db: DatabaseSync, identity: string, sha256?: string): Plan | undefined {
  const record =
    readPlan(db, 'identity = ?', identity) ??
    (sha256 === undefined ? undefined : readPlan(db, 'sha256 = ?', hashColumn(sha256)));
  if (!record) {
    return undefined;
  }
  const { size: _size, granted: _granted, stored: _stored, ...plan } = record;
  return plan;
}

/** Grants an object its plan, once: by identity and by content. Also marks its hours dirty and notes what it names. */
export function grantPlan(db: DatabaseSync, proposal: Proposal, now: number): Grant {
  const { sourceId, identity, sha256, size, terms, exporters, offsets, hours, entities, flowLog } = proposal;
  // Their records are noted once they are stored.
  const unwritten = hours.map((hour) => ({ hour, records: 0 }));
  const known = findPlan(db, identity, sha256);
  if (known) {
    if (known.sha256 !== sha256) {
      return { outcome: 'conflict', plan: known };
    }
    if (known.isStored) {
      return { outcome: 'duplicate', plan: known };
    }
    markHoursDirty(db, unwritten, now);
    return { outcome: 'existing', plan: known };
  }
  const ids = exporters.map((exporter) => exporter.id);
  const decisions = decideExporters(db, ids, now);
  if (
    // It followed a plan that was forgotten meanwhile.
    terms.sourceId !== sourceId ||
    !isKeptVersion(db, terms.owners) ||
    terms.topK !== topK(db) ||
    terms.isFlowLogDisabled !== isFlowLogDisabled(db, flowLog?.id) ||
    exporters.some(({ id, decision }) => decisions[id] !== decision)
  ) {
    return { outcome: 'changed' };
  }
  exporters.filter(({ decision }) => decision === 'count').forEach((exporter) => claimExporterPlace(db, exporter, now));
  insertPlan(db, { identity, sha256, size, terms, offsets }, decisions, now);
  markHoursDirty(db, unwritten, now, 1);
  recordSeenEntities(db, entities, now);
  if (flowLog) {
    recordFlowLog(db, flowLog, now);
  }
  return { outcome: 'granted', plan: findPlan(db, identity, sha256)! };
}

/** An object whose points were all acknowledged. */
export interface StoredObject {
  readonly planId: number;
  /** The store that has them: when given, it must still be the one that is filled. */
  readonly storeId: string;
  /** Hours that have points in `minute`, with the records of the object that count in each. */
  readonly hours: readonly HourRecords[];
  /** Records per exporter id. */
  readonly exporters: Readonly<Record<string, number>>;
  /** Of the flow log that wrote it, when its name says so. */
  readonly flowLog?: FlowLogObject;
  readonly entry: LedgerEntry;
  /** Its lines that could not be counted. */
  readonly unread?: UnreadLines;
}

/**
 * Notes that all points of an object were acknowledged, and keeps what could not be counted of it: from now on it may be
 * deleted. `stored` · `known` already · `elsewhere`: in a store that this registry fills no more, or by a plan that went with one,
 * so that nothing is noted.
 */
export function recordStored(db: DatabaseSync, object: StoredObject, now: number): 'stored' | 'known' | 'elsewhere' {
  if (!isFilledStore(db, object.storeId) || !first(db, 'SELECT 1 FROM plan WHERE id = ?', object.planId)) {
    return 'elsewhere';
  }
  const isFirst = run(db, 'UPDATE plan SET stored = ? WHERE id = ? AND stored IS NULL', now, object.planId) > 0;
  // Again, after the last write: an hour recomputed between the grant and the write has missed these points.
  const added = isFirst ? object.hours : object.hours.map(({ hour }) => ({ hour, records: 0 }));
  markHoursDirty(db, added, now);
  if (isFirst) {
    const { identity, decisions, terms } = readPlan(db, 'id = ?', object.planId)!;
    const seen = Object.entries(object.exporters);
    const isOverflow = ([id]: [string, number]) => decisions[id] === 'overflow';
    const counted = Object.fromEntries(seen.filter((one) => !isOverflow(one)));
    const hours = object.hours.map(({ hour }) => hour);
    countRecords(db, 'exporter', counted, terms.fileTime, hours, now);
    if (object.flowLog) {
      recordFlowLogObject(db, object.flowLog, terms.fileTime, hours, now);
    }
    recordOverflow(db, Object.fromEntries(seen.filter(isOverflow)), now);
    if (object.unread) {
      keepUnread(db, { ...object.entry, identity }, object.unread, now);
    }
  }
  run(db, 'UPDATE source SET last_object = ? WHERE id = ?', now, object.entry.sourceId);
  if (isFirst || !wasJustDeleted(db, object.entry, now)) {
    setLedgerEntry(db, object.entry, now);
  }
  return isFirst ? 'stored' : 'known';
}

/**
 * Notes that an object has the content of one that is stored, so that it may be deleted. False, and nothing noted, when that
 * one is stored no more: its store was dropped meanwhile.
 */
export function recordDuplicate(
  db: DatabaseSync,
  { id, sha256 }: Pick<Plan, 'id' | 'sha256'>,
  entry: LedgerEntry,
  now: number
): boolean {
  // The number of a plan that was forgotten is given again.
  if (!first(db, 'SELECT 1 FROM plan WHERE id = ? AND sha256 = ? AND stored IS NOT NULL', id, hashColumn(sha256))) {
    return false;
  }
  if (!wasJustDeleted(db, entry, now)) {
    setLedgerEntry(db, entry, now);
  }
  return true;
}

/** How many of a source's newest objects are looked at for its exporters, per state. */
const NEWEST_OBJECTS = 500;

/** How many exporters the objects that were collected from a source last came from. */
export function sourceExporters(db: DatabaseSync, sourceId: string): number {
  const exporters = new Set<number>();
  for (const state of ['stored', 'deleted'] satisfies Array<LedgerEntry['state']>) {
    const newest = all<{ decisions: string }>(
      db,
      `SELECT decisions FROM (SELECT plan_id FROM ledger WHERE source_id = ? AND state = ? AND reason IS NULL
         AND dismissed IS NULL ORDER BY changed DESC, id DESC LIMIT ${NEWEST_OBJECTS}) JOIN plan ON plan.id = plan_id`,
      ...[sourceId, state]
    );
    const decided = newest.flatMap(({ decisions }) => parseDecisions(decisions));
    decided.filter(({ decision }) => decision === 'count').forEach(({ number }) => exporters.add(number));
  }
  return exporters.size;
}
