import type { DatabaseSync } from 'node:sqlite';
import { SOURCE_FIELDS, type SourceFieldValues } from '../../contract/sourceFields';
import { toAccess, type Access, type AccessRow } from './access';
import { all, first, run } from './database';
import { RegistryError } from './errors';
import { fromColumns } from './columns';

export { RegistryError } from './errors';

/** Where a source reads, under which name: what every source has. */
type Place = Pick<SourceFieldValues, 'name' | 'bucket' | 'prefix' | 'region'>;
/** How it is read: the defaults of {@link SOURCE_FIELDS} hold for what is left out. */
type Options = Partial<Omit<SourceFieldValues, keyof Place>>;

/** One configured S3 bucket and prefix, under a unique name. Enabled means: its objects are deleted once stored. */
export interface Source extends Place, Options {
  /** Never changes, not even with the name: it is a tag of `flow_quality` and `collection`. */
  readonly id: string;
  readonly enabled: boolean;
  readonly access?: Access;
  /** When the newest object was stored, Unix seconds. */
  readonly lastObject?: number;
  /** When the source was last looked through, Unix seconds. */
  readonly lastRun?: number;
  /** Why the last look through it failed; undefined when it did not. */
  readonly lastError?: string;
  /** Whether another collector lists its bucket, and this one reads its queue only. */
  readonly isListedByOther?: boolean;
}

/** A source as the registry holds it. */
export interface StoredSource extends Omit<Source, keyof SourceFieldValues>, SourceFieldValues {
  readonly access: Access;
  /** Unix seconds. */
  readonly created: number;
  /** Goes up with each change of the settings. */
  readonly version: number;
  /** AWS's code for {@link Source.lastError}, where the whole source failed. */
  readonly lastErrorCode?: string;
}

/** What people set of a source. */
export type SourceSettings = Place & Options & Pick<Source, 'access'>;

interface SourceRow extends AccessRow {
  readonly id: string;
  readonly enabled: number;
  readonly version: number;
  readonly created: number;
  readonly last_object: number | null;
  readonly last_run: number | null;
  readonly last_error: string | null;
  readonly last_error_code: string | null;
}

function toSource(row: SourceRow): StoredSource {
  const { name, bucket, prefix, region, ...options } = fromColumns(SOURCE_FIELDS, { ...row });
  return {
    id: row.id,
    name,
    bucket,
    prefix,
    region,
    created: row.created,
    version: row.version,
    enabled: row.enabled === 1,
    access: toAccess(row),
    ...options,
    lastObject: row.last_object ?? undefined,
    lastRun: row.last_run ?? undefined,
    lastError: row.last_error ?? undefined,
    lastErrorCode: row.last_error_code ?? undefined,
  };
}

/** All sources by name. */
export function listSources(db: DatabaseSync): StoredSource[] {
  return all<SourceRow>(db, 'SELECT * FROM source ORDER BY name').map(toSource);
}

/** The source of that name. Throws {@link RegistryError} when there is none, naming those that are there. */
export function getSource(db: DatabaseSync, name: string): StoredSource {
  const row = first<SourceRow>(db, 'SELECT * FROM source WHERE name = ?', name);
  if (!row) {
    const names = listSources(db).map((source) => source.name);
    throw new RegistryError(
      `There is no source "${name}". ${names.length > 0 ? `There are: ${names.join(', ')}.` : 'None was added yet.'}`,
      'not-found'
    );
  }
  return toSource(row);
}

/** The source of that id. Throws {@link RegistryError} when there is none. */
export function sourceById(db: DatabaseSync, id: string): StoredSource {
  const row = first<SourceRow>(db, 'SELECT * FROM source WHERE id = ?', id);
  if (!row) {
    throw new RegistryError('There is no such source any more: reload the list.', 'not-found');
  }
  return toSource(row);
}

/** Notes how a look through the source ended; `error` undefined when it went well. */
export function recordScan(db: DatabaseSync, id: string, now: number, error: string | undefined, code?: string): void {
  run(db, 'UPDATE source SET last_run = :now, last_error = :error, last_error_code = :code WHERE id = :id', {
    id,
    now,
    error: error ?? null,
    code: code ?? null,
  });
}
