import {
  ADDRESS_WORDS,
  IPV4_BITS,
  isIPv4Words,
  maskWords,
  type AddressWords,
} from '../../records/address/addressWords';

/** A row of a {@link PrefixTable}: what a network is, and when. `scope`, `value`: numbers of texts. Times are Unix seconds. */
export interface PrefixRow {
  readonly words: AddressWords;
  /** Leading bits of the network, of 128. */
  readonly bits: number;
  readonly scope: number;
  readonly value: number;
  readonly since: number;
  readonly until: number;
}

/** Networks in memory that threads share: plain data. Rows with the same number of bits lie together, in order of their words. */
export interface PrefixTable {
  /** The numbers of bits that occur, largest first, each followed by the number of the row behind its last one. */
  readonly sections: Uint32Array;
  readonly rows: Uint32Array;
}

/** Numbers per row: the words, then these. */
const WIDTH = ADDRESS_WORDS + 4;
const [SCOPE, VALUE, SINCE, UNTIL] = [4, 5, 6, 7];

/** Numbers in memory that threads share. */
export function sharedNumbers(length: number): Uint32Array {
  return new Uint32Array(new SharedArrayBuffer(length * Uint32Array.BYTES_PER_ELEMENT));
}

export function buildPrefixTable(all: PrefixRow[]): PrefixTable {
  const compareWords = (a: AddressWords, b: AddressWords) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2] || a[3] - b[3];
  all.sort((a, b) => b.bits - a.bits || compareWords(a.words, b.words) || a.since - b.since);
  const rows = sharedNumbers(all.length * WIDTH);
  const sections: number[] = [];
  all.forEach(({ words, bits, scope, value, since, until }, i) => {
    rows.set(words, i * WIDTH);
    rows.set([scope, value, since, until], i * WIDTH + SCOPE);
    if (all[i + 1]?.bits !== bits) {
      sections.push(bits, i + 1);
    }
  });
  const shared = sharedNumbers(sections.length);
  shared.set(sections);
  return { sections: shared, rows };
}

/** A time, and how long what was looked up at that time stays the same. Unix seconds. */
export class Moment {
  time = 0;
  /** The answers so far are those of all times from `from` on, and before `until`. */
  from = 0;
  until = Infinity;

  /** Begins anew at another time. */
  begin(time: number): void {
    this.time = time;
    this.from = 0;
    this.until = Infinity;
  }

  /** Whether a span, which was looked at, holds now. Narrows {@link from} and {@link until}. */
  isIn(since: number, until: number): boolean {
    if (this.time < since) {
      this.until = Math.min(this.until, since);
      return false;
    }
    if (this.time >= until) {
      this.from = Math.max(this.from, until);
      return false;
    }
    this.from = Math.max(this.from, since);
    this.until = Math.min(this.until, until);
    return true;
  }
}

const masked = new Uint32Array(ADDRESS_WORDS);

/**
 * Calls `found` with scope and value of every network that holds the address now, longest prefix first, until it returns true.
 * `isWanted`: whether a scope is of interest; others do not narrow the moment.
 */
export function eachPrefix(
  { sections, rows }: PrefixTable,
  words: AddressWords,
  moment: Moment,
  isWanted: (scope: number) => boolean,
  found: (scope: number, value: number) => boolean
): void {
  let begin = 0;
  const leastBits = isIPv4Words(words) ? IPV4_BITS : 0;
  for (let section = 0; section < sections.length && sections[section] >= leastBits; section += 2) {
    const end = sections[section + 1];
    maskWords(words, sections[section], masked);
    for (let row = firstOf(rows, begin, end) * WIDTH; row < end * WIDTH && compareRow(rows, row) === 0; row += WIDTH) {
      const isHit = isWanted(rows[row + SCOPE]) && moment.isIn(rows[row + SINCE], rows[row + UNTIL]);
      if (isHit && found(rows[row + SCOPE], rows[row + VALUE])) {
        return;
      }
    }
    begin = end;
  }
}

/** Whether some network, of any scope and time, holds the address. */
export function hasPrefix({ sections, rows }: PrefixTable, words: AddressWords): boolean {
  let begin = 0;
  const leastBits = isIPv4Words(words) ? IPV4_BITS : 0;
  for (let section = 0; section < sections.length && sections[section] >= leastBits; section += 2) {
    const end = sections[section + 1];
    maskWords(words, sections[section], masked);
    const row = firstOf(rows, begin, end);
    if (row < end && compareRow(rows, row * WIDTH) === 0) {
      return true;
    }
    begin = end;
  }
  return false;
}

/** The first of the rows `[begin, end)` whose words are not below {@link masked}. */
function firstOf(rows: Uint32Array, begin: number, end: number): number {
  let [low, high] = [begin, end];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareRow(rows, middle * WIDTH) < 0) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

/** Compares the words of the row that begins at `at` with {@link masked}. */
function compareRow(rows: Uint32Array, at: number): number {
  return rows[at] - masked[0] || rows[at + 1] - masked[1] || rows[at + 2] - masked[2] || rows[at + 3] - masked[3];
}
