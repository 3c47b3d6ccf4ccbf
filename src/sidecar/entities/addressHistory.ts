import { maskWords, wordsOfNetwork, type AddressWords } from '../records/address/addressWords';
import { factPages, parseFacts, type FactRow } from '../registry/ownerFacts';
import type { Registry } from '../registry/registry';

/** An interface that had an address, from `since` to `until` (Unix seconds); without `until` it still has. */
export interface AddressOwner {
  readonly interface: string;
  /** '-' for a public address, which is the same in every VPC. */
  readonly vpc: string;
  /** The prefix that the address is in, where that and not the address alone is the interface's. */
  readonly prefix?: string;
  readonly since: number;
  readonly until?: number;
}

/** What the owner facts say of an address. */
export interface AddressHistory {
  /** The newest first. */
  readonly owners: readonly AddressOwner[];
  /** VPCs with a CIDR that holds it. */
  readonly vpcs: readonly string[];
  /** The smallest network that people have named and that holds it. */
  readonly network?: string;
}

/**
 * Who had an address: in each VPC, since private ones are used again and again. Those who gave it up more than a week ago are
 * forgotten. Throws a `TypeError` for what is no address.
 */
export async function addressHistory(
  registry: Pick<Registry, 'latestFacts'>,
  address: string
): Promise<AddressHistory> {
  const wanted = wordsOfNetwork(address);
  if (!wanted || address.includes('/')) {
    throw new TypeError(`${address} is no address.`);
  }
  const owners: AddressOwner[] = [];
  const vpcs = new Set<string>();
  const networks: string[] = [];
  const note = (fact: FactRow) => {
    if (fact.kind === 'address' && holds(fact.address, wanted.words)) {
      const prefix = fact.address.includes('/') ? { prefix: fact.address } : {};
      owners.push({ interface: fact.interface, vpc: fact.vpc, ...prefix, since: fact.since, until: fact.until });
    } else if (fact.kind === 'vpc' && fact.until === undefined && holds(fact.cidr, wanted.words)) {
      vpcs.add(fact.vpc);
    } else if (fact.kind === 'network' && holds(fact.cidr, wanted.words)) {
      networks.push(fact.cidr);
    }
  };
  for await (const page of factPages((after, limit) => registry.latestFacts(after, limit))) {
    for (const fact of parseFacts(page)) {
      note(fact);
    }
  }
  const bitsOf = (cidr: string) => Number(cidr.split('/')[1]);
  return {
    owners: owners.sort((a, b) => b.since - a.since),
    vpcs: [...vpcs].sort(),
    network: networks.sort((a, b) => bitsOf(b) - bitsOf(a))[0],
  };
}

/** Whether a network, or one address, holds this one. */
function holds(network: string, words: AddressWords): boolean {
  const parsed = wordsOfNetwork(network);
  return (
    parsed !== undefined &&
    parsed.words.length === words.length &&
    maskWords(words, parsed.bits, new Uint32Array(words.length)).every((word, i) => word === parsed.words[i])
  );
}
