import type { LinesSink } from '../../rollup/lineEncoder';
import type { Decoded, DecodeJob } from './decodeObject';

/** A thread failed to decode an object for a reason that lies, as far as is known, not in the object: it may be tried again. */
export class DecodeFailed extends Error {
  override readonly name = 'DecodeFailed';
}

/** Decodes objects, in threads or in the calling one. */
export interface Decoder {
  /** See `decodeObject`. Waits while all threads are at work. */
  decode(body: AsyncIterable<Uint8Array>, job: DecodeJob, lines: LinesSink): Promise<Decoded>;
  close(): Promise<void>;
}
