import { SecondLayout, type Header, type NotCollectable } from '../../records/header';
import { packerOf } from '../../records/packers';
import { FlowLogTextDecoder } from '../../records/text/textDecoder';
import type { LinesSink } from '../../rollup/lineEncoder';
import { ObjectRollup, TooManyGroups } from '../../rollup/objectRollup';
import type { OwnerTables } from '../../rollup/owners/ownerTable';
import { Part } from '../../rollup/part';
import type { RollupSummary } from '../../rollup/summary';
import type { ExporterDecision, RollupTerms } from '../../rollup/terms';
import { whyKeptWhole } from '../../rollup/unread';
import { CorruptObject, LeftInPlace } from './corruptObject';
import { gunzip, isGzip } from './gunzip';
import { readBodyHead, bodyFrom } from './bodyHead';
import type { WholeLines } from './unpackParquet';

/** All that decides, together with an object's bytes, which points it makes. Goes from thread to thread. */
export interface DecodeJob {
  readonly terms: RollupTerms;
  /** What becomes of exporters' records; those that are not named count. */
  readonly decisions: Readonly<Record<string, ExporterDecision>>;
  /** Nanoseconds within the window, one for each part; more than are needed. */
  readonly offsets: readonly number[];
  /** The owner facts of the version that the terms name; undefined when there are none. */
  readonly owners?: OwnerTables;
}

/** What became of an object's bytes: counts when they were rolled up, else why they are left alone. */
export type Decoded =
  | { readonly refusal: NotCollectable }
  | { readonly refusal?: undefined; readonly header: Header; readonly summary: RollupSummary };

/**
 * How a body becomes the text of a flow log, given chunk by chunk until `onChunk` returns false. `wholeLines`: for a format
 * of which `onChunk` does not get every column.
 */
export type Unpack = (
  body: AsyncIterable<Uint8Array>,
  onChunk: (chunk: Buffer) => boolean,
  wholeLines?: WholeLines
) => Promise<void>;

/** Bytes that it takes to recognise the format. */
const MAGIC_BYTES = 4;

/**
 * Unpacks, decodes and rolls up one object. Lines go to `lines` as parts close; they must not be written before this
 * returns, because only then is the object proven whole. `part`: one whose memory may be used again. `unpack`: how the body
 * is to be read, unless that is to be found out.
 * Throws {@link CorruptObject} when the object is no whole gzip or Parquet file or cannot be counted whole, and what `body`
 * throws.
 */
export async function decodeObject(
  body: AsyncIterable<Uint8Array>,
  { terms, owners, decisions, offsets }: DecodeJob,
  lines: LinesSink,
  part = new Part(),
  unpack: Unpack = unpackObject
): Promise<Decoded> {
  const context = {
    decide: ({ id }: { id: string }) => decisions[id] ?? 'count',
    offset: (number: number) => offsetOf(offsets, number),
    lines,
  };
  let rollup: ObjectRollup | undefined;
  const decoder = new FlowLogTextDecoder(
    ({ columns }) => (rollup = new ObjectRollup(terms, columns, context, { part, owners }))
  );
  const onChunk = (chunk: Buffer) => {
    decoder.push(chunk);
    return decoder.refusal === undefined;
  };
  const wholeLines: WholeLines = {
    needed: () => new Set(rollup?.unread?.keys()),
    take: (number, line) => rollup!.setUnread(number, line),
  };
  try {
    await unpack(body, onChunk, wholeLines);
    decoder.end();
    if (decoder.refusal) {
      return { refusal: decoder.refusal };
    }
    return judge(decoder.header!, rollup!.finish());
  } catch (cause) {
    if (cause instanceof LeftInPlace) {
      return { refusal: cause.refusal };
    }
    if (cause instanceof TooManyGroups) {
      throw new CorruptObject('too-many-interfaces', cause.message, { cause });
    }
    if (cause instanceof SecondLayout) {
      throw new CorruptObject('second-layout', cause.message, { cause });
    }
    throw cause;
  }
}

/** Whether what was rolled up may be stored: not when so much could not be counted that the object stays whole. */
function judge(header: Header, summary: RollupSummary): Decoded {
  const whole = whyKeptWhole(summary);
  if (!whole) {
    return { header, summary };
  }
  const { reason, message } = whole;
  if (reason === 'expired') {
    return { refusal: { reason, message } };
  }
  throw new CorruptObject(reason, message, { readable: summary.ok });
}

/**
 * The text of a flow log out of an object's bytes, whatever their format, until `onChunk` returns false.
 * Throws {@link CorruptObject}, {@link LeftInPlace}, and what `body` throws.
 */
export async function unpackObject(
  body: AsyncIterable<Uint8Array>,
  onChunk: (chunk: Buffer) => boolean,
  wholeLines?: WholeLines
): Promise<void> {
  const chunks = body[Symbol.asyncIterator]();
  try {
    const head = await readBodyHead(chunks, MAGIC_BYTES);
    await unpackerFor(Buffer.concat(head.chunks))(bodyFrom(head, chunks), onChunk, wholeLines);
  } finally {
    await chunks.return?.();
  }
}

function offsetOf(offsets: readonly number[], part: number): number {
  if (part >= offsets.length) {
    throw new CorruptObject('too-many-parts', `The object has more than ${offsets.length} parts: no flow log has.`);
  }
  return offsets[part];
}

/** Chooses by the first bytes, whatever the object's name says. */
function unpackerFor(head: Buffer): Unpack {
  if (head.length === 0) {
    throw new CorruptObject('empty', 'The object has no bytes at all.');
  }
  if (head.toString('latin1', 0, MAGIC_BYTES) === 'PAR1') {
    // Loaded with the first Parquet object: most collectors never see one.
    return async (...args) => (await import('./unpackParquet')).unpackParquet(...args);
  }
  if (!isGzip(head)) {
    throw new CorruptObject('not-gzip', `It is neither gzip nor Parquet, but ${kindOf(head)}.`);
  }
  return gunzip;
}

/** What else begins with these bytes, and what to do about it. */
function kindOf(head: Buffer): string {
  const packer = packerOf(head.toString('latin1'));
  if (packer !== undefined) {
    return `looks like ${packer}: a flow log in S3 is gzip, so unpack it and gzip it`;
  }
  return /^[\t\n\r -~]+$/.test(head.toString('latin1'))
    ? 'plain text: a flow log in S3 is gzip, so gzip it first'
    : `something else: it begins with the bytes ${head.toString('hex', 0, MAGIC_BYTES).replaceAll(/..(?=.)/g, '$& ')}`;
}
