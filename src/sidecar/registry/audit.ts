import type { DatabaseSync } from 'node:sqlite';
import { now } from '../util/time';
import { all, first, run } from './database';

/** Who asked for a change, and when (Unix seconds). */
export interface ChangeAuthor {
  readonly actor: string;
  readonly role?: string;
  readonly now: number;
}

/** One line of the audit trail. */
export interface Change {
  readonly id: number;
  readonly at: number;
  readonly actor: string;
  readonly role?: string;
  /** As in `source.enable`. */
  readonly action: string;
  /** What was changed, as people call it. */
  readonly target: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/** So many changes are kept. */
const MAX_CHANGES = 10_000;

/**
 * Notes a change; returns its id. Called inside the change's own transaction, so that there is never one without the other.
 */
export function recordChange(
  db: DatabaseSync,
  { actor, role, now }: ChangeAuthor,
  action: string,
  target: string,
  details: Readonly<Record<string, unknown>> = {}
): number {
  const { id } = first<{ id: number }>(
    db,
    `INSERT INTO change (at, actor, role, action, target, details)
     VALUES (:now, :actor, :role, :action, :target, :details) RETURNING id`,
    { now, actor, role: role ?? null, action, target, details: JSON.stringify(details) }
  )!;
  run(db, 'DELETE FROM change WHERE id <= (SELECT max(id) FROM change) - ?', MAX_CHANGES);
  return id;
}

/** Notes that a user of InfluxDB was made, or was given another password. It happened elsewhere: nothing else is changed here. */
export function recordInfluxUser(
  db: DatabaseSync,
  by: ChangeAuthor,
  name: string,
  database: string,
  isNew: boolean
): void {
  recordChange(db, by, isNew ? 'influx-user.add' : 'influx-user.change', name, { database });
}

/** The newest changes before the one of that id; all counted in `total`. */
export function listChanges(
  db: DatabaseSync,
  limit: number,
  before = Number.MAX_SAFE_INTEGER
): { readonly items: Change[]; readonly total: number } {
  type Row = {
    id: number;
    at: number;
    actor: string;
    role: string | null;
    action: string;
    target: string;
    details: string;
  };
  const rows = all<Row>(db, 'SELECT * FROM change WHERE id < ? ORDER BY id DESC LIMIT ?', before, limit);
  const items = rows.map((row) => ({
    ...row,
    role: row.role ?? undefined,
    details: JSON.parse(row.details) as Change['details'],
  }));
  return { items, total: first<{ n: number }>(db, 'SELECT count(*) AS n FROM change')!.n };
}

/** Who works at the command line: whoever may open the registry's file. */
export const commandLineAuthor = (at = now()): ChangeAuthor => ({ actor: 'command line', now: at });

/** What differs between two records: before and after, by name. */
export function listDifferences(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>
): Record<string, { before: unknown; after: unknown }> {
  const names = Object.keys({ ...before, ...after }).filter(
    (name) => JSON.stringify(before[name]) !== JSON.stringify(after[name])
  );
  return Object.fromEntries(names.map((name) => [name, { before: before[name] ?? null, after: after[name] ?? null }]));
}
