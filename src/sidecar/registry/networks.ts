import type { DatabaseSync } from 'node:sqlite';
import { IPV4_WORDS, wordsOfNetwork, type AddressWords } from '../records/address/addressWords';
import { ipv4Text } from '../records/address/ipv4';
import { recordChange, type ChangeAuthor } from './audit';
import { all, first, run } from './database';
import { describeEntities, UNKNOWN_PLACE } from './entities';
import { RegistryError } from './errors';
import { addFact, removeFact } from './ownerFacts';

/** A CIDR that people have given a name. */
export interface Network {
  readonly cidr: string;
  readonly name: string;
  /** Unix seconds. */
  readonly added: number;
}

/** All named networks, by CIDR. */
export function listNetworks(db: DatabaseSync): Network[] {
  return all<{ cidr: string; name: string; added: number }>(
    db,
    'SELECT cidr, name, added FROM network ORDER BY cidr'
  ).map((row) => ({ ...row }));
}

/**
 * Names a network; objects that are read from now on know it. Networks may lie in one another: the longest prefix counts. Throws
 * {@link RegistryError} for what is no network, and for one that has a name.
 */
export function addNetwork(db: DatabaseSync, typed: string, name: string, by: ChangeAuthor): Network {
  const cidr = parseCidr(typed);
  const known = first<{ name: string }>(db, 'SELECT name FROM network WHERE cidr = ?', cidr);
  if (known) {
    throw new RegistryError(`${cidr} is called "${known.name}" already: remove that name first.`, 'taken', 'cidr');
  }
  run(db, 'INSERT INTO network (cidr, name, added) VALUES (?, ?, ?)', cidr, name, by.now);
  // It always was one, as far as anybody knows.
  addFact(db, { kind: 'network', cidr, since: 0 }, null);
  describeEntities(db, [{ kind: 'network', id: cidr, description: name, ...UNKNOWN_PLACE }], by.now);
  recordChange(db, by, 'network.add', cidr, { name });
  return { cidr, name, added: by.now };
}

/** Takes a network's name away: traffic that was collected keeps it. Throws {@link RegistryError} when it has none. */
export function removeNetwork(db: DatabaseSync, typed: string, by: ChangeAuthor): Network {
  const cidr = parseCidr(typed);
  const known = listNetworks(db).find((network) => network.cidr === cidr);
  if (!known) {
    throw new RegistryError(`There is no named network ${cidr}.`, 'not-found', 'cidr');
  }
  run(db, 'DELETE FROM network WHERE cidr = ?', cidr);
  const facts = all<{ id: number }>(
    db,
    "SELECT id FROM owner_fact WHERE kind = 'network' AND origin IS NULL AND statement = ? AND removed IS NULL",
    cidr
  );
  facts.forEach(({ id }) => removeFact(db, id));
  recordChange(db, by, 'network.remove', cidr, { name: known.name });
  return known;
}

/** A CIDR in the one way in which it is written. Throws {@link RegistryError} unless it is a network's. */
function parseCidr(typed: string): string {
  const refuse = (why: string) => new RegistryError(`${typed || 'That'} ${why}`, 'invalid', 'cidr');
  const text = typed.trim();
  const [address, length] = text.split('/');
  const network = wordsOfNetwork(text);
  if (!network) {
    throw refuse('is no network: it looks like 10.0.0.0/8 or 2001:db8::/32.');
  }
  const { words, bits } = network;
  if (length === undefined) {
    throw refuse(`is one address: say how long its network's prefix is, as in ${text}/${bits}.`);
  }
  if (bits === 0) {
    throw refuse('is every address there is: name a part of it.');
  }
  const cidr = `${addressText(words)}/${bits}`;
  if (wordsOfNetwork(address)!.words.some((word, i) => word !== words[i])) {
    throw refuse(`is an address in a network: write ${cidr}, if that is meant.`);
  }
  return cidr;
}

/** The usual text of an address. */
export function addressText(words: AddressWords): string {
  if (words.length === IPV4_WORDS) {
    return ipv4Text(words[0]);
  }
  const groups = [...words].flatMap((word) => [word >>> 16, word & 0xffff]);
  // The longest run of zeros becomes `::`.
  return new URL(`http://[${groups.map((group) => group.toString(16)).join(':')}]`).hostname.slice(1, -1);
}
