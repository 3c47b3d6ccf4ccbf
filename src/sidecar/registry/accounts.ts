import { randomBytes } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { shownAccess, toAccess, toAccessRow, type Access, type AccessRow } from './access';
import { listDifferences, commandLineAuthor, recordChange, type ChangeAuthor } from './audit';
import { all, first } from './database';
import { RegistryError } from './errors';
import { deleteRow, insertRow, isNameTaken, requireVersion, updateRow } from './versionedRows';
import { sourceById } from './sources';

/** An account whose descriptions are read besides the one of the machine's own credentials. */
export interface AccountSettings extends Access {
  readonly name: string;
  /** The id of the source as which it signs in; its own access is that source's then. */
  readonly sameAs?: string;
  /** Empty: the regions in which flow logs were seen. */
  readonly regions: readonly string[];
}

/** An account as the registry holds it. */
export interface Account extends AccountSettings {
  readonly id: string;
  /** Goes up with each change. */
  readonly version: number;
}

interface AccountRow extends AccessRow {
  id: string;
  name: string;
  regions: string;
  version: number;
  same_as: string | null;
}

function toAccount(db: DatabaseSync, row: AccountRow): Account {
  const { id, name, version, same_as: sameAs } = row;
  const access = sameAs === null ? toAccess(row) : sourceById(db, sameAs).access;
  return { id, name, version, sameAs: sameAs ?? undefined, regions: JSON.parse(row.regions) as string[], ...access };
}

/** All accounts by name. */
export function listAccounts(db: DatabaseSync): Account[] {
  return all<AccountRow>(db, 'SELECT * FROM account ORDER BY name').map((row) => toAccount(db, row));
}

/** The account of that id. Throws {@link RegistryError} when there is none. */
export function accountById(db: DatabaseSync, id: string): Account {
  const row = first<AccountRow>(db, 'SELECT * FROM account WHERE id = ?', id);
  if (!row) {
    throw new RegistryError('There is no such account any more: reload the list.', 'not-found');
  }
  return toAccount(db, row);
}

/** Adds an account. Throws {@link RegistryError} when the name is taken. */
export function createAccount(
  db: DatabaseSync,
  settings: AccountSettings,
  by: ChangeAuthor = commandLineAuthor()
): Account {
  refuseTaken(db, settings.name, undefined);
  const id = `acc-${randomBytes(6).toString('hex')}`;
  insertRow(db, 'account', { id, ...settingsRow(db, settings) });
  recordChange(db, by, 'account.add', settings.name, shown(settings));
  return accountById(db, id);
}

/** Changes an account of that version. Throws {@link RegistryError}. */
export function changeAccount(
  db: DatabaseSync,
  id: string,
  version: number,
  settings: AccountSettings,
  by: ChangeAuthor
): Account {
  const before = requireVersion(accountById(db, id), version, 'Account');
  refuseTaken(db, settings.name, id);
  updateRow(db, 'account', id, settingsRow(db, settings));
  recordChange(db, by, 'account.change', settings.name, listDifferences(shown(before), shown(settings)));
  return accountById(db, id);
}

/** Forgets an account of that version; the descriptions it gave stay. Throws {@link RegistryError}. */
export function deleteAccount(db: DatabaseSync, id: string, version: number, by: ChangeAuthor): void {
  const { name } = requireVersion(accountById(db, id), version, 'Account');
  deleteRow(db, 'account', id);
  recordChange(db, by, 'account.remove', name);
}

/** Forgets an account, from the command line; false when there was none of that name. */
export function removeAccount(db: DatabaseSync, name: string): boolean {
  const known = listAccounts(db).find((account) => account.name === name);
  if (known) {
    deleteAccount(db, known.id, known.version, commandLineAuthor());
  }
  return known !== undefined;
}

function refuseTaken(db: DatabaseSync, name: string, id: string | undefined): void {
  if (isNameTaken(db, 'account', name, id)) {
    throw new RegistryError(`This name is taken: there is an account "${name}".`, 'taken', 'name');
  }
}

function settingsRow(db: DatabaseSync, settings: AccountSettings) {
  const { name, regions, sameAs } = settings;
  return {
    name,
    regions: JSON.stringify(regions),
    same_as: sameAs === undefined ? null : sourceById(db, sameAs).id,
    ...toAccessRow(sameAs === undefined ? settings : {}),
  };
}

function shown({ regions, sameAs, ...access }: AccountSettings) {
  const { accessKeyId, sealedSecret, roleArn, externalId } = access;
  return { name: access.name, regions, sameAs, ...shownAccess({ accessKeyId, sealedSecret, roleArn, externalId }) };
}
