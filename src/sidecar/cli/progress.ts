const REDRAW_MS = 100;
const PLAIN_MS = 5000;

const BAR_CELLS = 24;

/**
 * Progress of long work on standard error: one line that redraws itself on a terminal, else a line every five seconds.
 * `text`, and `fraction` (0 to 1, for a bar) where it is known, are asked for whenever it is time to show them.
 */
export class Progress {
  private last = Date.now();
  private width = 0;
  private readonly isTerminal = process.stderr.isTTY === true;

  constructor(
    private readonly text: () => string,
    private readonly fraction?: () => number
  ) {}

  /** Something has changed: show it if it is time. */
  update(): void {
    const now = Date.now();
    if (now - this.last >= (this.isTerminal ? REDRAW_MS : PLAIN_MS)) {
      this.last = now;
      this.draw();
    }
  }

  /** Takes away what a terminal shows, so that a line of its own can be printed. */
  clear(): void {
    if (this.isTerminal && this.width > 0) {
      process.stderr.write(`\r${' '.repeat(this.width)}\r`);
      this.width = 0;
    }
  }

  /** Shows the end state and leaves it standing. */
  finish(): void {
    this.draw();
    if (this.isTerminal) {
      process.stderr.write('\n');
    }
  }

  /** `[████████░░░░]  42 % ` */
  private bar(): string {
    const fraction = this.fraction?.();
    if (fraction === undefined || !Number.isFinite(fraction)) {
      return '';
    }
    // What had to be read twice is beyond the end.
    const done = Math.min(fraction, 1);
    const filled = Math.round(done * BAR_CELLS);
    const percent = String(Math.floor(done * 100)).padStart(3);
    return `[${'█'.repeat(filled)}${'░'.repeat(BAR_CELLS - filled)}] ${percent} % `;
  }

  private draw(): void {
    const text = `${this.bar()}${this.text()}`;
    if (this.isTerminal) {
      process.stderr.write(`\r${text.padEnd(this.width)}`);
      this.width = text.length;
    } else {
      process.stderr.write(`${text}\n`);
    }
  }
}
