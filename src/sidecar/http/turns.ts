import { ApiError } from './apiErrors';

/** Work that is done one after another, of which only so much may wait. */
export class Turns {
  private last: Promise<unknown> = Promise.resolve();
  private waiting = 0;

  constructor(private readonly maxWaiting: number) {}

  /** Does some work when all that came before is done. Throws {@link ApiError} where too much waits, and what the work does. */
  async take<T>(work: () => Promise<T>): Promise<T> {
    if (this.waiting > this.maxWaiting) {
      throw new ApiError(429, 'too-many', 'Too many reports are being worked out: ask again in a few seconds.');
    }
    this.waiting++;
    const mine = this.last.then(work);
    this.last = mine.catch(() => undefined);
    try {
      return await mine;
    } finally {
      this.waiting--;
    }
  }
}
