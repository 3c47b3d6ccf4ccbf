import { mixText, Random } from '../src/sidecar/generate/random';

/** Draws of a seed. Each `fork` has a sequence of its own, so that one more draw in one place changes nothing in another. */
export class Draws {
  private readonly random: Random;

  constructor(private readonly seed: number) {
    this.random = new Random(seed);
  }

  fork(name: string): Draws {
    return new Draws(mixText(this.seed, name));
  }

  chance(share: number): boolean {
    return this.random.next() < share;
  }

  /** A whole number from `from` to `to`, both included. */
  between(from: number, to: number): number {
    return from + this.random.below(to - from + 1);
  }

  pick<T>(list: readonly T[]): T {
    return list[this.random.below(list.length)];
  }
}
