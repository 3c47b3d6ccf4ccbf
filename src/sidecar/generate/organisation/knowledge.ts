import { REFUSED } from '../../../contract/stored';
import { LOGS, type Log } from './logs';
import { instanceAt, isWithin, type Box, type Span, type Vpc } from './boxes';
import { isAnywhere, isIPv6, by, type Party } from './parties';
import { shownAddresses, type Sight } from './routes';

// What can be told of one record, from who really talked to whom: nothing here looks an address up.

/** An end of a record, in the words of its tags. */
export interface KnownEnd {
  readonly interface: string;
  readonly owner: string;
  readonly kind: string;
  readonly account: string;
  readonly instance: string;
  readonly subnet: string;
  readonly vpc: string;
  readonly zone: string;
}

/** What is known of a record. */
export interface Known {
  readonly direction: 'ingress' | 'egress' | 'unknown';
  readonly source: KnownEnd;
  readonly destination: KnownEnd;
  /** The end that is not the observing interface's; undefined where that is not known. */
  readonly peer: KnownEnd | undefined;
  readonly counted: 'once' | 'again';
  readonly transit: 'no' | 'yes';
  /** Whether the other end is an interface that is logged; '-' where it is none, or nobody can know. */
  readonly peerLogged: '-' | 'no' | 'yes';
  /** The observing interface. */
  readonly own: KnownEnd;
}

const NOWHERE = { account: '-', instance: '-', subnet: '-', vpc: '-', zone: '-' };
/** Ways on which a private address is of no other VPC here. */
const WAYS_OUT: ReadonlyArray<number | '-'> = [2, 3, 7, 8];

/** The knowledge of one organisation. `activeOf`: when a log records. */
export class Knowledge {
  constructor(private readonly activeOf: (log: Log) => Span) {}

  /** Whether the accepted egress of a box is recorded, as far as anybody can know whose it is. */
  isCovered({ log, known, type }: Box, time: number): boolean {
    if (log === undefined || LOGS[log].filter === REFUSED) {
      return false;
    }
    const { fields } = LOGS[log].format;
    const isSender = known !== undefined || type === 'regional_nat_gateway' || fields.includes('flow-direction');
    return isSender && isWithin(this.activeOf(LOGS[log]), time);
  }

  /** What is known of a record of a log at that time. */
  of(sight: Sight, action: string, log: Log, time: number): Known {
    const { at, peer } = sight;
    const has = (field: string) => log.format.fields.includes(field);
    const isKnown = isKnownAt(at, time);
    const isVpcKnown = isKnown || has('vpc-id');
    const path = has('traffic-path') ? sight.path : '-';
    const direction = has('flow-direction') || isKnown ? sight.direction : 'unknown';
    const seen = { vpc: isVpcKnown ? at.vpc : undefined, time, path };

    const own: KnownEnd = {
      ...{ interface: at.id, owner: at.id, kind: 'interface' },
      account: at.accountInLog === 'unknown' && !isKnown ? '-' : at.account,
      instance: isKnown || has('instance-id') ? instanceAt(at, time) : '-',
      subnet: isKnown || has('subnet-id') ? at.subnet : '-',
      vpc: isVpcKnown ? at.vpc.id : '-',
      zone: isKnown || has('az-id') ? at.zone : '-',
    };
    const serviceOf = (party: Party, side: 'src' | 'dst') =>
      has(`pkt-${side}-aws-service`) ? party.outside?.service : undefined;
    const [fromSide, toSide] = [serviceOf(sight.from, 'src'), serviceOf(sight.to, 'dst')];
    const isByHop = has('next-hop-interface-id') && direction === 'egress' && isHopOwner(sight);
    const other = isByHop
      ? boxEnd(peer.box!, at.vpc, time)
      : endOf(peer, sight.direction === 'egress' ? toSide : fromSide, seen);
    const isUnknown = direction === 'unknown';
    const shownOwn = shownAddresses(sight)[sight.direction === 'egress' ? 0 : 1];
    const ownEnd = isUnknown ? endOf(by(at, shownOwn), undefined, seen) : own;
    const isAccepted = action === 'ACCEPT';

    const isAgain = direction === 'ingress' && isAccepted && this.isNamedAndCovered(peer, other, time);
    const isNat = at.passes === 'nat';
    const isPassing = at.passes !== 'no' && (isKnown || (has('interface-type') && at.type !== '-'));
    const isFromItself = endOf(sight.from, undefined, seen).interface === at.id;
    const isElsewhere = (party: Party) =>
      party.box !== at && this.isNamedAndCovered(party, endOf(party, undefined, seen), time);
    // The destination takes what a box sends itself for the box's own; only a load balancer has counted that before.
    const isOwnSending = isFromItself && at.passes !== 'balancer';
    const isCountedThere = isElsewhere(sight.to) && !isOwnSending && !(at.passes !== 'yes' && direction === 'ingress');
    const isOuter = isNat && !isUnknown && isPublic(peer);
    return {
      ...{ direction, own },
      source: sight.direction === 'egress' ? ownEnd : other,
      destination: sight.direction === 'egress' ? other : ownEnd,
      peer: isUnknown ? undefined : other,
      counted: isAgain ? 'again' : 'once',
      peerLogged:
        isAccepted && !isUnknown && other.interface === peer.box?.id ? this.loggedAt(peer.box, at, time) : '-',
      transit: isAccepted && isPassing && (isElsewhere(sight.from) || isCountedThere || isOuter) ? 'yes' : 'no',
    };
  }

  private loggedAt(box: Box, seenAt: Box, time: number): Known['peerLogged'] {
    return this.isCovered(box, time) ? 'yes' : this.isCovered(seenAt, time) ? 'no' : '-';
  }

  private isNamedAndCovered({ box }: Party, end: KnownEnd, time: number): boolean {
    return box !== undefined && end.interface === box.id && this.isCovered(box, time);
  }
}

/** Whether EC2 knows a box at that time. */
export function isKnownAt({ known }: Box, time: number): boolean {
  return known !== undefined && isWithin(known, time);
}

/** Whether it takes part by a public address. */
function isPublic(party: Party): boolean {
  const { kind, isPublic: isPublicNetwork } = party.outside ?? {};
  return kind === 'network' ? isPublicNetwork === true : kind === undefined ? isAnywhere(party) : kind !== 'private';
}

/** Whether the next hop is who the packet is for, and the record says so. */
function isHopOwner({ hop, peer, path }: Sight): boolean {
  return (
    hop !== undefined &&
    !hop.vpc.isUnknown &&
    hop === peer.box &&
    hop.type === '-' &&
    (path === 1 || path === 4) &&
    !isAnywhere(peer)
  );
}

interface SeenFrom {
  /** The VPC that sees the party; undefined where that is not known. */
  readonly vpc: Vpc | undefined;
  readonly time: number;
  readonly path: number | '-';
}

/** A party as it is written that was seen from a VPC. `service`: what the record says of its address. */
function endOf(party: Party, service: string | undefined, { vpc, time, path }: SeenFrom): KnownEnd {
  const { box, outside, address } = party;
  const plain = (kind: string, written = address, owner = '-') => ({ ...NOWHERE, interface: written, owner, kind });
  const isShared = service === 'EC2' || service === 'AMAZON';
  if (outside?.kind === 'network') {
    return plain('network', outside.cidr, outside.cidr);
  }
  if (service !== undefined && !isShared) {
    return plain('aws', `aws/${service}`, `aws/${service}`);
  }
  if (outside && outside.kind !== 'private') {
    return plain(isShared ? 'aws' : 'internet');
  }
  if (box && isKnownAt(box, time)) {
    const isUnmistakable = vpc !== undefined && !vpc.isUnknown && !box.vpc.isRangeShared && !WAYS_OUT.includes(path);
    if (box.vpc === vpc || isAnywhere(party) || isUnmistakable) {
      return boxEnd(box, vpc, time);
    }
  }
  if (box && isIPv6(address)) {
    return plain('internet');
  }
  const scope = vpc ? `${vpc.id}/` : '';
  return { ...plain('private', scope + address), vpc: vpc?.id ?? '-' };
}

/** A box that is named, seen from a VPC. */
function boxEnd(box: Box, vpc: Vpc | undefined, time: number): KnownEnd {
  const place = {
    ...{ account: box.account, instance: instanceAt(box, time), subnet: box.subnet },
    ...{ vpc: box.vpc.id, zone: box.zone },
  };
  return {
    ...(isKnownAt(box, time) ? place : NOWHERE),
    ...{ interface: box.id, owner: box.id, kind: box.vpc === vpc ? 'interface' : 'other-vpc' },
  };
}
