import * as fc from 'fast-check';
import { parquetFile } from '../../testing/parquetFile';
import { parquetText } from '../../testing/parquetText';
import { VPC_FIELDS, vpcField } from '../fields';
import { parseHeader } from '../header';

const NAMES = [...VPC_FIELDS.map(({ name }) => name), 'a-name-of-2031'];

const values = {
  INT32: fc.integer().map(String),
  INT64: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String),
  STRING: fc.oneof(
    fc.constantFrom('ACCEPT', 'REJECT', 'OK', '10.0.0.1', 'vpc-1', 'caf%C3%A9'),
    fc.string({ unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)), minLength: 1 })
  ),
};

const object = fc.shuffledSubarray(NAMES, { minLength: 1 }).chain((columns) =>
  fc.record({
    columns: fc.constant(columns),
    rows: fc.array(
      fc.tuple(
        ...columns.map((name) =>
          fc.oneof(
            { weight: 1, arbitrary: fc.constant('-') },
            { weight: 3, arbitrary: values[vpcField(name)?.type ?? 'STRING'] }
          )
        )
      ),
      { maxLength: 60 }
    ),
    layout: fc.record({
      codec: fc.constantFrom('UNCOMPRESSED' as const, 'SNAPPY' as const, 'GZIP' as const, 'ZSTD' as const),
      rowGroupSize: fc.integer({ min: 1, max: 70 }),
      pageSize: fc.constantFrom(16, 64, 1024),
    }),
  })
);

describe('parquetAsText, for any columns, rows and layout', () => {
  it('yields the rows as lines, under a header that is one', async () => {
    await fc.assert(
      fc.asyncProperty(object, async ({ columns, rows, layout }) => {
        const text = await parquetText(parquetFile(columns, rows, layout));
        const [header, ...lines] = text.split('\n');
        expect(lines.pop()).toBe('');
        expect(lines).toEqual(rows.map((row) => row.join(' ')));
        // parseHeader wants one name that it knows.
        expect(parseHeader(header)?.columns ?? ['a-name-of-2031']).toEqual(columns);
      }),
      { numRuns: 100 }
    );
  });
});
