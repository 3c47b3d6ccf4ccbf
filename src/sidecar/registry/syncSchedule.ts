import type { DatabaseSync } from 'node:sqlite';
import { recordChange, type ChangeAuthor } from './audit';
import { staleError } from './errors';
import { getSetting, setSetting } from './setting';

/** Whether descriptions are read without being asked for: at start, hourly, and soon after an unknown interface shows up. */
export interface SyncSchedule {
  readonly hourly: boolean;
  /** Goes up with each change. */
  readonly version: number;
}

const USUAL: SyncSchedule = { hourly: true, version: 1 };

/** How descriptions are read without being asked for; hourly unless somebody said otherwise. */
export function syncSchedule(db: DatabaseSync): SyncSchedule {
  const set = getSetting(db, 'sync-schedule');
  return set === undefined ? USUAL : (JSON.parse(set) as SyncSchedule);
}

/** Changes the schedule of that version. Throws {@link RegistryError} when it was changed meanwhile. */
export function setSyncSchedule(db: DatabaseSync, version: number, hourly: boolean, by: ChangeAuthor): SyncSchedule {
  if (syncSchedule(db).version !== version) {
    throw staleError('When descriptions are synced');
  }
  const next: SyncSchedule = { hourly, version: version + 1 };
  setSetting(db, 'sync-schedule', JSON.stringify(next));
  recordChange(db, by, 'descriptions.schedule', 'hourly sync', { hourly });
  return next;
}
