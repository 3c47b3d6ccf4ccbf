import { HEADER_V2, keptLines, recordV2 } from '../testing/lines';
import { NOON, rollUp, TERMS } from '../testing/reference/rollUp';
import { MAX_UNREAD_BYTES } from './uncounted';
import { whyKeptWhole } from './unread';

const GOOD = recordV2(NOON);
const BAD = GOOD.replace(' 6 1 ', ' six 1 ');
const EXPIRED = recordV2(TERMS.hourHorizon - 3600);
const FUTURE = recordV2(TERMS.futureHorizon + 1);
const UNKNOWN = GOOD.replace(' OK', ' INCOMPLETEDATA');
const NODATA = '2 123456789012 eni-0a1b2c3d - - - - - - - 1772539200 1772539260 - NODATA';
const LONG = `${'x'.repeat(70_000)} OK`;
/** A bad line of so many bytes, its line end included. */
const bad = (bytes: number) => BAD.padEnd(bytes - 1, 'x');

const times = (count: number, line: string) => Array<string>(count).fill(line);

/** What becomes of an object with these lines. */
function verdict(...lines: readonly string[]): string {
  const { summary } = rollUp([HEADER_V2, ...lines].join('\n'));
  const whole = whyKeptWhole(summary!);
  return whole?.reason ?? `stored, ${summary!.unread!.length} kept`;
}

describe('whyKeptWhole', () => {
  it.each([
    ['nothing bad', times(5, GOOD), 'stored, 0 kept'],
    ['no record at all', [], 'stored, 0 kept'],
    ['NODATA alone', times(50, NODATA), 'stored, 0 kept'],
    ['ten bad lines of any number', [...times(1, GOOD), ...times(10, BAD)], 'stored, 10 kept'],
    ['eleven of fewer than 1,100', [...times(1088, GOOD), ...times(11, BAD)], 'unreadable'],
    ['eleven of 1,100', [...times(1089, GOOD), ...times(11, BAD)], 'stored, 11 kept'],
    ['eleven of 1,100 of which one is NODATA', [...times(1088, GOOD), NODATA, ...times(11, BAD)], 'unreadable'],
    [
      'more than 1 MB of lines',
      [...times(100, GOOD), ...times(2, bad(60_000)), ...times(8, bad(60_000))],
      'stored, 10 kept',
    ],
    ['a line of which only the beginning is known', [...times(100, GOOD), LONG], 'unreadable'],
    ['an unknown status, few', [GOOD, UNKNOWN], 'stored, 1 kept'],
    ['an unknown status, many', [...times(20, GOOD), ...times(11, UNKNOWN)], 'unreadable'],
    ['a time in the future, few', [GOOD, FUTURE], 'stored, 1 kept'],
    ['a time in the future, all', times(11, FUTURE), 'unreadable'],
    ['few expired', [GOOD, ...times(10, EXPIRED)], 'stored, 10 kept'],
    ['many expired', [...times(100, GOOD), ...times(11, EXPIRED)], 'expired'],
    ['all expired', times(60, EXPIRED), 'expired'],
    ['all expired, and fewer than ten', times(3, EXPIRED), 'expired'],
    ['all expired but NODATA', [...times(3, EXPIRED), NODATA], 'expired'],
    ['nothing but expired and bad', [...times(3, EXPIRED), BAD], 'expired'],
    ['one expired and many bad, without traffic', [EXPIRED, ...times(500, BAD)], 'unreadable'],
    ['many expired and many bad', [...times(20, GOOD), ...times(11, EXPIRED), ...times(11, BAD)], 'unreadable'],
  ])('%s', (_case, lines, expected) => {
    expect(verdict(...lines)).toBe(expected);
  });

  it('keeps lines up to 1 MB, and beyond it the object', () => {
    const most = Math.floor(MAX_UNREAD_BYTES / 50_000);
    const good = times(100 * (most + 1), GOOD);
    expect(verdict(...good, ...times(most, bad(50_000)))).toBe(`stored, ${most} kept`);
    expect(verdict(...good, ...times(most, bad(50_000)), BAD)).toBe('unreadable');
  });

  it('does not count disabled exporters as bad: an administrator decided', () => {
    const { summary } = rollUp([HEADER_V2, ...times(30, GOOD)].join('\n'), TERMS, { decide: () => 'drop' });
    expect(whyKeptWhole(summary!)).toBeUndefined();
    expect(summary!.unread).toEqual([]);
  });

  it('says how many, why, and shows the first line', () => {
    const { summary } = rollUp([HEADER_V2, ...times(2, UNKNOWN), ...times(12, BAD)].join('\n'));
    const { message } = whyKeptWhole(summary!)!;
    expect(message).toMatch(/^14 of its 14 records could not be counted, too many .* nothing of it is stored/);
    expect(message).toMatch(/12 not-a-number: .* 2 unknown-status: /);
    expect(message).toContain(`"${UNKNOWN}"`);
  });

  it('keeps whole lines with their bytes, whatever chunks they came in', () => {
    const odd = `${BAD} \xff\xfe`;
    const text = [HEADER_V2, GOOD, odd, GOOD, `${EXPIRED}\r`, FUTURE].join('\n');
    for (const chunk of [1, 7, Infinity]) {
      const { summary } = rollUp(text, TERMS, { chunk });
      expect(keptLines(summary!)).toEqual([
        ['field-count', odd],
        ['expired', EXPIRED],
        ['in-the-future', FUTURE],
      ]);
    }
  });
});

describe('what is counted about an old object', () => {
  it('stands at times that InfluxDB keeps, whatever the times of file and records are', () => {
    const terms = { ...TERMS, fileTime: TERMS.hourHorizon - 1000 * 86_400 };
    const { lines } = rollUp([HEADER_V2, GOOD, NODATA.replaceAll('17725', '10725'), BAD].join('\n'), terms);
    const times = lines.map((line) => Number(line.split(' ').at(-1)!) / 1e9);
    expect(Math.min(...times)).toBeGreaterThanOrEqual(TERMS.hourHorizon - (TERMS.hourHorizon % 3600));
  });
});
