import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { first, run } from './database';

/** What tells this registry from any other; made at its first use and never changed. */
export function registryId(db: DatabaseSync): string {
  run(db, "INSERT OR IGNORE INTO setting (name, value) VALUES ('registry-id', ?)", randomUUID());
  return first<{ value: string }>(db, "SELECT value FROM setting WHERE name = 'registry-id'")!.value;
}
