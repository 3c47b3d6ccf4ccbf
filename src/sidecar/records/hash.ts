/** The first hash of anything. Random, so that whoever sends traffic cannot choose keys with the same hash. */
const SEED = Math.trunc(Math.random() * 0x100000000);

/** 2^32 divided by the golden ratio: a product with it spreads neighbouring numbers over all bits. */
const MULTIPLIER = 0x9e3779b1;

/** Adds a 32-bit word to a hash. */
function mix(hash: number, word: number): number {
  const product = Math.imul(hash ^ word, MULTIPLIER);
  return product ^ (product >>> 15);
}

/** The hash of two 32-bit integers. */
export function hashPair(first: number, second: number): number {
  return mix(mix(SEED, first), second);
}

/** The hash of the bytes `[start, end)`. */
export function hashBytes(source: DataView, start: number, end: number): number {
  let hash = SEED ^ (end - start);
  let i = start;
  for (; i + 4 <= end; i += 4) {
    hash = mix(hash, source.getInt32(i, true));
  }
  for (; i < end; i++) {
    hash = mix(hash, source.getUint8(i));
  }
  return hash;
}

/** A place from 0 to `2^bits - 1` for two 32-bit integers, for small caches: quicker and less even than {@link hashPair}. */
export function cachePlace(first: number, second: number, bits: number): number {
  return (Math.imul(first, MULTIPLIER) ^ Math.imul(second, 0x85ebca6b)) >>> (32 - bits);
}

const MIN_SLOTS = 16;

/**
 * The index of a hash table (open addressing, linear probing): finds the number of an entry by its hash. The owner numbers
 * its entries from 0, keeps them and compares them: it probes from {@link first} on with {@link next} until {@link entry}
 * is the wanted one, or -1, and then may {@link put} a new one there. At most half of the slots may be taken.
 */
export class HashIndex {
  /** Number of the entry + 1, 0 when free. */
  private slots = new Int32Array(MIN_SLOTS);
  private mask = MIN_SLOTS - 1;

  /** How many entries there is room for. */
  get capacity(): number {
    return (this.mask + 1) / 2;
  }

  /** Forgets all entries, and makes room for as many. Takes time for those only, however large the table was before. */
  clear(entries: number): void {
    let size = MIN_SLOTS;
    while (size < entries * 2) {
      size *= 2;
    }
    if (size > this.slots.length) {
      this.slots = new Int32Array(size);
    } else {
      this.slots.fill(0, 0, size);
    }
    this.mask = size - 1;
  }

  /** Doubles the room. `hashes`: those of the entries so far, by their numbers. */
  grow(hashes: Int32Array, entries: number): void {
    this.clear(this.capacity * 2);
    for (let entry = 0; entry < entries; entry++) {
      let slot = this.first(hashes[entry]);
      while (this.entry(slot) >= 0) {
        slot = this.next(slot);
      }
      this.put(slot, entry);
    }
  }

  /** The slot where an entry of that hash is, or the first of those to look at. */
  first(hash: number): number {
    return hash & this.mask;
  }

  /** The slot to look at next. */
  next(slot: number): number {
    return (slot + 1) & this.mask;
  }

  /** The number of the entry in the slot; -1 when it is free. */
  entry(slot: number): number {
    return this.slots[slot] - 1;
  }

  /** Fills a free slot. */
  put(slot: number, entry: number): void {
    this.slots[slot] = entry + 1;
  }
}
