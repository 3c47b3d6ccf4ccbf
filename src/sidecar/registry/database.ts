import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { keepPrivate } from './privateFolder';
import { unusable } from './unusable';

/**
 * Everything the registry remembers. Times are Unix seconds; JSON columns hold what is never searched by.
 * A change of a table is a new entry at the end, never an edit.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL);

  CREATE TABLE counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL, started INTEGER NOT NULL);

  CREATE TABLE source (
    id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, bucket TEXT NOT NULL, prefix TEXT NOT NULL, region TEXT NOT NULL,
    enabled INTEGER NOT NULL, created INTEGER NOT NULL,
    last_object INTEGER, last_run INTEGER, last_error TEXT
  );

  CREATE TABLE exporter (
    id TEXT PRIMARY KEY, account TEXT NOT NULL, from_field TEXT NOT NULL, enabled INTEGER NOT NULL DEFAULT 1,
    first_seen INTEGER NOT NULL, last_seen INTEGER NOT NULL, records INTEGER NOT NULL DEFAULT 0
  );

  -- What was fixed for an object before its first write. Kept as long as \`hour\` keeps the object's data.
  CREATE TABLE plan (
    id INTEGER PRIMARY KEY, identity TEXT NOT NULL UNIQUE, sha256 TEXT NOT NULL UNIQUE, size INTEGER NOT NULL,
    terms TEXT NOT NULL, decisions TEXT NOT NULL, offsets TEXT NOT NULL, granted INTEGER NOT NULL, stored INTEGER
  );

  -- What became of each object, by where it lies.
  CREATE TABLE ledger (
    id INTEGER PRIMARY KEY, source_id TEXT NOT NULL, key TEXT NOT NULL, etag TEXT NOT NULL, size INTEGER NOT NULL,
    state TEXT NOT NULL, reason TEXT, message TEXT, counts TEXT, plan_id INTEGER REFERENCES plan (id),
    changed INTEGER NOT NULL, seen INTEGER NOT NULL, UNIQUE (source_id, key)
  );
  CREATE INDEX ledger_state ON ledger (source_id, state, reason);
  CREATE INDEX ledger_plan ON ledger (plan_id);

  -- Hours with new points in \`minute\`; cleared only when \`generation\` did not change during the recomputation.
  CREATE TABLE dirty_hour (hour INTEGER PRIMARY KEY, generation INTEGER NOT NULL);

  CREATE TABLE entity (
    kind TEXT NOT NULL, id TEXT NOT NULL, description TEXT, vpc TEXT NOT NULL, subnet TEXT NOT NULL,
    instance TEXT NOT NULL, account TEXT NOT NULL, region TEXT NOT NULL, first_seen INTEGER NOT NULL, synced INTEGER,
    in_store INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (kind, id)
  );

  CREATE TABLE account (
    name TEXT PRIMARY KEY, role_arn TEXT, external_id TEXT, regions TEXT NOT NULL
  );

  CREATE TABLE sync_run (
    id INTEGER PRIMARY KEY, started INTEGER NOT NULL, finished INTEGER NOT NULL, ok INTEGER NOT NULL, result TEXT NOT NULL
  );

  -- Where flow logs were seen: the accounts and regions that descriptions are asked for.
  CREATE TABLE flow_log (
    id TEXT PRIMARY KEY, account TEXT NOT NULL, region TEXT NOT NULL, columns TEXT NOT NULL, last_seen INTEGER NOT NULL
  );
  `,
  `
  -- Records of the last hour that had any, and of the hour before that one.
  ALTER TABLE exporter ADD COLUMN hour INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE exporter ADD COLUMN hour_records INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE exporter ADD COLUMN previous_records INTEGER NOT NULL DEFAULT 0;

  -- Who was counted into the overflow exporter lately; the empty id stands for those beyond a number of ids.
  CREATE TABLE overflow_exporter (
    id TEXT PRIMARY KEY, first_seen INTEGER NOT NULL, last_seen INTEGER NOT NULL, records INTEGER NOT NULL
  );

  -- When the notice of a quarantined object was dismissed; the next word on the object clears it.
  ALTER TABLE ledger ADD COLUMN dismissed INTEGER;
  `,
  `
  -- Slots of which a flow log delivered objects lately, and when the last of them arrived.
  CREATE TABLE delivery (
    source_id TEXT NOT NULL, flow_log TEXT NOT NULL, slot INTEGER NOT NULL, account TEXT NOT NULL,
    arrived INTEGER NOT NULL, has_long_spans INTEGER NOT NULL, PRIMARY KEY (source_id, flow_log, slot)
  ) WITHOUT ROWID;
  `,
  `
  -- How a source signs in and where its S3 is. A version goes up with each change: it keeps updates from being lost.
  ALTER TABLE source ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
  ALTER TABLE source ADD COLUMN access_key_id TEXT;
  ALTER TABLE source ADD COLUMN sealed_secret TEXT;
  ALTER TABLE source ADD COLUMN role_arn TEXT;
  ALTER TABLE source ADD COLUMN external_id TEXT;
  ALTER TABLE source ADD COLUMN endpoint TEXT;
  ALTER TABLE source ADD COLUMN path_style INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE source ADD COLUMN poll_seconds INTEGER NOT NULL DEFAULT 60;
  ALTER TABLE source ADD COLUMN last_error_code TEXT;

  ALTER TABLE account ADD COLUMN id TEXT;
  ALTER TABLE account ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
  ALTER TABLE account ADD COLUMN access_key_id TEXT;
  ALTER TABLE account ADD COLUMN sealed_secret TEXT;
  -- The source as which it signs in, instead of its own columns.
  ALTER TABLE account ADD COLUMN same_as TEXT;
  UPDATE account SET id = 'acc-' || lower(hex(randomblob(6)));

  ALTER TABLE exporter ADD COLUMN alias TEXT;

  -- Who changed what.
  CREATE TABLE change (
    id INTEGER PRIMARY KEY, at INTEGER NOT NULL, actor TEXT NOT NULL, role TEXT, action TEXT NOT NULL,
    target TEXT NOT NULL, details TEXT NOT NULL
  );
  `,
  `
  -- The SQS queue that tells of a source's new objects. Of one source each: whose message it is must not be a guess.
  ALTER TABLE source ADD COLUMN queue_url TEXT;
  CREATE UNIQUE INDEX source_queue ON source (queue_url);
  `,
  `
  -- How many objects of a source are read at a time.
  ALTER TABLE source ADD COLUMN objects_in_flight INTEGER NOT NULL DEFAULT 8;
  `,
  `
  -- Lines of stored objects that could not be counted, under their header and packed with gzip. They outlive ledger and plan.
  CREATE TABLE unread (
    id INTEGER PRIMARY KEY, identity TEXT NOT NULL UNIQUE, source_id TEXT NOT NULL, key TEXT NOT NULL,
    stored INTEGER NOT NULL, lines INTEGER NOT NULL, bytes INTEGER NOT NULL, reasons TEXT NOT NULL, quotes TEXT NOT NULL, content BLOB NOT NULL
  );
  `,
  `
  -- When deleting a leftover object uncounted began; NULL again once it is known how that ended.
  ALTER TABLE ledger ADD COLUMN discard_began INTEGER;
  -- What should still be in its bucket, by place: a listing leaves folders out, and says nothing of what lies in those.
  CREATE INDEX ledger_in_bucket ON ledger (source_id, key)
    WHERE state IN ('stored', 'not-collected', 'quarantined', 'refused', 'not-read');
  `,
];

/** The registry's file inside the data directory. */
export const REGISTRY_FILE = 'registry.sqlite';

/**
 * Opens the registry, creating or upgrading it, and closes it and its directory to other users ({@link keepPrivate}).
 * `directory`: FLOWSCOPE_DATA_DIR, or `:memory:` for tests.
 * Several processes may have it open: SQLite's write-ahead log lets them take turns.
 * Throws when the file was written by a newer Flowscope, and `RegistryError` when this user may not read or write it.
 */
export function openDatabase(directory: string): DatabaseSync {
  let db: DatabaseSync;
  try {
    db = beginUpgrade(directory);
  } catch (error) {
    throw unusable(directory, error);
  }
  const version = Number(db.prepare('PRAGMA user_version').get()!.user_version);
  if (version > MIGRATIONS.length) {
    db.exec('ROLLBACK');
    db.close();
    throw new Error(`The registry in ${directory} was written by a newer Flowscope: upgrade this one.`);
  }
  try {
    for (const migration of MIGRATIONS.slice(version)) {
      db.exec(migration);
    }
    db.exec(`PRAGMA user_version = ${MIGRATIONS.length}; COMMIT`);
  } catch (error) {
    db.close();
    throw unusable(directory, error);
  }
  return db;
}

function beginUpgrade(directory: string): DatabaseSync {
  const file = directory === ':memory:' ? directory : privateFile(directory);
  const db = new DatabaseSync(file);
  db.exec(
    'PRAGMA busy_timeout = 30000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON'
  );
  db.exec('BEGIN IMMEDIATE');
  return db;
}

/** The registry's file, for its owner alone: SQLite gives what it puts beside it the same permissions. */
function privateFile(directory: string): string {
  keepPrivate(directory);
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

/** All rows of a query. Statements are prepared once. */
export function all<T>(db: DatabaseSync, sql: string, ...values: SQLInputValue[]): T[] {
  return prepared(db, sql).all(...values) as T[];
}

/** The first row of a query, or undefined. */
export function first<T>(db: DatabaseSync, sql: string, ...values: SQLInputValue[]): T | undefined {
  return prepared(db, sql).get(...values) as T | undefined;
}

/** Runs a statement; returns how many rows it changed. */
export function run(db: DatabaseSync, sql: string, ...values: SQLInputValue[]): number {
  return Number(prepared(db, sql).run(...values).changes);
}
