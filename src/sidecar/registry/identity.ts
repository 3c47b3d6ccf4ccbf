import { randomInt, randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { first, run } from './database';

/** What tells this registry from any other; made at its first use and never changed. */
export function registryId(db: DatabaseSync): string {
  run(db, "INSERT OR IGNORE INTO setting (name, value) VALUES ('registry-id', ?)", randomUUID());
  return first<{ value: string }>(db, "SELECT value FROM setting WHERE name = 'registry-id'")!.value;
}

/** Half of all offsets: there are 60 thousand million, and a registry uses one per object. */
const FAR_AWAY = 30_000_000_000;

/**
 * Moves the offsets to a place of their own, in a store that a lost registry has filled: its points must not be
 * overwritten, and nobody knows any more which offsets it used.
 */
export function moveOffsets(db: DatabaseSync, now: number): void {
  run(
    db,
    `INSERT INTO counter (name, value, started) VALUES ('offset', ?, ?)
     ON CONFLICT (name) DO UPDATE SET value = max(value, excluded.value)`,
    ...[FAR_AWAY / 10 + randomInt(FAR_AWAY), now]
  );
}
