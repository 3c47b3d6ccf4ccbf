import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { fieldEntries, isRequired, type Field, type Fields, type FieldValues } from '../../contract/sourceFields';

/** A row of a table by its columns. */
export type Row = Readonly<Record<string, SQLInputValue>>;

/** The column of a setting: `poll_seconds` for `pollSeconds`. */
function columnOf(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** Settings as columns; what is left out becomes its default, else NULL. */
export function toColumns<T extends Fields>(fields: T, settings: Partial<FieldValues<T>>): Row {
  const columns = fieldEntries(fields).map(([name, field]) => {
    const value = (settings[name as keyof typeof settings] as string | number | boolean | undefined) ?? field.default;
    return [columnOf(name), typeof value === 'boolean' ? Number(value) : (value ?? null)];
  });
  return Object.fromEntries(columns) as Row;
}

/** Settings out of their columns; NULL becomes undefined. */
export function fromColumns<T extends Fields>(fields: T, row: Row): FieldValues<T> {
  const settings = fieldEntries(fields).map(([name, { type }]) => {
    const value = row[columnOf(name)];
    return [name, type === 'boolean' ? value === 1 : (value ?? undefined)];
  });
  return Object.fromEntries(settings) as FieldValues<T>;
}

/** Adds the columns that a table lacks for its settings, as one that an older Flowscope made. */
export function addMissingColumns(db: DatabaseSync, table: string, fields: Fields): void {
  const missing = () => {
    const known = db
      .prepare(`PRAGMA table_info(${table})`)
      .all()
      .map(({ name }) => name);
    return fieldEntries(fields).filter(([name]) => !known.includes(columnOf(name)));
  };
  if (missing().length === 0) {
    return;
  }
  db.exec('BEGIN IMMEDIATE');
  // Once more: another process may have been faster.
  for (const [name, field] of missing()) {
    db.exec(`ALTER TABLE ${table} ADD COLUMN ${columnOf(name)} ${columnType(name, field)}`);
  }
  db.exec('COMMIT');
}

function columnType(name: string, field: Field): string {
  if (isRequired(field)) {
    throw new Error(`The setting ${name} needs a default or isOptional: sources that are there have no value for it.`);
  }
  const type = field.type === 'text' ? 'TEXT' : 'INTEGER';
  const { default: value } = field;
  if (value === undefined) {
    return type;
  }
  return `${type} NOT NULL DEFAULT ${typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : Number(value)}`;
}
