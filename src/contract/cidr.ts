/**
 * Networks as people type them. Without zod, because the registry's thread loads this file; and without anything of Node, because
 * forms check what is typed with it.
 */

/** A network: all addresses that begin with the same bits. */
export interface Cidr {
  /** The one way in which it is written, as in `10.0.0.0/8` or `2001:db8::/32`. */
  readonly cidr: string;
  /** Its first address as a number. */
  readonly first: bigint;
  /** How many leading bits its addresses share. */
  readonly bits: number;
  /** How many bits an address has: 32 or 128. */
  readonly of: number;
}

const IPV4_BITS = 32;
const IPV6_BITS = 128;

/** Reads what was typed, or says what is wrong with it and what to write instead, in a sentence. */
export function readCidr(typed: string): Cidr | { readonly problem: string } {
  const text = typed.trim();
  const refuse = (why: string) => ({ problem: `${text ? `"${text}"` : 'That'} ${why}` });
  const [address, length, ...more] = text.split('/');
  const parsed = readAddress(address);
  if (!parsed || more.length > 0 || !/^\d{1,3}$/.test(length ?? '0')) {
    return refuse('is no network: it looks like 10.0.0.0/8 or 2001:db8::/32.');
  }
  const { number, of } = parsed;
  if (length === undefined) {
    return refuse(`is one address: say how long its network's prefix is, as in ${text}/${of}.`);
  }
  const bits = Number(length);
  if (bits > of) {
    return refuse(`has too long a prefix: an IPv${of === IPV4_BITS ? 4 : 6} address has ${of} bits.`);
  }
  if (bits === 0) {
    return refuse('is every address there is: name a part of it.');
  }
  const first = number - (number % sizeOf({ bits, of }));
  const cidr = `${addressText(first, of)}/${bits}`;
  return first === number
    ? { cidr, first, bits, of }
    : refuse(`is an address in a network: write ${cidr}, if that is meant.`);
}

/** Whether all of `inner` lies in `outer`, which is another network. Networks that share an address lie in one another. */
export function liesIn(inner: Cidr, outer: Cidr): boolean {
  return (
    inner.of === outer.of &&
    inner.bits > outer.bits &&
    inner.first >= outer.first &&
    inner.first < outer.first + sizeOf(outer)
  );
}

/** By kind of address, then by address, outer networks before those in them. */
export function compareCidrs(a: Cidr, b: Cidr): number {
  return a.of - b.of || (a.first < b.first ? -1 : a.first > b.first ? 1 : a.bits - b.bits);
}

/** How a network lies to others: the smallest one that it lies in, and those in it that lie in no smaller one. */
export function neighboursOf<T extends Cidr>(network: Cidr, others: readonly T[]): { outer?: T; inner: T[] } {
  const around = others.filter((other) => liesIn(network, other)).sort((a, b) => b.bits - a.bits);
  const within = others.filter((other) => liesIn(other, network)).sort(compareCidrs);
  return { outer: around[0], inner: within.filter((one) => !within.some((other) => liesIn(one, other))) };
}

function sizeOf({ bits, of }: Pick<Cidr, 'bits' | 'of'>): bigint {
  return 1n << BigInt(of - bits);
}

function readAddress(text: string): { number: bigint; of: number } | undefined {
  const ipv4 = readIPv4(text);
  if (ipv4 !== undefined) {
    return { number: BigInt(ipv4), of: IPV4_BITS };
  }
  const groups = readGroups(text);
  return groups && { number: groups.reduce((sum, group) => (sum << 16n) | BigInt(group), 0n), of: IPV6_BITS };
}

/** Without leading zeros, which some take for octal numbers. */
function readIPv4(text: string): number | undefined {
  const parts = text.split('.');
  const isValid = parts.length === 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256);
  return isValid ? parts.reduce((sum, part) => sum * 256 + Number(part), 0) : undefined;
}

/** The eight groups of an IPv6 address; the last two may be written as IPv4. */
function readGroups(text: string): number[] | undefined {
  const [, before = '', dotted] = /^(.*:)([\d.]+\.[\d.]+)$/.exec(text) ?? [];
  const tail = dotted === undefined ? undefined : readIPv4(dotted);
  if (dotted !== undefined && tail === undefined) {
    return undefined;
  }
  const whole = tail === undefined ? text : `${before}${(tail >>> 16).toString(16)}:${(tail & 0xffff).toString(16)}`;
  const halves = whole.split('::').map((half) => (half === '' ? [] : half.split(':')));
  const given = halves.flat();
  const missing = 8 - given.length;
  const isComplete = halves.length === 1 ? missing === 0 : halves.length === 2 && missing > 0;
  if (!isComplete || !given.every((group) => /^[\da-f]{1,4}$/i.test(group))) {
    return undefined;
  }
  const filled = halves.length === 1 ? given : [...halves[0], ...Array<string>(missing).fill('0'), ...halves[1]];
  return filled.map((group) => parseInt(group, 16));
}

/** The usual text of an address. */
function addressText(number: bigint, of: number): string {
  if (of === IPV4_BITS) {
    return [24n, 16n, 8n, 0n].map((shift) => (number >> shift) & 0xffn).join('.');
  }
  const groups = Array.from({ length: 8 }, (_, i) => ((number >> BigInt(16 * (7 - i))) & 0xffffn).toString(16));
  // The longest run of zeros becomes `::`.
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}
