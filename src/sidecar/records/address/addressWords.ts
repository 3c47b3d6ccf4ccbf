import { FIRST_TABLE_CODE, MISSING_ADDRESS, type AddressTable } from './addressTable';
import { ipv4, ipv4Text, isIPv4 } from './ipv4';
import { ipv6Groups, readIPv6 } from './ipv6';

/** Words of 32 bits of an address of each kind, the highest first. */
export const IPV4_WORDS = 1;
export const IPV6_WORDS = 4;
const WORD_BITS = 32;

/** An address as words: one of IPv4, four of IPv6. */
export type AddressWords = Uint32Array;

/** Room for the words of one address of each kind, used again and again. */
export interface WordsRoom {
  readonly ipv4: AddressWords;
  readonly ipv6: AddressWords;
}

/** Room for one address. */
export function makeWordsRoom(): WordsRoom {
  return { ipv4: new Uint32Array(IPV4_WORDS), ipv6: new Uint32Array(IPV6_WORDS) };
}

/** The words of an address text, in `room`; undefined when it is none. */
function wordsOfText(text: string, room: WordsRoom): AddressWords | undefined {
  const bytes = Buffer.from(text, 'latin1');
  if (isIPv4(bytes, 0, bytes.length)) {
    room.ipv4[0] = ipv4[0];
    return room.ipv4;
  }
  if (!readIPv6(bytes, 0, bytes.length)) {
    return undefined;
  }
  for (let i = 0; i < IPV6_WORDS; i++) {
    room.ipv6[i] = (ipv6Groups[2 * i] << 16) | ipv6Groups[2 * i + 1];
  }
  return room.ipv6;
}

/** The words of an address code, in `room`; undefined for '-'. */
export function wordsOfCode(code: number, table: AddressTable, room: WordsRoom): AddressWords | undefined {
  if (code >>> 0 < FIRST_TABLE_CODE) {
    room.ipv4[0] = code;
    return room.ipv4;
  }
  return code === MISSING_ADDRESS ? undefined : wordsOfText(table.text(code), room);
}

/** A network as its words and its number of leading bits; undefined when the text is none. `10.0.0.1` is one of all bits. */
export function wordsOfNetwork(text: string): { readonly words: AddressWords; readonly bits: number } | undefined {
  const [address, length, ...more] = text.split('/');
  const words = wordsOfText(address, makeWordsRoom());
  if (!words || more.length > 0 || !/^\d{1,3}$/.test(length ?? '0')) {
    return undefined;
  }
  const all = words.length * WORD_BITS;
  const bits = length === undefined ? all : Number(length);
  return bits > all ? undefined : { words: maskWords(words, bits, words), bits };
}

/** The words with all bits after the first `bits` zero. Writes to `target` and returns it. */
export function maskWords(words: AddressWords, bits: number, target: AddressWords): AddressWords {
  for (let i = 0; i < words.length; i++) {
    const kept = Math.min(Math.max(bits - WORD_BITS * i, 0), WORD_BITS);
    target[i] = kept === 0 ? 0 : words[i] & (-1 << (WORD_BITS - kept));
  }
  return target;
}

/**
 * Whether an address is private, not routed on the internet: 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 100.64.0.0/10,
 * 169.254.0.0/16, fc00::/7 or fe80::/10.
 */
export function isPrivate(words: AddressWords): boolean {
  return words.length === IPV4_WORDS
    ? isPrivateIPv4(words[0])
    : words[0] >>> 25 === 0xfc >>> 1 || words[0] >>> 22 === 0xfe80 >>> 6;
}

/** The same of the text of an address or network; false of what is none. */
export function isPrivateText(text: string): boolean {
  const network = wordsOfNetwork(text);
  return network !== undefined && isPrivate(network.words);
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

/** The usual text of an address. */
export function textOfWords(words: AddressWords): string {
  if (words.length === IPV4_WORDS) {
    return ipv4Text(words[0]);
  }
  const groups = groupsOf(words);
  // The longest run of zeros becomes `::`.
  return new URL(`http://[${groups.map((group) => group.toString(16)).join(':')}]`).hostname.slice(1, -1);
}

/** The numbers between the colons of an IPv6 address, eight of sixteen bits. */
export function groupsOf(words: AddressWords): number[] {
  return [...words].flatMap((word) => [word >>> 16, word & 0xffff]);
}
