import type { DatabaseSync } from 'node:sqlite';
import { Worker, type MessagePort } from 'node:worker_threads';
import { openDatabase } from './database';
import * as accounts from './accounts';
import { listChanges } from './audit';
import { collectorState, leftObjects } from './collectionState';
import * as counters from './counters';
import { deliveredSlots } from './deliveries';
import * as entities from './entities';
import { RegistryError, type RegistryErrorCode } from './errors';
import { explainObject, objectState } from './explain';
import * as exporterChanges from './exporterChanges';
import * as exporters from './exporters';
import { adoptStore, continueAbove, filledStore, fillStore, lastCollected } from './filledStore';
import { registryId } from './identity';
import * as ledger from './ledger';
import * as leftovers from './leftovers';
import * as plans from './plans';
import { prune } from './prune';
import * as quarantine from './quarantine';
import * as seriesBudget from './seriesBudget';
import * as sourceChanges from './sourceChanges';
import * as sources from './sources';
import { setSyncSchedule, syncSchedule } from './syncSchedule';
import { together } from '../util/batchPerTick';
import { countUnread, listUnread, readUnread } from './unread';
import { unusable } from './unusable';

const { listSources, getSource, sourceById, sourceLooked } = sources;
const { addSource, changeSource, switchSource, deleteSource, enableSource, removeSource } = sourceChanges;
const { findPlan, grantPlan, objectStored, noteDuplicate, sourceExporters } = plans;
const { decideExporters, exporterOverview, exporterLimit } = exporters;
const { changeExporters, enableExporters, setExporterLimit } = exporterChanges;
const { dirtyHours, hourRecomputed, reserveOffsets } = counters;
const { setLedger, objectNotRead, knownObjects, sourceListed, unfinishedKeys, objectsDeleted, ledgerCounts } = ledger;
const { leftoverReasons, leftoversAmong, beginDiscard, claimLeftovers, leftoversDiscarded } = leftovers;
const { listQuarantine, countQuarantine, retryQuarantined, dismissQuarantined } = quarantine;
const { seriesState, seriesCounted, seriesRefused, topK } = seriesBudget;
const { describeEntities, listEntities, hasUnstoredEntities, entitiesStored, hasUnsyncedEntities } = entities;
const { flowLogRegions, syncRan, lastSync, searchEntities, descriptionsOf } = entities;
const { listAccounts, removeAccount, accountById, createAccount, changeAccount, deleteAccount } = accounts;

/** Everything the registry can be asked; each runs inside a transaction. */
const OPERATIONS = {
  ...{ addSource, listSources, getSource, changeSource, enableSource, removeSource, sourceLooked },
  ...{ decideExporters, exporterOverview, enableExporters, exporterLimit, setExporterLimit },
  ...{ listQuarantine, countQuarantine, retryQuarantined, dismissQuarantined, explainObject },
  ...{ findPlan, grantPlan, objectStored, noteDuplicate, dirtyHours, hourRecomputed, reserveOffsets },
  ...{ setLedger, objectNotRead, knownObjects, sourceListed, unfinishedKeys, objectsDeleted, ledgerCounts },
  ...{ describeEntities, listEntities, hasUnstoredEntities, entitiesStored, hasUnsyncedEntities },
  ...{ createAccount, listAccounts, changeAccount, removeAccount, flowLogRegions, syncRan, prune },
  ...{ deliveredSlots, leftObjects, collectorState },
  ...{ leftoverReasons, leftoversAmong, beginDiscard, claimLeftovers, leftoversDiscarded },
  ...{ seriesState, seriesCounted, seriesRefused, topK },
  ...{ registryId, filledStore, fillStore, adoptStore, continueAbove, lastCollected },
  ...{ listUnread, readUnread, countUnread },
  // What only the API asks for.
  ...{ switchSource, deleteSource, sourceById, changeExporters, listChanges, objectState },
  ...{ sourceExporters },
  ...{ accountById, deleteAccount, lastSync, searchEntities, descriptionsOf },
  ...{ syncSchedule, setSyncSchedule },
};

type Operations = typeof OPERATIONS;
type OperationName = keyof Operations;
type Arguments<F> = F extends (db: DatabaseSync, ...rest: infer R) => unknown ? R : never;

/** The registry as callers see it: each operation without its database, answering when it is durable. */
export type Registry = {
  readonly [K in OperationName]: (...args: Arguments<Operations[K]>) => Promise<ReturnType<Operations[K]>>;
} & {
  close(): Promise<void>;
  /** Resolves with the reason when the registry's thread ended without having been told to. Nothing can be recorded then. */
  readonly died: Promise<Error>;
};

interface Call {
  readonly name: OperationName;
  readonly args: readonly unknown[];
  readonly done: (error: unknown, result?: unknown) => void;
}

/**
 * Runs operations in the order they come, all that wait in one transaction: one flush to disk serves many objects in
 * flight. An operation that throws is undone alone.
 */
class GroupCommit {
  private waiting: Call[] = [];

  /** `directory`: where the database is. */
  constructor(
    private readonly db: DatabaseSync,
    private readonly directory: string
  ) {}

  submit(call: Call): void {
    if (this.waiting.push(call) === 1) {
      setImmediate(() => this.flush());
    }
  }

  private flush(): void {
    const calls = this.waiting;
    this.waiting = [];
    const answers: Array<() => void> = [];
    try {
      this.db.exec('BEGIN IMMEDIATE');
      for (const call of calls) {
        answers.push(this.runOne(call));
      }
      this.db.exec('COMMIT');
    } catch (error) {
      if (this.db.isTransaction) {
        this.db.exec('ROLLBACK');
      }
      const failure = unusable(this.directory, error);
      calls.forEach((call) => call.done(failure));
      return;
    }
    answers.forEach((answer) => answer());
  }

  private runOne({ name, args, done }: Call): () => void {
    this.db.exec('SAVEPOINT operation');
    try {
      const operation = OPERATIONS[name] as (db: DatabaseSync, ...rest: readonly unknown[]) => unknown;
      const result = operation(this.db, ...args);
      this.db.exec('RELEASE operation');
      return () => done(undefined, result);
    } catch (error) {
      if (unusable(this.directory, error) !== error) {
        // None of what waits can be kept: SQLite may have undone all of it already, which must not hide why.
        throw error;
      }
      this.db.exec('ROLLBACK TO operation; RELEASE operation');
      return () => done(error);
    }
  }
}

function registryOf(
  call: (name: OperationName, args: readonly unknown[]) => Promise<unknown>,
  close: () => Promise<void>,
  died: Promise<Error>
): Registry {
  const names = Object.keys(OPERATIONS) as OperationName[];
  const calls = names.map((name) => [name, (...args: readonly unknown[]) => call(name, args)]);
  return { ...Object.fromEntries(calls), close, died } as Registry;
}

/** The registry in this thread: for short commands and tests. `directory` may be `:memory:`. */
export function openRegistry(directory: string): Registry {
  const db = openDatabase(directory);
  const commits = new GroupCommit(db, directory);
  const call = (name: OperationName, args: readonly unknown[]) =>
    new Promise((resolve, reject) => {
      commits.submit({ name, args, done: (error, result) => (error ? reject(error) : resolve(result)) });
    });
  const close = async () => {
    await new Promise((resolve) => setImmediate(resolve));
    db.close();
  };
  return registryOf(call, close, new Promise(() => undefined));
}

/** What the registry's thread is started with. */
export interface RegistryThreadData {
  readonly directory: string;
}

interface Question {
  readonly number: number;
  readonly name: OperationName;
  readonly args: readonly unknown[];
}

interface Answer {
  readonly number: number;
  readonly result?: unknown;
  readonly error?: {
    readonly name: string;
    readonly message: string;
    readonly code?: RegistryErrorCode;
    readonly field?: string;
  };
}

/** The registry in a thread of its own, so that a flush to disk never stops collecting. `script`: the bundle itself. */
export function startRegistryThread(script: string, directory: string): Registry {
  // Opened here once too, so that a registry that cannot be opened is this caller's clear error.
  openDatabase(directory).close();
  const worker = new Worker(script, { workerData: { directory } satisfies RegistryThreadData });
  const open = new Map<number, { resolve: (value: unknown) => void; reject: (error: unknown) => void }>();
  let asked = 0;
  worker.on('message', (answers: readonly Answer[]) => {
    for (const { number, result, error } of answers) {
      const question = open.get(number);
      open.delete(number);
      if (error) {
        const known =
          error.name === 'RegistryError'
            ? new RegistryError(error.message, error.code, error.field)
            : new Error(error.message);
        question?.reject(known);
      } else {
        question?.resolve(result);
      }
    }
  });
  let failure: Error | undefined;
  let isClosing = false;
  const died = Promise.withResolvers<Error>();
  const end = (error: Error) => {
    failure ??= error;
    open.forEach(({ reject }) => reject(failure));
    open.clear();
    if (!isClosing) {
      died.resolve(failure);
    }
  };
  worker.on('error', (error) => end(new RegistryDied(error.message, { cause: error })));
  const exited = new Promise<void>((resolve) => {
    worker.once('exit', (code) => {
      end(isClosing ? new Error('The registry was closed.') : new RegistryDied(`exit code ${code}`));
      resolve();
    });
  });
  const ask = together<Question>((questions) => worker.postMessage(questions));
  const call = (name: OperationName, args: readonly unknown[]) =>
    new Promise((resolve, reject) => {
      if (failure) {
        reject(failure);
        return;
      }
      open.set(++asked, { resolve, reject });
      ask({ number: asked, name, args });
    });
  const close = async () => {
    isClosing = true;
    // After the questions that are still to be sent.
    setImmediate(() => worker.postMessage('close'));
    await exited;
  };
  return registryOf(call, close, died.promise);
}

/** The registry's thread ended without having been told to. */
export class RegistryDied extends Error {
  override readonly name = 'RegistryDied';

  constructor(reason: string, options?: ErrorOptions) {
    super(
      `The thread of the registry ended unexpectedly (${reason}). Nothing can be recorded without it. Start Flowscope ` +
        'again: what was not recorded is collected then, and counts once.',
      options
    );
  }
}

/** Does some work, and gives it up when the registry's thread ends unexpectedly: throws the reason then. */
export function whileAlive<T>(registry: Registry, work: Promise<T>): Promise<T> {
  const died = registry.died.then((error) => {
    throw error;
  });
  return Promise.race([work, died]);
}

/** Runs in the registry's thread: answers questions until it is told to close. */
export function runRegistryThread({ directory }: RegistryThreadData, port: MessagePort): void {
  const db = openDatabase(directory);
  const commits = new GroupCommit(db, directory);
  const answer = together<Answer>((answers) => port.postMessage(answers));
  port.on('message', (message: readonly Question[] | 'close') => {
    if (message === 'close') {
      // Behind the answers, which are sent behind the commit.
      setImmediate(() =>
        setImmediate(() => {
          db.close();
          port.close();
        })
      );
      return;
    }
    for (const { number, name, args } of message) {
      const done = (error: unknown, result?: unknown) => {
        const { code, field } = error instanceof RegistryError ? error : {};
        const failure = error instanceof Error ? { name: error.name, message: error.message, code, field } : undefined;
        answer({ number, result, error: failure });
      };
      commits.submit({ name, args, done });
    }
  });
}
