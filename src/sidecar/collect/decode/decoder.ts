import type { LinesSink } from '../../rollup/lineEncoder';
import { decodeObject, type Decoded, type DecodeJob } from './decodeObject';

/** An object that a thread could not decode, through no fault of the object that is known: it may be tried again. */
export class DecodeFailed extends Error {
  override readonly name = 'DecodeFailed';
}

/** Decodes objects, in threads or right here. */
export interface Decoder {
  /** See `decodeObject`. Waits while all threads are at work. */
  decode(body: AsyncIterable<Uint8Array>, job: DecodeJob, lines: LinesSink): Promise<Decoded>;
  close(): Promise<void>;
}

/** Decodes in this thread. */
export const inlineDecoder: Decoder = { decode: decodeObject, close: () => Promise.resolve() };
