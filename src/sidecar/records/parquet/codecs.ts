import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { unpackSnappy } from './snappy';

/** Parquet's codecs, by number. */
const NAMES = ['UNCOMPRESSED', 'SNAPPY', 'GZIP', 'LZO', 'BROTLI', 'LZ4', 'ZSTD', 'LZ4_RAW'];
const UNREAD = ['LZO', 'BROTLI', 'LZ4', 'LZ4_RAW'];

/** The name of a codec that Parquet knows and that is not supported; undefined for any other. `codec`: its number. */
export function unsupportedCodec(codec: number): string | undefined {
  return UNREAD.find((name) => name === NAMES[codec]);
}

/** Unpacks bytes. `codec`: by number. `size`: of the result. Throws if the input is damaged or has another size. */
export function unpack(codec: number, input: Uint8Array, size: number): Uint8Array {
  const output = unpackBy(NAMES[codec] ?? String(codec), input, size);
  if (output.length !== size) {
    throw new Error(`it unpacks to ${output.length} bytes and says ${size}`);
  }
  return output;
}

function unpackBy(codec: string, input: Uint8Array, size: number): Uint8Array {
  switch (codec) {
    case 'UNCOMPRESSED':
      return input;
    case 'SNAPPY':
      return unpackSnappy(input, size);
    case 'GZIP':
      return gunzipSync(input, { maxOutputLength: Math.max(size, 1) });
    case 'ZSTD':
      return zstdDecompressSync(input, { maxOutputLength: Math.max(size, 1) });
    default:
      throw new Error(`it is packed with codec ${codec}, which there is not`);
  }
}
