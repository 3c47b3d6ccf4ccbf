import { notCollectable, parseHeader, type Header, type NotCollectable } from '../../records/header';
import { LeftInPlace } from './corruptObject';
import { unpackObject } from './decodeObject';

/** What the beginning of an object tells. */
export interface ObjectHead {
  readonly header?: Header;
  /** Why it will not be collected. */
  readonly refusal?: NotCollectable;
  /** Whether one of its first records spans more than a minute. */
  readonly hasLongSpans: boolean;
}

/** As much as is looked at: a header and some hundred records. */
const HEAD_BYTES = 64 * 1024;

const MINUTE = 60;

/** Reads the beginning of an object; the rest of `body` is not asked for, unless it is Parquet. Throws `CorruptObject`. */
export async function readObjectHead(body: AsyncIterable<Uint8Array>): Promise<ObjectHead> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    await unpackObject(body, (chunk) => {
      // A copy: the memory of a chunk is used again.
      chunks.push(Buffer.from(chunk));
      bytes += chunk.length;
      return bytes < HEAD_BYTES;
    });
  } catch (error) {
    if (error instanceof LeftInPlace) {
      return { refusal: error.refusal, hasLongSpans: false };
    }
    throw error;
  }
  const [first, ...lines] = Buffer.concat(chunks).toString('utf8', 0, HEAD_BYTES).split(/\r?\n/);
  const header = parseHeader(first);
  const [start, end] = ['start', 'end'].map((name) => header?.columns.indexOf(name) ?? -1);
  const spans = start < 0 || end < 0 ? [] : lines.map((line) => spanOf(line.split(' '), start, end));
  return {
    header,
    refusal: notCollectable(header, bytes > 0 ? first : undefined),
    hasLongSpans: spans.some((span) => span > MINUTE),
  };
}

/** Seconds; NaN where a line was cut off or says none. */
function spanOf(fields: readonly string[], start: number, end: number): number {
  return Number(fields[end] ?? NaN) - Number(fields[start] ?? NaN);
}
