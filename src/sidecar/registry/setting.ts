import type { DatabaseSync } from 'node:sqlite';
import { first, run } from './database';

/** What the table `setting` holds: one value each of the whole registry. */
type SettingName =
  | 'registry-id'
  | 'store-id'
  | 'store-address'
  | 'exporters-version'
  | 'flow-logs-version'
  | 'flow-log-findings'
  | 'exporter-limit'
  | 'sync-schedule'
  | 'series'
  | 'deletion-hold';

/** The value of that name, undefined before the first was set. */
export function getSetting(db: DatabaseSync, name: SettingName): string | undefined {
  return first<{ value: string }>(db, 'SELECT value FROM setting WHERE name = ?', name)?.value;
}

/** Sets the value of that name, whether or not there is one. */
export function setSetting(db: DatabaseSync, name: SettingName, value: string): void {
  run(db, 'INSERT OR REPLACE INTO setting (name, value) VALUES (?, ?)', name, value);
}

/** Takes the value of that name away. */
export function removeSetting(db: DatabaseSync, name: SettingName): void {
  run(db, 'DELETE FROM setting WHERE name = ?', name);
}
