/**
 * Repeatable randomness. Every draw depends on a name or a pair of numbers, never on a running sequence, so that a minute of
 * traffic is the same whether it is generated alone or as part of a day.
 */

/** Mixes two 32-bit numbers into one (murmur3's finalizer): neighbouring inputs give unrelated outputs. */
export function mix(a: number, b: number): number {
  let hash = Math.imul(a ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(b ^ 0xc2b2ae35, 0x27d4eb2f);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** A 32-bit hash of a text and a seed. */
export function mixText(seed: number, text: string): number {
  let hash = mix(seed, text.length);
  for (let i = 0; i < text.length; i++) {
    hash = mix(hash, text.charCodeAt(i));
  }
  return hash;
}

/** `length` lower-case hex digits that depend on a seed and a text. */
export function hexDigits(seed: number, text: string, length: number): string {
  let digits = '';
  for (let part = 0; digits.length < length; part++) {
    digits += mixText(seed, `${text}/${part}`).toString(16).padStart(8, '0');
  }
  return digits.slice(0, length);
}

/** An id as AWS writes it: prefix, hyphen, 17 hex digits of which the first is 0. */
export function awsId(prefix: string, seed: number, text: string): string {
  return `${prefix}-0${hexDigits(seed, `${prefix}:${text}`, 16)}`;
}

/** A small random number generator (mulberry32). It is reseeded for every independent draw. */
export class Random {
  constructor(private state: number) {}

  reseed(state: number): this {
    this.state = state;
    return this;
  }

  /** Uniform in [0, 1). */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  }

  /** A whole number in [0, limit). */
  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  /** A member of a list, the first ones more often. The list must not be empty. */
  skewed<T>(list: readonly T[]): T {
    return list[Math.floor(list.length * this.next() ** 1.7)];
  }

  /** A Pareto-distributed number, at least 1 and at most `cap`. A smaller `alpha` gives a heavier tail. */
  pareto(alpha: number, cap: number): number {
    return Math.min(cap, (1 - this.next()) ** (-1 / alpha));
  }

  /** A factor around 1: e to the power of an approximately normal number with standard deviation `sigma`. */
  wobble(sigma: number): number {
    const normal = (this.next() + this.next() + this.next() + this.next() - 2) * 1.732;
    return Math.exp(sigma * normal);
  }
}
