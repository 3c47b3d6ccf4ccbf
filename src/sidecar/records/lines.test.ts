import * as fc from 'fast-check';
import { cutLine, LineSplitter, MAX_LINE_BYTES } from './lines';

/** What a splitter reports for a text that comes in chunks of a size: lines, and the heads of those too long. */
function split(text: string, chunk = Infinity): string[] {
  const seen: string[] = [];
  const onTooLong = (head: Buffer) => void seen.push(`too long: ${short(head.toString('latin1'))}`);
  const splitter = new LineSplitter({
    onLines: (buffer, start, end) => {
      const onLine = (from: number, to: number) => void seen.push(short(buffer.toString('latin1', from, to)));
      for (let at = start; at < end;) {
        at = cutLine(buffer, at, onLine, onTooLong);
      }
    },
    onTooLong,
  });
  const bytes = Buffer.from(text, 'latin1');
  for (let at = 0; at < bytes.length; at += chunk) {
    splitter.push(Buffer.from(bytes.subarray(at, at + chunk)));
  }
  splitter.end();
  return seen;
}

/** Long lines would make unreadable failures. */
function short(line: string): string {
  return line.length > 100 ? `${line[0]}*${line.length}` : line;
}

const LIMIT = 'x'.repeat(MAX_LINE_BYTES);
const LONGEST = `x*${MAX_LINE_BYTES}`;
const TOO_LONG = 'too long: x*512';

describe('LineSplitter', () => {
  it.each([
    ['lines', 'a\nbc\n', ['a', 'bc']],
    ['a last line without an end', 'a\nbc', ['a', 'bc']],
    ['carriage returns', 'a\r\nbc\r\n', ['a', 'bc']],
    ['a last carriage return without a newline', 'a\nbc\r', ['a', 'bc']],
    ['no empty lines', '\n\r\n\na\n\n', ['a']],
    ['a carriage return inside a line', 'a\rb\n', ['a\rb']],
    ['a line of the longest length', `${LIMIT}\na`, [LONGEST, 'a']],
    ['a line of the longest length before a carriage return', `${LIMIT}\r\na`, [LONGEST, 'a']],
    ['the head of a line one byte longer', `${LIMIT}x\na`, [TOO_LONG, 'a']],
    ['the head of a line one byte longer, with a carriage return', `${LIMIT}x\r\na`, [TOO_LONG, 'a']],
    ['the head of a too long last line', `a\n${LIMIT}x`, ['a', TOO_LONG]],
    ['a megabyte of line once', `${LIMIT.repeat(16)}\na`, [TOO_LONG, 'a']],
    ['nothing of nothing', '', []],
  ])('reports %s', (_case, text, expected) => {
    expect(split(text)).toEqual(expected);
    for (const chunk of [1021, 4096, 65535, 65536, 65537, 65538]) {
      expect(split(text, chunk)).toEqual(expected);
    }
  });

  it('reports the same whatever the size of the chunks', () => {
    const text = fc
      .array(fc.constantFrom('a', 'bc', '\n', '\r', '\r\n', ' '), { maxLength: 40 })
      .map((all) => all.join(''));
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 10 }), (some, chunk) => {
        expect(split(some, chunk)).toEqual(split(some));
      })
    );
  });
});
