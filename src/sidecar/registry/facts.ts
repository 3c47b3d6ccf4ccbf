import type { DatabaseSync } from 'node:sqlite';
import { toAccess, type Access, type AccessRow } from './access';
import { openReader } from './database';

type Row = Readonly<Record<string, unknown>>;

/** How many of the newest entries of a list are told. */
const NEWEST = 20;

/** Columns that are nobody's business: an external id is known to two parties alone. */
const LEFT_OUT = /secret|external_id/;

/** What a registry holds, in short: for whoever is to find out what is wrong. */
export interface RegistryFacts {
  /** The migrations that have been run. */
  readonly schemaVersion: number;
  readonly sqlite: string;
  readonly bytes: number;
  /** The statements that made its tables, indexes and triggers. */
  readonly schema: readonly string[];
  readonly rows: Readonly<Record<string, number>>;
  readonly sources: readonly Row[];
  readonly accounts: readonly Row[];
  readonly settings: readonly Row[];
  /** Objects by source, state and reason. */
  readonly objects: readonly Row[];
  /** What was said last of objects that stay in their buckets. */
  readonly lastProblems: readonly Row[];
  readonly lastSyncs: readonly Row[];
  readonly lastChanges: readonly Row[];
}

/**
 * Reads them without changing anything, also of a registry of another version. Throws `RegistryError` when this user may not
 * read it.
 */
export function registryFacts(directory: string): RegistryFacts {
  const db = openReader(directory);
  try {
    const value = (sql: string) => Object.values(db.prepare(sql).get() as Row)[0];
    const tables = all(
      db,
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY 1"
    );
    const names = tables.map(({ name }) => String(name));
    return {
      schemaVersion: Number(value('PRAGMA user_version')),
      sqlite: String(value('SELECT sqlite_version()')),
      bytes: Number(value('PRAGMA page_count')) * Number(value('PRAGMA page_size')),
      schema: all(db, 'SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY type, name').map(({ sql }) =>
        String(sql)
      ),
      rows: Object.fromEntries(names.map((name) => [name, Number(value(`SELECT count(*) FROM "${name}"`))])),
      ...from(db, names, {
        sources: ['source', 'ORDER BY name'],
        accounts: ['account', 'ORDER BY name'],
        settings: ['setting', 'ORDER BY name'],
        objects: ['ledger_count', ''],
        lastProblems: ['ledger', `WHERE message IS NOT NULL ORDER BY changed DESC LIMIT ${NEWEST}`],
        lastSyncs: ['sync_run', `ORDER BY id DESC LIMIT 3`],
        lastChanges: ['change', `ORDER BY id DESC LIMIT ${NEWEST}`],
      }),
    };
  } finally {
    db.close();
  }
}

/** How sources and accounts sign in. Throws as {@link registryFacts} does. */
export function storedAccess(directory: string): Access[] {
  const db = openReader(directory);
  try {
    return ['source', 'account'].flatMap((table) =>
      all(db, `SELECT * FROM ${table}`).map((row) => toAccess(row as unknown as AccessRow))
    );
  } finally {
    db.close();
  }
}

/** Rows of tables, without what is left out; none of a table that a registry of another version does not have. */
function from<K extends string>(
  db: DatabaseSync,
  names: readonly string[],
  wanted: Readonly<Record<K, readonly [table: string, rest: string]>>
) {
  const entries = Object.entries<readonly [table: string, rest: string]>(wanted);
  return Object.fromEntries(
    entries.map(([name, [table, rest]]) => {
      const rows = names.includes(table) ? all(db, `SELECT * FROM "${table}" ${rest}`) : [];
      return [
        name,
        rows.map((row) => Object.fromEntries(Object.entries(row).filter(([column]) => !LEFT_OUT.test(column)))),
      ];
    })
  ) as Record<K, Row[]>;
}

const all = (db: DatabaseSync, sql: string) => db.prepare(sql).all() as Row[];
