import { randomBytes } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { OBJECTS_IN_FLIGHT, POLL_SECONDS } from '../../contract/bounds';
import { accessValues, shownAccess } from './access';
import { changed, commandLine, recordChange, type By } from './audit';
import { first, run } from './database';
import { RegistryError, stale } from './errors';
import { getSource, sourceById, type Source, type SourceSettings, type StoredSource } from './sources';

/** Adds a source. Throws {@link RegistryError} when the name is taken. */
export function addSource(
  db: DatabaseSync,
  source: SourceSettings & Pick<Source, 'enabled'>,
  now: number,
  by: By = commandLine(now)
): StoredSource {
  refuseTaken(db, source, '');
  const id = `src-${randomBytes(6).toString('hex')}`;
  run(
    db,
    `INSERT INTO source (id, name, bucket, prefix, region, endpoint, path_style, poll_seconds,
       objects_in_flight, queue_url, access_key_id, sealed_secret, role_arn, external_id, enabled, created)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ...[id, ...settingValues(source), source.enabled ? 1 : 0, now]
  );
  recordChange(db, by, 'source.add', source.name, { id, ...shown(source), enabled: source.enabled });
  return sourceById(db, id);
}

/**
 * Changes a source's settings. One that reads elsewhere is disabled: the deletion was agreed to for another bucket. Throws
 * {@link RegistryError} when it is not of that version any more, when the name is taken, and when it should read elsewhere
 * although the ledger knows objects of it: they would be taken for deleted.
 */
export function changeSource(
  db: DatabaseSync,
  id: string,
  version: number,
  settings: SourceSettings,
  by: By
): StoredSource {
  const before = ofVersion(db, id, version);
  refuseTaken(db, settings, id);
  const isElsewhere = (['bucket', 'prefix', 'endpoint'] as const).some((name) => before[name] !== settings[name]);
  if (isElsewhere && first(db, 'SELECT 1 FROM ledger WHERE source_id = ? LIMIT 1', id)) {
    throw new RegistryError(
      `Source ${before.name} has objects of its bucket in the ledger, so its bucket, prefix and endpoint stay: add another source.`,
      'conflict',
      'bucket'
    );
  }
  run(
    db,
    `UPDATE source SET name = ?, bucket = ?, prefix = ?, region = ?, endpoint = ?, path_style = ?, poll_seconds = ?,
       objects_in_flight = ?, queue_url = ?, access_key_id = ?, sealed_secret = ?, role_arn = ?, external_id = ?, enabled = ?, version = version + 1,
       last_error = NULL, last_error_code = NULL
     WHERE id = ?`,
    ...[...settingValues(settings), before.enabled && !isElsewhere ? 1 : 0, id]
  );
  const isNewSecret = settings.access?.sealedSecret !== before.access.sealedSecret;
  recordChange(db, by, 'source.change', settings.name, { id, ...changed(shown(before), shown(settings)), isNewSecret });
  return sourceById(db, id);
}

/** Enables or disables a source of that version. Throws {@link RegistryError}. */
export function switchSource(db: DatabaseSync, id: string, version: number, enabled: boolean, by: By): StoredSource {
  const { name } = ofVersion(db, id, version);
  run(db, 'UPDATE source SET enabled = ?, version = version + 1 WHERE id = ?', enabled ? 1 : 0, id);
  recordChange(db, by, enabled ? 'source.enable' : 'source.disable', name, { id });
  return sourceById(db, id);
}

/**
 * Forgets a source of that version. What it collected, and the plans that keep it from being counted twice, stay. Throws
 * {@link RegistryError}, also when an account signs in as this source.
 */
export function deleteSource(db: DatabaseSync, id: string, version: number, by: By): StoredSource {
  const source = ofVersion(db, id, version);
  const account = first<{ name: string }>(db, 'SELECT name FROM account WHERE same_as = ?', id);
  if (account) {
    throw new RegistryError(
      `Account ${account.name} signs in as source ${source.name}: give the account its own way to sign in first.`,
      'conflict'
    );
  }
  run(db, 'DELETE FROM source WHERE id = ?', id);
  recordChange(db, by, 'source.remove', source.name, { id, ...shown(source) });
  return source;
}

/** Enables or disables a source, from the command line. Throws {@link RegistryError} when there is none of that name. */
export function enableSource(db: DatabaseSync, name: string, enabled: boolean, now?: number): StoredSource {
  const { id, version } = getSource(db, name);
  return switchSource(db, id, version, enabled, commandLine(now));
}

/** Forgets a source, from the command line. */
export function removeSource(db: DatabaseSync, name: string, now?: number): StoredSource {
  const { id, version } = getSource(db, name);
  return deleteSource(db, id, version, commandLine(now));
}

function ofVersion(db: DatabaseSync, id: string, version: number): StoredSource {
  const source = sourceById(db, id);
  if (source.version !== version) {
    throw stale(`Source ${source.name}`);
  }
  return source;
}

function refuseTaken(db: DatabaseSync, { name, queueUrl }: SourceSettings, id: string): void {
  if (first(db, 'SELECT 1 FROM source WHERE name = ? AND id <> ?', name, id)) {
    throw new RegistryError(
      `This name is taken: there is a source "${name}". Choose another, or remove that source first.`,
      'taken',
      'name'
    );
  }
  const reader = first<{ name: string }>(
    db,
    'SELECT name FROM source WHERE queue_url = ? AND id <> ?',
    queueUrl ?? null,
    id
  );
  if (reader) {
    throw new RegistryError(
      `Source "${reader.name}" reads this queue already, and a message goes to one reader only: give each source a queue of its own.`,
      'taken',
      'queueUrl'
    );
  }
}

/** In the order of the columns: name to queue_url, then those of access. */
function settingValues(settings: SourceSettings) {
  const { name, bucket, prefix, region, endpoint, pathStyle, pollSeconds, objectsInFlight, queueUrl, access } =
    settings;
  return [
    name,
    bucket,
    prefix,
    region,
    endpoint ?? null,
    pathStyle ? 1 : 0,
    pollSeconds ?? POLL_SECONDS.usual,
    objectsInFlight ?? OBJECTS_IN_FLIGHT.usual,
    queueUrl ?? null,
    ...accessValues(access),
  ];
}

/** What the audit trail may say. */
function shown({ access, ...settings }: SourceSettings) {
  const { name, bucket, prefix, region, endpoint, pathStyle, pollSeconds, objectsInFlight, queueUrl } = settings;
  const where = { name, bucket, prefix, region, endpoint, pathStyle };
  return { ...where, pollSeconds, objectsInFlight, queueUrl, ...shownAccess(access) };
}
