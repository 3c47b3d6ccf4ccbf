import * as fc from 'fast-check';
import { viewOf } from './bytes';
import { TokenTable } from './tokens';

const intern = (table: TokenTable, text: string) => {
  const bytes = Buffer.from(`<<${text}>>`, 'latin1');
  return table.intern(viewOf(bytes), 2, bytes.length - 2);
};

describe('TokenTable', () => {
  it('gives each text one number, in the order they are first seen', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '\xe9', '\x00'), maxLength: 4 });
    fc.assert(
      fc.property(fc.array(text, { maxLength: 60 }), (texts) => {
        const table = new TokenTable();
        const distinct = [...new Set(texts)];
        expect(texts.map((one) => intern(table, one))).toEqual(texts.map((one) => distinct.indexOf(one)));
        expect(table.size).toBe(distinct.length);
        expect(table.bytes).toBe(distinct.join('').length);
        expect(distinct.map((_, id) => table.text(id))).toEqual(distinct);
      })
    );
  });

  it('orders texts by their bytes', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string({ maxLength: 5, unit: 'binary-ascii' }), { maxLength: 20 }), (texts) => {
        const table = new TokenTable();
        const ids = texts.map((one) => intern(table, one));
        ids.sort((a, b) => table.compare(a, b));
        expect(ids.map((id) => table.text(id))).toEqual([...texts].sort());
      })
    );
  });

  it('finds every text again after it has grown', () => {
    const table = new TokenTable();
    const texts = Array.from({ length: 20_000 }, (_, i) => `10.${i >> 8}.${i & 255}.1`);
    texts.forEach((one, i) => expect(intern(table, one)).toBe(i));
    texts.forEach((one, i) => expect(intern(table, one)).toBe(i));
    expect(table.text(19_999)).toBe(texts[19_999]);
    expect(table.size).toBe(20_000);
  });

  it('takes a text larger than its first arena', () => {
    const table = new TokenTable();
    const long = 'x'.repeat(100_000);
    expect([intern(table, long), intern(table, 'y'), intern(table, long)]).toEqual([0, 1, 0]);
    expect(table.text(0)).toBe(long);
    expect(table.text(1)).toBe('y');
  });
});
