import { gunzipSync } from 'node:zlib';
import { parquetFile, type ParquetLayout } from './parquetFile';
import { ACCOUNT, IDLE, keyOf, line, V2, type Case } from '../records/testdata/case';
import { VERSIONS } from '../records/testdata/versions';

const EXPORTERS = [`${ACCOUNT}/eni-1235b8ca123456789`];
const keyOfParquet = (number: number) => keyOf(number).replace(/gz$/, 'parquet');

function parquet(header: string, lines: readonly string[], layout?: ParquetLayout): Buffer {
  const rows = lines.map((each) => each.split(/ +/));
  return parquetFile(header.split(' '), rows, layout);
}

/** Each version of the format in Parquet, with the same records as in text. */
const PER_VERSION = VERSIONS.map(({ name, body, expected }, i): Case => {
  const [header, ...lines] = gunzipSync(body).toString('latin1').trim().split('\n');
  return { name: `${name}, in Parquet`, key: keyOfParquet(0x6000 + i), body: parquet(header, lines), expected };
});

const LINES = [line(V2), line(V2, IDLE), line(V2, { bytes: 60 })];
const COLLECTED = { ok: 2, bytes: 100, packets: 2, reasons: { nodata: 1 }, exporters: EXPORTERS };
const CODECS = ['UNCOMPRESSED', 'SNAPPY', 'GZIP', 'ZSTD'] as const;
const WHOLE = parquet(V2, LINES);
const withoutStatus = V2.replace(' log-status', '');

/**
 * Objects in Parquet: of each version, with each supported codec, and with each kind of damage. Not in `records/testdata` like
 * those in text, since that room may not import the Parquet writer.
 */
export const PARQUET_CASES: readonly Case[] = [
  ...PER_VERSION,
  ...CODECS.map((codec, i) => ({
    name: `Parquet in several row groups, ${codec}`,
    key: keyOfParquet(0x6100 + i),
    body: parquet(V2, LINES, { codec, rowGroupSize: 2 }),
    expected: { collected: COLLECTED },
  })),
  {
    name: 'Parquet without a row',
    key: keyOfParquet(0x6200),
    body: parquet(V2, []),
    expected: { collected: { ok: 0, bytes: 0, packets: 0, exporters: [] } },
  },
  {
    name: 'Parquet with nulls where a value is required',
    key: keyOfParquet(0x6201),
    body: parquet(V2, [line(V2, { 'log-status': '-' }), line(V2, { start: '-' }), line(V2, { packets: '-' })]),
    expected: {
      collected: {
        ok: 0,
        bytes: 0,
        packets: 0,
        exporters: [],
        reasons: { 'unknown-status': 1, 'bad-time': 1, 'not-a-number': 1 },
      },
    },
  },
  {
    name: 'Parquet that lacks log-status',
    key: keyOfParquet(0x6202),
    body: parquet(withoutStatus, [line(withoutStatus)]),
    expected: { refused: 'log-status-missing' },
  },
  {
    name: 'Parquet that is cut off',
    key: keyOfParquet(0x6203),
    body: WHOLE.subarray(0, -20),
    expected: { corrupt: 'corrupt-parquet' },
  },
  {
    name: 'Parquet with something behind its end',
    key: keyOfParquet(0x6204),
    body: Buffer.concat([WHOLE, Buffer.from('\n')]),
    expected: { corrupt: 'corrupt-parquet' },
  },
];
