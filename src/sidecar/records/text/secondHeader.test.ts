import { HEADER_V2, recordV2 } from '../../testing/lines';
import { NOON, rollUp } from '../../testing/reference/rollUp';
import { parseHeader, SecondLayout } from '../header';

const RECORD = recordV2(NOON, 1003);
/** The same columns in another order: as many, so that every line below it still has the right number of fields. */
const SWAPPED = HEADER_V2.replace('srcaddr dstaddr', 'dstaddr srcaddr');

/** What becomes of the text of an object. */
function read(...lines: readonly string[]) {
  const { summary } = rollUp(lines.join('\n'));
  return { records: summary!.records, bytes: summary!.totals.bytes, reasons: summary!.reasons };
}

describe('a header below the first line', () => {
  it.each([
    ['the same', HEADER_V2],
    ['the same with a carriage return', `${HEADER_V2}\r`],
    ['the same with more spaces', HEADER_V2.replaceAll(' ', '  ')],
    ['the same between spaces', ` ${HEADER_V2} `],
  ])('%s: is skipped, uncounted', (_case, header) => {
    expect(read(HEADER_V2, RECORD, header, RECORD, header)).toEqual({ records: 2, bytes: 2006n, reasons: {} });
  });

  it.each([
    ['another order', SWAPPED],
    ['another order, reversed', HEADER_V2.split(' ').reverse().join(' ')],
    ['more columns', `${HEADER_V2} vpc-id`],
    ['fewer columns', HEADER_V2.replace('version ', '')],
    ['one other column', HEADER_V2.replace('version', 'vpc-id')],
    ['one column that nobody knows', HEADER_V2.replace('version', 'new-field')],
    ['almost only columns that nobody knows', 'a b c d e f g h i j k l m log-status'],
    ['a column twice', HEADER_V2.replace('version', 'action')],
    ['capital letters', SWAPPED.toUpperCase()],
    ['underscores', SWAPPED.replaceAll('-', '_')],
    ['commas', SWAPPED.replaceAll(' ', ',')],
    ['tabs', SWAPPED.replaceAll(' ', '\t')],
    ['quotes', SWAPPED.replaceAll(/[a-z-]+/g, '"$&"')],
    ['a byte order mark', `\xef\xbb\xbf${SWAPPED}`],
    ['a Transit Gateway log', 'version resource-type account-id tgw-id start end log-status'],
    ['a record without its line end before it', `${RECORD}${SWAPPED}`],
    ['the same, a record without its line end before it', `${RECORD}${HEADER_V2}`],
  ])('%s: is a second layout', (_case, header) => {
    expect(() => read(HEADER_V2, RECORD, header, RECORD)).toThrow(SecondLayout);
  });

  it('is none where a bad line only has a field or two that are called like columns', () => {
    const line = RECORD.replace('eni-0a1b2c3d', 'region').replace(' 6 1 ', ' type 1 ');
    expect(read(HEADER_V2, line).reasons).toEqual({ 'not-a-number': 1 });
    expect(read(HEADER_V2, `${line} end`).reasons).toEqual({ 'field-count': 1 });
  });

  it('is found wherever chunks are cut', () => {
    const text = [HEADER_V2, RECORD, SWAPPED, RECORD].join('\n');
    for (const chunk of [1, 5, 64, 200]) {
      expect(() => rollUp(text, undefined, { chunk })).toThrow(SecondLayout);
    }
  });

  it('keeps the layout of the first one for what follows the same header', () => {
    expect(parseHeader(HEADER_V2)!.columns).toHaveLength(14);
    expect(read(HEADER_V2, HEADER_V2, RECORD)).toEqual({ records: 1, bytes: 1003n, reasons: {} });
  });
});
