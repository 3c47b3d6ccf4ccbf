import { gzipSync, zstdCompressSync } from 'node:zlib';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { vpcField } from '../../src/sidecar/records/fields';

/** The codecs that flow logs may come in. */
export const CODECS = ['SNAPPY', 'GZIP', 'ZSTD', 'UNCOMPRESSED'] as const;

/** How a Parquet object is laid out. */
export interface ParquetLayout {
  readonly codec: (typeof CODECS)[number];
  readonly rowGroupSize?: number;
}

/** A flow log in Parquet: names with `_`, AWS's physical types, '-' as null. What is no number has no place in a number's column. */
export function parquetFile(columns: readonly string[], rows: readonly string[][], layout: ParquetLayout): Buffer {
  const columnData = columns.map((name, i) => {
    const type = vpcField(name)?.type ?? 'STRING';
    return { name: name.replaceAll('-', '_'), data: rows.map((row) => cell(row[i], type)), type, nullable: true };
  });
  const compressors = {
    GZIP: (input: Uint8Array) => gzipSync(input),
    ZSTD: (input: Uint8Array) => zstdCompressSync(input),
  };
  return Buffer.from(parquetWriteBuffer({ columnData, compressors, ...layout }));
}

function cell(text: string, type: 'STRING' | 'INT32' | 'INT64'): string | number | bigint | null {
  if (text === '-') {
    return null;
  }
  if (type === 'STRING') {
    return text;
  }
  const number = /^-?\d{1,30}$/.test(text) ? BigInt(text) : 0n;
  return type === 'INT32' ? Number(BigInt.asIntN(32, number)) : BigInt.asIntN(64, number);
}
