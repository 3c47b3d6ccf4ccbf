import { ExactLines } from './exactLines';
import { FastLines } from './fastLines';
import type { RecordSink } from '../flowRecord';
import { whyNotCollectable, parseHeader, type Header, type NotCollectable } from '../header';
import { cutLine, LineSplitter, type LineSink } from '../lines';

/**
 * Decodes a text flow log, chunk by chunk. The first line is the header; every other line goes to the sink as a record or as
 * not counted. No string and no object is made per record.
 */
export class FlowLogTextDecoder implements LineSink {
  /** Set after the first line, if it is a header. */
  header?: Header;
  /** Set if the object cannot be collected because of its header. The rest of the object is then ignored. */
  refusal?: NotCollectable;

  private readonly splitter = new LineSplitter(this);
  private sink?: RecordSink;
  private lines?: FastLines;

  /**
   * `sinkFor`: called once, when the header is known and the object can be collected.
   */
  constructor(private readonly sinkFor: (header: Header) => RecordSink) {}

  /** Takes the next chunk of uncompressed text. */
  push(chunk: Buffer): void {
    if (!this.refusal) {
      this.splitter.push(chunk);
    }
  }

  /** The text has ended. An object without any line is refused for lack of a header. */
  end(): void {
    if (!this.refusal) {
      this.splitter.end();
    }
    if (!this.header) {
      this.refusal ??= whyNotCollectable(undefined);
    }
  }

  onTooLong(head: Buffer): void {
    if (this.sink) {
      this.sink.notCounted('line-too-long', undefined, () => head.toString('latin1'));
    } else {
      this.refusal ??= whyNotCollectable(undefined, head.toString('latin1'));
    }
  }

  onLines(buffer: Buffer, start: number, end: number): void {
    let at = start;
    while (!this.lines && !this.refusal && at < end) {
      at = cutLine(
        buffer,
        at,
        (from, to) => this.readHeader(buffer.toString('latin1', from, to)),
        (head) => this.onTooLong(head)
      );
    }
    if (!this.refusal && at < end) {
      this.lines!.read(buffer, at, end);
    }
  }

  private readHeader(line: string): void {
    this.header = parseHeader(line);
    this.refusal = whyNotCollectable(this.header, line);
    if (this.header && !this.refusal) {
      const { columns } = this.header;
      this.sink = this.sinkFor(this.header);
      const exact = new ExactLines(columns, this.sink);
      this.lines = new FastLines(columns, this.sink, exact, (head) => this.onTooLong(head));
    }
  }
}
