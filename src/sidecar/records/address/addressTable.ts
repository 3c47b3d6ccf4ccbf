import { MISSING } from '../../../contract/stored';
import { viewOf } from '../bytes';
import { TokenTable } from '../tokens';
import { ipv4, ipv4Text, isIPv4 } from './ipv4';
import { ipv6Groups, ipv6Text, readIPv6 } from './ipv6';

/**
 * An address is one 32-bit integer: an IPv4 address as its number. Codes from 240.0.0.0 on, which is reserved and never
 * routed, are entries of the part's {@link AddressTable}: the first is '-', the others are IPv6 addresses and those
 * reserved IPv4 addresses.
 */
export const FIRST_TABLE_CODE = 0xf0000000;

/** The code of '-', which also stands in for an address column that the flow log does not have. */
export const MISSING_ADDRESS = FIRST_TABLE_CODE | 0;

/** Bytes of an address, of either kind. */
const ADDRESS_BYTES = 16;
/** The kind of an address, the first byte of its key. The order of keys is that of addresses. */
const IS_IPV4 = 0;
const IS_IPV6 = 1;
/** Where an IPv4 address lies in its key. */
const LAST_WORD = 13;

/** The addresses of one part that are not plain IPv4 numbers, each once. */
export class AddressTable {
  /** Each address as its kind and 128 bits, the highest first. */
  private readonly keys = new TokenTable();
  private readonly key = Buffer.alloc(1 + ADDRESS_BYTES);
  private readonly keyView = viewOf(this.key);

  /** Bytes that the addresses take, '-' among them. Decides where parts end, so it is part of the rules version. */
  get bytes(): number {
    return (1 + this.keys.size) * ADDRESS_BYTES;
  }

  /** The code of the address text `[start, end)`; undefined when it is neither an address nor '-'. */
  read(text: Uint8Array, start: number, end: number): number | undefined {
    const { key, keyView } = this;
    if (end - start === 1 && text[start] === 0x2d) {
      return MISSING_ADDRESS;
    }
    if (isIPv4(text, start, end)) {
      if (ipv4[0] >>> 0 < FIRST_TABLE_CODE) {
        return ipv4[0];
      }
      key.fill(0);
      key[0] = IS_IPV4;
      keyView.setInt32(LAST_WORD, ipv4[0]);
    } else if (readIPv6(text, start, end)) {
      key[0] = IS_IPV6;
      for (let i = 0; i < ipv6Groups.length; i++) {
        keyView.setUint16(1 + 2 * i, ipv6Groups[i]);
      }
    } else {
      return undefined;
    }
    return MISSING_ADDRESS + 1 + this.keys.intern(keyView, 0, key.length);
  }

  /** The text of a table code. */
  text(code: number): string {
    if (code === MISSING_ADDRESS) {
      return MISSING;
    }
    const key = this.keys.bytesOf(entryOf(code));
    return key[0] === IS_IPV4
      ? ipv4Text(key.readInt32BE(LAST_WORD))
      : ipv6Text(Array.from({ length: 8 }, (_, i) => key.readUInt16BE(1 + 2 * i)));
  }

  /** Orders two table codes: reserved IPv4 addresses, then IPv6, each by number, then '-'. */
  compare(a: number, b: number): number {
    return a === MISSING_ADDRESS || b === MISSING_ADDRESS ? b - a : this.keys.compare(entryOf(a), entryOf(b));
  }

  /** Forgets all addresses, and keeps their memory for others. */
  clear(): void {
    this.keys.clear();
  }
}

/** The number among {@link AddressTable.keys} of a table code other than that of '-'. */
function entryOf(code: number): number {
  return code - MISSING_ADDRESS - 1;
}
