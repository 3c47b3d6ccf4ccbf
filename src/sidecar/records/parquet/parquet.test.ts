import { DuckDBInstance } from '@duckdb/node-api';
import { parquetWriteBuffer } from 'hyparquet-writer';
import type { ColumnSource } from 'hyparquet-writer/src/types.js';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AWS_RECORDS, V2 } from '../../testing/awsRecords';
import { decode } from '../../testing/decode';
import { parquetFile } from '../../testing/parquetFile';
import { parquetText, sourceOf } from '../../testing/parquetText';
import { parquetAsText } from './parquet';

/** Rows of the default format, many enough for several pages and chunks. */
function manyRows(count: number): string[][] {
  return Array.from({ length: count }, (_, i) => {
    const address = `10.${i & 255}.${(i >> 8) & 255}.${(i * 7) & 255}`;
    const counts = i % 9 === 0 ? ['-', '-'] : [String(i), String(i * 1_000_000_007)];
    const times = [String(1418530010 + i), String(1418530070 + i)];
    const status = ['ACCEPT', i % 2 ? 'OK' : '-'];
    return [
      '2',
      '123456789010',
      `eni-${i % 50}`,
      address,
      '10.0.0.1',
      String(i),
      '443',
      '6',
      ...counts,
      ...times,
      ...status,
    ];
  });
}

const linesOf = (header: string, rows: string[][]) => [header, ...rows.map((row) => row.join(' ')), ''].join('\n');

/** An object of the columns as they are given. */
function objectOf(...columnData: ColumnSource[]): Buffer {
  return Buffer.from(parquetWriteBuffer({ columnData }));
}

describe('parquetAsText', () => {
  it.each(AWS_RECORDS)('yields as text what AWS publishes as text: %s', async (_case, header, line, record) => {
    const text = await parquetText(parquetFile(header.split(' '), [line.split(/ +/)]));
    expect(text).toBe(`${header}\n${line.replaceAll(/ +/g, ' ')}\n`);
    expect(decode(text)).toEqual({ refusal: undefined, records: [record], notCounted: [] });
  });

  it('yields the header of an object without rows', async () => {
    expect(await parquetText(parquetFile(V2.split(' '), []))).toBe(`${V2}\n`);
  });

  it('yields chunks of whole lines, none small but the last and none large', async () => {
    const rows = manyRows(20_000);
    const chunks: Buffer[] = [];
    for await (const chunk of parquetAsText(sourceOf(parquetFile(V2.split(' '), rows, { rowGroupSize: 6000 })))) {
      chunks.push(chunk);
    }
    expect(Buffer.concat(chunks).toString()).toBe(linesOf(V2, rows));
    expect(chunks.length).toBeGreaterThan(3);
    for (const chunk of chunks) {
      expect(chunk.at(-1)).toBe(0x0a);
      expect(chunk.length).toBeLessThanOrEqual(512 * 1024);
    }
    expect(Math.min(...chunks.slice(0, -1).map(({ length }) => length))).toBeGreaterThanOrEqual(64 * 1024);
  });

  it('neither reads nor writes the values of columns that are not wanted', async () => {
    const rows = manyRows(3000);
    const object = parquetFile(V2.split(' '), rows);
    const wanted = new Set(['srcaddr', 'log-status']);
    const expected = rows.map((row) => row.map((text, i) => (wanted.has(V2.split(' ')[i]) ? text : '-')));
    expect(await parquetText(object, (name) => wanted.has(name))).toBe(linesOf(V2, expected));

    let bytesRead = 0;
    const read = (start: number, end: number) => {
      bytesRead += end - start;
      return Promise.resolve(object.subarray(start, end));
    };
    for await (const chunk of parquetAsText({ size: object.length, read }, (name) => name === 'log-status')) {
      expect(chunk.length).toBeGreaterThan(0);
    }
    expect(bytesRead).toBeLessThan(object.length / 4);
  });

  it('keeps a value within its field and its line', async () => {
    const data = ['', 'caf\u00e9 bar', 'a\nb\r\tc', '100%20', '\u007f\u0000', undefined];
    expect(await parquetText(objectOf({ name: 'instance_tag', data, type: 'STRING' }))).toBe(
      'instance-tag\n-\ncaf\u00c3\u00a9%20bar\na%0Ab%0D%09c\n100%20\n%7F%00\n-\n'
    );
  });

  it('leaves a line that is too long to the rule for it', async () => {
    const rows = [['x'.repeat(70_000), ...Array<string>(12).fill('-'), 'OK'], manyRows(1)[0]];
    const columns = ['interface-id', ...V2.split(' ').filter((name) => name !== 'interface-id')];
    rows[1] = [rows[1][2], ...rows[1].filter((_, i) => i !== 2)];
    const { notCounted } = decode(await parquetText(parquetFile(columns, rows)));
    expect(notCounted.map(({ reason }) => reason)).toEqual(['line-too-long', 'unknown-status']);
  });

  it('passes errors of the source through', async () => {
    const broken = new Error('the disk is gone');
    const text = parquetAsText({ size: 1000, read: () => Promise.reject(broken) });
    await expect(text.next()).rejects.toBe(broken);
  });
});

describe('parquetAsText, by physical type', () => {
  const big = [9223372036854775807n, -9223372036854775808n, 2n ** 53n, 2n ** 53n - 1n, -1n, 0n];
  const fraction = [1.5, 20, -3, NaN, 1e300];
  it.each<[string, ColumnSource, string]>([
    ['INT64', { name: 'bytes', data: big, type: 'INT64' }, big.join('\n')],
    [
      'INT32',
      { name: 'bytes', data: [2147483647, -2147483648, 10, 9], type: 'INT32' },
      '2147483647\n-2147483648\n10\n9',
    ],
    ['DOUBLE', { name: 'bytes', data: fraction, type: 'DOUBLE' }, '1.5\n20\n-3\nNaN\n1e+300'],
    ['FLOAT', { name: 'bytes', data: [0.5, 7], type: 'FLOAT' }, '0.5\n7'],
    ['BOOLEAN', { name: 'bytes', data: [true, false, null, true], type: 'BOOLEAN' }, 'true\nfalse\n-\ntrue'],
    [
      'BOOLEAN in runs',
      { name: 'bytes', data: Array(40).fill(true), type: 'BOOLEAN' },
      Array(40).fill('true').join('\n'),
    ],
    ['bytes', { name: 'srcaddr', data: [Buffer.from('10.0.0.1')], type: 'BYTE_ARRAY' }, '10.0.0.1'],
    ['JSON', { name: 'bytes', data: [{ a: 1 }], type: 'JSON' }, '{"a":1}'],
  ])('%s', async (_type, column, text) => {
    expect(await parquetText(objectOf(column))).toBe(`${column.name}\n${text}\n`);
  });

  it.each<[string, ColumnSource['type'], unknown[]]>([
    ['TIMESTAMP_MILLIS', 'TIMESTAMP', [new Date(1418530010000), null]],
    ['UUID', 'UUID', ['00112233-4455-6677-8899-aabbccddeeff', null]],
    ['a list or structure', 'VARIANT', [{ a: 1 }, {}]],
  ])('refuses a wanted column that is %s, and leaves one alone that is not wanted', async (type, written, data) => {
    const object = objectOf(
      { name: 'bytes', data: [0, 1], type: 'INT32' },
      { name: 'log_status', data, type: written }
    );
    await expect(parquetText(object)).rejects.toMatchObject({
      reason: 'parquet-type',
      message: expect.stringContaining(`log-status is ${type}: AWS writes text and whole numbers`) as string,
    });
    expect(await parquetText(object, (name) => name === 'bytes')).toBe('bytes log-status\n0 -\n1 -\n');
  });

  it.each([
    ['INT32', { name: 'n', type: 'INT32', converted_type: 'UINT_32' }, [4294967295, 1], '4294967295\n1'],
    [
      'INT64',
      { name: 'n', type: 'INT64', converted_type: 'UINT_64' },
      [18446744073709551615n, 1n],
      '18446744073709551615\n1',
    ],
    [
      'fixed length',
      { name: 'n', type: 'FIXED_LEN_BYTE_ARRAY', type_length: 2 },
      [Buffer.from('ab'), Buffer.from('c ')],
      'ab\nc%20',
    ],
  ] as const)('of a schema: %s', async (_type, element, data, text) => {
    const schema = [
      { name: 'root', num_children: 1 },
      { ...element, repetition_type: 'OPTIONAL' as const },
    ];
    const object = parquetWriteBuffer({ columnData: [{ name: 'n', data: [...data] }], schema });
    expect(await parquetText(Buffer.from(object))).toBe(`n\n${text}\n`);
  });

  it('reads a value within optional groups', async () => {
    const group = { repetition_type: 'OPTIONAL', num_children: 1 } as const;
    const schema = [
      { name: 'root', num_children: 1 },
      { name: 'account_id', ...group },
      { name: 'value', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' } as const,
    ];
    const data = [{ value: 'a' }, null, { value: null }, { value: 'b' }];
    const object = parquetWriteBuffer({ columnData: [{ name: 'account_id', data }], schema });
    expect(await parquetText(Buffer.from(object))).toBe('account-id\na\n-\n-\nb\n');
  });

  const numbers = Array.from({ length: 5000 }, (_, i) => (i % 7 ? (i * i) % 99991 : -i));
  const words = numbers.map((number) => `eni-${number}`);
  it.each<[ColumnSource['encoding'], ColumnSource['type'], ColumnSource['data']]>([
    ['PLAIN', 'INT32', numbers],
    ['PLAIN', 'STRING', words],
    ['DELTA_BINARY_PACKED', 'INT32', numbers],
    ['DELTA_BINARY_PACKED', 'INT64', numbers.map(BigInt)],
    ['DELTA_LENGTH_BYTE_ARRAY', 'STRING', words],
    ['DELTA_BYTE_ARRAY', 'STRING', words],
    ['BYTE_STREAM_SPLIT', 'INT64', numbers.map(BigInt)],
    ['BYTE_STREAM_SPLIT', 'DOUBLE', numbers],
    ['RLE_DICTIONARY', 'STRING', words.map((_, i) => words[i % 300])],
  ])('encoding %s of %s', async (encoding, type, data) => {
    const values = [...data];
    values[17] = null;
    values[4999] = null;
    const object = objectOf({ name: 'n', data: values, type, encoding });
    expect(await parquetText(object)).toBe(`n\n${values.map((value) => String(value ?? '-')).join('\n')}\n`);
  });
});

describe('parquetAsText, of what DuckDB writes', () => {
  const folder = mkdtempSync(join(tmpdir(), 'flowscope-parquet-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each(['uncompressed', 'snappy', 'gzip', 'zstd'])('%s, in both versions of pages', async (codec) => {
    const connection = await (await DuckDBInstance.create(':memory:')).connect();
    const file = join(folder, `${codec}.parquet`);
    const table = `SELECT 2::INT AS version, 'eni-' || (i % 40) AS interface_id, '10.0.0.' || i AS srcaddr, i::INT AS srcport,
      CASE WHEN i % 5 > 0 THEN i * 1000003 END AS bytes, 1418530010 + i AS "start",
      CASE WHEN i % 3 > 0 THEN 'OK' END AS log_status, NULL::VARCHAR AS vpc_id, [i] AS list FROM range(0, 10000) t(i)`;
    const lines = Array.from({ length: 10_000 }, (_, i) => {
      const bytes = i % 5 ? i * 1000003 : '-';
      return `2 eni-${i % 40} 10.0.0.${i} ${i} ${bytes} ${1418530010 + i} ${i % 3 ? 'OK' : '-'} - -\n`;
    });
    const header = 'version interface-id srcaddr srcport bytes start log-status vpc-id list\n';
    for (const version of ['V1', 'V2']) {
      const options = `FORMAT parquet, COMPRESSION ${codec}, ROW_GROUP_SIZE 4096, PARQUET_VERSION ${version}`;
      await connection.run(`COPY (${table}) TO '${file}' (${options})`);
      expect(await parquetText(readFileSync(file), (name) => name !== 'list')).toBe(header + lines.join(''));
    }
    connection.closeSync();
  });
});
