import { parquetAsText, type ByteSource } from '../records/parquet/parquet';

/** Bytes in memory as a source. */
export function sourceOf(object: Buffer): ByteSource {
  return { size: object.length, read: (start, end) => Promise.resolve(object.subarray(start, end)) };
}

/** The whole text of a Parquet object, in which each character is one byte. */
export async function parquetText(object: Buffer, wanted?: (column: string) => boolean): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of parquetAsText(sourceOf(object), wanted)) {
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('latin1');
}
