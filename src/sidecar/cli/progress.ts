const REDRAW_MS = 100;
const PLAIN_MS = 5000;

/**
 * Progress of long work on standard error: one line that redraws itself on a terminal, else a line every five seconds.
 * `text` is asked for whenever it is time to show it.
 */
export class Progress {
  private last = Date.now();
  private width = 0;
  private readonly isTerminal = process.stderr.isTTY === true;

  constructor(private readonly text: () => string) {}

  /** Something has changed: show it if it is time. */
  update(): void {
    const now = Date.now();
    if (now - this.last >= (this.isTerminal ? REDRAW_MS : PLAIN_MS)) {
      this.last = now;
      this.draw();
    }
  }

  /** Shows the end state and leaves it standing. */
  finish(): void {
    this.draw();
    if (this.isTerminal) {
      process.stderr.write('\n');
    }
  }

  private draw(): void {
    const text = this.text();
    if (this.isTerminal) {
      process.stderr.write(`\r${text.padEnd(this.width)}`);
      this.width = text.length;
    } else {
      process.stderr.write(`${text}\n`);
    }
  }
}
