/**
 * Numbers distinct keys (one or two 32-bit integers) in order of first sight. Made once and used for one group of
 * records after the other: clearing costs no more than the group was large.
 */
export class KeyTable {
  /** Distinct keys so far. */
  size = 0;
  /** The keys' integers, by number. */
  first = new Int32Array(1024);
  second = new Int32Array(1024);
  /** Open addressing: number + 1 per slot, 0 when free. */
  private slots = new Int32Array(2048);
  private mask = 0;

  /** Forgets all keys and makes room for up to `keys` of them. */
  clear(keys: number): void {
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
      this.first = new Int32Array(slots);
      this.second = new Int32Array(slots);
    }
    this.mask = slots - 1;
    this.size = 0;
  }

  /** The key's number; a new one when it was not seen since {@link clear}. */
  number(a: number, b: number): number {
    const { slots, first, second, mask } = this;
    let hash = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b);
    hash ^= hash >>> 15;
    let slot = hash & mask;
    for (;;) {
      const number = slots[slot] - 1;
      if (number < 0) {
        break;
      }
      if (first[number] === a && second[number] === b) {
        return number;
      }
      slot = (slot + 1) & mask;
    }
    const added = this.size++;
    first[added] = a;
    second[added] = b;
    slots[slot] = added + 1;
    return added;
  }
}
