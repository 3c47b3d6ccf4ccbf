import type { DatabaseSync } from 'node:sqlite';
import { EXPORTER_LIMITS } from '../../contract/bounds';
import { formatCounted } from '../../reports/units';
import { commandLineAuthor, recordChange, type ChangeAuthor } from './audit';
import { first, run } from './database';
import { RegistryError, staleError } from './errors';
import { describeExporter, exportersVersion } from './exporters';
import { setSetting } from './setting';

/** What of the exporters people may change. */
export type ExporterChange =
  | { readonly ids: readonly string[]; readonly enabled: boolean }
  | { readonly id: string; readonly alias: string }
  | { readonly limit: number };

/**
 * Makes a change to exporters as they were at that version; returns the new one. Throws {@link RegistryError} when they were
 * changed meanwhile, and for what {@link enableExporters} and {@link setExporterLimit} refuse.
 */
export function changeExporters(db: DatabaseSync, version: number, change: ExporterChange, by: ChangeAuthor): number {
  if (exportersVersion(db) !== version) {
    throw staleError('The list of exporters');
  }
  if ('limit' in change) {
    setExporterLimit(db, change.limit, by);
  } else if ('ids' in change) {
    enableExporters(db, change.ids, change.enabled, by);
  } else {
    refuseUnknown(db, [change.id]);
    run(db, 'UPDATE exporter SET alias = ? WHERE id = ?', change.alias === '' ? null : change.alias, change.id);
    describeExporter(db, change.id);
    noteChange(db, by, 'exporter.alias', change.id, { alias: change.alias });
  }
  return exportersVersion(db);
}

function noteChange(
  db: DatabaseSync,
  by: ChangeAuthor,
  action: string,
  target: string,
  details: Readonly<Record<string, unknown>>
): void {
  setSetting(db, 'exporters-version', String(exportersVersion(db) + 1));
  recordChange(db, by, action, target, details);
}

function refuseUnknown(db: DatabaseSync, ids: readonly string[]): void {
  const unknown = ids.filter((id) => !first(db, 'SELECT 1 FROM exporter WHERE id = ?', id));
  if (unknown.length > 0) {
    throw new RegistryError(
      `There is no exporter ${unknown.join(', ')} among those that have a place; nothing was changed. ` +
        'Ids look like 123456789012/vpc-0a1b2c3d: see flowscope exporter list.',
      'not-found'
    );
  }
}

/**
 * Enables or disables exporters; objects planned from now on follow. Throws {@link RegistryError} naming those that are
 * unknown, and then changes none.
 */
export function enableExporters(
  db: DatabaseSync,
  ids: readonly string[],
  enabled: boolean,
  by = commandLineAuthor()
): void {
  refuseUnknown(db, ids);
  for (const id of ids) {
    run(db, 'UPDATE exporter SET enabled = ? WHERE id = ?', enabled ? 1 : 0, id);
  }
  // Thousands may be switched at once; a line of the audit trail stays one that can be read.
  const named = ids.length > 20 ? [...ids.slice(0, 20), `and ${ids.length - 20} more`] : ids;
  noteChange(db, by, enabled ? 'exporter.enable' : 'exporter.disable', formatCounted(ids.length, 'exporter'), {
    ids: named,
  });
}

/**
 * Sets the limit; those that have a place keep it. Throws {@link RegistryError} unless it is a whole number within
 * {@link EXPORTER_LIMITS}.
 */
export function setExporterLimit(db: DatabaseSync, limit: number, by = commandLineAuthor()): void {
  const { min, max } = EXPORTER_LIMITS;
  if (!Number.isInteger(limit) || limit < min || limit > max) {
    throw new RegistryError(`The limit of exporters must be a whole number from ${min} to ${max}, not ${limit}.`);
  }
  setSetting(db, 'exporter-limit', String(limit));
  noteChange(db, by, 'exporter.limit', 'limit', { limit });
}
