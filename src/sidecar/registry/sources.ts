import { randomBytes } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { all, first, run } from './database';

/** One configured S3 bucket and prefix, under a unique name. Enabled means: its objects are deleted once stored. */
export interface Source {
  /** Never changes, not even with the name: it is a tag of `flow_quality` and `collection`. */
  readonly id: string;
  readonly name: string;
  readonly bucket: string;
  /** What keys begin with; empty for the whole bucket. */
  readonly prefix: string;
  /** The bucket's region. */
  readonly region: string;
  readonly enabled: boolean;
  /** When the newest object was stored, Unix seconds. */
  readonly lastObject?: number;
  /** When the source was last looked through, Unix seconds. */
  readonly lastRun?: number;
  /** Why the last look through it failed; undefined when it did not. */
  readonly lastError?: string;
}

/** Bad input or a conflict with what is there: the message is for people. */
export class RegistryError extends Error {
  override readonly name = 'RegistryError';
}

interface SourceRow {
  id: string;
  name: string;
  bucket: string;
  prefix: string;
  region: string;
  enabled: number;
  last_object: number | null;
  last_run: number | null;
  last_error: string | null;
}

function toSource(row: SourceRow): Source {
  const { id, name, bucket, prefix, region } = row;
  return {
    id,
    name,
    bucket,
    prefix,
    region,
    enabled: row.enabled === 1,
    lastObject: row.last_object ?? undefined,
    lastRun: row.last_run ?? undefined,
    lastError: row.last_error ?? undefined,
  };
}

/** Adds a source. Throws {@link RegistryError} when the name is taken. */
export function addSource(
  db: DatabaseSync,
  source: Pick<Source, 'name' | 'bucket' | 'prefix' | 'region' | 'enabled'>,
  now: number
): Source {
  if (first(db, 'SELECT 1 FROM source WHERE name = ?', source.name)) {
    throw new RegistryError(`The source name "${source.name}" is taken: choose another, or remove that source first.`);
  }
  const id = `src-${randomBytes(6).toString('hex')}`;
  run(
    db,
    'INSERT INTO source (id, name, bucket, prefix, region, enabled, created) VALUES (?, ?, ?, ?, ?, ?, ?)',
    ...[id, source.name, source.bucket, source.prefix, source.region, source.enabled ? 1 : 0, now]
  );
  return getSource(db, source.name);
}

/** All sources by name. */
export function listSources(db: DatabaseSync): Source[] {
  return all<SourceRow>(db, 'SELECT * FROM source ORDER BY name').map(toSource);
}

/** The source of that name. Throws {@link RegistryError} when there is none, naming those that are there. */
export function getSource(db: DatabaseSync, name: string): Source {
  const row = first<SourceRow>(db, 'SELECT * FROM source WHERE name = ?', name);
  if (!row) {
    const names = listSources(db).map((source) => source.name);
    throw new RegistryError(
      `There is no source "${name}". ${names.length > 0 ? `There are: ${names.join(', ')}.` : 'None was added yet.'}`
    );
  }
  return toSource(row);
}

/** Enables or disables a source. Throws {@link RegistryError} when there is none of that name. */
export function enableSource(db: DatabaseSync, name: string, enabled: boolean): Source {
  const { id } = getSource(db, name);
  run(db, 'UPDATE source SET enabled = ? WHERE id = ?', enabled ? 1 : 0, id);
  return getSource(db, name);
}

/** Forgets a source. What it collected, and the plans that keep it from being counted twice, stay. */
export function removeSource(db: DatabaseSync, name: string): Source {
  const source = getSource(db, name);
  run(db, 'DELETE FROM source WHERE id = ?', source.id);
  return source;
}

/** Notes how a look through the source ended; `error` undefined when it went well. */
export function sourceLooked(db: DatabaseSync, id: string, now: number, error: string | undefined): void {
  run(db, 'UPDATE source SET last_run = ?, last_error = ? WHERE id = ?', now, error ?? null, id);
}
