import { MISSING } from '../../../contract/stored';
import type { AddressWords } from '../../records/address/addressWords';
import type { InterfacePlace } from './facts';
import { COVERED_WIDTH, INTERFACE_WIDTH, PASSES, SYNCED_WIDTH, type OwnerTables } from './ownerTable';
import { Moment } from './moment';
import { eachPrefix, hasPrefix, type PrefixTables } from './prefixTable';

/** Maximum number of texts that are remembered by their number. */
const MAX_REMEMBERED = 100_000;

/** Looks owner facts up at a time. */
export class Owners {
  /** When it is, and how long the answers since its beginning stay the same. */
  readonly moment = new Moment();
  private readonly bytes: Buffer;
  private readonly numbers = new Map<string, number>();

  constructor(private readonly tables: OwnerTables) {
    const { texts } = tables;
    this.bytes = Buffer.from(texts.buffer, texts.byteOffset, texts.byteLength);
  }

  /** Where an interface is now; undefined when that is not known. */
  place(interfaceId: string): InterfacePlace | undefined {
    const { interfaces } = this.tables;
    const row = this.rowAt(interfaces, INTERFACE_WIDTH, [this.number(interfaceId)]);
    if (row < 0) {
      return undefined;
    }
    const [vpc, subnet, instance, account, zone] = [3, 4, 5, 6, 7].map((i) => this.text(interfaces[row + i]));
    return { vpc, subnet, instance, account, zone, passes: PASSES[interfaces[row + 8]] };
  }

  /** Whether an interface passes traffic on at any time. */
  mayPassOn(interfaceId: string): boolean {
    const { interfaces } = this.tables;
    const number = this.number(interfaceId);
    for (let row = firstRow(interfaces, INTERFACE_WIDTH, number); interfaces[row] === number; row += INTERFACE_WIDTH) {
      if (PASSES[interfaces[row + 8]] !== 'no') {
        return true;
      }
    }
    return false;
  }

  /** The interface that has the address now in the VPC, or anywhere (`vpc` is '-'); undefined when none has. */
  owner(words: AddressWords, vpc: string): string | undefined {
    return this.firstValue(this.tables.addresses, words, this.number(vpc));
  }

  /** The CIDR of the smallest named network that holds the address; undefined when none does. */
  network(words: AddressWords): string | undefined {
    return this.firstValue(this.tables.networks, words);
  }

  /** Whether a CIDR of the VPC is known now. */
  isSynced(vpc: string): boolean {
    return this.rowAt(this.tables.synced, SYNCED_WIDTH, [this.number(vpc)]) >= 0;
  }

  /** Whether any fact, of any VPC and time, is about the address. */
  mayKnow(words: AddressWords): boolean {
    const { addresses, networks, vpcs } = this.tables;
    return hasPrefix(addresses, words) || hasPrefix(networks, words) || hasPrefix(vpcs, words);
  }

  /** The VPCs with a CIDR that holds the address. */
  vpcsWith(words: AddressWords): string[] {
    const vpcs = new Set<number>();
    eachPrefix(this.tables.vpcs, words, this.moment, undefined, (scope) => {
      vpcs.add(scope);
      return false;
    });
    return [...vpcs].map((vpc) => this.text(vpc));
  }

  /** Whether egress records of the interface with this action are collected now. */
  isCovered(interfaceId: string, action: string): boolean {
    return this.rowAt(this.tables.covered, COVERED_WIDTH, [this.number(interfaceId), this.number(action)]) >= 0;
  }

  /** The value of the longest prefix that holds the address now, of one scope or of all. */
  private firstValue(networks: PrefixTables, words: AddressWords, scope?: number): string | undefined {
    let number: number | undefined;
    eachPrefix(networks, words, this.moment, scope, (_scope, value) => {
      number = value;
      return true;
    });
    return number === undefined ? undefined : this.text(number);
  }

  /** Where the row begins that starts with these numbers, followed by a span that holds now; -1 when there is none. */
  private rowAt(rows: Uint32Array, width: number, [first, second]: readonly [number, number?]): number {
    const times = second === undefined ? 1 : 2;
    for (let row = firstRow(rows, width, first); rows[row] === first; row += width) {
      const isMeant = second === undefined || rows[row + 1] === second;
      if (isMeant && this.moment.isIn(rows[row + times], rows[row + times + 1])) {
        return row;
      }
    }
    return -1;
  }

  private text(number: number): string {
    const { ends } = this.tables;
    return this.bytes.toString('utf8', number === 0 ? 0 : ends[number - 1], ends[number]);
  }

  /** The number of a text; one that no text has when it is not known. */
  private number(text: string): number {
    let number = this.numbers.get(text);
    if (number === undefined) {
      if (this.numbers.size === MAX_REMEMBERED) {
        this.numbers.clear();
      }
      number = this.findText(Buffer.from(text));
      this.numbers.set(text, number);
    }
    return number;
  }

  private findText(wanted: Buffer): number {
    const { bytes } = this;
    const { ends } = this.tables;
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const begin = middle === 0 ? 0 : ends[middle - 1];
      const order = bytes.compare(wanted, 0, wanted.length, begin, ends[middle]);
      if (order === 0) {
        return middle;
      }
      if (order < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return ends.length;
  }
}

/** Where the first row begins whose first number is not below `first`. */
function firstRow(rows: Uint32Array, width: number, first: number): number {
  let [low, high] = [0, rows.length / width];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (rows[middle * width] < first) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low * width;
}

/** The scope of addresses that are the same everywhere. */
export const ANYWHERE = MISSING;
