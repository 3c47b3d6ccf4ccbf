import type { DatabaseSync } from 'node:sqlite';
import type { SearchAnswer, SearchMatch } from '../../contract/search';
import { MISSING } from '../../contract/stored';
import { textOfWords, wordsOfNetwork } from '../records/address/addressWords';
import { all } from './database';
import { findDescriptions, HAS_ID, type Entity } from './entities';
import { RegistryError } from './errors';
import {
  addressesBeginning,
  addressesIn,
  namedNetworksOf,
  ownersOf,
  vpcsOf,
  type AddressFact,
  type Network,
} from './searchAddresses';
import { searchNames } from './searchNames';

/** A match before names are put to its ids. */
interface Found {
  readonly kind: SearchMatch['kind'];
  readonly id: string;
  /** Where an address was looked for in one VPC. */
  readonly vpc?: string;
  readonly facts?: readonly AddressFact[];
}

/**
 * Finds what people may mean by a name, an id, an address (`10.0.1.5`, in one VPC `vpc-0a1…/10.0.1.5`) or a CIDR, or by a part of
 * one of them: the best first, at most `limit`. An address is found whether somebody has it or not.
 * Throws {@link RegistryError} for what looks like an address or network and is none.
 */
export function search(db: DatabaseSync, text: string, limit: number): SearchAnswer {
  const found = find(db, text.trim(), limit + 1);
  return { matches: withNames(db, found.slice(0, limit)), more: found.length > limit };
}

function find(db: DatabaseSync, text: string, limit: number): Found[] {
  const [, vpc, rest] = /^(vpc-[0-9a-f]+)\/(.+)$/i.exec(text) ?? [];
  const typed = (rest ?? text).replace(/\/$/, '');
  const network = wordsOfNetwork(typed);
  if (network) {
    const isRange = typed.includes('/') && network.bits < network.words.length * 32;
    return isRange ? inRange(db, network, limit) : atAddress(db, network, vpc?.toLowerCase());
  }
  refuseWrongAddress(typed);
  const named = searchNames(db, text);
  if (!/^[0-9a-f]*[.:][0-9a-f.:]*$/i.test(typed)) {
    return named;
  }
  return [...byAddress(addressesBeginning(db, typed.toLowerCase(), limit)), ...named];
}

/** A whole address must be one; a part of it may become one. */
function refuseWrongAddress(typed: string): void {
  const looksLike = 'It looks like 10.0.1.5 or 2001:db8::5, and a network like 10.0.0.0/8 or 2001:db8::/32.';
  const isWhole = /^\d+(\.\d+){3,}$/.test(typed) || typed.split(':').length > 8;
  if (/^[0-9.]+\/\S*$/.test(typed) || /^[0-9a-f]*:[0-9a-f:.]*\/\S*$/i.test(typed)) {
    throw new RegistryError(`${typed} is no network. ${looksLike}`, 'invalid', 'q');
  }
  if (isWhole && /^[0-9a-f.:]+$/i.test(typed)) {
    throw new RegistryError(`${typed} is no address. ${looksLike}`, 'invalid', 'q');
  }
}

/** The address, in each VPC where several interfaces have or had it; who has it; what holds it. */
function atAddress(db: DatabaseSync, network: Network, only: string | undefined): Found[] {
  const address = textOfWords(network.words);
  const facts = ownersOf(db, network).filter(({ vpc }) => only === undefined || vpc === only);
  const vpcs = [...new Set(facts.map(({ vpc }) => vpc).filter((vpc) => vpc !== MISSING))];
  const inVpc = (vpc: string): Found => ({
    ...{ kind: 'address', id: `${vpc}/${address}`, vpc },
    facts: facts.filter((fact) => fact.vpc === vpc),
  });
  const owners = new Set(facts.filter(({ until }) => until === undefined).map((fact) => fact.interface));
  const around = facts.length > 0 ? [] : (only ?? vpcsOf(db, network));
  return [
    only === undefined ? { kind: 'address', id: address, facts } : inVpc(only),
    ...(only === undefined && vpcs.length > 1 ? vpcs.map(inVpc) : []),
    ...[...owners].map((id): Found => ({ kind: 'interface', id })),
    ...namedNetworksOf(db, network).map((id): Found => ({ kind: 'network', id })),
    ...[around].flat().map((id): Found => ({ kind: 'vpc', id })),
  ];
}

/** Named networks and VPCs that a network shares addresses with, and the addresses in it. */
function inRange(db: DatabaseSync, network: Network, limit: number): Found[] {
  return [
    ...namedNetworksOf(db, network).map((id): Found => ({ kind: 'network', id })),
    ...vpcsOf(db, network).map((id): Found => ({ kind: 'vpc', id })),
    ...byAddress(addressesIn(db, network, limit)),
  ];
}

/** Addresses with all who have or had them, in each VPC. */
function byAddress(facts: readonly AddressFact[]): Found[] {
  const idOf = ({ vpc, address }: AddressFact) => (vpc === MISSING ? address : `${vpc}/${address}`);
  return [...Map.groupBy(facts, idOf)].map(([id, of]) => ({ kind: 'address', id, vpc: of[0].vpc, facts: of }));
}

/** Puts names and places to what was found. */
function withNames(db: DatabaseSync, found: readonly Found[]): SearchMatch[] {
  const interfaces = found.flatMap(({ facts = [] }) => facts.map((fact) => fact.interface));
  const entities = entitiesOf(db, [...found.map(({ id }) => id), ...interfaces]);
  const placed = found.map((match) => {
    const { kind, id, facts } = match;
    // An address is where the one is that has it.
    const [owner] = facts ?? [];
    const entity = entities.get(owner ? `interface ${owner.interface}` : `${kind} ${id}`);
    const { account = MISSING, vpc = MISSING, instance = MISSING } = entity ?? {};
    return { match, account, vpc: match.vpc ?? (facts ? MISSING : vpc), instance };
  });
  const names = findDescriptions(db, [
    ...placed.flatMap(({ match, account, vpc }) => [match.id, account, vpc]),
    ...found.flatMap(({ facts = [] }) => facts.flatMap((fact) => [fact.interface, fact.vpc])),
  ]);
  return placed.map(({ match: { kind, id, facts }, account, vpc, instance }) => ({
    ...{ kind, id, account, vpc, instance },
    ...(kind !== 'address' && { name: names[id] }),
    accountName: names[account],
    vpcName: names[vpc],
    owners: facts?.map(({ address, vpc: where, ...fact }) => ({
      ...{ ...fact, vpc: where, name: names[fact.interface], vpcName: names[where] },
      ...(address.includes('/') && { prefix: address }),
    })),
  }));
}

/** Entities of these ids, by kind and id. */
function entitiesOf(
  db: DatabaseSync,
  ids: readonly string[]
): Map<string, Pick<Entity, 'account' | 'vpc' | 'instance'>> {
  const rows = all<Pick<Entity, 'kind' | 'id' | 'account' | 'vpc' | 'instance'>>(
    db,
    `SELECT kind, id, account, vpc, instance FROM entity WHERE ${HAS_ID}`,
    JSON.stringify(ids)
  );
  return new Map(rows.map(({ kind, id, ...place }) => [`${kind} ${id}`, place]));
}
