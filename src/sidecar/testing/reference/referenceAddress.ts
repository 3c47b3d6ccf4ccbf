import { isIP } from 'node:net';

/** An address as a number of 32 or 128 bits. */
interface AddressNumber {
  readonly bits: 32 | 128;
  readonly value: bigint;
}

/** The address in its shortest form, or '-'; undefined if it is malformed. */
export function canonical(address: string): string | undefined {
  const version = isIP(address);
  if (version !== 6) {
    return version === 4 || address === '-' ? address : undefined;
  }
  // A zone belongs to a machine, not to an address on the wire.
  return address.includes('%') ? undefined : new URL(`http://[${address}]/`).hostname.slice(1, -1);
}

/** The number of a canonical address; undefined for '-'. */
function numberOf(address: string): AddressNumber | undefined {
  if (address === '-') {
    return undefined;
  }
  if (!address.includes(':')) {
    return { bits: 32, value: address.split('.').reduce((value, octet) => value * 256n + BigInt(octet), 0n) };
  }
  const [head, tail = ''] = address.split('::');
  const groups = (text: string) => (text === '' ? [] : text.split(':'));
  const zeros = Array<string>(8 - groups(head).length - groups(tail).length).fill('0');
  const all = [...groups(head), ...zeros, ...groups(tail)];
  return { bits: 128, value: all.reduce((value, group) => value * 65536n + BigInt(`0x${group}`), 0n) };
}

/** Orders canonical addresses as texts: IPv4 comes first, then IPv6, each by number, then '-'. */
export function addressRank(address: string): string {
  const number = numberOf(address);
  return number ? `${number.bits === 32 ? 1 : 2} ${number.value.toString(16).padStart(32, '0')}` : '3';
}

/** How many bits of a CIDR are fixed: those of an address are all. */
export function prefixLength(cidr: string): number {
  const [address, length] = cidr.split('/');
  return length === undefined ? (address.includes(':') ? 128 : 32) : Number(length);
}

/** Whether an address or CIDR holds a canonical address. */
export function holds(cidr: string, address: string): boolean {
  const [number, first] = [numberOf(address), numberOf(canonical(cidr.split('/')[0])!)!];
  if (number?.bits !== first.bits) {
    return false;
  }
  const free = BigInt(first.bits - prefixLength(cidr));
  return number.value >> free === first.value >> free;
}

const PRIVATE = [
  ...['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', '169.254.0.0/16'],
  ...['fc00::/7', 'fe80::/10'],
];

/** Whether a canonical address means something else in each network. */
export function isPrivate(address: string): boolean {
  return PRIVATE.some((cidr) => holds(cidr, address));
}
