import { MISSING, REFUSED } from '../../contract/stored';

/**
 * What a record says of its flow besides addresses, ports and counts, and the header field of each. Few combinations occur, so
 * a record refers to its combination by number. What is no identifier is taken as missing: it never makes a record uncountable.
 */
export const CONTEXT_FIELDS = {
  /** `ingress`, `egress`, else `unknown`. */
  direction: 'flow-direction',
  trafficPath: 'traffic-path',
  zone: 'az-id',
  sourceService: 'pkt-src-aws-service',
  destinationService: 'pkt-dst-aws-service',
  interfaceType: 'interface-type',
  nextHopInterface: 'next-hop-interface-id',
  nextHopVpc: 'next-hop-vpc-id',
  nextHopZone: 'next-hop-az-id',
  nextHopType: 'next-hop-interface-type',
  /** Of refused TCP flows whether they were `new` or `late`: see {@link connectionOf}; else '-'. */
  connection: 'tcp-flags',
} as const;

export type ContextName = keyof typeof CONTEXT_FIELDS;
export const CONTEXT_NAMES = Object.keys(CONTEXT_FIELDS) as ContextName[];

/** A combination of these; '-' where the flow log lacks the field. */
export type Context = Readonly<Record<ContextName, string>>;

const SYN = 2;
const ACK = 16;
const MAX_FLAGS = 999;

/** What `connection` may be, see {@link connectionOf}. */
export const CONNECTIONS = [MISSING, 'new', 'late'] as const;

/** The number in {@link CONNECTIONS} of a TCP flow with these flags; undefined where they are no flags. */
export function connectionOfFlags(flags: number): number | undefined {
  return flags > MAX_FLAGS ? undefined : (flags & (SYN | ACK)) === SYN ? 1 : 2;
}

/**
 * Whether a refused TCP flow was an attempt to connect (`new`: SYN was seen, and no SYN-ACK) or belonged to a connection that
 * had been there (`late`). `flags`: the text of `tcp-flags`.
 */
function connectionOf(flags: string): string {
  return CONNECTIONS[(/^\d+$/.test(flags) ? connectionOfFlags(Number(flags)) : undefined) ?? 0];
}

/** The value of one field of a context. `isIdentifier`: whether the text could be one of AWS's. */
export function contextValue(
  name: ContextName,
  text: string,
  { isIdentifier, isTcp, action }: { isIdentifier: boolean; isTcp: boolean; action: string }
): string {
  if (name === 'direction') {
    return text === 'ingress' || text === 'egress' ? text : 'unknown';
  }
  if (name === 'connection') {
    return isTcp && action === REFUSED ? connectionOf(text) : MISSING;
  }
  return isIdentifier ? text : MISSING;
}
