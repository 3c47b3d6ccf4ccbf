import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { SOURCE_FIELDS } from '../../contract/sourceFields';
import { addMissingColumns } from './columns';
import { RegistryError } from './errors';
import { MIGRATIONS } from './migrations';
import { otherRulesBeforeUpgrade, otherRulesMessage } from './otherRules';
import { makeFolderPrivate } from './privateFolder';
import { say } from '../util/output';
import { toDataDirectoryError } from './dataDirectoryError';

/** The registry's file inside the data directory. */
export const REGISTRY_FILE = 'registry.sqlite';

/** How long a statement waits for another process that writes, before it fails as "database is locked". Milliseconds. */
const BUSY_TIMEOUT = 30_000;

/** Pages in memory, KiB: those of a transaction that do not fit are written to the disk time and again. */
const CACHE_KIB = 16_000;

/**
 * Opens the registry for reading and writing, creating or upgrading it, and closes it and its directory to other users
 * ({@link makeFolderPrivate}). `directory`: FLOWSCOPE_DATA_DIR, or `:memory:` for tests.
 * Several processes may have it open: SQLite's write-ahead log lets them take turns. The write lock is taken only when there
 * is something to create or upgrade.
 * Throws when the file was written by a newer Flowscope, and `RegistryError` when this user may not read or write it, or when it
 * was filled under other rules and would have to be upgraded.
 */
export function openDatabase(directory: string): DatabaseSync {
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(directory === ':memory:' ? directory : privateFile(directory));
    db.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT}`);
    chooseWriteAheadLog(db);
    db.exec('PRAGMA synchronous = FULL');
    db.exec(`PRAGMA cache_size = -${CACHE_KIB}`);
    if (schemaVersion(db) !== MIGRATIONS.length) {
      upgrade(db, directory);
    }
    addMissingColumns(db, 'source', SOURCE_FIELDS);
    db.exec('PRAGMA foreign_keys = ON');
    return db;
  } catch (error) {
    db?.close();
    throw toDataDirectoryError(directory, error);
  }
}

/** How SQLite says that another process holds a lock: SQLITE_BUSY, "Result and Error Codes", sqlite.org/rescode.html. */
const BUSY = 5;
/** Pause before it is tried again, milliseconds. */
const BUSY_PAUSE = 5;

/**
 * Switches to the write-ahead log. Of several processes that do so with a new file at the same moment, SQLite refuses some at once,
 * whatever the timeout: 6 of 1,800 that six threads opened together.
 */
function chooseWriteAheadLog(db: DatabaseSync): void {
  const end = performance.now() + BUSY_TIMEOUT;
  for (;;) {
    try {
      db.exec('PRAGMA journal_mode = WAL');
      return;
    } catch (error) {
      if ((error as { errcode?: number }).errcode !== BUSY || performance.now() > end) {
        throw error;
      }
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, BUSY_PAUSE);
    }
  }
}

/**
 * Opens a registry that is there for reading alone: never takes the write lock, so that nobody waits for what is read. Throws
 * `RegistryError` when this user may not read it.
 */
export function openReader(directory: string): DatabaseSync {
  try {
    const db = new DatabaseSync(join(directory, REGISTRY_FILE), { readOnly: true });
    db.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT}`);
    return db;
  } catch (error) {
    throw toDataDirectoryError(directory, error);
  }
}

function schemaVersion(db: DatabaseSync): number {
  return Number(db.prepare('PRAGMA user_version').get()!.user_version);
}

/** Runs the migrations that the file lacks, all or none of them. */
function upgrade(db: DatabaseSync, directory: string): void {
  // A migration may make a table anew that others refer to. SQLite heeds this outside a transaction only.
  db.exec('PRAGMA foreign_keys = OFF; BEGIN IMMEDIATE');
  // Once more: another process may have been faster.
  const version = schemaVersion(db);
  if (version > MIGRATIONS.length) {
    throw new Error(`The registry in ${directory} was written by a newer Flowscope: upgrade this one.`);
  }
  const rules = version > 0 ? otherRulesBeforeUpgrade(db) : undefined;
  if (rules !== undefined) {
    // Nobody collects into it any more but the Flowscope that filled it, which must still be able to.
    const what = `The registry in ${directory} has collected under rules version ${rules}`;
    throw new RegistryError(`${otherRulesMessage(what)} It was left as it is.`, 'conflict');
  }
  if (version > 0) {
    // With millions of plans it takes minutes, in which nothing answers.
    say(`Upgrading the registry in ${directory}: do not end this process.`);
  }
  for (const migration of MIGRATIONS.slice(version)) {
    db.exec(migration);
  }
  db.exec(`PRAGMA user_version = ${MIGRATIONS.length}; COMMIT`);
}

/** The registry's file, for its owner alone: SQLite gives what it puts beside it the same permissions. */
function privateFile(directory: string): string {
  makeFolderPrivate(directory);
  const file = join(directory, REGISTRY_FILE);
  if (!existsSync(file)) {
    // SQLite would make it for everybody to read. Appending nothing: another process may have made it meanwhile.
    writeFileSync(file, '', { flag: 'a', mode: 0o600 });
  }
  return file;
}

const statements = new WeakMap<DatabaseSync, Map<string, ReturnType<DatabaseSync['prepare']>>>();

function prepared(db: DatabaseSync, sql: string) {
  const known = statements.get(db) ?? new Map<string, ReturnType<DatabaseSync['prepare']>>();
  statements.set(db, known);
  const statement = known.get(sql) ?? db.prepare(sql);
  known.set(sql, statement);
  return statement;
}

/** The values of a statement's parameters: in the order of `?`, or one record by the names of `:name`. */
type Parameters = readonly SQLInputValue[] | readonly [Readonly<Record<string, SQLInputValue>>];

/** Parameters as `node:sqlite` takes them: its types know the two ways as overloads only. */
const spread = (values: Parameters) => values as SQLInputValue[];

/** All rows of a query. Statements are prepared once. */
export function all<T>(db: DatabaseSync, sql: string, ...values: Parameters): T[] {
  return prepared(db, sql).all(...spread(values)) as T[];
}

/** The rows of a query one after the other, where there may be too many to have them all in memory. */
export function iterate<T>(db: DatabaseSync, sql: string, ...values: Parameters): Iterable<T> {
  return prepared(db, sql).iterate(...spread(values)) as Iterable<T>;
}

/** The first row of a query, or undefined. */
export function first<T>(db: DatabaseSync, sql: string, ...values: Parameters): T | undefined {
  return prepared(db, sql).get(...spread(values)) as T | undefined;
}

/** Runs a statement; returns how many rows it changed. */
export function run(db: DatabaseSync, sql: string, ...values: Parameters): number {
  return Number(prepared(db, sql).run(...spread(values)).changes);
}
