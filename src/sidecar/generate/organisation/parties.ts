import type { Box } from './boxes';

/** An address outside of all VPCs, and what people know of it. */
export interface Outside {
  /** `network`: in a range that somebody has named; `private`: in one that nobody has; `service`: of AWS; else the internet. */
  readonly kind: 'network' | 'private' | 'service' | 'internet';
  /** The named network. */
  readonly cidr?: string;
  /** Whether that is one of public addresses: it is reached over the internet. */
  readonly isPublic?: boolean;
  /** AWS's name of the service that has the address. */
  readonly service?: string;
}

/** Somebody who takes part in a conversation, by one of their addresses. */
export interface Party {
  readonly address: string;
  /** Exactly one of the two: a box of the organisation, or somebody outside. */
  readonly box?: Box;
  readonly outside?: Outside;
}

/** A box, by its primary or another of its addresses. */
export function by(box: Box, address = box.address): Party {
  return { box, address };
}

export const internet = (address: string): Party => ({ address, outside: { kind: 'internet' } });
export const service = (address: string, name: string): Party => ({
  address,
  outside: { kind: 'service', service: name },
});
export const inNetwork = (address: string, cidr: string, isPublic = false): Party => ({
  address,
  outside: { kind: 'network', cidr, isPublic },
});
/** A private address that nobody is known to have. */
export const nobody = (address: string): Party => ({ address, outside: { kind: 'private' } });

/** Whether an address is IPv6. */
export function isIPv6(address: string): boolean {
  return address.includes(':');
}

/** Whether a box has an address outside of its VPC, too. */
export function isAnywhere({ box, address }: Party): boolean {
  return box !== undefined && (isIPv6(address) || box.anywhere.includes(address));
}
