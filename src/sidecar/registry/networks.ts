import type { DatabaseSync } from 'node:sqlite';
import { readCidr } from '../../contract/cidr';
import { listDifferences, recordChange, type ChangeAuthor } from './audit';
import { all, run } from './database';
import { describeEntities, UNKNOWN_PLACE } from './entities';
import { RegistryError } from './errors';
import { addFact, removeFact } from './ownerFacts';
import { requireVersion } from './versionedRows';

/** What people say of a network. `note`: empty where there is nothing to remember. */
export interface NamedCidr {
  readonly cidr: string;
  readonly name: string;
  readonly note: string;
}

/** A CIDR that people have given a name. */
export interface Network extends NamedCidr {
  /** Unix seconds. */
  readonly added: number;
  /** Goes up with each change. */
  readonly version: number;
}

/** All named networks, by CIDR. */
export function listNetworks(db: DatabaseSync): Network[] {
  return all<Network>(db, 'SELECT cidr, name, note, added, version FROM network ORDER BY cidr').map((row) => ({
    ...row,
  }));
}

/**
 * Names a network; objects that are read from now on know it. Networks may lie in one another: the longest prefix counts. Throws
 * {@link RegistryError} for what is no network, and for one that has a name.
 */
export function addNetwork(db: DatabaseSync, { cidr: typed, name, note }: NamedCidr, by: ChangeAuthor): Network {
  const cidr = parseCidr(typed);
  const known = findNetwork(db, cidr);
  if (known) {
    throw new RegistryError(`${cidr} is called "${known.name}" already: edit or remove that.`, 'taken', 'cidr');
  }
  run(db, 'INSERT INTO network (cidr, name, note, added) VALUES (?, ?, ?, ?)', cidr, name, note, by.now);
  // It always was one, as far as anybody knows.
  addFact(db, { kind: 'network', cidr, since: 0 }, null);
  describeNetwork(db, cidr, name, by.now);
  recordChange(db, by, 'network.add', cidr, { name, ...(note && { note }) });
  return findNetwork(db, cidr)!;
}

/**
 * Gives a network another name or note: reports call it so over old data, too. `version`: that which was read, if it must not have
 * been changed since. Throws {@link RegistryError}.
 */
export function changeNetwork(
  db: DatabaseSync,
  { cidr: typed, ...change }: Pick<NamedCidr, 'cidr'> & Partial<NamedCidr>,
  version: number | undefined,
  by: ChangeAuthor
): Network {
  const known = networkOf(db, typed);
  const before = requireVersion(known, version ?? known.version, 'Network');
  const { cidr, name, note } = { ...before, ...change };
  run(db, 'UPDATE network SET name = ?, note = ?, version = version + 1 WHERE cidr = ?', name, note, cidr);
  describeNetwork(db, cidr, name, by.now);
  const said = (of: NamedCidr) => ({ name: of.name, note: of.note });
  recordChange(db, by, 'network.change', cidr, listDifferences(said(before), said({ cidr, name, note })));
  return findNetwork(db, cidr)!;
}

/** Takes a network's name away: traffic that was collected keeps it. Throws {@link RegistryError} when it has none. */
export function removeNetwork(db: DatabaseSync, typed: string, by: ChangeAuthor): Network {
  const known = networkOf(db, typed);
  run(db, 'DELETE FROM network WHERE cidr = ?', known.cidr);
  const facts = all<{ id: number }>(
    db,
    "SELECT id FROM owner_fact WHERE kind = 'network' AND origin IS NULL AND statement = ? AND removed IS NULL",
    known.cidr
  );
  facts.forEach(({ id }) => removeFact(db, id));
  recordChange(db, by, 'network.remove', known.cidr, { name: known.name });
  return known;
}

/** The names in reports follow. */
function describeNetwork(db: DatabaseSync, cidr: string, name: string, now: number): void {
  describeEntities(db, [{ kind: 'network', id: cidr, description: name, ...UNKNOWN_PLACE }], now);
}

function findNetwork(db: DatabaseSync, cidr: string): Network | undefined {
  return listNetworks(db).find((network) => network.cidr === cidr);
}

function networkOf(db: DatabaseSync, typed: string): Network {
  const cidr = parseCidr(typed);
  const known = findNetwork(db, cidr);
  if (!known) {
    throw new RegistryError(`There is no named network ${cidr}.`, 'not-found', 'cidr');
  }
  return known;
}

/** A CIDR in the one way in which it is written. Throws {@link RegistryError} unless it is a network's. */
function parseCidr(typed: string): string {
  const read = readCidr(typed);
  if ('problem' in read) {
    throw new RegistryError(read.problem, 'invalid', 'cidr');
  }
  return read.cidr;
}
