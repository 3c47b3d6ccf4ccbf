import { FIRST_TABLE_CODE } from '../address/addressTable';

// The source code with which `LineParser` reads one field of each kind, for the function that it generates. Only numbers may be
// inserted into it (docs/decisions/0004).
//
// Each piece reads `text`, or `view` of the same bytes, from `at` on and leaves `at` behind the field; it returns -1 if the line
// is not plain. `lastWord`, `lastTime` and `lastAddress` are the last places where such a value can be read without leaving the
// text. `numbers`, `addresses` and `texts` are those of `parser`; `combination` is the number of the texts read so far; `from`,
// `digits` and `value` are scratch variables.

const MAX_DIGITS = 15;

/** Reads a number, four bytes at a time. `others` has the top bit of each byte that is no digit. */
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
/** A double holds numbers of up to {@link MAX_DIGITS} digits exactly. */
const CHECK_DIGITS = `if (at === from || at - from > ${MAX_DIGITS}) return -1;`;

/** Reads a plain number into `numbers`. */
export function numberSource(number: number): string {
  return `
    from = at; value = 0;
    ${DIGITS}
    ${CHECK_DIGITS}
    numbers[${number}] = value;`;
}

/** Reads a number that mostly begins with the same eight digits as the one before. */
export function timeSource(number: number): string {
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

/** Reads a plain IPv4 address into `addresses`; notes the place of any other one. `column`: the column of the field. */
export function addressSource(address: number, column: number): string {
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

/** The same of an address that mostly equals `repeated`, which was read before from another column. */
export function repeatedAddressSource(
  address: number,
  column: number,
  repeated: { readonly address: number; readonly column: number }
): string {
  const [from, other] = [repeated.column, 2 * repeated.address];
  return `
    if (standsAt(view, begin${from}, end${from}, at)) {
      addresses[${address}] = addresses[${repeated.address}];
      if (parser.others[${other + 1}] > 0) {
        parser.others[${2 * address}] = parser.others[${other}];
        parser.others[${2 * address + 1}] = parser.others[${other + 1}];
      }
      at += end${from} - begin${from};
    } else {${addressSource(address, column).replaceAll('const ', 'var ')}
    }`;
}

/** Reads the fields of `texts[text]` as one text and adds it to the combination. */
export function textSource(text: number): string {
  const combined = text === 0 ? 'digits' : 'parser.combinations.of(combination, digits)';
  return `
    digits = texts[${text}].read(text, view, at);
    if (digits < 0) return -1;
    at = texts[${text}].end;
    combination = ${combined};`;
}

/** Skips that number of fields. */
export function skipSource(fields: number): string {
  return `
    at = skipFields(text, view, at, ${fields});
    if (at < 0) return -1;`;
}
