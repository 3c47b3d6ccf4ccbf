import type { DatabaseSync } from 'node:sqlite';
import type { Row } from './columns';
import { first, run } from './database';
import { staleError } from './errors';

/** A table whose rows are settings that people change: each has an `id`, a `name` of its own and a `version`. */
export type SettingsTable = 'source' | 'account';

/** Writes a new row. */
export function insertRow(db: DatabaseSync, table: SettingsTable, row: Row): void {
  const columns = Object.keys(row);
  const values = columns.map((column) => `:${column}`);
  run(db, `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${values.join(', ')})`, row);
}

/** Changes these columns of the row of that id; its version goes up. */
export function updateRow(db: DatabaseSync, table: SettingsTable, id: string, changes: Row): void {
  const columns = Object.keys(changes).map((column) => `${column} = :${column}`);
  run(db, `UPDATE ${table} SET ${columns.join(', ')}, version = version + 1 WHERE id = :id`, { ...changes, id });
}

/** Deletes the row of that id. */
export function deleteRow(db: DatabaseSync, table: SettingsTable, id: string): void {
  run(db, `DELETE FROM ${table} WHERE id = :id`, { id });
}

/** Whether another row than that of this id has the name; `id` is undefined for a row that is to be added. */
export function isNameTaken(db: DatabaseSync, table: SettingsTable, name: string, id: string | undefined): boolean {
  const sql = `SELECT 1 FROM ${table} WHERE name = :name AND id IS NOT :id`;
  return first(db, sql, { name, id: id ?? null }) !== undefined;
}

/** What was read, unless it was changed since `version`. Throws {@link RegistryError}; `kind`: as in "Source". */
export function requireVersion<T extends { readonly name: string; readonly version: number }>(
  read: T,
  version: number,
  kind: string
): T {
  if (read.version !== version) {
    throw staleError(`${kind} ${read.name}`);
  }
  return read;
}
