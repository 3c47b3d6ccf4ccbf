import { MISSING } from '../../../contract/stored';
import { wordsOfNetwork } from '../../records/address/addressWords';
import type { OwnerFact, Passes } from './facts';
import { buildPrefixTable, sharedNumbers, type PrefixRow, type PrefixTable } from './prefixTable';

/** Numbers per row of {@link OwnerTables.interfaces}: interface, since, until, then the place. */
export const INTERFACE_WIDTH = 9;
/** Numbers per row of {@link OwnerTables.covered}: interface, action, since, until. */
export const COVERED_WIDTH = 4;
/** How an interface passes traffic on, by its number in {@link OwnerTables.interfaces}. */
export const PASSES: readonly Passes[] = ['no', 'nat', 'yes'];
/** An end that is not there: later than any time. */
const OPEN = 0xffffffff;

/**
 * The owner facts of one version, sorted, as plain data in memory that threads share: about 40 bytes per address and 60 per
 * interface. Texts are numbered in the order of their bytes.
 */
export interface OwnerTables {
  /** All texts, one after the other, and where each ends. */
  readonly texts: Uint8Array;
  readonly ends: Uint32Array;
  /** By interface and time: interface, since, until, VPC, subnet, instance, account, zone, number in {@link PASSES}. */
  readonly interfaces: Uint32Array;
  /** Addresses and prefixes: the scope is a VPC, or '-' for anywhere; the value is the interface. */
  readonly addresses: PrefixTable;
  /** CIDRs of VPCs: the scope is the VPC. */
  readonly vpcs: PrefixTable;
  /** Named networks: the value is the CIDR. */
  readonly networks: PrefixTable;
  /** By interface, action and time. */
  readonly covered: Uint32Array;
}

/** Sorts the facts of one version into tables. A fact about an address or CIDR that is none is left out. */
export function buildOwnerTables(facts: Iterable<OwnerFact>): OwnerTables {
  const all = [...facts];
  const texts = numberTexts(all);
  const addresses: PrefixRow[] = [];
  const vpcs: PrefixRow[] = [];
  const networks: PrefixRow[] = [];
  const interfaces: number[][] = [];
  const covered: number[][] = [];
  const number = (text: string) => texts.get(text)!;
  const add = (rows: PrefixRow[], network: string, scope: string, value: string, { since, until }: OwnerFact) => {
    const known = wordsOfNetwork(network);
    if (known) {
      rows.push({ ...known, scope: number(scope), value: number(value), since, until: until ?? OPEN });
    }
  };
  for (const fact of all) {
    const time = [fact.since, fact.until ?? OPEN];
    switch (fact.kind) {
      case 'address':
        add(addresses, fact.address, fact.vpc, fact.interface, fact);
        break;
      case 'vpc':
        add(vpcs, fact.cidr, fact.vpc, fact.vpc, fact);
        break;
      case 'network':
        add(networks, fact.cidr, MISSING, fact.cidr, fact);
        break;
      case 'interface': {
        const place = [fact.vpc, fact.subnet, fact.instance, fact.account, fact.zone].map(number);
        interfaces.push([number(fact.interface), ...time, ...place, PASSES.indexOf(fact.passes)]);
        break;
      }
      case 'covered':
        covered.push([number(fact.interface), number(fact.action), ...time]);
        break;
    }
  }
  return {
    ...storeTexts([...texts.keys()]),
    interfaces: storeRows(interfaces, INTERFACE_WIDTH),
    covered: storeRows(covered, COVERED_WIDTH),
    addresses: buildPrefixTable(addresses),
    vpcs: buildPrefixTable(vpcs),
    networks: buildPrefixTable(networks),
  };
}

/** The number of each text in the facts, and of '-', in the order of their bytes. */
function numberTexts(facts: readonly OwnerFact[]): Map<string, number> {
  const texts = new Set<string>([MISSING]);
  for (const fact of facts) {
    for (const value of Object.values(fact)) {
      if (typeof value === 'string') {
        texts.add(value);
      }
    }
  }
  const sorted = [...texts].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  return new Map(sorted.map((text, i) => [text, i]));
}

function storeTexts(all: readonly string[]): Pick<OwnerTables, 'texts' | 'ends'> {
  const bytes = Buffer.from(all.join(''));
  const texts = new Uint8Array(new SharedArrayBuffer(bytes.length));
  texts.set(bytes);
  const ends = sharedNumbers(all.length);
  all.reduce((end, text, i) => (ends[i] = end + Buffer.byteLength(text)), 0);
  return { texts, ends };
}

function storeRows(rows: number[][], width: number): Uint32Array {
  rows.sort((a, b) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2]);
  const numbers = sharedNumbers(rows.length * width);
  rows.forEach((row, i) => numbers.set(row, i * width));
  return numbers;
}
