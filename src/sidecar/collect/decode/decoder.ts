import type { LinesSink } from '../../rollup/lineEncoder';
import { Part } from '../../rollup/part';
import { decodeObject, type Decoded, type DecodeJob } from './decodeObject';

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

/** Memory of objects that are decoded, to be used again. */
const idleParts: Part[] = [];

/** Decodes in the calling thread. */
export const inlineDecoder: Decoder = {
  decode: async (body, job, lines) => {
    const part = idleParts.pop() ?? new Part();
    try {
      return await decodeObject(body, job, lines, part);
    } finally {
      idleParts.push(part);
    }
  },
  close: () => Promise.resolve(),
};
