import { randomBytes } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { fieldEntries, pickFields, SOURCE_FIELDS } from '../../contract/sourceFields';
import { shownAccess, toAccessRow } from './access';
import { listDifferences, commandLineAuthor, recordChange, type ChangeAuthor } from './audit';
import { checkCollectors } from './collectors';
import { toColumns } from './columns';
import { first } from './database';
import { RegistryError } from './errors';
import { deleteRow, insertRow, isNameTaken, requireVersion, updateRow } from './versionedRows';
import { getSource, sourceById, type Source, type SourceSettings, type StoredSource } from './sources';

/** Adds a source. Throws {@link RegistryError} when the name is taken. */
export function addSource(
  db: DatabaseSync,
  source: SourceSettings & Pick<Source, 'enabled'>,
  now: number,
  by: ChangeAuthor = commandLineAuthor(now)
): StoredSource {
  refuseTaken(db, source, undefined);
  checkCollectors(db, source);
  const id = `src-${randomBytes(6).toString('hex')}`;
  insertRow(db, 'source', { id, ...settingsRow(source), enabled: source.enabled ? 1 : 0, created: now });
  recordChange(db, by, 'source.add', source.name, { id, ...shown(source), enabled: source.enabled });
  return sourceById(db, id);
}

/**
 * Changes a source's settings. A source whose bucket, prefix or endpoint changes is disabled, since deletion was agreed to for
 * the former place. Throws {@link RegistryError} when somebody else changed it meanwhile, when the name is taken, and when it
 * would read elsewhere although the ledger has objects of it: they would be taken for deleted.
 */
export function changeSource(
  db: DatabaseSync,
  id: string,
  version: number,
  settings: SourceSettings,
  by: ChangeAuthor
): StoredSource {
  const before = requireVersion(sourceById(db, id), version, 'Source');
  refuseTaken(db, settings, id);
  checkCollectors(db, settings);
  const isElsewhere = fieldEntries(SOURCE_FIELDS).some(
    ([name, field]) => field.saysWhere && before[name] !== settings[name]
  );
  if (isElsewhere && first(db, 'SELECT 1 FROM ledger WHERE source_id = ? LIMIT 1', id)) {
    throw new RegistryError(
      `Source ${before.name} has objects of its bucket in the ledger, so its bucket, prefix and endpoint stay: add another source.`,
      'conflict',
      'bucket'
    );
  }
  const enabled = before.enabled && !isElsewhere ? 1 : 0;
  updateRow(db, 'source', id, { ...settingsRow(settings), enabled, last_error: null, last_error_code: null });
  const isNewSecret = settings.access?.sealedSecret !== before.access.sealedSecret;
  recordChange(db, by, 'source.change', settings.name, {
    id,
    ...listDifferences(shown(before), shown(settings)),
    isNewSecret,
  });
  return sourceById(db, id);
}

/** Enables or disables a source of that version. Throws {@link RegistryError}. */
export function switchSource(
  db: DatabaseSync,
  id: string,
  version: number,
  enabled: boolean,
  by: ChangeAuthor
): StoredSource {
  const { name } = requireVersion(sourceById(db, id), version, 'Source');
  updateRow(db, 'source', id, { enabled: enabled ? 1 : 0 });
  recordChange(db, by, enabled ? 'source.enable' : 'source.disable', name, { id });
  return sourceById(db, id);
}

/**
 * Forgets a source of that version. What it collected, and the plans that keep it from being counted twice, stay. Throws
 * {@link RegistryError}, also when an account signs in as this source.
 */
export function deleteSource(db: DatabaseSync, id: string, version: number, by: ChangeAuthor): StoredSource {
  const source = requireVersion(sourceById(db, id), version, 'Source');
  const account = first<{ name: string }>(db, 'SELECT name FROM account WHERE same_as = ?', id);
  if (account) {
    throw new RegistryError(
      `Account ${account.name} signs in as source ${source.name}: give the account its own way to sign in first.`,
      'conflict'
    );
  }
  deleteRow(db, 'source', id);
  recordChange(db, by, 'source.remove', source.name, { id, ...shown(source) });
  return source;
}

/** Enables or disables a source, from the command line. Throws {@link RegistryError} when there is none of that name. */
export function enableSource(db: DatabaseSync, name: string, enabled: boolean, now?: number): StoredSource {
  const { id, version } = getSource(db, name);
  return switchSource(db, id, version, enabled, commandLineAuthor(now));
}

/** Forgets a source, from the command line. */
export function removeSource(db: DatabaseSync, name: string, now?: number): StoredSource {
  const { id, version } = getSource(db, name);
  return deleteSource(db, id, version, commandLineAuthor(now));
}

/** Throws {@link RegistryError} when another source has the name or the queue. `id`: of the source that is changed. */
function refuseTaken(db: DatabaseSync, { name, queueUrl }: SourceSettings, id: string | undefined): void {
  if (isNameTaken(db, 'source', name, id)) {
    throw new RegistryError(
      `This name is taken: there is a source "${name}". Choose another, or remove that source first.`,
      'taken',
      'name'
    );
  }
  const reader = first<{ name: string }>(db, 'SELECT name FROM source WHERE queue_url = :queueUrl AND id IS NOT :id', {
    queueUrl: queueUrl ?? null,
    id: id ?? null,
  });
  if (reader) {
    throw new RegistryError(
      `Source "${reader.name}" reads this queue already, and a message goes to one reader only: give each source a queue of its own.`,
      'taken',
      'queueUrl'
    );
  }
}

const settingsRow = (settings: SourceSettings) => ({
  ...toColumns(SOURCE_FIELDS, settings),
  ...toAccessRow(settings.access),
});

/** What the audit trail may show. */
const shown = (settings: SourceSettings) => ({
  ...pickFields(SOURCE_FIELDS, settings),
  ...shownAccess(settings.access),
});
