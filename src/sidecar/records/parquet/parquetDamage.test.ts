import { ByteWriter, ParquetWriter, parquetWriteBuffer, schemaFromColumnData } from 'hyparquet-writer';
import type { CompressionCodec } from 'hyparquet/src/types.js';
import { writePageHeader } from 'hyparquet-writer/src/datapage.js';
import { writeMetadata } from 'hyparquet-writer/src/metadata.js';
import * as fc from 'fast-check';
import { crc32 } from 'node:zlib';
import { V2 } from '../../testing/awsRecords';
import { parquetFile, type ParquetLayout } from '../../testing/parquetFile';
import { parquetText, sourceOf } from '../../testing/parquetText';
import { DamagedParquet, parquetAsText, UnsupportedParquet } from './parquet';

const ROW = '2 123456789010 eni-1 172.31.16.139 172.31.16.21 20641 22 6 20 4249 1418530010 1418530070 ACCEPT OK'.split(
  ' '
);
const rows = Array.from({ length: 40 }, (_, i) =>
  ROW.map((text, c) => (c === 9 && i % 3 === 0 ? '-' : c === 3 ? `10.0.${i % 4}.${i}` : text))
);
const small = (layout: ParquetLayout) =>
  parquetFile(V2.split(' '), rows, { rowGroupSize: 25, pageSize: 100, ...layout });

/** The text, or the damage, which may look like a codec that is not read; anything else is thrown. */
async function textOrDamage(object: Buffer): Promise<string | DamagedParquet | UnsupportedParquet> {
  try {
    return await parquetText(object);
  } catch (error) {
    if (error instanceof DamagedParquet || error instanceof UnsupportedParquet) {
      return error;
    }
    throw error;
  }
}

/** Two columns of INT32, 1 to 3, whose footer is changed before it is written. */
function withFooter(change: (writer: ParquetWriter) => void, codec?: CompressionCodec): Buffer {
  const columnData = ['bytes', 'packets'].map((name) => ({ name, data: [1, 2, 3], type: 'INT32' as const }));
  const writer = new ByteWriter();
  const compressors = { LZ4_RAW: (input: Uint8Array) => input };
  const parquet = new ParquetWriter({ writer, schema: schemaFromColumnData({ columnData }), codec, compressors });
  void parquet.write({ columnData });
  change(parquet);
  void parquet.finish();
  return Buffer.from(writer.getBuffer());
}

/** An object of one required INT32 column whose only page, in version 1, is `body`. */
function withPage(body: Buffer, values: number, crc?: number): Buffer {
  const writer = new ByteWriter();
  writer.appendUint32(0x31524150);
  writePageHeader(writer, {
    type: 'DATA_PAGE',
    uncompressed_page_size: body.length,
    compressed_page_size: body.length,
    crc,
    data_page_header: {
      num_values: values,
      encoding: 'PLAIN',
      definition_level_encoding: 'RLE',
      repetition_level_encoding: 'RLE',
    },
  });
  writer.appendBytes(body);
  const size = BigInt(writer.offset - 4);
  const column = {
    type: 'INT32' as const,
    encodings: ['PLAIN' as const],
    path_in_schema: ['bytes'],
    codec: 'UNCOMPRESSED' as const,
    num_values: BigInt(values),
    total_uncompressed_size: size,
    total_compressed_size: size,
    data_page_offset: 4n,
  };
  writeMetadata(writer, {
    version: 2,
    schema: [
      { name: 'root', num_children: 1 },
      { name: 'bytes', type: 'INT32', repetition_type: 'REQUIRED' },
    ],
    num_rows: BigInt(values),
    row_groups: [
      { columns: [{ file_offset: 4n, meta_data: column }], total_byte_size: size, num_rows: BigInt(values) },
    ],
    metadata_length: 0,
  });
  writer.appendUint32(0x31524150);
  return Buffer.from(writer.getBuffer());
}

describe('parquetAsText, of what is not whole', () => {
  it('names what is wrong with something else than Parquet', async () => {
    await expect(parquetText(Buffer.alloc(0))).rejects.toThrow(
      new DamagedParquet('An object of 0 bytes is too short for Parquet.')
    );
    await expect(parquetText(Buffer.from('version account-id\n'))).rejects.toThrow('does not begin with PAR1');
  });

  it.each(['SNAPPY', 'GZIP'] as const)('refuses an object that is cut off anywhere: %s', async (codec) => {
    const object = small({ codec });
    // Every length near either end, where lengths and the footer are, and every seventh between them.
    for (let length = 0; length < object.length; length += length < 100 || length > object.length - 300 ? 1 : 7) {
      expect(await textOrDamage(object.subarray(0, length))).toBeInstanceOf(DamagedParquet);
    }
  });

  it('refuses an object that lacks a byte of its values', async () => {
    const object = small({});
    const whole = await parquetText(object);
    const results = new Map<string, number>();
    for (let at = 0; at < object.length; at += 11) {
      const result = await textOrDamage(Buffer.concat([object.subarray(0, at), object.subarray(at + 1)]));
      const kind = result === whole ? 'same text' : result instanceof DamagedParquet ? 'damage' : 'other text';
      results.set(kind, (results.get(kind) ?? 0) + 1);
    }
    // What is not read, such as an index of the pages, may lack a byte.
    expect(results.get('other text')).toBeUndefined();
    expect(results.get('damage')).toBeGreaterThan(object.length / 22);
  });

  it('refuses an object that is shorter than its source says', async () => {
    const object = small({});
    const { read } = sourceOf(object);
    const text = parquetAsText({ size: object.length, read: async (from, to) => (await read(from, to)).subarray(1) });
    await expect(text.next()).rejects.toThrow(DamagedParquet);
  });

  it.each(['UNCOMPRESSED', 'SNAPPY', 'GZIP', 'ZSTD'] as const)('survives any flipped bit: %s', async (codec) => {
    const object = small({ codec });
    const bit = fc.integer({ min: 0, max: object.length * 8 - 1 });
    await fc.assert(
      fc.asyncProperty(fc.array(bit, { minLength: 1, maxLength: 3 }), async (bits) => {
        const damaged = Buffer.from(object);
        bits.forEach((at) => (damaged[at >> 3] ^= 1 << (at & 7)));
        const result = await textOrDamage(damaged);
        if (typeof result === 'string') {
          expect(result.split('\n')).toHaveLength(rows.length + 2);
        }
      }),
      // `npm run fuzz` does it a thousand times as often.
      { numRuns: 100 }
    );
  });

  it.each<[string, (writer: ParquetWriter) => void, string]>([
    ['a row more in the file', (writer) => (writer.num_rows += 1n), 'it says 4 rows, and its row groups have 3'],
    ['a row group too few', (writer) => writer.row_groups.pop(), 'it says 3 rows, and its row groups have 0'],
    [
      'a row more everywhere',
      (writer) => (writer.num_rows = writer.row_groups[0].num_rows = 4n),
      'bytes of the Parquet object is damaged: it ends 1 rows too early',
    ],
    [
      'a row fewer everywhere',
      (writer) => (writer.num_rows = writer.row_groups[0].num_rows = 2n),
      'a page has 3 rows where 2 are left',
    ],
    [
      'no row anywhere',
      (writer) => (writer.num_rows = writer.row_groups[0].num_rows = 0n),
      'a page has 3 rows where 0 are left',
    ],
    [
      'absurdly many rows',
      (writer) => (writer.num_rows = writer.row_groups[0].num_rows = 2n ** 50n),
      'as no flow log has',
    ],
    ['fewer than no rows', (writer) => (writer.num_rows = writer.row_groups[0].num_rows = -1n), '-1 stands where'],
    [
      'a column beyond the end',
      (writer) => (writer.row_groups[0].columns[0].meta_data!.total_compressed_size += 1000n),
      'of which',
    ],
    ['another column', (writer) => writer.row_groups[0].columns.reverse(), 'another column'],
    ['no column', (writer) => writer.row_groups[0].columns.pop(), 'a row group has 1 columns, and the schema 2'],
    ['columns elsewhere', (writer) => (writer.row_groups[0].columns[0].file_path = 'x'), 'in another file'],
  ])('counts the rows: %s', async (_case, change, message) => {
    const result = await textOrDamage(withFooter(change));
    expect(String(result)).toContain(message);
    expect(result).toBeInstanceOf(DamagedParquet);
  });

  it('names a codec that it does not read, which is no damage', async () => {
    const packed = withFooter(() => undefined, 'LZ4_RAW');
    await expect(parquetText(packed)).rejects.toMatchObject({ reason: 'parquet-codec' });
    await expect(parquetText(packed)).rejects.toThrow(
      /packed with LZ4_RAW, and only Snappy, gzip, zstd and none are read\. AWS packs flow logs with gzip, so/
    );
  });

  it('keeps the cause', async () => {
    const object = parquetFile(V2.split(' '), rows, { codec: 'GZIP' });
    object.fill(0, 60, 100);
    const damage = (await textOrDamage(object)) as DamagedParquet;
    expect(damage.message).toMatch(/^Column [a-z-]+ of the Parquet object is damaged: .*\.$/);
    expect(damage.cause).toMatchObject({ message: expect.any(String) });
  });

  it('checks the checksum of a page that has one', async () => {
    const body = Buffer.from(Int32Array.of(7, 8).buffer);
    const text = 'bytes\n7\n8\n';
    expect(await parquetText(withPage(body, 2))).toBe(text);
    expect(await parquetText(withPage(body, 2, crc32(body) | 0))).toBe(text);
    expect(String(await textOrDamage(withPage(body, 2, (crc32(body) ^ 1) | 0)))).toContain(
      'checksum of a page is wrong'
    );
    expect(String(await textOrDamage(withPage(body, 3)))).toContain('its values go beyond its end');
    expect(await parquetText(withPage(Buffer.alloc(0), 0))).toBe('bytes\n');
  });

  it('refuses what unpacks to more than any flow log', async () => {
    const columnData = [
      { name: 'bytes', data: Array<string>(5).fill('x'.repeat(80 * 2 ** 20)), type: 'STRING' as const },
    ];
    const object = Buffer.from(parquetWriteBuffer({ columnData, statistics: false }));
    expect(String(await textOrDamage(object))).toContain('256 MiB');
  });
});

describe('values and names that text cannot hold', () => {
  it('a line that grows beyond its length by being encoded takes no other line with it', async () => {
    const long = rows.slice(0, 1).map((row) => row.map((text, c) => (c === 3 ? '\x01'.repeat(70_000) : text)));
    // So many that the long line comes at the end of a chunk, wherever that is.
    for (const before of [3900, 4100, 4300, 4500]) {
      const many = Array.from({ length: before }, () => ROW);
      const text = await parquetText(parquetFile(V2.split(' '), [...many, ...long, ...rows.slice(0, 10)]));
      const lines = text.trimEnd().split('\n');
      expect(lines).toHaveLength(1 + before + 1 + 10);
      expect(lines.slice(-10)).toEqual(rows.slice(0, 10).map((row) => row.join(' ')));
      expect(lines.at(-11)!.length).toBeGreaterThan(64 * 1024);
    }
  });

  it.each(['a b', 'a\nb', '', '\t'])('a column named %j is no flow log', async (name) => {
    const columnData = [{ name, data: [1, 2], type: 'INT32' as const }];
    const object = Buffer.from(parquetWriteBuffer({ columnData }));
    expect(await textOrDamage(object)).toBeInstanceOf(DamagedParquet);
  });
});
