import { HashIndex, hashPair } from '../records/hash';

/** Numbers distinct keys (two 32-bit integers) in the order they are first seen. Reuses its memory for the next group. */
export class KeyTable {
  /** Distinct keys so far. */
  size = 0;
  /** Both integers of each key, by its number. */
  first = new Int32Array(1024);
  second = new Int32Array(1024);
  private readonly index = new HashIndex();

  /** Forgets all keys; then puts into `numbers` the number of the key `first[i]`, `second[i]` for each of `count` records. */
  numberAll(first: Int32Array, second: Int32Array, count: number, numbers: Int32Array): void {
    this.clear(count);
    const { index, first: firsts, second: seconds } = this;
    let size = 0;
    for (let i = 0; i < count; i++) {
      const a = first[i];
      const b = second[i];
      let slot = index.first(hashPair(a, b));
      let number = index.entry(slot);
      while (number >= 0 && (firsts[number] !== a || seconds[number] !== b)) {
        slot = index.next(slot);
        number = index.entry(slot);
      }
      if (number < 0) {
        number = size++;
        firsts[number] = a;
        seconds[number] = b;
        index.put(slot, number);
      }
      numbers[i] = number;
    }
    this.size = size;
  }

  /** Forgets all keys and makes room for `keys`. */
  private clear(keys: number): void {
    this.index.clear(keys);
    if (keys > this.first.length) {
      this.first = new Int32Array(keys * 2);
      this.second = new Int32Array(keys * 2);
    }
  }
}
