import { deserializeTCompactProtocol } from 'hyparquet/src/thrift.js';

/** Maximum nesting, twice as deep as Parquet's structures. */
const MAX_DEPTH = 24;
const MAX_VARINT_BYTES = 10;

/** A structure of Thrift's compact protocol, by field number. The footer and page headers are such structures. */
export type Struct = Readonly<Record<`field_${number}`, unknown>>;

/** Reads the structure at `start`. Throws if it is damaged. */
export function readStruct(view: DataView, start: number): Struct {
  checkStruct(view, start);
  return deserializeTCompactProtocol({ view, offset: start });
}

/**
 * Walks the structure at `start` and throws if it is damaged. Needed before hyparquet reads it, which trusts lengths: three
 * bytes can make it allocate a list of 30 million elements, and lists of such lists.
 */
export function checkStruct(view: DataView, start: number): void {
  let at = start;

  function varint(): number {
    let value = 0;
    for (let i = 0; i < MAX_VARINT_BYTES; i++) {
      const byte = view.getUint8(at++);
      value += (byte & 0x7f) * 2 ** (7 * i);
      if (byte < 0x80) {
        return value;
      }
    }
    throw new Error('a number in it has too many bytes');
  }

  function skip(bytes: number): void {
    if (bytes > view.byteLength - at) {
      throw new Error('a length in it goes beyond its end');
    }
    at += bytes;
  }

  function element(type: number, depth: number): void {
    switch (type) {
      case 1: // true
      case 2: // false
        return;
      case 3: // byte
        return skip(1);
      case 4: // 16, 32 and 64 bits
      case 5:
      case 6:
        varint();
        return;
      case 7: // double
        return skip(8);
      case 8: // binary
        return skip(varint());
      case 9:
        return list(depth + 1);
      case 12:
        return struct(depth + 1);
      default:
        throw new Error(`it has a value of unknown type ${type}`);
    }
  }

  function list(depth: number): void {
    const head = view.getUint8(at++);
    const type = head & 0x0f;
    const size = head >> 4 === 15 ? varint() : head >> 4;
    if (depth > MAX_DEPTH || size > view.byteLength - at) {
      throw new Error('a list in it goes beyond its end');
    }
    for (let i = 0; i < size; i++) {
      // A boolean is a byte of its own in a list, and part of the field's head elsewhere.
      element(type === 1 || type === 2 ? 3 : type, depth);
    }
  }

  function struct(depth: number): void {
    if (depth > MAX_DEPTH) {
      throw new Error('it is nested too deeply');
    }
    for (let head = view.getUint8(at++); (head & 0x0f) !== 0; head = view.getUint8(at++)) {
      if (head >> 4 === 0) {
        varint();
      }
      element(head & 0x0f, depth);
    }
  }

  struct(0);
}

/** A field that must be a whole number from 0 to 2^53 - 1. Throws otherwise. */
export function count(value: unknown): number {
  const number = typeof value === 'bigint' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isSafeInteger(number) || number < 0) {
    throw new Error(`${String(value)} stands where a count or position must be`);
  }
  return number;
}

/** A field that must be a list of structures. Throws otherwise. */
export function structs(value: unknown): Struct[] {
  if (!Array.isArray(value)) {
    throw new Error('a list is missing');
  }
  return value.map(struct);
}

/** A field that must be a structure. Throws otherwise. */
export function struct(value: unknown): Struct {
  if (typeof value !== 'object' || value === null) {
    throw new Error('a structure is missing');
  }
  return value as Struct;
}

/** A field that must be text. Throws otherwise. */
export function text(value: unknown): string {
  if (!(value instanceof Uint8Array)) {
    throw new Error('a text is missing');
  }
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString();
}
