import { createGunzip, type Gunzip } from 'node:zlib';
import { CorruptObject } from './corruptObject';

const CHUNK_BYTES = 256 * 1024;

/**
 * Unpacks a gzip body of any number of members, chunk by chunk, until `onChunk` returns false. Inflating goes on in
 * Node's own thread while a chunk is being looked at.
 * Throws {@link CorruptObject} unless every byte of the body was consumed and every trailer was right.
 */
export async function gunzip(body: AsyncIterable<Uint8Array>, onChunk: (chunk: Buffer) => boolean): Promise<void> {
  const stream = createGunzip({ chunkSize: CHUNK_BYTES });
  let received = 0;
  let failure: unknown;
  const feeding = feed(body, stream, (bytes) => (received += bytes)).catch((error: unknown) => {
    failure = error;
    stream.destroy();
  });
  try {
    for await (const chunk of stream) {
      if (!onChunk(chunk as Buffer)) {
        return;
      }
    }
  } catch (cause) {
    // A body that broke off is not the object's fault.
    if (failure === undefined && isZlibError(cause)) {
      throw new CorruptObject('corrupt-gzip', `The gzip data is damaged or cut off: ${cause.message}.`, { cause });
    }
    throw failure ?? cause;
  } finally {
    stream.destroy();
    await feeding;
  }
  if (failure !== undefined) {
    throw failure as Error;
  }
  // Node stops silently at a damaged second member; only the bytes consumed tell.
  if (stream.bytesWritten !== received) {
    throw new CorruptObject(
      'corrupt-gzip',
      `Only ${stream.bytesWritten} of ${received} bytes are gzip data; what follows is damaged or something else.`
    );
  }
}

/** Writes the body into the stream, no faster than it is unpacked. */
async function feed(body: AsyncIterable<Uint8Array>, stream: Gunzip, onBytes: (bytes: number) => void): Promise<void> {
  for await (const chunk of body) {
    onBytes(chunk.length);
    if (!stream.write(chunk)) {
      await drained(stream);
    }
    if (stream.destroyed) {
      return;
    }
  }
  stream.end();
}

function drained(stream: Gunzip): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      stream.off('drain', done).off('close', done);
      resolve();
    };
    stream.once('drain', done).once('close', done);
  });
}

function isZlibError(error: unknown): error is Error {
  return typeof error === 'object' && error !== null && 'code' in error && /^Z_|^ERR_/.test(String(error.code));
}
