/** Maximum ratio of unpacked to packed bytes: a copy of 3 bytes makes up to 64. Limits what is allocated. */
const MAX_RATIO = 32;

/**
 * Unpacks a Snappy block of `size` bytes. Throws if it is damaged. Not hyparquet's, which never returns from a literal of
 * negative length. Source: google/snappy, format_description.txt.
 */
export function unpackSnappy(input: Uint8Array, size: number): Uint8Array {
  let at = 0;
  let out = 0;

  function number(bytes: number): number {
    let value = 0;
    for (let i = 0; i < bytes; i++) {
      value += next() * 2 ** (8 * i);
    }
    return value;
  }

  function next(): number {
    if (at >= input.length) {
      throw new Error('Snappy data is cut off');
    }
    return input[at++];
  }

  function unpackedSize(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = next();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80 || shift === 28) {
        return value;
      }
    }
  }

  const says = unpackedSize();
  if (says !== size || size > input.length * MAX_RATIO) {
    throw new Error(`Snappy data of ${says} bytes stand where the page says ${size}`);
  }
  const output = Buffer.allocUnsafe(size);
  while (at < input.length) {
    const tag = input[at++];
    const kind = tag & 3;
    if (kind === 0) {
      const short = tag >> 2;
      const length = 1 + (short < 60 ? short : number(short - 59));
      if (length > input.length - at || length > size - out) {
        throw new Error('a literal in Snappy data goes beyond its end');
      }
      if (length < 32) {
        for (let i = 0; i < length; i++) {
          output[out + i] = input[at + i];
        }
      } else {
        output.set(input.subarray(at, at + length), out);
      }
      at += length;
      out += length;
    } else {
      const length = kind === 1 ? 4 + ((tag >> 2) & 7) : 1 + (tag >> 2);
      const offset = kind === 1 ? (tag >> 5) * 256 + next() : kind === 2 ? next() + next() * 256 : number(4);
      if (offset === 0 || offset > out || length > size - out) {
        throw new Error('a copy in Snappy data is out of bounds');
      }
      // Byte by byte, since a copy may overlap itself.
      for (let i = 0; i < length; i++, out++) {
        output[out] = output[out - offset];
      }
    }
  }
  if (out !== size) {
    throw new Error(`Snappy data end after ${out} of ${size} bytes`);
  }
  return output;
}
