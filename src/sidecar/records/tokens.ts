const INITIAL_SLOTS = 1024;
const INITIAL_BYTES = 16 * 1024;

/**
 * Gives each distinct byte string a small integer, in order of first sight, without making a JavaScript string for a
 * look-up: flow logs repeat the same few identifiers and addresses millions of times.
 */
export class TokenTable {
  /** Open addressing: id + 1 per slot, 0 when free. */
  private slots = new Int32Array(INITIAL_SLOTS);
  private hashes = new Int32Array(INITIAL_SLOTS);
  private starts = new Int32Array(INITIAL_SLOTS);
  private arena = Buffer.allocUnsafe(INITIAL_BYTES);
  private count = 0;
  private used = 0;

  /** Number of distinct tokens. */
  get size(): number {
    return this.count;
  }

  /** Bytes of all distinct tokens together. */
  get bytes(): number {
    return this.used;
  }

  /** The id of `source[start, end)`; a new one, equal to the former {@link size}, when it was not seen before. */
  intern(source: Buffer, start: number, end: number): number {
    let hash = 0x811c9dc5 | 0;
    for (let i = start; i < end; i++) {
      hash = Math.imul(hash ^ source[i], 0x01000193);
    }
    const mask = this.slots.length - 1;
    let slot = (hash ^ (hash >>> 15)) & mask;
    for (;;) {
      const id = this.slots[slot] - 1;
      if (id < 0) {
        return this.add(source, start, end, hash, slot);
      }
      if (this.hashes[id] === hash && this.equals(id, source, start, end)) {
        return id;
      }
      slot = (slot + 1) & mask;
    }
  }

  /** The token's text. */
  text(id: number): string {
    return this.arena.toString('latin1', this.starts[id], this.endOf(id));
  }

  /** Orders two tokens by their bytes: negative when `a` comes first. */
  compare(a: number, b: number): number {
    return this.arena.compare(this.arena, this.starts[b], this.endOf(b), this.starts[a], this.endOf(a));
  }

  private endOf(id: number): number {
    return id + 1 < this.count ? this.starts[id + 1] : this.used;
  }

  private equals(id: number, source: Buffer, start: number, end: number): boolean {
    const from = this.starts[id];
    if (this.endOf(id) - from !== end - start) {
      return false;
    }
    for (let i = start, j = from; i < end; i++, j++) {
      if (source[i] !== this.arena[j]) {
        return false;
      }
    }
    return true;
  }

  private add(source: Buffer, start: number, end: number, hash: number, slot: number): number {
    const length = end - start;
    if (this.used + length > this.arena.length) {
      const larger = Buffer.allocUnsafe(Math.max(this.arena.length * 2, this.used + length));
      this.arena.copy(larger, 0, 0, this.used);
      this.arena = larger;
    }
    source.copy(this.arena, this.used, start, end);
    const id = this.count++;
    this.starts[id] = this.used;
    this.hashes[id] = hash;
    this.used += length;
    this.slots[slot] = id + 1;
    if (this.count * 2 > this.slots.length) {
      this.grow();
    }
    return id;
  }

  private grow(): void {
    const size = this.slots.length * 2;
    const copy = (old: Int32Array<ArrayBuffer>) => {
      const larger = new Int32Array(size);
      larger.set(old);
      return larger;
    };
    this.hashes = copy(this.hashes);
    this.starts = copy(this.starts);
    this.slots = new Int32Array(size);
    for (let id = 0; id < this.count; id++) {
      const hash = this.hashes[id];
      let slot = (hash ^ (hash >>> 15)) & (size - 1);
      while (this.slots[slot] !== 0) {
        slot = (slot + 1) & (size - 1);
      }
      this.slots[slot] = id + 1;
    }
  }
}
