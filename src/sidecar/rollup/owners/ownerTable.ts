import { MISSING } from '../../../contract/stored';
import { wordsOfNetwork } from '../../records/address/addressWords';
import type { OwnerFact, Passes } from './facts';
import { PrefixRowsOfBoth, sharedNumbers, type PrefixTables } from './prefixTable';

/** Numbers per row of {@link OwnerTables.interfaces}: interface, since, until, then the place. */
export const INTERFACE_WIDTH = 9;
/** Numbers per row of {@link OwnerTables.covered}: interface, action, since, until. */
export const COVERED_WIDTH = 4;
/** Numbers per row of {@link OwnerTables.synced}: VPC, since, until. */
export const SYNCED_WIDTH = 3;
/** How an interface passes traffic on, by its number in {@link OwnerTables.interfaces}. */
export const PASSES: readonly Passes[] = ['no', 'nat', 'balancer', 'yes'];
/** An end that is not there: later than any time. */
const OPEN = 0xffffffff;

/**
 * The owner facts of one version, sorted, as plain data in memory that threads share: 20 bytes per IPv4 address, 36 per
 * interface, 16 for its coverage, and each text once. Texts are numbered in their order.
 */
export interface OwnerTables {
  /** All texts, one after the other, and where each ends. */
  readonly texts: Uint8Array;
  readonly ends: Uint32Array;
  /** By interface and time: interface, since, until, VPC, subnet, instance, account, zone, number in {@link PASSES}. */
  readonly interfaces: Uint32Array;
  /** Addresses and prefixes: the scope is a VPC, or '-' for anywhere; the value is the interface. */
  readonly addresses: PrefixTables;
  /** CIDRs of VPCs: the scope is the VPC. */
  readonly vpcs: PrefixTables;
  /** VPCs of which a CIDR is known, by VPC and time. */
  readonly synced: Uint32Array;
  /** Named networks: the value is the CIDR. */
  readonly networks: PrefixTables;
  /** By interface, action and time. */
  readonly covered: Uint32Array;
}

/** Sorts the facts of one version into tables. A fact about an address or CIDR that is none is left out. */
export function buildOwnerTables(facts: Iterable<OwnerFact>): OwnerTables {
  // Numbered as they come; in their order at the end.
  const texts = new Map<string, number>([[MISSING, 0]]);
  const number = (text: string) => {
    const known = texts.get(text);
    if (known !== undefined) {
      return known;
    }
    texts.set(text, texts.size);
    return texts.size - 1;
  };
  const addresses = new PrefixRowsOfBoth();
  const vpcs = new PrefixRowsOfBoth();
  const networks = new PrefixRowsOfBoth();
  const interfaces: number[] = [];
  const covered: number[] = [];
  const synced: number[] = [];
  for (const fact of facts) {
    const { since, until = OPEN } = fact;
    const add = (rows: PrefixRowsOfBoth, network: string, scope: string, value: string) => {
      const known = wordsOfNetwork(network);
      if (known) {
        rows.add(known.words, known.bits, number(scope), number(value), since, until);
      }
    };
    switch (fact.kind) {
      case 'address':
        add(addresses, fact.address, fact.vpc, fact.interface);
        break;
      case 'vpc':
        add(vpcs, fact.cidr, fact.vpc, fact.vpc);
        synced.push(number(fact.vpc), since, until);
        break;
      case 'network':
        add(networks, fact.cidr, MISSING, fact.cidr);
        break;
      case 'interface':
        interfaces.push(number(fact.interface), since, until, number(fact.vpc), number(fact.subnet));
        interfaces.push(number(fact.instance), number(fact.account), number(fact.zone), PASSES.indexOf(fact.passes));
        break;
      case 'covered':
        covered.push(number(fact.interface), number(fact.action), since, until);
        break;
    }
  }
  const sorted = [...texts.keys()].sort();
  const places = new Uint32Array(texts.size);
  sorted.forEach((text, place) => (places[texts.get(text)!] = place));
  const text = (before: number) => places[before];
  return {
    ...storeTexts(sorted),
    interfaces: storeRows(interfaces, INTERFACE_WIDTH, [0, 3, 4, 5, 6, 7], text),
    covered: storeRows(covered, COVERED_WIDTH, [0, 1], text),
    synced: storeRows(synced, SYNCED_WIDTH, [0], text),
    addresses: addresses.build(text),
    vpcs: vpcs.build(text),
    networks: networks.build(text),
  };
}

function storeTexts(all: readonly string[]): Pick<OwnerTables, 'texts' | 'ends'> {
  const bytes = Buffer.from(all.join(''));
  const texts = new Uint8Array(new SharedArrayBuffer(bytes.length));
  texts.set(bytes);
  const ends = sharedNumbers(all.length);
  all.reduce((end, text, i) => (ends[i] = end + Buffer.byteLength(text)), 0);
  return { texts, ends };
}

/** Rows of numbers in the order of their first three. `texts`: the columns that are numbers of texts. */
function storeRows(
  numbers: number[],
  width: number,
  texts: readonly number[],
  text: (before: number) => number
): Uint32Array {
  const count = numbers.length / width;
  for (let row = 0; row < count; row++) {
    for (const column of texts) {
      numbers[row * width + column] = text(numbers[row * width + column]);
    }
  }
  const order = new Uint32Array(count).map((_, i) => i * width);
  order.sort((a, b) => numbers[a] - numbers[b] || numbers[a + 1] - numbers[b + 1] || numbers[a + 2] - numbers[b + 2]);
  const rows = sharedNumbers(numbers.length);
  order.forEach((from, row) => {
    for (let column = 0; column < width; column++) {
      rows[row * width + column] = numbers[from + column];
    }
  });
  return rows;
}
