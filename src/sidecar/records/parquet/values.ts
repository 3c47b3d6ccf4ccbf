import { byteStreamSplit } from 'hyparquet/src/encoding.js';
import { viewOf } from '../bytes';
import type { Leaf } from './schema';
import { RunReader } from './runs';
import type { Texts } from './texts';

/** Reads the values of a page in order, without nulls, as text. */
export interface Values {
  /** Adds the next `count` values to `texts`. Throws if there are fewer, or if they are damaged. */
  read(count: number, texts: Texts): void;
}

/** Values in encoding PLAIN. */
export function plainValues(bytes: Uint8Array, { type, typeLength, ...leaf }: Leaf): Values {
  const view = viewOf(bytes);
  let at = 0;

  function take(length: number): number {
    if (length > bytes.length - at) {
      throw new Error('its values go beyond its end');
    }
    at += length;
    return at - length;
  }

  const each = (add: (texts: Texts) => void): Values => ({
    read(count, texts) {
      for (let i = 0; i < count; i++) {
        add(texts);
      }
    },
  });

  switch (type) {
    case 'BYTE_ARRAY':
      return each((texts) => {
        const length = view.getUint32(take(4), true);
        const start = take(length);
        texts.addBytes(bytes, start, start + length);
      });
    case 'FIXED_LEN_BYTE_ARRAY':
    case 'INT96':
      if (typeLength === 0) {
        throw new Error('its values have no length');
      }
      return each((texts) => {
        const start = take(typeLength);
        texts.addBytes(bytes, start, start + typeLength);
      });
    case 'INT32':
      return each((texts) => addNumber(texts, leaf, view.getInt32(take(4), true)));
    case 'INT64':
      return each((texts) => {
        const start = take(8);
        const high = view.getInt32(start + 4, true);
        if (high >= 0 && high < 0x200000) {
          addNumber(texts, leaf, high * 2 ** 32 + view.getUint32(start, true));
        } else {
          addNumber(texts, leaf, view.getBigInt64(start, true));
        }
      });
    case 'FLOAT':
      return each((texts) => texts.addText(String(view.getFloat32(take(4), true))));
    case 'DOUBLE':
      return each((texts) => texts.addText(String(view.getFloat64(take(8), true))));
    case 'BOOLEAN': {
      // Packed bits, lowest first.
      let bit = 0;
      return each((texts) => {
        texts.addText(String(((view.getUint8(bit >> 3) >> (bit & 7)) & 1) === 1));
        bit++;
      });
    }
  }
}

/** Booleans in encoding RLE. */
export function runValues(bytes: Uint8Array): Values {
  const runs = new RunReader(bytes, 4, 4 + viewOf(bytes).getUint32(0, true), 1);
  const value = new Int32Array(1);
  return {
    read(count, texts) {
      for (let i = 0; i < count; i++) {
        runs.read(value, 1);
        texts.addText(String(value[0] === 1));
      }
    },
  };
}

/** Numbers in encoding BYTE_STREAM_SPLIT. */
export function splitValues(bytes: Uint8Array, leaf: Leaf): Values {
  const width = leaf.type === 'INT64' || leaf.type === 'DOUBLE' ? 8 : 4;
  const view = viewOf(bytes);
  const split = byteStreamSplit({ view, offset: 0 }, Math.floor(bytes.length / width), leaf.type, undefined);
  return arrayValues(split as ArrayLike<number | bigint>, leaf);
}

/** Numbers of an array. */
export function arrayValues(values: ArrayLike<number | bigint>, leaf: Leaf): Values {
  let next = 0;
  return {
    read(count, texts) {
      if (count > values.length - next) {
        throw new Error('it has fewer values than it says');
      }
      for (const end = next + count; next < end; next++) {
        addNumber(texts, leaf, values[next]);
      }
    },
  };
}

function addNumber(texts: Texts, { isUnsigned }: Pick<Leaf, 'isUnsigned'>, number: number | bigint): void {
  const small = Number(number);
  if (Number.isSafeInteger(small) && !(isUnsigned && small < 0)) {
    texts.addWhole(small);
    return;
  }
  const unsigned = !isUnsigned ? number : typeof number === 'bigint' ? BigInt.asUintN(64, number) : number >>> 0;
  texts.addText(String(unsigned));
}
