import { skipFields } from '../bytes';
import { TokenTable } from '../tokens';

/**
 * Neighbouring fields whose values repeat from record to record, read as one text. Remembers the texts and the two lengths
 * seen last, since the next text mostly has one of them.
 */
export class RepeatingText {
  /** The end of the text that was read last. */
  end = 0;
  private texts = new TokenTable();
  private length = 0;
  private otherLength = 0;

  /** `fields`: how many. `terminator`: the byte that follows the last of them. */
  constructor(
    private readonly fields: number,
    private readonly terminator: number
  ) {}

  /** Bytes of all remembered texts. */
  get bytes(): number {
    return this.texts.bytes;
  }

  /** Forgets all texts. */
  clear(): void {
    this.texts = new TokenTable();
  }

  /** The number of the text that begins at `start`; -1 if the line is not plain. `text`, `view`: of the same bytes. */
  read(text: Uint8Array, view: DataView, start: number): number {
    const { texts, length, terminator } = this;
    let end = start + length;
    if (text[end] !== terminator) {
      end = start + this.otherLength;
    }
    let id = text[end] === terminator ? texts.find(view, start, end) : -1;
    if (id < 0) {
      end = skipFields(text, view, start, this.fields);
      if (end < 0) {
        return -1;
      }
      id = texts.intern(view, start, end);
    }
    if (end - start !== length) {
      this.otherLength = length;
      this.length = end - start;
    }
    this.end = end;
    return id;
  }
}
