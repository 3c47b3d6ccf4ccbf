import type { DatabaseSync } from 'node:sqlite';
import { formatCounted } from '../../reports/units';
import { recordChange, type ChangeAuthor } from './audit';
import { first, run } from './database';
import { RegistryError, staleError } from './errors';
import { getSetting, setSetting } from './setting';

/** What people enable and disable by its id: in which table it is, what it is called, and where it is listed. */
const SWITCHED = {
  exporter: {
    table: 'exporter',
    word: 'exporter',
    version: 'exporters-version',
    among: 'among those that have a place',
    hint: 'Ids look like 123456789012/vpc-0a1b2c3d: see flowscope exporter list.',
  },
  'flow-log': {
    table: 'flow_log',
    word: 'flow log',
    version: 'flow-logs-version',
    among: 'among those that objects were collected of',
    hint: 'Ids look like fl-0a1b2c3d: see flowscope flow-log list.',
  },
} as const;

/** As the audit trail calls them. */
export type Switched = keyof typeof SWITCHED;

/** Goes up with each change that people make to the list. */
export function listVersion(db: DatabaseSync, what: Switched): number {
  return Number(getSetting(db, SWITCHED[what].version) ?? 1);
}

/** Throws {@link RegistryError} when the list was changed since it was at that version. */
export function refuseStale(db: DatabaseSync, what: Switched, version: number): void {
  if (listVersion(db, what) !== version) {
    throw staleError(`The list of ${SWITCHED[what].word}s`);
  }
}

/** Throws {@link RegistryError} naming those ids that nothing in the list has. */
export function refuseUnknown(db: DatabaseSync, what: Switched, ids: readonly string[]): void {
  const { table, word, among, hint } = SWITCHED[what];
  const unknown = ids.filter((id) => !first(db, `SELECT 1 FROM ${table} WHERE id = ?`, id));
  if (unknown.length > 0) {
    throw new RegistryError(
      `There is no ${word} ${unknown.join(', ')} ${among}; nothing was changed. ${hint}`,
      'not-found'
    );
  }
}

/** Notes a change of the list in the audit trail. `action`: what was done, such as `disable`. */
export function noteChange(
  db: DatabaseSync,
  what: Switched,
  by: ChangeAuthor,
  action: string,
  target: string,
  details: Readonly<Record<string, unknown>>
): void {
  setSetting(db, SWITCHED[what].version, String(listVersion(db, what) + 1));
  recordChange(db, by, `${what}.${action}`, target, details);
}

/** Enables or disables all of these. Throws {@link RegistryError} naming those that are unknown, and then changes none. */
export function switchAll(
  db: DatabaseSync,
  what: Switched,
  ids: readonly string[],
  enabled: boolean,
  by: ChangeAuthor
): void {
  refuseUnknown(db, what, ids);
  const { table, word } = SWITCHED[what];
  for (const id of ids) {
    run(db, `UPDATE ${table} SET enabled = ? WHERE id = ?`, enabled ? 1 : 0, id);
  }
  // Thousands may be switched at once; a line of the audit trail stays one that can be read.
  const named = ids.length > 20 ? [...ids.slice(0, 20), `and ${ids.length - 20} more`] : ids;
  noteChange(db, what, by, enabled ? 'enable' : 'disable', formatCounted(ids.length, word), { ids: named });
}
