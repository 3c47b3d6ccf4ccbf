import type { DatabaseSync } from 'node:sqlite';
import { groupsOf, IPV4_WORDS, maskWords, textOfWords, wordsOfNetwork } from '../records/address/addressWords';
import { ipv4Text } from '../records/address/ipv4';
import { all } from './database';
import { listNetworks } from './networks';
import { LAST_CHARACTER } from './searchNames';

/** A network as `wordsOfNetwork` reads it; of one address with all its bits. */
export type Network = NonNullable<ReturnType<typeof wordsOfNetwork>>;

/** That an interface has or had an address or prefix in a VPC ('-': anywhere); times are Unix seconds. */
export interface AddressFact {
  readonly vpc: string;
  readonly address: string;
  readonly interface: string;
  readonly since: number;
  readonly until?: number;
}

const KEY = "substr(f.statement, instr(f.statement, ' ') + 1)";

/** Who has or had an address, also as one of a prefix: who has it first, then the newest. */
export function ownersOf(db: DatabaseSync, { words, bits }: Network): AddressFact[] {
  const prefixes = Array.from({ length: bits }, (_, length) => {
    const masked = maskWords(words, length, new Uint32Array(words.length));
    return `${textOfWords(masked)}/${length}`;
  });
  return [textOfWords(words), ...prefixes]
    .flatMap((text) => factsFrom(db, `${text} `, `${text}!`))
    .sort((a, b) => Number(b.until === undefined) - Number(a.until === undefined) || b.since - a.since);
}

/** Addresses that begin with a text, in its order; at most `limit`. */
export function addressesBeginning(db: DatabaseSync, text: string, limit: number): AddressFact[] {
  return factsFrom(db, text, text + LAST_CHARACTER, limit);
}

/** Addresses and prefixes in a network; at most `limit`. */
export function addressesIn(db: DatabaseSync, network: Network, limit: number): AddressFact[] {
  const found: AddressFact[] = [];
  for (const beginning of beginningsOf(network)) {
    const isWhole = network.words.length === IPV4_WORDS;
    // Of IPv6 a beginning may hold more than the network.
    const facts = factsFrom(db, beginning, beginning + LAST_CHARACTER, isWhole ? limit : undefined);
    facts.filter(({ address }) => isWithin(wordsOfNetwork(address), network)).forEach((fact) => found.push(fact));
    if (found.length >= limit) {
      break;
    }
  }
  return found.slice(0, limit);
}

/** VPCs with a CIDR that shares addresses with the network, those of the same CIDR first. */
export function vpcsOf(db: DatabaseSync, network: Network): string[] {
  const rows = all<{ statement: string }>(
    db,
    "SELECT DISTINCT statement FROM owner_fact WHERE kind = 'vpc' AND removed IS NULL AND until IS NULL ORDER BY statement"
  );
  const sharing = rows.flatMap(({ statement }) => {
    const [vpc, cidr] = statement.split(' ');
    const other = wordsOfNetwork(cidr);
    return isWithin(other, network) || isWithin(network, other) ? [{ vpc, isSame: other?.bits === network.bits }] : [];
  });
  return [...new Set(sharing.sort((a, b) => Number(b.isSame) - Number(a.isSame)).map(({ vpc }) => vpc))];
}

/** Named networks that hold the network or lie in it, the closest first. */
export function namedNetworksOf(db: DatabaseSync, network: Network): string[] {
  return listNetworks(db)
    .map(({ cidr }) => ({ cidr, other: wordsOfNetwork(cidr)! }))
    .filter(({ other }) => isWithin(other, network) || isWithin(network, other))
    .sort((a, b) => Math.abs(a.other.bits - network.bits) - Math.abs(b.other.bits - network.bits))
    .map(({ cidr }) => cidr);
}

/**
 * How the texts of addresses in a network may begin: of IPv4 all that do are in it, since it is spelt out where a prefix ends
 * within a number (at most 128 texts).
 */
function beginningsOf({ words, bits }: Network): string[] {
  if (words.length > IPV4_WORDS) {
    const groups = groupsOf(words).slice(0, Math.floor(bits / 16));
    // A group of zeros may be left out of the text, and what is behind it, too.
    const known = groups.includes(0) ? groups.slice(0, groups.indexOf(0)) : groups;
    return [known.map((group) => `${group.toString(16)}:`).join('')];
  }
  const octets = Math.floor(bits / 8);
  const whole = ipv4Text(words[0]).split('.').slice(0, octets);
  if (octets === 4) {
    return [`${whole.join('.')} `, `${whole.join('.')}/`];
  }
  const first = (words[0] >>> (8 * (3 - octets))) & 255;
  const ends = octets === 3 ? [' ', '/'] : ['.'];
  const before = whole.map((octet) => `${octet}.`).join('');
  return bits % 8 === 0
    ? [before]
    : Array.from({ length: 2 ** (8 - (bits % 8)) }, (_, i) => ends.map((end) => `${before}${first + i}${end}`)).flat();
}

function isWithin(inner: Network | undefined, outer: Network | undefined): boolean {
  return (
    inner !== undefined &&
    outer !== undefined &&
    inner.words.length === outer.words.length &&
    inner.bits >= outer.bits &&
    maskWords(inner.words, outer.bits, new Uint32Array(inner.words.length)).every((word, i) => word === outer.words[i])
  );
}

/** Facts whose address is from `from` to before `until`, in the order of the text. */
function factsFrom(db: DatabaseSync, from: string, until: string, limit = -1): AddressFact[] {
  const rows = all<{ statement: string; since: number; until: number | null }>(
    db,
    `SELECT f.statement, f.since, coalesce(f.until, lapse.until) AS until FROM owner_fact AS f
       LEFT JOIN owner_lapse AS lapse ON region_id = f.origin AND lapse.removed IS NULL
     WHERE f.kind = 'address' AND f.removed IS NULL AND ${KEY} >= ? AND ${KEY} < ? ORDER BY ${KEY} LIMIT ?`,
    ...[from, until, limit]
  );
  return rows.flatMap(({ statement, since, until: end }) => {
    const [vpc, address, eni] = statement.split(' ');
    const fact = { vpc, address, interface: eni, since, until: end ?? undefined };
    // An address that was first seen when its region was last read holds for no time once that is long ago.
    return end === null || end > since ? [fact] : [];
  });
}
