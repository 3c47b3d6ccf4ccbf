import { deltaBinaryUnpack } from 'hyparquet/src/delta.js';
import { viewOf } from '../bytes';
import type { Leaf } from './schema';
import { arrayValues, type Values } from './values';

/** Maximum length of a value. With prefixes, a longer value could grow with every value after it. */
const MAX_DELTA_TEXT = 2 ** 20;

/** Numbers in encoding DELTA_BINARY_PACKED. `max`: maximum number of values. */
export function deltaValues(bytes: Uint8Array, leaf: Leaf, max: number): Values {
  const reader = { view: viewOf(bytes), offset: 0 };
  const array: new (length: number) => BigInt64Array | Int32Array = leaf.type === 'INT64' ? BigInt64Array : Int32Array;
  return arrayValues(unpackDeltas(reader, max, array), leaf);
}

/** Texts in encoding DELTA_LENGTH_BYTE_ARRAY or, with prefixes, DELTA_BYTE_ARRAY. `max`: maximum number of values. */
export function deltaTexts(bytes: Uint8Array, max: number, hasPrefixes: boolean): Values {
  const reader = { view: viewOf(bytes), offset: 0 };
  const prefixes = hasPrefixes ? unpackDeltas(reader, max, Int32Array) : undefined;
  const lengths = unpackDeltas(reader, max, Int32Array);
  let at = reader.offset;
  let before: Buffer = Buffer.alloc(0);
  let next = 0;
  return {
    read(count, texts) {
      for (let i = 0; i < count; i++, next++) {
        const prefix = prefixes ? prefixes[next] : 0;
        const length = lengths[next];
        // Written so that undefined (fewer values than rows) fails too.
        if (!(prefix >= 0 && prefix <= before.length && length >= 0 && length <= bytes.length - at)) {
          throw new Error('its values go beyond its end');
        }
        if (prefix + length > MAX_DELTA_TEXT) {
          throw new Error('one of its values is longer than any of a flow log');
        }
        const value = bytes.subarray(at, at + length);
        at += length;
        before = prefixes ? Buffer.concat([before.subarray(0, prefix), value]) : before;
        const all = prefixes ? before : value;
        texts.addBytes(all, 0, all.length);
      }
    },
  };
}

/** Checks the head of deltas and unpacks them: with a damaged head, hyparquet would never return. */
function unpackDeltas<T extends Int32Array | BigInt64Array>(
  reader: { view: DataView; offset: number },
  max: number,
  array: new (length: number) => T
): T {
  let at = reader.offset;
  const head = [0, 0, 0].map(() => {
    let value = 0;
    for (let shift = 0, byte = 0x80; byte >= 0x80 && shift < 35; shift += 7) {
      byte = reader.view.getUint8(at++);
      value += (byte & 0x7f) * 2 ** shift;
    }
    return value;
  });
  const [block, miniblocks, values] = head;
  if (!(block > 0 && block <= 2 ** 20 && miniblocks > 0 && (block / miniblocks) % 8 === 0 && values <= max)) {
    throw new Error(`its deltas are damaged (${head.join(', ')})`);
  }
  const output = new array(values);
  if (values > 0) {
    deltaBinaryUnpack(reader, values, output);
  } else {
    reader.offset = at + 1;
  }
  return output;
}
