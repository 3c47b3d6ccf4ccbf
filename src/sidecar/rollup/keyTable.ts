/** Unknown to whoever sends packets: no keys can be chosen to have the same hash. */
const SEED = Math.trunc(Math.random() * 0x100000000);

/**
 * Numbers distinct keys (two 32-bit integers) in order of first sight. Made once and used for one group of records after
 * the other: clearing costs no more than the group was large.
 */
export class KeyTable {
  /** Distinct keys so far. */
  size = 0;
  /** The keys' integers, by number. */
  first = new Int32Array(1024);
  second = new Int32Array(1024);
  /** Open addressing: number + 1 per slot, 0 when free. */
  private slots = new Int32Array(2048);

  /** Puts into `numbers` the number of the key `first[i]`, `second[i]` for each of `count` records; forgets all before. */
  numberAll(first: Int32Array, second: Int32Array, count: number, numbers: Int32Array): void {
    this.clear(count);
    const { slots, first: firsts, second: seconds, mask } = this;
    let size = 0;
    for (let i = 0; i < count; i++) {
      const a = first[i];
      const b = second[i];
      let hash = Math.imul(a ^ SEED, 0x9e3779b1);
      hash = Math.imul(hash ^ (hash >>> 15) ^ b, 0x85ebca6b);
      hash ^= hash >>> 15;
      let slot = hash & mask;
      let number = slots[slot] - 1;
      while (number >= 0 && (firsts[number] !== a || seconds[number] !== b)) {
        slot = (slot + 1) & mask;
        number = slots[slot] - 1;
      }
      if (number < 0) {
        number = size++;
        firsts[number] = a;
        seconds[number] = b;
        slots[slot] = size;
      }
      numbers[i] = number;
    }
    this.size = size;
  }

  private mask = 0;

  /** Makes room for up to `keys` keys. */
  private clear(keys: number): void {
    let slots = 16;
    while (slots < keys * 2) {
      slots *= 2;
    }
    if (slots > this.slots.length) {
      this.slots = new Int32Array(slots);
    } else {
      this.slots.fill(0, 0, slots);
    }
    if (keys > this.first.length) {
      this.first = new Int32Array(keys * 2);
      this.second = new Int32Array(keys * 2);
    }
    this.mask = slots - 1;
  }
}
