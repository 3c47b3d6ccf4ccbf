import { FIRST_TABLE_CODE, type AddressTable } from './addressTable';
import { ipv4Text } from './ipv4';

const DOT = 0x2e;

/** The text of an address code. */
export function addressText(code: number, table: AddressTable): string {
  return code >>> 0 < FIRST_TABLE_CODE ? ipv4Text(code) : table.text(code);
}

/** The text of each octet, `0` to `255`, in four bytes: up to three digits, and in the last byte their number. */
const OCTETS = Uint8Array.from({ length: 256 }, (_, octet) => octet).reduce(
  (table, octet) => {
    const text = String(octet);
    table.set(Buffer.from(text), octet * 4);
    table[octet * 4 + 3] = text.length;
    return table;
  },
  new Uint8Array(4 * 256)
);

/** Writes the text of an address code; returns where it ends. */
export function writeAddress(code: number, table: AddressTable, target: Buffer, start: number): number {
  if (code >>> 0 >= FIRST_TABLE_CODE) {
    return start + target.write(table.text(code), start, 'latin1');
  }
  let at = start;
  for (let shift = 24; shift >= 0; shift -= 8) {
    const octet = ((code >>> shift) & 0xff) * 4;
    const length = OCTETS[octet + 3];
    for (let i = 0; i < length; i++) {
      target[at++] = OCTETS[octet + i];
    }
    target[at++] = DOT;
  }
  return at - 1;
}

/** Orders two address codes: IPv4 addresses by number, then IPv6 addresses by number, then '-'. */
export function compareAddresses(a: number, b: number, table: AddressTable): number {
  const first = a >>> 0;
  const second = b >>> 0;
  return first >= FIRST_TABLE_CODE && second >= FIRST_TABLE_CODE ? table.compare(a, b) : first - second;
}
