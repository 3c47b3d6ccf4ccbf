import { createGunzip, gunzipSync, type Gunzip } from 'node:zlib';
import { CorruptObject } from './corruptObject';
import { readBodyHead, bodyFrom } from './bodyHead';
import { noteFreedBytes } from './memory';

const CHUNK_BYTES = 256 * 1024;
/** A body up to this size is unpacked at once, if that gives no more than so much text: a stream costs more than that. */
export const SMALL_BODY = 64 * 1024;
const SMALL_TEXT = 1024 * 1024;

/** Whether a body that begins with these bytes is meant to be gzip. */
export function isGzip(head: Uint8Array): boolean {
  return head[0] === 0x1f && head[1] === 0x8b;
}

/**
 * Unpacks a gzip body of any number of members, chunk by chunk, until `onChunk` returns false. Inflating goes on in
 * Node's own thread while a chunk is being decoded.
 * Throws {@link CorruptObject} unless every byte of the body was consumed and every trailer was right.
 */
export async function gunzip(body: AsyncIterable<Uint8Array>, onChunk: (chunk: Buffer) => boolean): Promise<void> {
  const chunks = body[Symbol.asyncIterator]();
  const head = await readBodyHead(chunks, SMALL_BODY + 1);
  const text = head.isWholeBody ? gunzipSmall(Buffer.concat(head.chunks)) : undefined;
  if (text) {
    onChunk(text);
    return;
  }
  for await (const chunk of gunzipStream(bodyFrom(head, chunks))) {
    if (!onChunk(chunk)) {
      return;
    }
    noteFreedBytes(chunk.length);
  }
}

/** The whole text; undefined when that is no small one. */
function gunzipSmall(body: Buffer): Buffer | undefined {
  try {
    const options = { info: true, maxOutputLength: SMALL_TEXT };
    // With `info`, what is returned is more than its type says.
    const { buffer, engine } = gunzipSync(body, options) as unknown as { buffer: Buffer; engine: Gunzip };
    mustBeConsumed(engine.bytesWritten, body.length);
    return buffer;
  } catch (error) {
    if (isZlibError(error)) {
      if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') {
        return undefined;
      }
      throw damaged(error);
    }
    throw error;
  }
}

/** Node stops silently at a damaged second member; only the number of bytes consumed shows it. */
function mustBeConsumed(consumed: number, received: number): void {
  if (consumed !== received) {
    throw new CorruptObject(
      'corrupt-gzip',
      `Only its first ${consumed} bytes are gzip data; what follows is damaged or something else.`
    );
  }
}

function damaged(cause: Error): CorruptObject {
  return new CorruptObject('corrupt-gzip', `The gzip data is damaged or cut off: ${cause.message}.`, { cause });
}

/** The same as a stream, for a body of any size; inflating goes on while a chunk is being decoded. */
export async function* gunzipStream(body: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  const stream = createGunzip({ chunkSize: CHUNK_BYTES });
  let received = 0;
  let failure: unknown;
  const feeding = feed(body, stream, (bytes) => (received += bytes)).catch((error: unknown) => {
    failure = error;
    stream.destroy();
  });
  try {
    for await (const chunk of stream) {
      yield chunk as Buffer;
    }
  } catch (cause) {
    // A body that broke off is not the object's fault.
    if (failure === undefined && isZlibError(cause)) {
      throw damaged(cause);
    }
    throw failure ?? cause;
  } finally {
    stream.destroy();
    await feeding;
  }
  if (failure !== undefined) {
    throw failure as Error;
  }
  mustBeConsumed(stream.bytesWritten, received);
}

/** Writes the body into the stream, no faster than it is unpacked, until the stream is destroyed. */
async function feed(body: AsyncIterable<Uint8Array>, stream: Gunzip, onBytes: (bytes: number) => void): Promise<void> {
  for await (const chunk of body) {
    onBytes(chunk.length);
    if (stream.destroyed) {
      return;
    }
    if (!stream.write(chunk)) {
      await drained(stream);
    }
    noteFreedBytes(chunk.length);
  }
  stream.end();
}

/** Waits until the stream takes more, or will never again. */
function drained(stream: Gunzip): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      stream.off('drain', done).off('close', done);
      resolve();
    };
    if (stream.closed || !stream.writableNeedDrain) {
      resolve();
    } else {
      stream.once('drain', done).once('close', done);
    }
  });
}

/** Whether zlib has something against the bytes; a lack of memory is none of theirs. */
function isZlibError(error: unknown): error is Error {
  if (typeof error !== 'object' || error === null || !('code' in error)) {
    return false;
  }
  return (
    /^Z_|^ERR_/.test(String(error.code)) &&
    !['Z_MEM_ERROR', 'ERR_MEMORY_ALLOCATION_FAILED'].includes(String(error.code))
  );
}
