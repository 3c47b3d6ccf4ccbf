import type { LinesSink } from '../../rollup/lineEncoder';
import { decodeObject, type Decoded, type DecodeJob } from './decodeObject';

/** Decodes objects, in threads or right here. */
export interface Decoder {
  /** See `decodeObject`. Waits while all threads are at work. */
  decode(body: AsyncIterable<Uint8Array>, job: DecodeJob, lines: LinesSink): Promise<Decoded>;
  close(): Promise<void>;
}

/** Decodes in this thread. */
export const HERE: Decoder = { decode: decodeObject, close: () => Promise.resolve() };
