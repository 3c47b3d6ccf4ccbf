import { parquetWriteBuffer } from 'hyparquet-writer';
import type { CompressionCodec } from 'hyparquet/src/types.js';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { vpcField } from '../records/fields';

/** The layout of a Parquet object. */
export interface ParquetLayout {
  /** Default: SNAPPY. */
  readonly codec?: CompressionCodec;
  readonly rowGroupSize?: number;
  /** Bytes of an unpacked page. */
  readonly pageSize?: number;
}

/**
 * A flow log as a Parquet object of AWS: columns with `_` for `-`, of the types in `records/fields`; unknown names are
 * strings. Each of `rows` has one text per column; '-' becomes null. In a column of numbers, a text that is no number becomes
 * 0, and one that is too large loses its highest bits.
 */
export function parquetFile(columns: readonly string[], rows: readonly string[][], layout: ParquetLayout = {}): Buffer {
  const { codec = 'SNAPPY', rowGroupSize, pageSize } = layout;
  const columnData = columns.map((name, i) => {
    const type = vpcField(name)?.type ?? 'STRING';
    const data = rows.map((row) => (row[i] === '-' ? null : valueOf(row[i], type)));
    return { name: name.replaceAll('-', '_'), data, type, nullable: true };
  });
  return Buffer.from(
    parquetWriteBuffer({
      columnData,
      codec,
      compressors: { GZIP: (input) => gzipSync(input), ZSTD: (input) => zstdCompressSync(input) },
      ...(rowGroupSize && { rowGroupSize }),
      ...(pageSize && { pageSize }),
    })
  );
}

function valueOf(text: string, type: 'STRING' | 'INT32' | 'INT64'): string | number | bigint {
  if (type === 'STRING') {
    return text;
  }
  const number = /^-?\d{1,30}$/.test(text) ? BigInt(text) : 0n;
  return type === 'INT32' ? Number(BigInt.asIntN(32, number)) : BigInt.asIntN(64, number);
}
