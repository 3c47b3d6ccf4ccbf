const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** Lines beyond this are not flow-log records; they are reported, not kept. */
export const MAX_LINE_BYTES = 64 * 1024;

/** Takes each line as a range of a buffer, without its line end. Empty lines are not reported. */
export interface LineSink {
  onLine(buffer: Buffer, start: number, end: number): void;
  /** A line longer than {@link MAX_LINE_BYTES}; `head` is how it begins. */
  onTooLong(head: Buffer): void;
}

/** Cuts a stream of chunks into lines, whatever the chunks' sizes. Handles `\r\n` and a last line without an end. */
export class LineSplitter {
  private rest: Buffer = Buffer.alloc(0);
  private skipping = false;

  constructor(private readonly sink: LineSink) {}

  /** Takes the next chunk. The sink sees every line that ends in it. */
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
    for (let end = chunk.indexOf(NEWLINE, from); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
      this.emit(chunk, from, end);
      from = end + 1;
    }
    if (from < chunk.length) {
      this.keep(chunk.subarray(from));
    }
  }

  /** The stream has ended: hands over the last line if it had no line end. */
  end(): void {
    this.finishLine();
  }

  private keep(part: Buffer): void {
    if (this.skipping) {
      return;
    }
    this.rest = this.rest.length === 0 ? Buffer.from(part) : Buffer.concat([this.rest, part]);
    // One more may be a carriage return, which does not count: what the chunks are must not decide.
    if (this.rest.length > MAX_LINE_BYTES + 1) {
      this.skipping = true;
      this.sink.onTooLong(this.rest.subarray(0, 512));
      this.rest = Buffer.alloc(0);
    }
  }

  private finishLine(): void {
    if (!this.skipping && this.rest.length > 0) {
      this.emit(this.rest, 0, this.rest.length);
    }
    this.skipping = false;
    this.rest = Buffer.alloc(0);
  }

  private emit(buffer: Buffer, start: number, end: number): void {
    const last = end > start && buffer[end - 1] === CARRIAGE_RETURN ? end - 1 : end;
    if (last - start > MAX_LINE_BYTES) {
      this.sink.onTooLong(buffer.subarray(start, start + 512));
    } else if (last > start) {
      this.sink.onLine(buffer, start, last);
    }
  }
}
