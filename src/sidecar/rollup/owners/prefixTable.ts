import { IPV6_WORDS, IPV4_WORDS, maskWords, type AddressWords } from '../../records/address/addressWords';
import { enlarged } from '../enlarged';
import type { Moment } from './moment';

/** Networks of one kind of address in memory that threads share: plain data. */
export interface PrefixTable {
  /** The numbers of bits that occur, largest first, each followed by the number of the row behind its last one. */
  readonly sections: Uint32Array;
  /**
   * Rows with the same number of bits, in the order of their words. Each is the words, then scope and value (numbers of texts),
   * since and until (Unix seconds).
   */
  readonly rows: Uint32Array;
}

/** Networks of both kinds of addresses. */
export interface PrefixTables {
  readonly ipv4: PrefixTable;
  readonly ipv6: PrefixTable;
}

/** Numbers in a row besides its words. */
const VALUES = 4;
const [SCOPE, VALUE, SINCE, UNTIL] = Array(VALUES).keys();

/** Numbers in memory that threads share. */
export function sharedNumbers(length: number): Uint32Array {
  return new Uint32Array(new SharedArrayBuffer(length * Uint32Array.BYTES_PER_ELEMENT));
}

/** Collects networks of one kind of address, without an object for each. */
class PrefixRows {
  private numbers = new Uint32Array(1024);
  private count = 0;
  private readonly width: number;

  constructor(private readonly words: number) {
    // The bits come first.
    this.width = 1 + words + VALUES;
  }

  add(words: AddressWords, bits: number, values: readonly number[]): void {
    const at = this.count++ * this.width;
    if (at + this.width > this.numbers.length) {
      this.numbers = enlarged(this.numbers, new Uint32Array(this.numbers.length * 2));
    }
    this.numbers[at] = bits;
    this.numbers.set(words, at + 1);
    this.numbers.set(values, at + 1 + this.words);
  }

  /** Sorts them into a table. `text`: the final number of a text, by the one that was given. */
  build(text: (number: number) => number): PrefixTable {
    const { numbers, width, words, count } = this;
    const order = new Uint32Array(count).map((_, i) => i * width);
    const since = 1 + words + SINCE;
    order.sort((a, b) => {
      let difference = numbers[b] - numbers[a];
      for (let i = 1; i <= words && difference === 0; i++) {
        difference = numbers[a + i] - numbers[b + i];
      }
      return difference || numbers[a + since] - numbers[b + since];
    });
    const rows = sharedNumbers(count * (width - 1));
    const sections: number[] = [];
    order.forEach((from, row) => {
      const at = row * (width - 1);
      rows.set(numbers.subarray(from + 1, from + width), at);
      rows[at + words + SCOPE] = text(rows[at + words + SCOPE]);
      rows[at + words + VALUE] = text(rows[at + words + VALUE]);
      if (row + 1 === count || numbers[order[row + 1]] !== numbers[from]) {
        sections.push(numbers[from], row + 1);
      }
    });
    const shared = sharedNumbers(sections.length);
    shared.set(sections);
    return { sections: shared, rows };
  }
}

/** Collects networks for {@link PrefixTables}. */
export class PrefixRowsOfBoth {
  private readonly ipv4 = new PrefixRows(IPV4_WORDS);
  private readonly ipv6 = new PrefixRows(IPV6_WORDS);

  /** `scope`, `value`: numbers of texts. Times are Unix seconds. */
  add(words: AddressWords, bits: number, scope: number, value: number, since: number, until: number): void {
    const rows = words.length === IPV4_WORDS ? this.ipv4 : this.ipv6;
    rows.add(words, bits, [scope, value, since, until]);
  }

  /** `text`: the final number of a text, by the one that was given. */
  build(text: (number: number) => number): PrefixTables {
    return { ipv4: this.ipv4.build(text), ipv6: this.ipv6.build(text) };
  }
}

const masked = { ipv4: new Uint32Array(IPV4_WORDS), ipv6: new Uint32Array(IPV6_WORDS) };

/**
 * Calls `found` with scope and value of every network that holds the address now, longest prefix first, until it returns true.
 * `scope`: networks of others are passed over, and do not narrow the moment; undefined: those of all.
 */
export function eachPrefix(
  tables: PrefixTables,
  words: AddressWords,
  moment: Moment,
  scope: number | undefined,
  found: (scope: number, value: number) => boolean
): void {
  eachRow(tables, words, (rows, at) => {
    const isWanted = scope === undefined || rows[at + SCOPE] === scope;
    return isWanted && moment.isIn(rows[at + SINCE], rows[at + UNTIL]) && found(rows[at + SCOPE], rows[at + VALUE]);
  });
}

/** Whether some network, of any scope and time, holds the address. */
export function hasPrefix(tables: PrefixTables, words: AddressWords): boolean {
  return eachRow(tables, words, () => true);
}

/**
 * Calls `found` with the rows, and where the values begin, of every network that holds the address at any time, longest prefix
 * first, until it returns true. Returns whether it did.
 */
function eachRow(
  tables: PrefixTables,
  words: AddressWords,
  found: (rows: Uint32Array, at: number) => boolean
): boolean {
  const kind = words.length === IPV4_WORDS ? 'ipv4' : 'ipv6';
  const { sections, rows } = tables[kind];
  const network = masked[kind];
  const width = words.length + VALUES;
  let begin = 0;
  for (let section = 0; section < sections.length; section += 2) {
    const end = sections[section + 1];
    maskWords(words, sections[section], network);
    const first = firstOf(rows, width, begin, end, network);
    for (let at = first * width; at < end * width && compareRow(rows, at, network) === 0; at += width) {
      if (found(rows, at + words.length)) {
        return true;
      }
    }
    begin = end;
  }
  return false;
}

/** The first of the rows `[begin, end)` whose words are not below the network's. */
function firstOf(rows: Uint32Array, width: number, begin: number, end: number, network: AddressWords): number {
  let [low, high] = [begin, end];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareRow(rows, middle * width, network) < 0) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

/** Compares the words of the row that begins at `at` with a network's. */
function compareRow(rows: Uint32Array, at: number, network: AddressWords): number {
  for (let i = 0; i < network.length; i++) {
    if (rows[at + i] !== network[i]) {
      return rows[at + i] - network[i];
    }
  }
  return 0;
}
