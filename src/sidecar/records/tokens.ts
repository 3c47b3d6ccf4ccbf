import { cachePlace, hashBytes, HashIndex } from './hash';
import { viewOf } from './bytes';

const INITIAL_TOKENS = 64;
const INITIAL_BYTES = 2 * 1024;
const RECENT_BITS = 9;

/**
 * Numbers distinct byte strings (tokens) in the order they are first seen, without making a JavaScript string for each look-up: flow
 * logs repeat the same few identifiers millions of times.
 */
export class TokenTable {
  private readonly index = new HashIndex();
  private hashes = new Int32Array(INITIAL_TOKENS);
  /** Where each token begins in the arena, and where the next one will. */
  private starts = new Int32Array(INITIAL_TOKENS + 1);
  private arena = Buffer.alloc(INITIAL_BYTES);
  private arenaView = viewOf(this.arena);
  private count = 0;
  /** A cache: the token found last for each length and first and last four bytes. */
  private readonly recent = new Int32Array(2 ** RECENT_BITS);

  constructor() {
    this.index.clear(INITIAL_TOKENS);
  }

  /** Number of distinct tokens. */
  get size(): number {
    return this.count;
  }

  /** Bytes of all distinct tokens together. */
  get bytes(): number {
    return this.starts[this.count];
  }

  /** The id of `source[start, end)`. A token not seen before gets the next id, which is the former {@link size}. */
  intern(source: DataView, start: number, end: number): number {
    const known = this.find(source, start, end);
    if (known >= 0) {
      return known;
    }
    const hash = hashBytes(source, start, end);
    return this.add(source, start, end, hash, this.slotOf(source, start, end, hash));
  }

  /** The id of a text in which each character is one byte. */
  internText(text: string): number {
    const bytes = Buffer.from(text, 'latin1');
    return this.intern(viewOf(bytes), 0, bytes.length);
  }

  /** The id of `source[start, end)`; -1 if it was not seen before. */
  find(source: DataView, start: number, end: number): number {
    const first = end - start < 4 ? 0 : source.getInt32(start, true);
    const last = end - start < 4 ? 0 : source.getInt32(end - 4, true);
    const place = cachePlace(first + end - start, last, RECENT_BITS);
    const recent = this.recent[place];
    if (recent < this.count && this.equals(recent, source, start, end)) {
      return recent;
    }
    const id = this.index.entry(this.slotOf(source, start, end, hashBytes(source, start, end)));
    if (id >= 0) {
      this.recent[place] = id;
    }
    return id;
  }

  /** The token's text. */
  text(id: number): string {
    return this.arena.toString('latin1', this.starts[id], this.starts[id + 1]);
  }

  /** The token's bytes: valid until the next token is added. */
  bytesOf(id: number): Buffer {
    return this.arena.subarray(this.starts[id], this.starts[id + 1]);
  }

  /** Forgets all tokens, and keeps their memory for others. */
  clear(): void {
    this.count = 0;
    this.index.clear(this.hashes.length);
  }

  /** Orders two tokens by their bytes: negative when `a` comes first. */
  compare(a: number, b: number): number {
    const { arena, starts } = this;
    return arena.compare(arena, starts[b], starts[b + 1], starts[a], starts[a + 1]);
  }

  /** The slot that holds the token, or the free one where it would go. */
  private slotOf(source: DataView, start: number, end: number, hash: number): number {
    const { index, hashes } = this;
    let slot = index.first(hash);
    for (let id = index.entry(slot); id >= 0; id = index.entry(slot)) {
      if (hashes[id] === hash && this.equals(id, source, start, end)) {
        break;
      }
      slot = index.next(slot);
    }
    return slot;
  }

  private equals(id: number, source: DataView, start: number, end: number): boolean {
    const { arenaView } = this;
    let at = this.starts[id];
    if (this.starts[id + 1] - at !== end - start) {
      return false;
    }
    let i = start;
    for (; i + 8 <= end; i += 8, at += 8) {
      // As a double it is one comparison; but zeros of both signs are equal, and NaN is not equal to itself.
      const bytes = source.getFloat64(i, true);
      if ((bytes !== arenaView.getFloat64(at, true) || bytes === 0) && !areEqual(source, i, arenaView, at)) {
        return false;
      }
    }
    for (; i < end; i++, at++) {
      if (source.getUint8(i) !== arenaView.getUint8(at)) {
        return false;
      }
    }
    return true;
  }

  private add(source: DataView, start: number, end: number, hash: number, slot: number): number {
    const from = this.bytes;
    const to = from + end - start;
    if (to > this.arena.length) {
      const larger = Buffer.alloc(Math.max(this.arena.length * 2, to));
      this.arena.copy(larger);
      this.arena = larger;
      this.arenaView = viewOf(larger);
    }
    this.arena.set(new Uint8Array(source.buffer, source.byteOffset + start, end - start), from);
    const id = this.count++;
    this.starts[id + 1] = to;
    this.hashes[id] = hash;
    this.index.put(slot, id);
    if (this.count === this.hashes.length) {
      this.grow();
    }
    return id;
  }

  private grow(): void {
    const { hashes, starts, index, count } = this;
    this.hashes = new Int32Array(count * 2);
    this.hashes.set(hashes);
    this.starts = new Int32Array(count * 2 + 1);
    this.starts.set(starts);
    index.grow(this.hashes, count);
  }
}

/** Whether the eight bytes at these places are the same. */
function areEqual(a: DataView, i: number, b: DataView, j: number): boolean {
  return a.getInt32(i, true) === b.getInt32(j, true) && a.getInt32(i + 4, true) === b.getInt32(j + 4, true);
}

const CACHE_BITS = 10;
const CACHE_SLOTS = 2 ** CACHE_BITS;

/**
 * Numbers combinations of texts, text by text: from the number of a combination and the id of a further text follows the
 * number of the longer combination. With a small cache, since a flow log has few combinations.
 */
export class Combinations {
  private readonly numbers = new Map<number, number>();
  private readonly cachedCombinations = new Int32Array(CACHE_SLOTS).fill(-1);
  private readonly cachedTexts = new Int32Array(CACHE_SLOTS);
  private readonly cachedNumbers = new Int32Array(CACHE_SLOTS);

  /** How many combinations there are. */
  get size(): number {
    return this.numbers.size;
  }

  /** Forgets all combinations. */
  clear(): void {
    this.numbers.clear();
    this.cachedCombinations.fill(-1);
  }

  /** The number of the combination extended by the text; a new one, from 1, if it was not seen before. */
  of(combination: number, text: number): number {
    const slot = cachePlace(combination, text, CACHE_BITS);
    if (this.cachedCombinations[slot] !== combination || this.cachedTexts[slot] !== text) {
      const key = combination * 0x1000000 + text;
      let number = this.numbers.get(key);
      if (number === undefined) {
        number = this.numbers.size + 1;
        this.numbers.set(key, number);
      }
      this.cachedCombinations[slot] = combination;
      this.cachedTexts[slot] = text;
      this.cachedNumbers[slot] = number;
    }
    return this.cachedNumbers[slot];
  }
}
