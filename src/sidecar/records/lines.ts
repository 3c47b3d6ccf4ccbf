const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const LINE_END = Buffer.from('\n');
/** Bytes of a too long line that are handed over, for quoting. */
const HEAD_BYTES = 512;

/** Maximum length of a line without its line end. Longer lines are reported and skipped. */
export const MAX_LINE_BYTES = 64 * 1024;

/** Receives lines as ranges of a buffer. */
export interface LineSink {
  /** Takes whole lines `buffer[start, end)`; the last byte is a newline. {@link cutLine} splits them. */
  onLines(buffer: Buffer, start: number, end: number): void;
  /** Takes the beginning of a line longer than {@link MAX_LINE_BYTES}. */
  onTooLong(head: Buffer): void;
}

/** Assembles whole lines from chunks of any size. The last line may lack its line end. */
export class LineSplitter {
  private rest: Buffer = Buffer.alloc(0);
  private skipping = false;

  constructor(private readonly sink: LineSink) {}

  /** Takes the next chunk and passes on every line that ends in it. */
  push(chunk: Buffer): void {
    let from = 0;
    if (this.rest.length > 0 || this.skipping) {
      const end = chunk.indexOf(NEWLINE);
      if (end < 0) {
        this.keep(chunk);
        return;
      }
      this.keep(chunk.subarray(0, end));
      this.finishLine();
      from = end + 1;
    }
    const last = chunk.lastIndexOf(NEWLINE) + 1;
    if (last > from) {
      this.sink.onLines(chunk, from, last);
      from = last;
    }
    if (from < chunk.length) {
      this.keep(chunk.subarray(from));
    }
  }

  /** The stream has ended: passes on the last line if it has no line end. */
  end(): void {
    this.finishLine();
  }

  private keep(part: Buffer): void {
    if (this.skipping) {
      return;
    }
    this.rest = this.rest.length === 0 ? Buffer.from(part) : Buffer.concat([this.rest, part]);
    // One more byte may be a carriage return, which does not count.
    if (this.rest.length > MAX_LINE_BYTES + 1) {
      this.skipping = true;
      this.sink.onTooLong(this.rest.subarray(0, HEAD_BYTES));
      this.rest = Buffer.alloc(0);
    }
  }

  private finishLine(): void {
    if (!this.skipping && this.rest.length > 0) {
      const line = Buffer.concat([this.rest, LINE_END]);
      this.sink.onLines(line, 0, line.length);
    }
    this.skipping = false;
    this.rest = Buffer.alloc(0);
  }
}

/**
 * Cuts off the line that begins at `start`: `onLine` gets its range without the line end, `onTooLong` the beginning of one
 * that is too long; empty lines are skipped. Returns where the next line begins.
 */
export function cutLine(
  buffer: Buffer,
  start: number,
  onLine: (start: number, end: number) => void,
  onTooLong: (head: Buffer) => void
): number {
  const newline = buffer.indexOf(NEWLINE, start);
  const end = newline > start && buffer[newline - 1] === CARRIAGE_RETURN ? newline - 1 : newline;
  if (end - start > MAX_LINE_BYTES) {
    onTooLong(buffer.subarray(start, start + HEAD_BYTES));
  } else if (end > start) {
    onLine(start, end);
  }
  return newline + 1;
}
