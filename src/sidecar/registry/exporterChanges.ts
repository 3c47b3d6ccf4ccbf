import type { DatabaseSync } from 'node:sqlite';
import { EXPORTER_LIMITS } from '../../contract/bounds';
import { commandLineAuthor, type ChangeAuthor } from './audit';
import { run } from './database';
import { RegistryError } from './errors';
import { describeExporter } from './exporters';
import { setSetting } from './setting';
import { listVersion, noteChange, refuseStale, refuseUnknown, switchAll } from './switches';

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
  refuseStale(db, 'exporter', version);
  if ('limit' in change) {
    setExporterLimit(db, change.limit, by);
  } else if ('ids' in change) {
    enableExporters(db, change.ids, change.enabled, by);
  } else {
    refuseUnknown(db, 'exporter', [change.id]);
    run(db, 'UPDATE exporter SET alias = ? WHERE id = ?', change.alias === '' ? null : change.alias, change.id);
    describeExporter(db, change.id);
    noteChange(db, 'exporter', by, 'alias', change.id, { alias: change.alias });
  }
  return listVersion(db, 'exporter');
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
  switchAll(db, 'exporter', ids, enabled, by);
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
  noteChange(db, 'exporter', by, 'limit', 'limit', { limit });
}
