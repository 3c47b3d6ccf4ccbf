/** Scans text four or eight bytes at a time. `text` and `view` are always of the same bytes. */

const SPACE = 0x20;
const NEWLINE = 0x0a;

/** A DataView of the same bytes. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/**
 * Skips `fields` fields with one space between them. Returns where the last one ends; -1 if the line ends before, has two
 * spaces in a row or a control character. The last byte of the text must be a newline.
 */
export function skipFields(text: Uint8Array, view: DataView, start: number, fields: number): number {
  const lastWord = text.length - 4;
  let at = start;
  for (let left = fields; ; at++) {
    const from = at;
    // Four bytes at a time: a byte below 0x21 is a space, a newline or another control character.
    while (at <= lastWord) {
      const word = view.getInt32(at, true);
      const low = (word - 0x21212121) & ~word & 0x80808080;
      if (low !== 0) {
        at += (31 - Math.clz32(low & -low)) >> 3;
        break;
      }
      at += 4;
    }
    while (text[at] > SPACE) {
      at++;
    }
    const byte = text[at];
    if (at === from || (byte !== SPACE && byte !== NEWLINE)) {
      return -1;
    }
    if (--left === 0) {
      return at;
    }
    if (byte === NEWLINE) {
      return -1;
    }
  }
}

/**
 * Whether the text `[start, end)` is repeated at `other`. May return false although it is, never true if it is not: eight bytes
 * are compared as a double, and of different ones only zeros are equal, which are no text.
 */
export function standsAt(view: DataView, start: number, end: number, other: number): boolean {
  const length = end - start;
  if (length < 8 || other + length > view.byteLength) {
    return false;
  }
  for (let i = 0; i + 8 <= length; i += 8) {
    if (view.getFloat64(start + i, true) !== view.getFloat64(other + i, true)) {
      return false;
    }
  }
  return view.getFloat64(end - 8, true) === view.getFloat64(other + length - 8, true);
}
