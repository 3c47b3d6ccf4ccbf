/** What AWS writes for "not applicable", and what stands in for a field that the flow log does not carry. */
export const MISSING = '-';

const DOT = 0x2e;
const COLON = 0x3a;
const ZERO = 0x30;

/**
 * An address is one 32-bit integer: an IPv4 address as its number. Codes from 240.0.0.0 on, which is reserved and never
 * routed, are entries of the part's {@link AddressTable}: IPv6 addresses and those reserved IPv4 addresses; the first of
 * them is '-'.
 */
export const FIRST_TABLE_CODE = 0xf0000000;

/** The code of '-', which also stands in for an address column that the flow log does not have. */
export const MISSING_ADDRESS = FIRST_TABLE_CODE | 0;

/** Room that {@link readIPv4} needs behind the beginning of an address: it looks at four bytes per octet. */
export const IPV4_ROOM = 16;

/** The address that {@link readIPv4} read last, as 32 bits: a second result without an object per record. */
export const ipv4 = new Int32Array(1);

/**
 * Reads the IPv4 address without leading zeros that begins at `start` into {@link ipv4}; returns the length of its text, 0
 * when there is none. Anything but a digit may follow. {@link IPV4_ROOM} bytes must lie in the view.
 */
export function readIPv4(view: DataView, start: number): number {
  let address = 0;
  let at = start;
  for (let octet = 0; octet < 4; octet++) {
    const bytes = view.getInt32(at, true);
    const digits = bytes ^ 0x30303030;
    // The top bit of each byte that is no digit. One branch per length, so that the processor can go on with the length
    // it expects.
    const others = (((digits & 0x7f7f7f7f) + 0x76767676) | digits) & 0x80808080;
    const first = digits & 0xff;
    let value = first;
    let separator;
    if ((others & 0x8080) !== 0) {
      if ((others & 0x80) !== 0) {
        return 0;
      }
      separator = (bytes >>> 8) & 0xff;
      at += 2;
    } else if ((others & 0x800000) !== 0) {
      value = first * 10 + ((digits >>> 8) & 0xff);
      separator = (bytes >>> 16) & 0xff;
      at += 3;
      if (first === 0) {
        return 0;
      }
    } else {
      value = first * 100 + ((digits >>> 8) & 0xff) * 10 + ((digits >>> 16) & 0xff);
      separator = bytes >>> 24;
      at += 4;
      if (others === 0 || first === 0 || value > 255) {
        return 0;
      }
    }
    if (separator !== DOT && octet < 3) {
      return 0;
    }
    address = (address << 8) | value;
  }
  ipv4[0] = address;
  return at - 1 - start;
}

/** Whether the whole text is an IPv4 address, which is in {@link ipv4} then. */
function isIPv4(text: Uint8Array, start: number, end: number): boolean {
  if (end - start > 15) {
    return false;
  }
  padded.fill(0).set(text.subarray(start, end));
  return readIPv4(paddedView, 0) === end - start;
}

const padded = new Uint8Array(2 * IPV4_ROOM);
const paddedView = new DataView(padded.buffer);

/** The eight groups of the IPv6 address that {@link readIPv6} read last. */
const groups = new Uint16Array(8);

/** Reads the IPv6 address `text[start, end)` into {@link groups}; false when the text is none. A zone (`%eth0`) is none. */
function readIPv6(text: Uint8Array, start: number, end: number): boolean {
  let count = 0;
  let gap = -1;
  let at = start;
  if (text[at] === COLON) {
    if (text[++at] !== COLON) {
      return false;
    }
  }
  while (at < end) {
    if (text[at] === COLON && at > start) {
      // The second colon of a pair: zeros go here, in one place at most.
      if (gap >= 0) {
        return false;
      }
      gap = count;
      at++;
      continue;
    }
    if (count === 8) {
      return false;
    }
    const from = at;
    let group = 0;
    for (let digit = hexDigit(text[at]); digit >= 0 && at < end; digit = hexDigit(text[++at])) {
      group = (group << 4) | digit;
    }
    if (at > end || at === from) {
      return false;
    }
    if (at < end && text[at] === DOT) {
      return count <= 6 && readTail(text, from, end, count) && fillGap(count + 2, gap);
    }
    if (at - from > 4) {
      return false;
    }
    groups[count++] = group;
    if (at < end) {
      if (text[at] !== COLON || ++at === end) {
        return false;
      }
    }
  }
  return fillGap(count, gap);
}

/** The last 32 bits of an IPv6 address may be written as IPv4. */
function readTail(text: Uint8Array, start: number, end: number, count: number): boolean {
  if (!isIPv4(text, start, end)) {
    return false;
  }
  groups[count] = ipv4[0] >>> 16;
  groups[count + 1] = ipv4[0] & 0xffff;
  return true;
}

/** Moves what stands after the gap to the end. */
function fillGap(count: number, gap: number): boolean {
  if (gap < 0) {
    return count === 8;
  }
  if (count === 8) {
    return false;
  }
  groups.copyWithin(8 - (count - gap), gap, count);
  groups.fill(0, gap, 8 - (count - gap));
  return true;
}

function hexDigit(byte: number): number {
  const digit = byte - ZERO;
  if (digit >= 0 && digit <= 9) {
    return digit;
  }
  const letter = (byte | 0x20) - 0x61;
  return letter >= 0 && letter < 6 ? letter + 10 : -1;
}

/** `2001:db8::1`: lower case, the longest run of zeros left out (RFC 5952). `words`: the four 32-bit words. */
function ipv6Text(words: ArrayLike<number>): string {
  const parts = Array.from({ length: 8 }, (_, i) => (i % 2 === 0 ? words[i >> 1] >>> 16 : words[i >> 1] & 0xffff));
  let best = -1;
  let longest = 1;
  for (let i = 0; i < 8; i++) {
    let end = i;
    while (end < 8 && parts[end] === 0) {
      end++;
    }
    if (end - i > longest) {
      best = i;
      longest = end - i;
    }
    i = Math.max(i, end);
  }
  const hex = parts.map((part) => part.toString(16));
  return best < 0 ? hex.join(':') : `${hex.slice(0, best).join(':')}::${hex.slice(best + longest).join(':')}`;
}

const FIRST_ENTRIES = 256;
const WORDS = 4;

/** The addresses of one part that are not plain IPv4 numbers, each once, as 128-bit integers. */
export class AddressTable {
  /** Entries so far; entry 0 is '-', which has no number. */
  private count = 1;
  private words = new Int32Array(FIRST_ENTRIES * WORDS);
  private isIPv4 = new Uint8Array(FIRST_ENTRIES);
  /** Open addressing: entry per slot, 0 when free. */
  private slots = new Int32Array(FIRST_ENTRIES * 2);

  /** Bytes that the addresses take. */
  get bytes(): number {
    return this.count * WORDS * 4;
  }

  /** The code of the address text `[start, end)`; undefined when it is neither an address nor '-'. */
  read(text: Uint8Array, start: number, end: number): number | undefined {
    if (end - start === 1 && text[start] === 0x2d) {
      return MISSING_ADDRESS;
    }
    if (isIPv4(text, start, end)) {
      return ipv4[0] >>> 0 < FIRST_TABLE_CODE ? ipv4[0] : this.code(0, 0, 0, ipv4[0], 1);
    }
    if (!readIPv6(text, start, end)) {
      return undefined;
    }
    const word = (i: number) => (groups[2 * i] << 16) | groups[2 * i + 1];
    return this.code(word(0), word(1), word(2), word(3), 0);
  }

  /** The text of a table code. */
  text(code: number): string {
    const entry = code - MISSING_ADDRESS;
    if (entry === 0) {
      return MISSING;
    }
    const words = this.words.subarray(entry * WORDS, entry * WORDS + WORDS);
    return this.isIPv4[entry] ? ipv4Text(words[3]) : ipv6Text(words);
  }

  /** Orders two table codes: reserved IPv4 addresses, then IPv6, each by number, then '-'. */
  compare(a: number, b: number): number {
    const first = a - MISSING_ADDRESS;
    const second = b - MISSING_ADDRESS;
    if (first === 0 || second === 0) {
      return second - first;
    }
    const { words, isIPv4 } = this;
    let order = isIPv4[second] - isIPv4[first];
    for (let i = 0; order === 0 && i < WORDS; i++) {
      order = (words[first * WORDS + i] >>> 0) - (words[second * WORDS + i] >>> 0);
    }
    return order;
  }

  /** Forgets all addresses. */
  clear(): void {
    this.count = 1;
    this.slots.fill(0);
  }

  private code(a: number, b: number, c: number, d: number, ipv4: number): number {
    const { slots, words, isIPv4 } = this;
    const mask = slots.length - 1;
    let slot = hashOf(a, b, c, d) & mask;
    for (let entry = slots[slot]; entry !== 0; entry = slots[slot]) {
      const at = entry * WORDS;
      if (
        words[at + 3] === d &&
        words[at + 2] === c &&
        words[at + 1] === b &&
        words[at] === a &&
        isIPv4[entry] === ipv4
      ) {
        return MISSING_ADDRESS + entry;
      }
      slot = (slot + 1) & mask;
    }
    return this.add(a, b, c, d, ipv4, slot);
  }

  private add(a: number, b: number, c: number, d: number, ipv4: number, slot: number): number {
    if (this.count === this.isIPv4.length) {
      this.grow();
      // Its slot is another one now.
      return this.code(a, b, c, d, ipv4);
    }
    const entry = this.count++;
    this.words.set([a, b, c, d], entry * WORDS);
    this.isIPv4[entry] = ipv4;
    this.slots[slot] = entry;
    return MISSING_ADDRESS + entry;
  }

  private grow(): void {
    const entries = this.isIPv4.length * 2;
    const { words, isIPv4 } = this;
    this.words = new Int32Array(entries * WORDS);
    this.words.set(words);
    this.isIPv4 = new Uint8Array(entries);
    this.isIPv4.set(isIPv4);
    this.slots = new Int32Array(entries * 2);
    const mask = this.slots.length - 1;
    for (let entry = 1; entry < this.count; entry++) {
      const at = entry * WORDS;
      let slot = hashOf(words[at], words[at + 1], words[at + 2], words[at + 3]) & mask;
      while (this.slots[slot] !== 0) {
        slot = (slot + 1) & mask;
      }
      this.slots[slot] = entry;
    }
  }
}

/** Unknown to whoever sends packets: no addresses can be chosen to have the same hash. */
const SEED = Math.trunc(Math.random() * 0x100000000);

function hashOf(a: number, b: number, c: number, d: number): number {
  let hash = Math.imul(a ^ SEED, 0x9e3779b1);
  hash = Math.imul(hash ^ (hash >>> 15) ^ b, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13) ^ c, 0xc2b2ae35);
  hash = Math.imul(hash ^ (hash >>> 16) ^ d, 0x27d4eb2f);
  return hash ^ (hash >>> 15);
}

function ipv4Text(address: number): string {
  return `${address >>> 24}.${(address >>> 16) & 255}.${(address >>> 8) & 255}.${address & 255}`;
}

/** The text of an address code. */
export function addressText(code: number, table: AddressTable): string {
  return code >>> 0 < FIRST_TABLE_CODE ? ipv4Text(code) : table.text(code);
}

/** Octets as text: the bytes of `0` to `255`, four for each, the last of which is their number. */
const OCTETS = Uint8Array.from({ length: 256 }, (_, octet) => octet).reduce(
  (table, octet) => {
    const text = String(octet);
    table.set(Buffer.from(text), octet * 4);
    table[octet * 4 + 3] = text.length;
    return table;
  },
  new Uint8Array(4 * 256)
);

/** Writes the text of an address code; returns where it ends. */
export function writeAddress(code: number, table: AddressTable, target: Buffer, start: number): number {
  if (code >>> 0 >= FIRST_TABLE_CODE) {
    return start + target.write(table.text(code), start, 'latin1');
  }
  let at = start;
  for (let shift = 24; shift >= 0; shift -= 8) {
    const octet = ((code >>> shift) & 0xff) * 4;
    const length = OCTETS[octet + 3];
    for (let i = 0; i < length; i++) {
      target[at++] = OCTETS[octet + i];
    }
    target[at++] = DOT;
  }
  return at - 1;
}

/** Orders two address codes: IPv4 addresses by number, then IPv6 addresses by number, then '-'. */
export function compareAddresses(a: number, b: number, table: AddressTable): number {
  const first = a >>> 0;
  const second = b >>> 0;
  return first >= FIRST_TABLE_CODE && second >= FIRST_TABLE_CODE ? table.compare(a, b) : first - second;
}
