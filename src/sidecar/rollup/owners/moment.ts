/** A time, and how long what was looked up at that time stays the same. Unix seconds. */
export class Moment {
  time = 0;
  /** The answers so far are those of all times from `from` on, and before `until`. */
  from = 0;
  until = Infinity;

  /** Begins anew at another time. */
  begin(time: number): void {
    this.time = time;
    this.from = 0;
    this.until = Infinity;
  }

  /** Whether a span, which was looked at, holds now. Narrows {@link from} and {@link until}. */
  isIn(since: number, until: number): boolean {
    if (this.time < since) {
      this.until = Math.min(this.until, since);
      return false;
    }
    if (this.time >= until) {
      this.from = Math.max(this.from, until);
      return false;
    }
    this.from = Math.max(this.from, since);
    this.until = Math.min(this.until, until);
    return true;
  }
}
