import { FIRST_TABLE_CODE, MISSING_ADDRESS, type AddressTable } from './addressTable';
import { ipv4, isIPv4 } from './ipv4';
import { ipv6Groups, readIPv6 } from './ipv6';

/** Words of an address: four of 32 bits, the highest first. */
export const ADDRESS_WORDS = 4;
/** The first three words of an IPv4 address, whose number is the fourth: among IPv6's multicast addresses, which nobody owns. */
const IPV4_WORD = 0xffffffff;
/** Bits before those of an IPv4 address: a network of fewer is one of IPv6, and holds none. */
export const IPV4_BITS = 96;

/** An address as words. */
export type AddressWords = Uint32Array;

/** The words of an address text; undefined when it is none. Writes to `words` and returns it. */
export function wordsOfText(text: string, words: AddressWords): AddressWords | undefined {
  const bytes = Buffer.from(text, 'latin1');
  if (isIPv4(bytes, 0, bytes.length)) {
    return wordsOfIPv4(ipv4[0], words);
  }
  if (!readIPv6(bytes, 0, bytes.length)) {
    return undefined;
  }
  for (let i = 0; i < ADDRESS_WORDS; i++) {
    words[i] = ((ipv6Groups[2 * i] << 16) | ipv6Groups[2 * i + 1]) >>> 0;
  }
  return words;
}

/** The words of an address code; undefined for '-'. Writes to `words` and returns it. */
export function wordsOfCode(code: number, table: AddressTable, words: AddressWords): AddressWords | undefined {
  if (code >>> 0 < FIRST_TABLE_CODE) {
    return wordsOfIPv4(code, words);
  }
  return code === MISSING_ADDRESS ? undefined : wordsOfText(table.text(code), words);
}

/** A network as its words and its number of leading bits, of 128; undefined when the text is none. `10.0.0.1` is one of all bits. */
export function wordsOfNetwork(text: string): { readonly words: AddressWords; readonly bits: number } | undefined {
  const [address, length] = text.split('/', 2);
  const words = wordsOfText(address, new Uint32Array(ADDRESS_WORDS));
  const before = words && isIPv4Words(words) ? IPV4_BITS : 0;
  const bits = length === undefined ? 128 : before + Number(length);
  if (!words || !/^\d{1,3}$/.test(length ?? '0') || bits > 128) {
    return undefined;
  }
  return { words: maskWords(words, bits, words), bits };
}

/** Whether the words are those of an IPv4 address. */
export function isIPv4Words(words: AddressWords): boolean {
  return words[0] === IPV4_WORD && words[1] === IPV4_WORD && words[2] === IPV4_WORD;
}

/** The words with all bits after the first `bits` zero. Writes to `target` and returns it. */
export function maskWords(words: AddressWords, bits: number, target: AddressWords): AddressWords {
  for (let i = 0; i < ADDRESS_WORDS; i++) {
    const kept = Math.min(Math.max(bits - 32 * i, 0), 32);
    target[i] = kept === 0 ? 0 : words[i] & (0xffffffff << (32 - kept));
  }
  return target;
}

/**
 * Whether an address is private, not routed on the internet: 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 100.64.0.0/10,
 * 169.254.0.0/16, fc00::/7 or fe80::/10.
 */
export function isPrivate(words: AddressWords): boolean {
  if (!isIPv4Words(words)) {
    return words[0] >>> 25 === 0xfc >>> 1 || words[0] >>> 22 === 0xfe80 >>> 6;
  }
  return isPrivateIPv4(words[3]);
}

/** The same of the number of an IPv4 address. */
export function isPrivateIPv4(address: number): boolean {
  return (
    address >>> 24 === 10 ||
    address >>> 20 === (172 << 4) + 1 ||
    address >>> 16 === (192 << 8) + 168 ||
    address >>> 22 === (100 << 2) + 1 ||
    address >>> 16 === (169 << 8) + 254
  );
}

function wordsOfIPv4(address: number, words: AddressWords): AddressWords {
  words.fill(IPV4_WORD, 0, 3);
  words[3] = address >>> 0;
  return words;
}
