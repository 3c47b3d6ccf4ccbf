import { HashIndex, hashPair } from '../records/hash';

/** A table of all combinations has at most so many places per row; beyond that a hash table takes less memory. */
const MAX_PLACES_PER_ROW = 4;

/** Numbers distinct keys (two 32-bit integers) in the order they are first seen. Reuses its memory for the next group. */
export class KeyTable {
  /** Distinct keys so far. */
  size = 0;
  /** The first row of each key, by its number. */
  rows = new Int32Array(1024);
  /** Both integers of each key, by its number. */
  private first = new Int32Array(1024);
  private second = new Int32Array(1024);
  private readonly index = new HashIndex();
  /** By combination of two numbers: the number of its key + 1, 0 when it was not seen. */
  private places = new Int32Array(0);

  /** Forgets all keys; then puts into `numbers` the number of the key `first[i]`, `second[i]` for each of `count` rows. */
  numberAll(first: Int32Array, second: Int32Array, count: number, numbers: Int32Array): void {
    this.index.clear(count);
    this.reserve(count);
    const { index, first: firsts, second: seconds, rows } = this;
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
        rows[number] = i;
        index.put(slot, number);
      }
      numbers[i] = number;
    }
    this.size = size;
  }

  /** The same of integers from 0 to `firsts - 1` and from 0 to `seconds - 1`: quicker if there are few combinations. */
  numberSmall(
    first: Int32Array,
    firsts: number,
    second: Int32Array,
    seconds: number,
    count: number,
    numbers: Int32Array
  ): void {
    const combinations = firsts * seconds;
    if (combinations > MAX_PLACES_PER_ROW * count) {
      this.numberAll(first, second, count, numbers);
      return;
    }
    if (combinations > this.places.length) {
      this.places = new Int32Array(combinations * 2);
    }
    this.reserve(count);
    const { rows } = this;
    const places = this.places.fill(0, 0, combinations);
    let size = 0;
    for (let i = 0; i < count; i++) {
      const place = first[i] * seconds + second[i];
      let number = places[place] - 1;
      if (number < 0) {
        number = size++;
        places[place] = size;
        rows[number] = i;
      }
      numbers[i] = number;
    }
    this.size = size;
  }

  /** Makes room for `keys`. */
  private reserve(keys: number): void {
    if (keys > this.first.length) {
      this.first = new Int32Array(keys * 2);
      this.second = new Int32Array(keys * 2);
      this.rows = new Int32Array(keys * 2);
    }
  }
}
