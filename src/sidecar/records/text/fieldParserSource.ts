import { FIRST_TABLE_CODE } from '../address/addressTable';

// The code with which `LineParser` reads one field of each kind, for the function that it writes. All of it reads `text`, or
// `view` of the same bytes, from `at` on, and leaves `at` behind the field; it returns -1 where the line is not plain. Beyond
// `lastWord`, `lastTime` and `lastAddress` a read of that kind would leave the text. `numbers`, `addresses` and `texts` are
// those of `parser`; `combination` is the number of the texts so far; `from`, `digits` and `value` are free for use.

const MAX_DIGITS = 15;

/**
 * Reads a number, four bytes at a time: `others` has the top bit of each byte that is no digit. One branch per length, so
 * that the processor can go on with the length it expects instead of waiting for it.
 */
const DIGITS = `
  for (;;) {
    if (at > lastWord) return -1;
    digits = view.getInt32(at, true) ^ 0x30303030;
    const others = (((digits & 0x7f7f7f7f) + 0x76767676) | digits) & 0x80808080;
    const first = digits & 0xff;
    if (others === 0) {
      value = value * 10000 + first * 1000 + (digits >>> 8 & 0xff) * 100 + (digits >>> 16 & 0xff) * 10 + (digits >>> 24);
      at += 4;
      continue;
    }
    if ((others & 0x8080) !== 0) {
      if ((others & 0x80) === 0) {
        value = value * 10 + first;
        at += 1;
      }
    } else if ((others & 0x800000) !== 0) {
      value = value * 100 + first * 10 + (digits >>> 8 & 0xff);
      at += 2;
    } else {
      value = value * 1000 + first * 100 + (digits >>> 8 & 0xff) * 10 + (digits >>> 16 & 0xff);
      at += 3;
    }
    break;
  }`;
/** Beyond {@link MAX_DIGITS} a number is not exact. */
const CHECK_DIGITS = `if (at === from || at - from > ${MAX_DIGITS}) return -1;`;

/** Reads a plain number into `numbers`. */
export function numberCode(number: number): string {
  return `
    from = at; value = 0;
    ${DIGITS}
    ${CHECK_DIGITS}
    numbers[${number}] = value;`;
}

/** The same for one that mostly begins as the last one did. */
export function timeCode(number: number): string {
  return `
    from = at; value = 0;
    if (at <= lastTime && view.getFloat64(at, true) === parser.heads[${number}]) {
      value = parser.headValues[${number}];
      at += 8;
    }
    ${DIGITS}
    ${CHECK_DIGITS}
    if (at - from === 10) {
      parser.heads[${number}] = view.getFloat64(from, true);
      parser.headValues[${number}] = Math.floor(value / 100);
    }
    numbers[${number}] = value;`;
}

/** Reads a plain IPv4 address into `addresses`; of any other it notes where it stands. `column`: that of the line. */
export function addressCode(address: number, column: number): string {
  return `
    const begin${column} = at;
    digits = at <= lastAddress ? readIPv4(view, at) : 0;
    if (digits > 0 && ipv4[0] >>> 0 < ${FIRST_TABLE_CODE}) {
      addresses[${address}] = ipv4[0];
      at += digits;
    } else {
      at = skipFields(text, view, at, 1);
      if (at < 0) return -1;
      parser.others[${2 * address}] = begin${column};
      parser.others[${2 * address + 1}] = at;
      parser.hasOthers = true;
    }
    const end${column} = at;`;
}

/** Skips a field that is mostly the same as the address in that column. */
export function sameCode(column: number): string {
  return `
    at = skipSame(text, view, begin${column}, end${column}, at);
    if (at < 0) return -1;`;
}

/** Reads the fields of `texts[text]` as one, and adds it to the combination. */
export function textCode(text: number): string {
  const combined = text === 0 ? 'digits' : 'parser.combinations.of(combination, digits)';
  return `
    digits = texts[${text}].read(text, view, at);
    if (digits < 0) return -1;
    at = texts[${text}].end;
    combination = ${combined};`;
}

/** Skips so many fields. */
export function skipCode(fields: number): string {
  return `
    at = skipFields(text, view, at, ${fields});
    if (at < 0) return -1;`;
}
