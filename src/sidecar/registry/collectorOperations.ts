import type { DatabaseSync } from 'node:sqlite';
import type { z } from 'zod';
import { RETENTION_SECONDS } from '../rollup/terms';
import { holdPlan, isHeldOrStored, requireAssigned } from './collectors';
import type { LedgerEntry, NotReadEntry } from './ledger';
import { mayDelete } from './mayDelete';
import type { Grant, Proposal, StoredObject } from './plans';

export { RULES_VERSION } from '../rollup/terms';

/** What the schemas of arguments are built with: a function, so that the registry's thread does not load zod. */
type Zod = typeof z;

/** What the process of the primary does for collectors elsewhere, besides what the registry does. */
export type PrimaryOperationName = 'sources' | 'openShards' | 'publishNames' | 'newestOwners' | 'report';

/** What a collector elsewhere may ask for. */
interface CollectorOperation {
  /** What its arguments must be, in order. */
  readonly args: (zod: Zod) => readonly z.ZodType[];
  /** The ids of the sources that it is about, each of which must be assigned to the collector; none: it is about no source. */
  readonly sources?: (args: never) => readonly string[];
  /** What else must hold; a result in its place where something does not. */
  readonly instead?: (db: DatabaseSync, collectorId: string, args: never) => { readonly result: unknown } | undefined;
  /** What is noted of it, in the same transaction. */
  readonly after?: (db: DatabaseSync, collectorId: string, args: never, result: never) => void;
}

/** Long enough for keys of 1,024 bytes. */
const KEY_CHARACTERS = 1024;
/** As many offsets, and keys, as a process of ours asks for at once. */
const MAX_OFFSETS = 10_000;
const MAX_KEYS = 5000;
const MAX_LISTED = 100_000;

const id = (zod: Zod) => zod.string().min(1).max(64);
const key = (zod: Zod) => zod.string().max(KEY_CHARACTERS);
const text = (zod: Zod) => zod.string().max(10_000);
const natural = (zod: Zod) => zod.int().min(0);
/** A value that may be missing, which JSON says as null. */
const maybe = <T extends z.ZodType>(schema: T) => schema.nullish().transform((value) => value ?? undefined);
const sha256 = (zod: Zod) => zod.string().regex(/^[0-9a-f]{64}$/);
const counts = (zod: Zod) => zod.record(text(zod), natural(zod));
const decimal = (zod: Zod) => zod.string().regex(/^\d+$/);

const hours = (zod: Zod) => zod.array(zod.strictObject({ hour: natural(zod), records: natural(zod) }));

const place = (zod: Zod) => ({ ...{ sourceId: id(zod), key: key(zod), etag: text(zod) }, size: natural(zod) });

/** `state`: none that lets an object be deleted. */
const entry = (zod: Zod, states: readonly [string, ...string[]]) =>
  zod.strictObject({
    ...place(zod),
    state: zod.enum(states),
    reason: text(zod).optional(),
    message: text(zod).optional(),
    counts: zod
      .strictObject({
        ...{ records: natural(zod), ok: natural(zod), reasons: counts(zod), parts: natural(zod) },
        quotes: zod.array(zod.strictObject({ reason: text(zod), line: text(zod) })),
        ...{ bytes: decimal(zod), packets: decimal(zod), flows: decimal(zod) },
      })
      .optional(),
    planId: natural(zod).optional(),
    delivery: zod.strictObject({ arrived: natural(zod), hasLongSpans: zod.boolean() }).optional(),
  });

const proposal = (zod: Zod) =>
  zod.strictObject({
    ...{ sourceId: id(zod), identity: key(zod), sha256: sha256(zod), size: natural(zod) },
    terms: zod.strictObject({
      ...{ rulesVersion: natural(zod), sourceId: id(zod), topK: natural(zod), owners: natural(zod) },
      ...{ isFlowLogDisabled: zod.boolean(), account: text(zod).optional(), fileTime: zod.int() },
      ...{ minuteHorizon: zod.int(), hourHorizon: zod.int(), futureHorizon: zod.int() },
    }),
    exporters: zod.array(
      zod.strictObject({
        ...{ id: text(zod), account: text(zod), from: zod.enum(['vpc', 'subnet', 'interface']) },
        decision: zod.enum(['count', 'drop', 'overflow']),
      })
    ),
    offsets: zod.array(natural(zod)),
    hours: zod.array(zod.int()),
    entities: zod.array(
      zod.strictObject({
        ...{ kind: text(zod), id: text(zod), vpc: text(zod), subnet: text(zod) },
        ...{ instance: text(zod), account: text(zod), region: text(zod).optional() },
      })
    ),
    flowLog: zod
      .strictObject({ ...{ id: text(zod), account: text(zod), region: text(zod) }, columns: zod.array(text(zod)) })
      .optional(),
  });

const stored = (zod: Zod) =>
  zod.strictObject({
    ...{ planId: natural(zod), storeId: text(zod), hours: hours(zod), exporters: counts(zod) },
    flowLog: zod
      .strictObject({
        ...{ id: text(zod), records: natural(zod), actions: zod.array(text(zod)), hasLongSpans: zod.boolean() },
      })
      .optional(),
    entry: entry(zod, ['stored']),
    unread: zod
      .strictObject({
        header: zod.string(),
        lines: zod.array(zod.strictObject({ reason: text(zod), line: zod.string() })),
      })
      .optional(),
  });

const seen = (zod: Zod) => ({
  ...{ interface: text(zod), action: text(zod), since: zod.int(), until: zod.int() },
});

const flowLogState = (zod: Zod) =>
  zod.strictObject({
    ...{
      id: text(zod),
      account: text(zod),
      state: zod.enum(['delivering', 'late', 'silent']),
      hasWaiting: zod.boolean(),
    },
    ...{ completeUntil: zod.int(), freshUntil: zod.int().optional(), lag: zod.int(), gaps: natural(zod) },
    aggregation: natural(zod),
  });

const report = (zod: Zod) =>
  zod.strictObject({
    /** Goes up with each report: one that comes twice counts once. */
    number: natural(zod),
    recordsPerSecond: zod.number().min(0),
    errors: natural(zod),
    sources: zod.array(
      zod.strictObject({
        id: id(zod),
        backlog: zod.strictObject({ objects: natural(zod), oldest: natural(zod).optional() }).optional(),
        /** Since the report before. */
        done: counts(zod),
        flowLogs: zod.array(flowLogState(zod)).max(MAX_LISTED).optional(),
        ignoredEvents: natural(zod),
      })
    ),
  });

/** What a collector says of its work every few seconds: see {@link COLLECTOR_OPERATIONS}. */
export type CollectorReport = z.infer<ReturnType<typeof report>>;

const first = ([sourceId]: readonly string[]) => [sourceId];
const ofEntry = ([{ sourceId }]: readonly [Pick<LedgerEntry | NotReadEntry, 'sourceId'>]) => [sourceId];

/**
 * All that a collector elsewhere may ask for, and of what: how arguments are checked, and which sources must be its own
 * at that moment. What is not in this table is refused. Times are Unix seconds, as its own clock has them.
 */
export const COLLECTOR_OPERATIONS = {
  registryId: { args: () => [] },
  filledStore: { args: () => [] },
  reserveOffsets: {
    args: (zod) => [zod.int().min(1).max(MAX_OFFSETS), natural(zod), zod.literal(RETENTION_SECONDS.hour)],
  },
  topK: { args: () => [] },
  disabledFlowLogs: { args: () => [] },
  decideExporters: { args: (zod) => [zod.array(text(zod)).max(MAX_LISTED), natural(zod)] },
  ownerFacts: { args: (zod) => [natural(zod), zod.int(), natural(zod)] },
  recordSeriesRefusal: { args: (zod) => [natural(zod), natural(zod)] },
  deletionHold: { args: () => [] },

  countRemaining: { args: (zod) => [id(zod), natural(zod)], sources: first },
  deliveredSlots: { args: (zod) => [id(zod)], sources: first },
  unfinishedKeys: { args: (zod) => [id(zod), natural(zod)], sources: first },
  lookUpListed: { args: (zod) => [id(zod), zod.array(key(zod)).max(MAX_KEYS), natural(zod)], sources: first },
  recordListing: {
    args: (zod) => [id(zod), natural(zod), natural(zod), maybe(zod.array(key(zod)).max(MAX_LISTED))],
    sources: first,
  },
  recordScan: { args: (zod) => [id(zod), natural(zod), maybe(text(zod)), maybe(text(zod))], sources: first },

  findPlan: { args: (zod) => [key(zod), maybe(sha256(zod))] },
  grantPlan: {
    args: (zod) => [proposal(zod), natural(zod)],
    sources: ([{ sourceId }]: readonly [Proposal]) => [sourceId],
    after: (db, collectorId, [{ sourceId }, now]: readonly [Proposal, number], grant: Grant) => {
      if (grant.outcome === 'granted' || grant.outcome === 'existing') {
        holdPlan(db, collectorId, grant.plan, sourceId, now);
      }
    },
  },
  recordStored: {
    args: (zod) => [stored(zod), natural(zod)],
    sources: ([{ entry: of }]: readonly [StoredObject]) => ofEntry([of]),
    // Nobody calls an object stored that was not granted to it. Where its plan was taken back meanwhile, it is asked for again.
    instead: (db, collectorId, [{ planId }]: readonly [StoredObject]) =>
      isHeldOrStored(db, collectorId, planId) ? undefined : { result: 'elsewhere' },
  },
  recordDuplicate: {
    args: (zod) => [zod.object({ id: natural(zod), sha256: sha256(zod) }), entry(zod, ['stored']), natural(zod)],
    sources: ([, of]: readonly [unknown, LedgerEntry]) => ofEntry([of]),
  },
  setLedgerEntry: {
    args: (zod) => [entry(zod, ['not-collected', 'quarantined', 'refused']), natural(zod)],
    sources: ofEntry,
  },
  recordNotRead: {
    args: (zod) => [
      zod.strictObject({
        ...{ ...place(zod), state: zod.enum(['not-read', 'gone', 'refused']) },
        ...{ reason: text(zod).optional(), message: text(zod).optional() },
      }),
      natural(zod),
    ],
    sources: ofEntry,
  },
  mayDelete: {
    args: (zod) => [id(zod), zod.array(key(zod)).max(MAX_KEYS), natural(zod)],
    sources: first,
    instead: (db, collectorId, [sourceId, keys, now]: readonly [string, string[], number]) => ({
      result: mayDelete(db, sourceId, keys, now, collectorId),
    }),
  },
  recordDeleted: { args: (zod) => [id(zod), zod.array(key(zod)).max(MAX_KEYS), natural(zod)], sources: first },

  noteCoverage: {
    args: (zod) => [
      zod.array(zod.strictObject({ ...seen(zod), exporter: text(zod) })).max(MAX_KEYS),
      natural(zod),
      maybe(text(zod)),
    ],
  },
  noteLogged: {
    args: (zod) => [text(zod), zod.array(zod.strictObject(seen(zod))).max(MAX_KEYS), zod.boolean(), natural(zod)],
  },

  sources: { args: () => [] },
  openShards: { args: (zod) => [zod.enum(['minute', 'hour']), zod.array(natural(zod)).max(MAX_KEYS)] },
  publishNames: { args: () => [] },
  newestOwners: { args: () => [] },
  report: {
    args: (zod) => [report(zod)],
    sources: ([{ sources }]: readonly [CollectorReport]) => sources.map(({ id: sourceId }) => sourceId),
  },
} as const satisfies Readonly<Record<string, CollectorOperation>>;

/** The name of an operation that a collector may ask for. */
export type CollectorOperationName = keyof typeof COLLECTOR_OPERATIONS;

/** Whether a collector may ask for an operation of that name. */
export function isForCollectors(name: string): name is CollectorOperationName {
  return Object.hasOwn(COLLECTOR_OPERATIONS, name);
}

/** The ids of the sources that a call is about. Its arguments were checked. */
export function sourcesOf(name: CollectorOperationName, args: readonly unknown[]): readonly string[] {
  const operation: CollectorOperation = COLLECTOR_OPERATIONS[name];
  return operation.sources?.(args as never) ?? [];
}

/**
 * Runs an operation for a collector, within the transaction of `work`, which is the operation itself. Throws `RegistryError`
 * `forbidden` when it was removed, or one of the sources is not its own.
 */
export function runForCollector(
  db: DatabaseSync,
  collectorId: string,
  name: string,
  args: readonly unknown[],
  work: () => unknown
): unknown {
  if (!isForCollectors(name)) {
    throw new Error(`${name} is nothing that a collector may ask for`);
  }
  const operation: CollectorOperation = COLLECTOR_OPERATIONS[name];
  requireAssigned(db, collectorId, sourcesOf(name, args));
  const instead = operation.instead?.(db, collectorId, args as never);
  if (instead) {
    return instead.result;
  }
  const result = work();
  operation.after?.(db, collectorId, args as never, result as never);
  return result;
}
