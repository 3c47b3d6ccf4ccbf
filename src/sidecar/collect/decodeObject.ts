import { createGunzip } from 'node:zlib';
import type { NotCollectable, Header } from '../records/header';
import { FlowLogTextDecoder } from '../records/textDecoder';
import { ObjectRollup, type RollupContext, type RollupSummary } from '../rollup/objectRollup';
import type { RollupTerms } from '../rollup/terms';

/** An object that is not what S3 was given: left in place, never deleted. `reason` is a slug, the message for people. */
export class CorruptObject extends Error {
  override readonly name = 'CorruptObject';
  constructor(
    readonly reason: 'empty' | 'not-gzip' | 'corrupt-gzip',
    message: string,
    options?: ErrorOptions
  ) {
    super(message, options);
  }
}

/** Parquet is read by its own decoder, which this version does not have. */
const PARQUET: NotCollectable = {
  reason: 'parquet',
  message: 'This is a Parquet object, which this version cannot read yet. It is left in place.',
};

/** What became of an object's bytes: counts when they were rolled up, else why they are left alone. */
export type Decoded =
  | { readonly refusal: NotCollectable; readonly header?: Header }
  | { readonly refusal?: undefined; readonly header: Header; readonly summary: RollupSummary };

/**
 * Unpacks, decodes and rolls up one object. Lines go to the context as parts close; they must not be written before this
 * returns, because only then is the object proven whole.
 * Throws {@link CorruptObject} unless gunzip consumed every byte of every member and found every trailer right.
 */
export async function decodeObject(body: Buffer, terms: RollupTerms, context: RollupContext): Promise<Decoded> {
  if (body.length === 0) {
    throw new CorruptObject('empty', 'The object has no bytes at all.');
  }
  if (body.toString('latin1', 0, 4) === 'PAR1') {
    return { refusal: PARQUET };
  }
  if (body[0] !== 0x1f || body[1] !== 0x8b) {
    throw new CorruptObject('not-gzip', 'The object is neither gzip nor Parquet: its first bytes are of neither.');
  }
  let rollup: ObjectRollup | undefined;
  const decoder = new FlowLogTextDecoder(
    ({ columns }) => (rollup = new ObjectRollup(terms, columns, context)),
    terms.account
  );
  await gunzip(body, (chunk) => {
    decoder.push(chunk);
    return decoder.refusal === undefined;
  });
  decoder.end();
  if (decoder.refusal) {
    return { refusal: decoder.refusal, header: decoder.header };
  }
  return { header: decoder.header!, summary: rollup!.finish() };
}

/** Unpacks `body` chunk by chunk until `onChunk` returns false. */
async function gunzip(body: Buffer, onChunk: (chunk: Buffer) => boolean): Promise<void> {
  const stream = createGunzip({ chunkSize: 256 * 1024 });
  stream.end(body);
  try {
    for await (const chunk of stream) {
      if (!onChunk(chunk as Buffer)) {
        return;
      }
    }
  } catch (cause) {
    if (isZlibError(cause)) {
      throw new CorruptObject('corrupt-gzip', `The gzip data is damaged or cut off: ${cause.message}.`, { cause });
    }
    throw cause;
  }
  // Node stops silently at a damaged second member; only the bytes consumed tell.
  if (stream.bytesWritten !== body.length) {
    throw new CorruptObject(
      'corrupt-gzip',
      `Only ${stream.bytesWritten} of ${body.length} bytes are gzip data; what follows is damaged or something else.`
    );
  }
}

function isZlibError(error: unknown): error is Error {
  return typeof error === 'object' && error !== null && 'code' in error && /^Z_|^ERR_/.test(String(error.code));
}
