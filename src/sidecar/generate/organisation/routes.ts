import type { Box } from './boxes';
import { by, isAnywhere, isIPv6, type Party } from './parties';

/** One packet flow as one box sees it. */
export interface Sight {
  readonly at: Box;
  readonly direction: 'ingress' | 'egress';
  /** The party that the box sends to, or receives from. */
  readonly peer: Party;
  /** The ends that the packet itself names. */
  readonly from: Party;
  readonly to: Party;
  /** AWS's code of the way out; '-' of what comes in. */
  readonly path: number | '-';
  /** The box that it goes to next. */
  readonly hop?: Box;
}

/** How the packets of a conversation get from one party to the other: what each box on the way sees of one direction. */
export type Route = (from: Party, to: Party) => Sight[];

/** AWS's codes of traffic paths. */
const PATH = { sameVpc: 1, virtualGateway: 3, peering: 4, gatewayEndpoint: 7, internetGateway: 8 };

const goesIn = (at: Box, from: Party, to: Party, peer = from): Sight => ({
  ...{ at, direction: 'ingress', peer, from, to, path: '-' },
});
const goesOut = (at: Box, from: Party, to: Party, path: number, hop?: Box, peer = to): Sight => ({
  ...{ at, direction: 'egress', peer, from, to, path, hop },
});

/** Straight from one to the other, in a VPC, over a peering, or out of the organisation. */
export const direct: Route = (from, to) => {
  const sights: Sight[] = [];
  if (from.box) {
    const path = pathTo(from.box, to);
    const isInside = path === PATH.sameVpc || path === PATH.peering;
    sights.push(goesOut(from.box, from, to, path, isInside ? to.box : undefined));
  }
  if (to.box) {
    sights.push(goesIn(to.box, from, to));
  }
  return sights;
};

function pathTo({ vpc }: Box, to: Party): number {
  const { box, outside } = to;
  if (box) {
    return box.vpc === vpc ? PATH.sameVpc : isAnywhere(to) ? PATH.internetGateway : PATH.peering;
  }
  if (outside?.kind === 'private' && to.address.startsWith(`${vpc.cidr.split('.').slice(0, 2).join('.')}.`)) {
    return PATH.sameVpc;
  }
  const isOnPremises = outside?.kind === 'private' || (outside?.kind === 'network' && !outside.isPublic);
  return isOnPremises ? PATH.virtualGateway : outside?.kind === 'service' ? PATH.gatewayEndpoint : PATH.internetGateway;
}

/** Out through a NAT gateway, which stands for the client outside, by an Elastic address or, as a private one, by its own. */
export function through(nat: Box, outside: string): Route {
  const inner = by(nat);
  const outer = by(nat, outside);
  const pathOut = (to: Party) => (to.outside ? PATH.internetGateway : pathTo(nat, to));
  return (from, to) => {
    if (from.box?.vpc === nat.vpc) {
      return [
        goesOut(from.box, from, to, PATH.sameVpc, nat),
        goesIn(nat, from, to),
        goesOut(nat, inner, to, pathOut(to)),
        ...(to.box ? [goesIn(to.box, outer, to)] : []),
      ];
    }
    const client = to.box!;
    return [
      ...(from.box ? [goesOut(from.box, from, outer, pathTo(from.box, outer))] : []),
      goesIn(nat, from, inner),
      goesOut(nat, from, to, PATH.sameVpc, client),
      goesIn(client, from, to),
    ];
  };
}

/** From one VPC to another through the Transit Gateway's interfaces in both, which change no address. */
export function between(one: Box, other: Box): Route {
  return (from, to) => {
    const [near, far] = from.box?.vpc === one.vpc ? [one, other] : [other, one];
    return [
      goesOut(from.box!, from, to, PATH.sameVpc, near),
      goesIn(near, from, to),
      goesOut(far, from, to, PATH.sameVpc, to.box),
      goesIn(to.box!, from, to),
    ];
  };
}

/** The address of a packet's end as a box sees it: its own Elastic address was exchanged for the primary one on the way. */
export function addressAt(at: Box, { box, address }: Party): string {
  return box === at && isAnywhere({ box, address }) && !isIPv6(address) ? at.address : address;
}

/**
 * The addresses of a record as AWS writes them: the peer's, and an address of the box itself, which is the primary one on
 * ingress and where the packet names none of its own. A regional NAT gateway shows the packet's.
 */
export function shownAddresses({
  at,
  direction,
  peer,
  from,
  to,
}: Sight): readonly [source: string, destination: string] {
  const ownEnd = direction === 'egress' ? from : to;
  const isRegional = at.type === 'regional_nat_gateway';
  const isShown = isRegional || (ownEnd.box === at && (direction === 'egress' || isIPv6(ownEnd.address)));
  const own = isShown ? addressAt(at, ownEnd) : at.address;
  return direction === 'egress' ? [own, peer.address] : [peer.address, own];
}
