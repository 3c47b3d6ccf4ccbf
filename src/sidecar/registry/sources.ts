import type { DatabaseSync } from 'node:sqlite';
import { toAccess, type Access, type AccessRow } from './access';
import { all, first, run } from './database';
import { RegistryError } from './errors';

export { RegistryError } from './errors';

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
  readonly access?: Access;
  /** Where S3 is, when it is not AWS's. */
  readonly endpoint?: string;
  /** Bucket names in the path instead of the host name. */
  readonly pathStyle?: boolean;
  /** Seconds between two looks through it; a minute when undefined. */
  readonly pollSeconds?: number;
  /** How many of its objects are read at a time; the contract's usual number when undefined. */
  readonly objectsInFlight?: number;
  /** The SQS queue that S3 notifies of new objects; undefined when they are found by listing. */
  readonly queueUrl?: string;
  /** When the newest object was stored, Unix seconds. */
  readonly lastObject?: number;
  /** When the source was last looked through, Unix seconds. */
  readonly lastRun?: number;
  /** Why the last look through it failed; undefined when it did not. */
  readonly lastError?: string;
}

/** A source as the registry holds it. */
export interface StoredSource extends Source {
  readonly access: Access;
  readonly pathStyle: boolean;
  readonly pollSeconds: number;
  readonly objectsInFlight: number;
  /** Unix seconds. */
  readonly created: number;
  /** Goes up with each change of the settings. */
  readonly version: number;
  /** AWS's code for {@link Source.lastError}, where the whole source failed. */
  readonly lastErrorCode?: string;
}

/** What people say about a source. */
export type SourceSettings = Pick<Source, 'name' | 'bucket' | 'prefix' | 'region'> &
  Partial<Pick<Source, 'access' | 'endpoint' | 'pathStyle' | 'pollSeconds' | 'objectsInFlight' | 'queueUrl'>>;

interface SourceRow extends AccessRow {
  id: string;
  name: string;
  bucket: string;
  prefix: string;
  region: string;
  enabled: number;
  endpoint: string | null;
  path_style: number;
  poll_seconds: number;
  objects_in_flight: number;
  queue_url: string | null;
  version: number;
  created: number;
  last_object: number | null;
  last_run: number | null;
  last_error: string | null;
  last_error_code: string | null;
}

function toSource(row: SourceRow): StoredSource {
  const { id, name, bucket, prefix, region, created, version } = row;
  return {
    ...{ id, name, bucket, prefix, region, created, version },
    enabled: row.enabled === 1,
    access: toAccess(row),
    endpoint: row.endpoint ?? undefined,
    pathStyle: row.path_style === 1,
    pollSeconds: row.poll_seconds,
    objectsInFlight: row.objects_in_flight,
    queueUrl: row.queue_url ?? undefined,
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
export function sourceLooked(
  db: DatabaseSync,
  id: string,
  now: number,
  error: string | undefined,
  code?: string
): void {
  run(
    db,
    'UPDATE source SET last_run = ?, last_error = ?, last_error_code = ? WHERE id = ?',
    ...[now, error ?? null, code ?? null, id]
  );
}
