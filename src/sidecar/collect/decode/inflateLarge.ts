import { gunzipStream, isGzip, SMALL_BODY } from './gunzip';
import { readBodyHead, bodyFrom } from './bodyHead';
import { noteFreedBytes } from './memory';

/** A body as a decoding thread gets it: as it is, or already unpacked. */
export interface Inflated {
  readonly isText: boolean;
  /** Whole buffers of their own, which may be moved to another thread. Throws `CorruptObject` and what the body throws. */
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Hangs up on the body, whose chunks nobody will ask for. */
  hangUp(): Promise<void>;
}

/**
 * Unpacks a large gzip body here, in the main thread, which has time: Node inflates in threads of its own, and this one only
 * hands on what they give. So inflating goes on while the decoder's thread is at work, or still starting. What is small, or
 * no gzip, is handed on as it is.
 */
export async function inflateLarge(body: AsyncIterable<Uint8Array>): Promise<Inflated> {
  const rest = body[Symbol.asyncIterator]();
  const hangUp = async () => void (await rest.return?.());
  try {
    const head = await readBodyHead(rest, SMALL_BODY + 1);
    const isText = !head.isWholeBody && isGzip(Buffer.concat(head.chunks, 2));
    const all = bodyFrom(head, rest);
    return { isText, chunks: isText ? whole(gunzipStream(all)) : copies(all), hangUp };
  } catch (error) {
    await hangUp();
    throw error;
  }
}

/** What Node has filled wholly is nobody else's; a copy of what it goes on to fill. */
async function* whole(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    yield chunk.length === chunk.buffer.byteLength ? chunk : new Uint8Array(chunk);
  }
}

/** Copies: the memory of what arrives may be shared with others. */
async function* copies(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    yield new Uint8Array(chunk);
    noteFreedBytes(chunk.length);
  }
}
