import { isIP } from 'node:net';
import type { TokenTable } from './tokens';

/** What AWS writes for "not applicable", and what stands in for a field that the flow log does not carry. */
export const MISSING = '-';

const DOT = 0x2e;
const ZERO = 0x30;

/**
 * An address is one 32-bit integer: an IPv4 address as its number; codes from 240.0.0.0 on, which is reserved and never
 * routed, stand for texts in the part's table: IPv6 addresses, '-', and the reserved addresses themselves.
 */
const FIRST_TABLE_CODE = 0xf0000000;

/** Length of the text that {@link readIPv4} read last: a second result without an object per record. */
export let ipv4Length = 0;

/**
 * The IPv4 address, below 240.0.0.0 and without leading zeros, that begins at `text[start]` as an unsigned integer; -1
 * when none does. `text[end]` must not be a digit or must lie outside. Its length is in {@link ipv4Length}.
 */
export function readIPv4(text: Uint8Array, start: number, end: number): number {
  let address = 0;
  let at = start;
  for (let octets = 4; ; at++) {
    let octet = text[at] - ZERO;
    if (!(octet >= 0 && octet <= 9)) {
      return -1;
    }
    let digit = text[++at] - ZERO;
    if (digit >= 0 && digit <= 9) {
      octet = octet * 10 + digit;
      if (octet < 10) {
        return -1;
      }
      digit = text[++at] - ZERO;
      if (digit >= 0 && digit <= 9) {
        octet = octet * 10 + digit;
        digit = text[++at] - ZERO;
        if (octet > 255 || (digit >= 0 && digit <= 9)) {
          return -1;
        }
      }
    }
    address = (address << 8) | octet;
    if (--octets === 0) {
      break;
    }
    if (digit !== DOT - ZERO) {
      return -1;
    }
  }
  ipv4Length = at - start;
  const unsigned = address >>> 0;
  return at <= end && unsigned < FIRST_TABLE_CODE ? unsigned : -1;
}

/** The code of the text with that id in the part's table. */
export function tableCode(id: number): number {
  return FIRST_TABLE_CODE | id | 0;
}

/** Whether a text may stand where an address belongs. */
export function isAddress(text: string): boolean {
  return text === MISSING || isIP(text) !== 0;
}

/** The text of an address code. */
export function addressText(code: number, table: TokenTable): string {
  const unsigned = code >>> 0;
  if (unsigned >= FIRST_TABLE_CODE) {
    return table.text(unsigned - FIRST_TABLE_CODE);
  }
  return `${unsigned >>> 24}.${(unsigned >>> 16) & 255}.${(unsigned >>> 8) & 255}.${unsigned & 255}`;
}

/** Orders two address codes: IPv4 addresses by number, then the other texts by their bytes. */
export function compareAddresses(a: number, b: number, table: TokenTable): number {
  const first = a >>> 0;
  const second = b >>> 0;
  return first >= FIRST_TABLE_CODE && second >= FIRST_TABLE_CODE
    ? table.compare(first - FIRST_TABLE_CODE, second - FIRST_TABLE_CODE)
    : first - second;
}
