import type { InterfacePlace, OwnerFact } from '../../rollup/owners/facts';
import { holds, isPrivate, prefixLength } from './referenceAddress';

/** One of the two ends of a record, as tags name it. */
export interface ReferenceEnd {
  readonly address: string;
  /** How it is written: interface, named network, AWS service, address in scope or alone. */
  readonly written: string;
  /** How it is written if that is an interface, a named network or an AWS service, else '-'. */
  readonly owner: string;
  /** The number of the rule by which it was found, in docs/owners.md; 0: the own end. */
  readonly rule: number;
  readonly kind: 'interface' | 'other-vpc' | 'network' | 'aws' | 'private' | 'internet' | '-';
  readonly account: string;
  readonly instance: string;
  readonly subnet: string;
  readonly vpc: string;
  readonly zone: string;
}

/** What of a record decides about its ends: '-' where it says nothing. */
export interface ObservedRecord {
  readonly interface: string;
  /** Where the interface is, from the record or from facts. */
  readonly place: Omit<InterfacePlace, 'passes'>;
  readonly action: string;
  readonly flowDirection: string;
  readonly src: string;
  readonly dst: string;
  readonly pktSrc: string;
  readonly pktDst: string;
  readonly srcService: string;
  readonly dstService: string;
  readonly path: string;
  readonly interfaceType: string;
  readonly nextHop: string;
  readonly nextHopVpc: string;
  readonly nextHopType: string;
}

/** What was worked out of a record. */
export interface Resolved {
  readonly direction: 'ingress' | 'egress' | 'unknown';
  readonly src: ReferenceEnd;
  readonly dst: ReferenceEnd;
  readonly counted: 'once' | 'again';
  readonly transit: 'no' | 'yes';
  readonly peerLogged: '-' | 'no' | 'yes';
  /** The other end; undefined of a record without an own end. */
  readonly other: ReferenceEnd | undefined;
}

export const NOWHERE: InterfacePlace = {
  vpc: '-',
  subnet: '-',
  instance: '-',
  account: '-',
  zone: '-',
  passes: 'no',
};

/** The facts that hold at one time. */
export class FactsAt {
  private readonly facts: readonly OwnerFact[];

  constructor(facts: readonly OwnerFact[], time: number) {
    this.facts = facts.filter(({ since, until }) => since <= time && (until === undefined || time < until));
  }

  /** Where an interface is. */
  place(id: string): InterfacePlace {
    return this.of('interface').find((fact) => fact.interface === id) ?? NOWHERE;
  }

  /** The interface that an address belongs to in a VPC; '-': anywhere. */
  owner(vpc: string, address: string): string | undefined {
    const all = this.of('address').filter((fact) => fact.vpc === vpc && holds(fact.address, address));
    return longest(all, (fact) => fact.address)?.interface;
  }

  /** The longest named network around an address. */
  network(address: string): string | undefined {
    const all = this.of('network').filter(({ cidr }) => holds(cidr, address));
    return longest(all, ({ cidr }) => cidr)?.cidr;
  }

  /** The VPCs with a CIDR around an address. */
  vpcs(address: string): string[] {
    const all = this.of('vpc').filter(({ cidr }) => holds(cidr, address));
    return [...new Set(all.map(({ vpc }) => vpc))];
  }

  /** Whether a VPC's CIDRs are known. */
  isSynced(vpc: string): boolean {
    return this.of('vpc').some((fact) => fact.vpc === vpc);
  }

  /** Whether accepted egress of an interface is collected. */
  isCovered(id: string): boolean {
    return this.of('covered').some((fact) => fact.interface === id && fact.action === 'ACCEPT');
  }

  private of<K extends OwnerFact['kind']>(kind: K): Array<Extract<OwnerFact, { kind: K }>> {
    return this.facts.filter((fact): fact is Extract<OwnerFact, { kind: K }> => fact.kind === kind);
  }
}

function longest<T>(all: readonly T[], cidr: (one: T) => string): T | undefined {
  return [...all].sort((a, b) => prefixLength(cidr(b)) - prefixLength(cidr(a)))[0];
}

/** The ends of a record and what follows from them, by the facts that hold at its start. */
export function resolve(record: ObservedRecord, facts: FactsAt): Resolved {
  const direction = directionOf(record, facts);
  const ownEnd: ReferenceEnd = {
    ...record.place,
    ...{ written: record.interface, owner: record.interface, kind: 'interface', rule: 0 },
    address: direction === 'egress' ? record.src : record.dst,
  };
  const src = direction === 'egress' ? ownEnd : otherEnd('src', direction, record, facts);
  const dst = direction === 'ingress' ? ownEnd : otherEnd('dst', direction, record, facts);
  const other = direction === 'egress' ? dst : direction === 'ingress' ? src : undefined;
  const isAgain =
    direction === 'ingress' && record.action === 'ACCEPT' && isInterface(src) && facts.isCovered(src.owner);
  return {
    ...{ direction, src, dst, other },
    counted: isAgain ? 'again' : 'once',
    transit: isTransit(record, direction, other, facts) ? 'yes' : 'no',
    peerLogged: peerLogged(record, other, facts),
  };
}

/** Whether the other end is logged, if it is an interface and one of the two is. */
function peerLogged({ action, interface: own }: ObservedRecord, other: ReferenceEnd | undefined, facts: FactsAt) {
  if (action !== 'ACCEPT' || other === undefined || !isInterface(other)) {
    return '-';
  }
  const [isOther, isOwn] = [other.owner, own].map((id) => facts.isCovered(id));
  return isOther ? 'yes' : isOwn ? 'no' : '-';
}

function directionOf({ flowDirection, place: { vpc }, interface: own, src, dst }: ObservedRecord, facts: FactsAt) {
  if (flowDirection === 'egress' || flowDirection === 'ingress') {
    return flowDirection;
  }
  const isOwn = (address: string) => (ownerIn(vpc, address, facts) ?? facts.owner('-', address)) === own;
  if (isOwn(src) === isOwn(dst)) {
    return 'unknown';
  }
  return isOwn(src) ? 'egress' : 'ingress';
}

/** The owner in a VPC that is known. An address that is somebody's anywhere may be of an interface in it. */
function ownerIn(vpc: string, address: string, facts: FactsAt): string | undefined {
  if (vpc === '-') {
    return undefined;
  }
  const anywhere = facts.owner('-', address);
  const isHere = anywhere !== undefined && facts.place(anywhere).vpc === vpc;
  return facts.owner(vpc, address) ?? (isHere ? anywhere : undefined);
}

function isInterface({ kind }: ReferenceEnd): boolean {
  return kind === 'interface' || kind === 'other-vpc';
}

function otherEnd(
  side: 'src' | 'dst',
  direction: Resolved['direction'],
  record: ObservedRecord,
  facts: FactsAt
): ReferenceEnd {
  const address = record[side];
  const end = (
    rule: number,
    kind: ReferenceEnd['kind'],
    written: string,
    owner = written,
    place = NOWHERE
  ): ReferenceEnd => ({ ...place, ...{ address, written, kind, owner, rule } });
  const interfaceEnd = (rule: number, id: string, isHere: boolean) =>
    end(rule, isHere ? 'interface' : 'other-vpc', id, id, facts.place(id));

  // 1. No address.
  if (address === '-') {
    return end(1, '-', '-');
  }
  // 2. The next hop.
  const { nextHop, nextHopVpc, path } = record;
  if (
    direction === 'egress' &&
    nextHop !== '-' &&
    record.nextHopType === '-' &&
    (path === '1' || path === '4') &&
    facts.vpcs(address).includes(nextHopVpc)
  ) {
    return interfaceEnd(2, nextHop, nextHopVpc === record.place.vpc);
  }
  // 3. The owner in the same VPC, also of an address that is somebody's anywhere.
  const here = ownerIn(record.place.vpc, address, facts);
  if (here !== undefined) {
    return interfaceEnd(3, here, true);
  }
  const anywhere = facts.owner('-', address);
  if (anywhere !== undefined && record.place.vpc !== '-' && facts.place(anywhere).vpc === record.place.vpc) {
    return interfaceEnd(3, anywhere, true);
  }
  // 4. A named network.
  const network = facts.network(address);
  if (network !== undefined) {
    return end(4, 'network', network);
  }
  // 5. The owner of an address that is somebody's anywhere.
  if (anywhere !== undefined) {
    return interfaceEnd(5, anywhere, false);
  }
  // 6. The owner of a private address in the only VPC that can be meant.
  const vpcs = facts.vpcs(address);
  if (
    isPrivate(address) &&
    facts.isSynced(record.place.vpc) &&
    vpcs.length === 1 &&
    !['2', '3', '7', '8'].includes(path)
  ) {
    const there = facts.owner(vpcs[0], address);
    if (there !== undefined) {
      return interfaceEnd(6, there, false);
    }
  }
  // 7. Unresolved.
  const service = side === 'src' ? record.srcService : record.dstService;
  const isShared = service === 'AMAZON' || service === 'EC2';
  if (service !== '-' && !isShared) {
    return end(7, 'aws', `aws/${service}`);
  }
  if (isPrivate(address)) {
    const scope = record.place.vpc === '-' ? '' : `${record.place.vpc}/`;
    return end(7, 'private', scope + address, '-', { ...NOWHERE, vpc: record.place.vpc });
  }
  return end(7, isShared ? 'aws' : 'internet', address, '-');
}

/** What the record's `interface-type` says of passing on. */
const PASSING_TYPES: Readonly<Record<string, InterfacePlace['passes'] | undefined>> = {
  nat_gateway: 'nat',
  regional_nat_gateway: 'nat',
  network_load_balancer: 'balancer',
  gateway_load_balancer: 'balancer',
  gateway_load_balancer_endpoint: 'yes',
  transit_gateway: 'yes',
  vpc_endpoint: 'yes',
};

/** What the record says comes before what EC2 says. */
function passesOf({ interface: id, interfaceType }: ObservedRecord, facts: FactsAt): InterfacePlace['passes'] {
  return PASSING_TYPES[interfaceType] ?? (id.startsWith('nat-') ? 'nat' : facts.place(id).passes);
}

function isTransit(
  record: ObservedRecord,
  direction: Resolved['direction'],
  other: ReferenceEnd | undefined,
  facts: FactsAt
): boolean {
  const passes = passesOf(record, facts);
  if (passes === 'no' || record.action !== 'ACCEPT') {
    return false;
  }
  // As the record's ends are resolved, but that the next hop says nothing of them.
  const packet = {
    ...record,
    src: record.pktSrc === '-' ? record.src : record.pktSrc,
    dst: record.pktDst === '-' ? record.dst : record.pktDst,
  };
  const from = otherEnd('src', 'unknown', packet, facts);
  const to = otherEnd('dst', 'unknown', packet, facts);
  const isItself = (end: ReferenceEnd) => isInterface(end) && end.owner === record.interface;
  const isCovered = (end: ReferenceEnd) => isInterface(end) && facts.isCovered(end.owner);
  // 1. The source has counted it.
  if (isCovered(from) && !isItself(from)) {
    return true;
  }
  // 2. The destination counts it as it comes in: again, where the interface is its source.
  const isAgainThere = isItself(from) && passes !== 'balancer';
  const isHidden = passes !== 'yes' && direction === 'ingress';
  if (isCovered(to) && !isItself(to) && !isAgainThere && !isHidden) {
    return true;
  }
  // 3. A NAT gateway's inner side has counted it.
  if (passes !== 'nat' || other === undefined || other.address === '-') {
    return false;
  }
  return !isPrivate(other.address) && facts.vpcs(other.address).length === 0;
}
