import type { DatabaseSync } from 'node:sqlite';
import { recordChange, type ChangeAuthor } from './audit';
import { RegistryError } from './errors';
import { getSetting, removeSetting, setSetting } from './setting';

/** Nothing is deleted from any bucket until an administrator releases it; what is stored waits there. */
export interface DeletionHold {
  /** Unix seconds. */
  readonly since: number;
  /** Who asked for it. */
  readonly actor: string;
  /** Why, if that was said. */
  readonly reason?: string;
}

/** What the audit trail says was held: it concerns every source. */
const TARGET = 'all sources';

/** The hold on deletion; undefined while objects are deleted once they are stored. */
export function deletionHold(db: DatabaseSync): DeletionHold | undefined {
  const held = getSetting(db, 'deletion-hold');
  return held === undefined ? undefined : (JSON.parse(held) as DeletionHold);
}

/**
 * Stops every deletion of objects, from the next request to S3 on. Where it is on hold already, that stays, with who asked for it
 * first: returns what holds.
 */
export function holdDeletion(db: DatabaseSync, reason: string | undefined, by: ChangeAuthor): DeletionHold {
  const before = deletionHold(db);
  if (before) {
    return before;
  }
  const hold = { since: by.now, actor: by.actor, ...(reason !== undefined && { reason }) };
  setSetting(db, 'deletion-hold', JSON.stringify(hold));
  recordChange(db, by, 'deletion.hold', TARGET, reason === undefined ? {} : { reason });
  return hold;
}

/** Lets stored objects be deleted again. Returns the hold that ended; undefined when there was none. */
export function releaseDeletion(db: DatabaseSync, by: ChangeAuthor): DeletionHold | undefined {
  const before = deletionHold(db);
  if (before) {
    removeSetting(db, 'deletion-hold');
    recordChange(db, by, 'deletion.release', TARGET, { since: new Date(before.since * 1000).toISOString() });
  }
  return before;
}

/** Throws {@link RegistryError} while deletion is on hold, for work that consists of deleting. */
export function refuseWhileHeld(db: DatabaseSync): void {
  if (deletionHold(db)) {
    throw new RegistryError(
      'Deletion is on hold: nothing is deleted from any bucket. Release it first, in Connection or with flowscope release.',
      'conflict'
    );
  }
}
