import { snappyCompress } from 'hyparquet-writer/src/snappy.js';
import { ByteWriter } from 'hyparquet-writer';
import { writeRleBitPackedHybrid } from 'hyparquet-writer/src/encoding.js';
import * as fc from 'fast-check';
import { bitWidth, RunReader } from './runs';
import { unpackSnappy } from './snappy';
import { readStruct } from './thrift';
import { deltaTexts, deltaValues } from './deltas';
import { Texts } from './texts';

const written = (write: (writer: ByteWriter) => void): Buffer => {
  const writer = new ByteWriter();
  write(writer);
  return Buffer.from(writer.getBuffer());
};

describe('unpackSnappy', () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 3000 }),
    fc
      .array(fc.constantFrom('eni-1', '10.0.0.1', 'x', 'abcdefghijklmnopqrstuvwxyz0123456789'), { maxLength: 300 })
      .map((parts) => Buffer.from(parts.join('')))
  );

  it('unpacks what was packed', () => {
    fc.assert(
      fc.property(bytes, (input) => {
        const packed = written((writer) => writer.appendBytes(snappyCompress(input)));
        expect(Buffer.from(unpackSnappy(packed, input.length))).toEqual(Buffer.from(input));
      })
    );
  });

  it.each([
    ['nothing', [], 1, 'cut off'],
    ['another size', [5, 0, 0x61], 1, 'of 5 bytes'],
    ['too few bytes', [3, 0, 0x61], 3, 'after 1 of 3'],
    // Of length -4: taken as a number with a sign, it goes back to itself for ever.
    ['a literal of 4 GiB', [8, 0xfc, 0xfa, 0xff, 0xff, 0xff], 8, 'beyond its end'],
    ['a copy from before the start', [8, 0, 0x61, 0x01, 9], 8, 'out of bounds'],
    ['a copy from itself', [8, 0, 0x61, 0x01, 0], 8, 'out of bounds'],
    ['a copy beyond the end', [2, 0, 0x61, 0x01, 1], 2, 'out of bounds'],
    ['a copy that is cut off', [8, 0, 0x61, 0x02, 1], 8, 'cut off'],
  ])('refuses %s', (_case, input, size, message) => {
    expect(() => unpackSnappy(Uint8Array.from(input), size)).toThrow(message);
  });
});

describe('RunReader', () => {
  it('reads what was written, however many at a time', () => {
    const numbers = fc.array(fc.integer({ min: 0, max: 70_000 }), { minLength: 1, maxLength: 500 });
    const runs = fc.array(fc.tuple(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 1, max: 40 })), {
      minLength: 1,
    });
    const either = fc.oneof(
      numbers,
      runs.map((all) => all.flatMap(([value, times]) => Array<number>(times).fill(value)))
    );
    fc.assert(
      fc.property(either, fc.integer({ min: 1, max: 600 }), (values, some) => {
        const width = bitWidth(Math.max(...values));
        const bytes = written((writer) => writeRleBitPackedHybrid(writer, values, width));
        const reader = new RunReader(bytes, 0, bytes.length, width);
        const read: number[] = [];
        while (read.length < values.length) {
          const count = Math.min(some, values.length - read.length);
          const output = new Int32Array(count);
          reader.read(output, count);
          read.push(...output);
        }
        expect(read).toEqual(values);
      })
    );
  });

  it.each([
    ['no run', [], 1],
    ['runs of nothing', [0, 0, 0, 0], 1],
    ['packed bits that are cut off', [3, 1], 9],
    ['a length without end', [0xff, 0xff, 0xff, 0xff, 0xff, 0xff], 1],
    ['a width without sense', [2, 1, 1, 1, 1], 33],
  ])('refuses %s', (_case, bytes, width) => {
    expect(() => new RunReader(Uint8Array.from(bytes), 0, bytes.length, width).read(new Int32Array(16), 16)).toThrow();
  });

  it('takes no more of an endless run than is asked for', () => {
    const output = new Int32Array(4);
    new RunReader(Uint8Array.of(0xfe, 0xff, 0xff, 0xff, 0x0f, 1), 0, 6, 1).read(output, 4);
    expect([...output]).toEqual([1, 1, 1, 1]);
  });
});

describe('readStruct', () => {
  const read = (...bytes: number[]) => readStruct(new DataView(Uint8Array.from(bytes).buffer), 0);

  it('reads numbers, texts, lists and structures', () => {
    expect(read(0x15, 6, 0x18, 1, 0x61, 0x19, 0x25, 2, 4, 0x1c, 0x11, 0, 0)).toEqual({
      field_1: 3,
      field_2: Uint8Array.of(0x61),
      field_3: [1, 2],
      field_4: { field_1: true },
    });
  });

  it.each([
    ['nothing', []],
    ['no end', [0x15, 6]],
    ['a list of a billion', [0x19, 0xf5, 0xff, 0xff, 0xff, 0xff, 3, 0]],
    ['a text of a billion', [0x18, 0xff, 0xff, 0xff, 0xff, 3, 0]],
    ['a number without end', [0x16, ...Array<number>(20).fill(0xff), 0, 0]],
    ['lists in lists without end', Array<number>(5000).fill(0x19)],
    ['structures in structures without end', Array<number>(100_000).fill(0x1c)],
    ['a map', [0x1b, 0, 0]],
  ])('refuses %s', (_case, bytes) => {
    expect(() => read(...bytes)).toThrow();
  });
});

describe('deltas', () => {
  const leaf = { index: 0, path: 'n', type: 'INT32', typeLength: 0, maxLevel: 0, isUnsigned: false } as const;

  it.each([
    ['blocks of nothing', [0, 4, 2, 0]],
    ['no miniblocks', [0x80, 1, 0, 2, 0]],
    ['blocks that go backwards', [0x80, 0x80, 0x80, 0x80, 0x08, 4, 2, 0, 0]],
    ['more values than rows', [0x80, 1, 4, 0xff, 0xff, 0x7f, 0]],
    ['nothing', []],
  ])('refuses %s', (_case, bytes) => {
    expect(() => deltaValues(Uint8Array.from(bytes), leaf, 100)).toThrow();
    expect(() => deltaTexts(Uint8Array.from(bytes), 100, true)).toThrow();
  });

  it('refuses texts that begin like what is not there', () => {
    // One prefix of 5, one length of 0.
    const bytes = Uint8Array.of(0x80, 1, 4, 1, 10, 0x80, 1, 4, 1, 0);
    expect(() => deltaTexts(bytes, 100, true).read(1, new Texts(1))).toThrow('beyond its end');
  });
});
