import { decodeObject } from '../collect/decode/decodeObject';
import type { Decoder } from '../collect/decode/decoder';
import { Part } from '../rollup/part';

/** Memory of objects that are decoded, to be used again. */
const idleParts: Part[] = [];

/** Calls `decodeObject` in this thread, with memory that is used again as in threads. */
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
