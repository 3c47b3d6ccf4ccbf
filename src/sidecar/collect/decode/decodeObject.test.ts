import { parquetWriteBuffer } from 'hyparquet-writer';
import { gzipSync } from 'node:zlib';
import type { RollupSummary } from '../../rollup/summary';
import type { LinesSink } from '../../rollup/lineEncoder';
import { inChunks } from '../../testing/collector';
import { inlineDecoder } from '../../testing/inlineDecoder';
import { parquetFile } from '../../testing/parquetFile';
import { ARROW_BROTLI, ARROW_WITHOUT_ROWS } from '../../testing/arrowFiles';
import { linesOf, NOON, TERMS } from '../../testing/reference/rollUp';
import { CorruptObject } from './corruptObject';
import { decodeObject } from './decodeObject';
import { readObjectHead } from '../../inspect/objectHead';

const HEADER = 'interface-id srcaddr bytes packets start action log-status';
const recordLine = (bytes: number) => `eni-1 10.0.0.1 ${bytes} 1 ${NOON} ACCEPT OK`;
const gzip = (...lines: string[]) => gzipSync(lines.map((line) => `${line}\n`).join(''));

const JOB = { terms: TERMS, decisions: {}, offsets: [1, 2, 3], owners: undefined };

/** Decodes a body that arrives in chunks of that size; `lines` are those handed over. */
async function decode(
  body: Buffer,
  chunk = 1000
): Promise<{ refusal?: { reason: string }; summary?: RollupSummary; lines: string[] }> {
  const lines: string[] = [];
  const sink: LinesSink = (_policy, block) => void lines.push(...linesOf(block));
  const decoded = await inlineDecoder.decode(inChunks(body, chunk), JOB, sink);
  return { ...decoded, lines };
}

const outcome = (body: Buffer) =>
  decode(body).then(
    ({ refusal, summary }) => refusal?.reason ?? `${summary!.records} records, ${summary!.totals.bytes} bytes`,
    (error: unknown) => (error instanceof CorruptObject ? error.reason : Promise.reject(error as Error))
  );

const FIRST = gzip(HEADER, recordLine(1), recordLine(10));
const SECOND = gzip(recordLine(100));
const TWO = Buffer.concat([FIRST, SECOND]);
/** As a tool may write it that turns seconds into moments. */
const PARQUET_OF_MOMENTS = Buffer.from(
  parquetWriteBuffer({
    columnData: [
      { name: 'interface_id', data: ['eni-1'], type: 'STRING' },
      { name: 'start', data: [new Date(NOON * 1000)], type: 'TIMESTAMP' },
      { name: 'log_status', data: ['OK'], type: 'STRING' },
    ],
  })
);

function changed(body: Buffer, at: number, change: (byte: number) => number): Buffer {
  const copy = Buffer.from(body);
  const index = at < 0 ? copy.length + at : at;
  copy[index] = change(copy[index]) & 255;
  return copy;
}

describe('decodeObject', () => {
  it.each([
    ['one member', FIRST, '2 records, 11 bytes'],
    ['two members', TWO, '3 records, 111 bytes'],
    [
      'a line cut in two by the end of a member',
      Buffer.concat([gzipSync(`${HEADER}\n${recordLine(1).slice(0, 9)}`), gzipSync(recordLine(1).slice(9))]),
      '1 records, 1 bytes',
    ],
    ['an empty member at its end', Buffer.concat([FIRST, gzipSync('')]), '2 records, 11 bytes'],
    ['a header alone', gzip(HEADER), '0 records, 0 bytes'],
    ['no line at all', gzipSync(''), 'no-header'],
    ['a header without a required field', gzip(HEADER.replace(' log-status', ''), '-'), 'log-status-missing'],
    ['Parquet', parquetFile(HEADER.split(' '), [recordLine(1).split(' ')]), '1 records, 1 bytes'],
    ['Parquet of another log', parquetFile(['interface-id', 'start'], [['eni-1', '1']]), 'log-status-missing'],
    ['Parquet cut off', parquetFile(HEADER.split(' '), [recordLine(1).split(' ')]).subarray(0, -9), 'corrupt-parquet'],
    ['Parquet without a row', parquetFile(HEADER.split(' '), []), '0 records, 0 bytes'],
    ['Parquet without a row, as Arrow writes it', ARROW_WITHOUT_ROWS.dictionary, '0 records, 0 bytes'],
    ['the same without a dictionary', ARROW_WITHOUT_ROWS.plain, '0 records, 0 bytes'],
    ['the same packed with Brotli', ARROW_WITHOUT_ROWS.brotli, '0 records, 0 bytes'],
    ['Parquet packed with Brotli', ARROW_BROTLI, 'parquet-codec'],
    ['Parquet with a timestamp where seconds belong', PARQUET_OF_MOMENTS, 'parquet-type'],
    ['the magic of Parquet and nothing of it', Buffer.from('PAR1 and so on PAR1'), 'corrupt-parquet'],
    ['nothing', Buffer.alloc(0), 'empty'],
    ['one byte', Buffer.from([0x1f]), 'not-gzip'],
    ['plain text', Buffer.from(`${HEADER}\n`), 'not-gzip'],
    ['zip', Buffer.from('PK\x03\x04....'), 'not-gzip'],
    ['the magic bytes alone', FIRST.subarray(0, 2), 'corrupt-gzip'],
    [
      'the magic of the second member zeroed',
      changed(
        changed(TWO, FIRST.length, () => 0),
        FIRST.length + 1,
        () => 0
      ),
      'corrupt-gzip',
    ],
    ['the first magic byte of the second member zeroed', changed(TWO, FIRST.length, () => 0), 'corrupt-gzip'],
    ['its last byte missing', TWO.subarray(0, -1), 'corrupt-gzip'],
    ['its second half missing', FIRST.subarray(0, FIRST.length / 2), 'corrupt-gzip'],
    ['a flipped bit in the length of the last trailer', changed(TWO, -1, (byte) => byte ^ 1), 'corrupt-gzip'],
    ['a flipped bit in the CRC of the last trailer', changed(TWO, -8, (byte) => byte ^ 1), 'corrupt-gzip'],
    [
      'a flipped bit in the CRC of the first trailer',
      changed(TWO, FIRST.length - 8, (byte) => byte ^ 1),
      'corrupt-gzip',
    ],
    ['zeros after it', Buffer.concat([TWO, Buffer.alloc(512)]), 'corrupt-gzip'],
    ['one zero after it', Buffer.concat([TWO, Buffer.alloc(1)]), 'corrupt-gzip'],
    ['text after it', Buffer.concat([TWO, Buffer.from('trailing garbage')]), 'corrupt-gzip'],
    ['magic bytes after it', Buffer.concat([TWO, Buffer.from([0x1f, 0x8b])]), 'corrupt-gzip'],
    ['one magic byte after it', Buffer.concat([TWO, Buffer.from([0x1f])]), 'corrupt-gzip'],
  ])('of an object with %s', async (_case, body, expected) => {
    expect(await outcome(body)).toBe(expected);
  });

  it.each([
    ['plain text', `${HEADER}\n`, 'plain text: a flow log in S3 is gzip, so gzip it first'],
    ['zip', 'PK\x03\x04....', 'looks like zip: a flow log in S3 is gzip, so unpack it and gzip it'],
    ['bzip2', 'BZh91AY&SY', 'looks like bzip2:'],
    ['zstd', '\x28\xb5\x2f\xfd\x04', 'looks like zstd:'],
    ['anything', '\xffPAR1', 'something else: it begins with the bytes ff 50 41 52.'],
  ])('says that an object is %s', async (_case, text, message) => {
    await expect(decode(Buffer.from(text, 'latin1'))).rejects.toMatchObject({
      reason: 'not-gzip',
      message: expect.stringContaining(message) as string,
    });
  });

  it.each([TWO, gzipSync(Buffer.alloc(2 << 20, `${HEADER}\n`))])('says where its gzip data end', async (whole) => {
    const message = `Only its first ${whole.length} bytes are gzip data; what follows is damaged or something else.`;
    // More than is looked at: how long the object is may be unknown by then.
    await expect(decode(Buffer.concat([whole, Buffer.alloc(1 << 20)]))).rejects.toMatchObject({ message });
  });

  it('takes no object that ends anywhere but at the end of a member', async () => {
    for (let length = 0; length < TWO.length; length++) {
      const expected =
        length === FIRST.length ? '2 records, 11 bytes' : length === 0 ? 'empty' : expect.stringMatching(/gzip/);
      expect(await outcome(TWO.subarray(0, length))).toEqual(expected);
    }
  });

  it('takes no object with a flipped bit for another one', async () => {
    for (let bit = 0; bit < TWO.length * 8; bit++) {
      // A bit of the time or the system in a member's header says nothing about its content.
      const result = await outcome(changed(TWO, bit >> 3, (byte) => byte ^ (1 << (bit & 7))));
      expect(result).toMatch(/^(corrupt-gzip|not-gzip|3 records, 111 bytes)$/);
    }
  });

  it('reads every record of an object of many chunks', async () => {
    const lines = Array.from({ length: 30_000 }, (_, i) => recordLine(i));
    const { summary } = await decode(gzip(HEADER, ...lines));
    expect(summary).toMatchObject({ records: 30_000, totals: { bytes: (30_000n * 29_999n) / 2n } });
    expect(await outcome(Buffer.concat([gzip(HEADER), ...lines.slice(0, 300).map((line) => gzip(line))]))).toBe(
      `300 records, ${(300 * 299) / 2} bytes`
    );
  });

  it('stops reading an object whose header cannot be collected', async () => {
    const records = Array.from({ length: 50_000 }, (_, i) => `${i} ${Math.imul(i, 0x9e3779b1)} eni-1`);
    const body = gzip('start end interface-id', ...records);
    const { refusal, lines } = await decode(body.subarray(0, body.length - 10));
    expect(refusal?.reason).toBe('log-status-missing');
    expect(lines).toEqual([]);
  });

  it('says which codec it does not read, and what to do', async () => {
    const { refusal } = await decodeObject(inChunks(ARROW_BROTLI), JOB, () => undefined);
    expect(refusal?.message).toMatch(
      /packed with BROTLI, and only Snappy, gzip, zstd and none are read.*let the flow log/
    );
    expect(await readObjectHead(inChunks(ARROW_BROTLI), NOON)).toMatchObject({ refusal, hasLongSpans: false });
  });

  it("lets a failure that is not the object's pass", async () => {
    const lines = () => {
      throw new RangeError('disk full');
    };
    await expect(decodeObject(inChunks(FIRST), JOB, lines)).rejects.toThrow(RangeError);
  });

  it("takes a body that breaks off for no damaged object: it is the network's", async () => {
    for (let length = 0; length < FIRST.length; length++) {
      const breaking = async function* () {
        yield* inChunks(FIRST.subarray(0, length), 7);
        throw new RangeError('connection reset');
      };
      await expect(decodeObject(breaking(), JOB, () => undefined)).rejects.toThrow('connection reset');
    }
  });

  it.each([1, 7, 4096, 1e9])('does the same in chunks of %d bytes', async (chunk) => {
    expect((await decode(TWO, chunk)).lines).toEqual((await decode(TWO)).lines);
  });

  it('comes to an end although the body takes its time', async () => {
    const random = Array.from({ length: 40_000 }, (_, i) => Math.imul(i, 0x9e3779b1).toString(36)).join('\n');
    const slowly = async function* (body: Buffer) {
      for await (const chunk of inChunks(body, 60_000)) {
        yield chunk;
        // Time enough for whatever this chunk brings about.
        for (let turn = 0; turn < 50; turn++) {
          await new Promise((resolve) => setImmediate(resolve));
        }
      }
    };
    const refused = gzipSync(`start end interface-id\n${random}`);
    const damaged = changed(gzipSync(`${HEADER}\n${random}`), 70_000, (byte) => byte ^ 255);
    const followed = Buffer.concat([TWO, Buffer.alloc(300_000)]);
    expect((await decodeObject(slowly(refused), JOB, () => undefined)).refusal?.reason).toBe('log-status-missing');
    for (const body of [damaged, followed]) {
      await expect(decodeObject(slowly(body), JOB, () => undefined)).rejects.toMatchObject({ reason: 'corrupt-gzip' });
    }
  });

  it('hangs up on the sender when it has seen enough', async () => {
    let isClosed = false;
    const body = async function* () {
      try {
        for (;;) {
          yield Promise.resolve(gzip('start end interface-id', '1 2 eni-1'));
        }
      } finally {
        isClosed = true;
      }
    };
    expect((await decodeObject(body(), JOB, () => undefined)).refusal?.reason).toBe('log-status-missing');
    expect(isClosed).toBe(true);
  });
});

describe('rows of Parquet that could not be counted', () => {
  const columns = [...HEADER.split(' '), 'instance-tag', 'ecs-cluster-name'];
  const row = (i: number, status: string, tag: string) => [
    ...recordLine(i).split(' ').slice(0, -1),
    status,
    tag,
    `cluster-${i}`,
  ];

  it('are kept whole, with the columns that nothing reads', async () => {
    const rows = Array.from({ length: 3000 }, (_, i) => row(i, i % 1000 === 500 ? 'FINE' : 'OK', `tag-${i}`));
    const { summary } = await decode(parquetFile(columns, rows, { rowGroupSize: 700 }), 10_000);
    expect(summary).toMatchObject({ records: 3000, ok: 2997 });
    expect(summary!.unread!.map(({ line }) => line)).toEqual([500, 1500, 2500].map((i) => rows[i].join(' ')));
  });

  it('leave out columns of a type that is not read, which keep no other object from being collected either', async () => {
    const data = { interface_id: ['eni-1', 'eni-1'], start: [BigInt(NOON), BigInt(NOON)], log_status: ['OK', 'FINE'] };
    const body = parquetWriteBuffer({
      columnData: [
        ...Object.entries(data).map(([name, values]) => ({
          name,
          data: values as unknown[],
          type: name === 'start' ? ('INT64' as const) : ('STRING' as const),
        })),
        { name: 'written', data: [new Date(NOON * 1000), new Date(NOON * 1000)], type: 'TIMESTAMP' },
      ],
    });
    const { summary } = await decode(Buffer.from(body));
    expect(summary!.unread).toEqual([{ reason: 'unknown-status', line: `eni-1 ${NOON} FINE -` }]);
  });
});
