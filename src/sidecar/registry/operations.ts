import type { DatabaseSync } from 'node:sqlite';
import * as accounts from './accounts';
import { listChanges, recordInfluxUser } from './audit';
import { collectorState, countRemaining } from './collectionState';
import { runForCollector, type CollectorOperationName, type PrimaryOperationName } from './collectorOperations';
import * as collectors from './collectors';
import * as counters from './counters';
import * as coverage from './coverage';
import { deletionHold, holdDeletion, releaseDeletion } from './deletionHold';
import { deliveredSlots } from './deliveries';
import * as entities from './entities';
import { explainObject, objectState } from './explain';
import * as exporterChanges from './exporterChanges';
import * as exporters from './exporters';
import * as filled from './filledStore';
import * as findings from './flowLogFindings';
import * as flowLogs from './flowLogs';
import * as logged from './loggedInterfaces';
import * as ledger from './ledger';
import * as leftovers from './leftovers';
import { mayDelete } from './mayDelete';
import * as networks from './networks';
import * as owners from './ownerFacts';
import * as ownerRegions from './ownerRegions';
import { otherRulesVersion } from './otherRules';
import { takePlans } from './planRows';
import * as plans from './plans';
import { pruneBatch } from './prune';
import * as quarantine from './quarantine';
import * as quarantineList from './quarantineList';
import { search } from './search';
import * as series from './seriesBudget';
import * as sourceChanges from './sourceChanges';
import * as sources from './sources';
import { setSyncSchedule, syncSchedule } from './syncSchedule';
import * as unread from './unread';

/** Operations that change nothing. They run on a connection of their own, which never takes the write lock. */
const READS = {
  listSources: sources.listSources,
  getSource: sources.getSource,
  sourceById: sources.sourceById,
  sourceExporters: plans.sourceExporters,

  findPlan: plans.findPlan,
  otherRulesVersion,
  ownerFacts: owners.ownerFacts,
  currentFacts: owners.currentFacts,
  latestFacts: owners.latestFacts,
  newestOwnerVersion: owners.newestOwnerVersion,
  listNetworks: networks.listNetworks,
  decideExporters: exporters.decideExporters,
  topK: series.topK,
  seriesState: series.seriesState,
  dirtyHours: counters.dirtyHours,
  filledStore: filled.filledStore,
  lastCollected: filled.lastCollected,

  deletionHold,

  ledgerCounts: ledger.ledgerCounts,
  unfinishedKeys: ledger.unfinishedKeys,
  explainObject,
  objectState,
  countRemaining,
  collectorState,
  deliveredSlots,
  leftoverReasons: leftovers.leftoverReasons,
  filterLeftovers: leftovers.filterLeftovers,

  listQuarantine: quarantineList.listQuarantine,
  quarantinePage: quarantineList.quarantinePage,
  countQuarantine: quarantineList.countQuarantine,
  listUnread: unread.listUnread,
  unreadPage: unread.unreadPage,
  readUnread: unread.readUnread,
  countUnread: unread.countUnread,

  exporterOverview: exporters.exporterOverview,
  exporterLimit: exporters.exporterLimit,

  flowLogOverview: flowLogs.flowLogOverview,
  flowLogRegions: flowLogs.flowLogRegions,
  disabledFlowLogs: flowLogs.disabledFlowLogs,
  loggedWindows: logged.loggedWindows,
  findInFlowLogs: findings.findInFlowLogs,
  flowLogFindings: findings.flowLogFindings,

  listEntities: entities.listEntities,
  searchEntities: entities.searchEntities,
  findDescriptions: entities.findDescriptions,
  search,
  hasUnstoredEntities: entities.hasUnstoredEntities,
  countStoredEntities: entities.countStoredEntities,
  entitiesToName: entities.entitiesToName,
  entitiesNamed: entities.entitiesNamed,
  changedNames: entities.changedNames,
  hasUnsyncedEntities: entities.hasUnsyncedEntities,
  lastSync: entities.lastSync,
  syncSchedule,
  listCollectors: collectors.listCollectors,
  collectorByToken: collectors.collectorByToken,

  listAccounts: accounts.listAccounts,
  accountById: accounts.accountById,

  listChanges,
};

/** Operations that may change something. Those that wait together run in one transaction. */
const WRITES = {
  markHoursDirty: counters.markHoursDirty,
  addSource: sourceChanges.addSource,
  changeSource: sourceChanges.changeSource,
  switchSource: sourceChanges.switchSource,
  enableSource: sourceChanges.enableSource,
  deleteSource: sourceChanges.deleteSource,
  removeSource: sourceChanges.removeSource,
  recordScan: sources.recordScan,

  registryId: filled.registryId,
  fillStore: filled.fillStore,
  noteStoreAddress: filled.noteStoreAddress,
  adoptStore: filled.adoptStore,
  continueAbove: filled.continueAbove,
  takePlans,
  reserveOffsets: counters.reserveOffsets,
  grantPlan: plans.grantPlan,
  recordStored: plans.recordStored,
  recordDuplicate: plans.recordDuplicate,
  markHourClean: counters.markHourClean,
  ownerVersion: owners.ownerVersion,
  noteCoverage: coverage.noteCoverage,
  closeCoverage: coverage.closeCoverage,
  askOwnerRegion: ownerRegions.askOwnerRegion,
  changeOwnerFacts: ownerRegions.changeOwnerFacts,
  recordOwnerReading: ownerRegions.recordOwnerReading,
  lapseOwners: ownerRegions.lapseOwners,
  pruneOwners: owners.pruneOwners,
  addNetwork: networks.addNetwork,
  changeNetwork: networks.changeNetwork,
  removeNetwork: networks.removeNetwork,
  recordSeriesCount: series.recordSeriesCount,
  recordSeriesRefusal: series.recordSeriesRefusal,

  holdDeletion,
  releaseDeletion,

  setLedgerEntry: ledger.setLedgerEntry,
  recordNotRead: ledger.recordNotRead,
  lookUpListed: ledger.lookUpListed,
  recordListing: ledger.recordListing,
  mayDelete,
  recordDeleted: ledger.recordDeleted,
  pruneBatch,

  retryQuarantined: quarantine.retryQuarantined,
  dismissQuarantined: quarantine.dismissQuarantined,
  beginDiscard: leftovers.beginDiscard,
  claimLeftovers: leftovers.claimLeftovers,
  recordDiscarded: leftovers.recordDiscarded,

  changeExporters: exporterChanges.changeExporters,
  enableExporters: exporterChanges.enableExporters,
  setExporterLimit: exporterChanges.setExporterLimit,

  noteLogged: logged.noteLogged,
  recordFlowLogFindings: findings.recordFlowLogFindings,
  changeFlowLogs: flowLogs.changeFlowLogs,
  enableFlowLogs: flowLogs.enableFlowLogs,

  describeEntities: entities.describeEntities,
  nameAccounts: entities.nameAccounts,
  markEntitiesStored: entities.markEntitiesStored,
  forgetStoredEntities: entities.forgetStoredEntities,
  recordSync: entities.recordSync,
  setSyncSchedule,
  createAccount: accounts.createAccount,
  changeAccount: accounts.changeAccount,
  removeAccount: accounts.removeAccount,
  deleteAccount: accounts.deleteAccount,

  addCollector: collectors.addCollector,
  noteCollector: collectors.noteCollector,
  moveSources: collectors.moveSources,
  removeCollector: collectors.removeCollector,

  recordInfluxUser,
};

// With all that collectors elsewhere may ask the registry for.
const OPERATIONS = { ...READS, ...WRITES } satisfies Readonly<
  Record<Exclude<CollectorOperationName, PrimaryOperationName>, unknown>
>;

type Operations = typeof OPERATIONS;
type Arguments<F> = F extends (db: DatabaseSync, ...rest: infer R) => unknown ? R : never;

/** The name of an operation. */
export type OperationName = keyof Operations;

/** Each operation without its database. A write answers when it is durable; a read sees every write that came before it. */
export type RegistryOperations = {
  readonly [K in keyof Operations]: (...args: Arguments<Operations[K]>) => Promise<ReturnType<Operations[K]>>;
};

/** The registry as callers see it: plain calls with plain data. */
export interface Registry extends RegistryOperations {
  /** Ends what was asked, then closes the file. */
  close(): Promise<void>;
  /** The operations as the collector of that id may run them: see `collectorOperations.ts`. */
  forCollector(id: string): RegistryOperations;
  /** Resolves with the reason when the registry's thread ended without having been told to. Nothing can be recorded then. */
  readonly died: Promise<Error>;
}

/** One operation to be run, with plain data as arguments. */
export interface Operation {
  readonly name: OperationName;
  readonly args: readonly unknown[];
  /** The id of the collector elsewhere that asks for it; undefined for this process itself. */
  readonly collector?: string;
}

/** Whether an operation changes nothing. */
export function isRead({ name }: Operation): boolean {
  return Object.hasOwn(READS, name);
}

/** Runs an operation; returns its result, or throws what it throws. */
export function runOperation(db: DatabaseSync, { name, args, collector }: Operation): unknown {
  const operation = OPERATIONS[name] as (db: DatabaseSync, ...rest: readonly unknown[]) => unknown;
  const work = () => operation(db, ...args);
  return collector === undefined ? work() : runForCollector(db, collector, name, args, work);
}

/** All operations, each handed to `call`. `collector`: as in {@link Operation}. */
export function operationsVia(
  call: (operation: Operation) => Promise<unknown>,
  collector?: string
): RegistryOperations {
  const names = Object.keys(OPERATIONS) as OperationName[];
  const calls = names.map((name) => [name, (...args: readonly unknown[]) => call({ name, args, collector })]);
  return Object.fromEntries(calls) as RegistryOperations;
}

/** The registry whose operations are handed to `call`, but for how it ends. */
export function registryVia(call: (operation: Operation) => Promise<unknown>): Omit<Registry, 'close' | 'died'> {
  return { ...operationsVia(call), forCollector: (id) => operationsVia(call, id) };
}
