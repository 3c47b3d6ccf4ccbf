import { MISSING } from '../../../contract/stored';
import { ipv4, ipv4Text, isIPv4 } from './ipv4';
import { ipv6Groups, ipv6Text, readIPv6 } from './ipv6';

/**
 * An address is one 32-bit integer: an IPv4 address as its number. Codes from 240.0.0.0 on, which is reserved and never
 * routed, are entries of the part's {@link AddressTable}: IPv6 addresses and those reserved IPv4 addresses; the first of
 * them is '-'.
 */
export const FIRST_TABLE_CODE = 0xf0000000;

/** The code of '-', which also stands in for an address column that the flow log does not have. */
export const MISSING_ADDRESS = FIRST_TABLE_CODE | 0;

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
    const word = (i: number) => (ipv6Groups[2 * i] << 16) | ipv6Groups[2 * i + 1];
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
