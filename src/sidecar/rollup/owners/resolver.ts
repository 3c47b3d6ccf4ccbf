import { MISSING } from '../../../contract/stored';
import {
  isPrivate,
  isPrivateIPv4,
  makeWordsRoom,
  wordsOfCode,
  type AddressWords,
} from '../../records/address/addressWords';
import { addressText } from '../../records/address/address';
import { FIRST_TABLE_CODE, MISSING_ADDRESS, type AddressTable } from '../../records/address/addressTable';
import type { Context } from '../../records/context';
import type { Group, Tables } from '../../records/flowRecord';
import type { InterfacePlace, Passes } from './facts';
import { ANYWHERE, type Owners } from './owners';

const ACCEPT = 'ACCEPT';

/** The interface that saw some records, and their action, as they are written. Addresses are looked up in its VPC. */
export type Observer = Group;

/** An end of a flow that is an interface, a named network or an AWS service. */
export interface End {
  /** As it is written: `eni-…`, a CIDR, `aws/S3`. */
  readonly text: string;
  readonly account: string;
  readonly vpc: string;
  readonly subnet: string;
  readonly instance: string;
  readonly zone: string;
}

/** What the other end is to the observing interface. */
type PeerKind = '-' | 'interface' | 'other-vpc' | 'network' | 'aws' | 'private' | 'internet';

/** The addresses of a record, as codes of the tables, and its context. */
interface Flow {
  readonly source: number;
  readonly destination: number;
  readonly packetSource: number;
  readonly packetDestination: number;
  readonly context: Context;
}

/** What docs/owners.md says of a record. `source`, `destination`: undefined for an address that is nobody's here. */
export interface Resolution {
  readonly source: End | undefined;
  readonly destination: End | undefined;
  readonly counted: 'once' | 'again';
  readonly transit: 'no' | 'yes';
  readonly direction: 'egress' | 'ingress' | 'unknown';
  readonly peer: PeerKind;
  /** Of an accepted record whose other end is an interface here: whether that is logged; '-' where that is not known. */
  readonly peerLogged: '-' | 'no' | 'yes';
  readonly zone: string;
  readonly peerZone: string;
  /** It holds for all records from `from` on and before `until`, Unix seconds. */
  readonly from: number;
  readonly until: number;
}

/** Paths that lead out of AWS or to an AWS service: no private address behind them is a VPC's. */
const OUTSIDE_PATHS: ReadonlySet<string> = new Set(['2', '3', '7', '8']);
/** Paths on which the next hop has the address itself: within the VPC, and to a peered one of the region. */
const DIRECT_PATHS: ReadonlySet<string> = new Set(['1', '4']);
/** Services whose addresses may be somebody's here. */
const SHARED_SERVICES: ReadonlySet<string> = new Set([MISSING, 'AMAZON', 'EC2']);

/** How interfaces pass traffic on, by `interface-type` in flow logs. */
const PASSES_BY_TYPE: ReadonlyMap<string, Passes> = new Map([
  ['nat_gateway', 'nat'],
  ['regional_nat_gateway', 'nat'],
  ['network_load_balancer', 'balancer'],
  ['gateway_load_balancer', 'balancer'],
  ['gateway_load_balancer_endpoint', 'yes'],
  ['transit_gateway', 'yes'],
  ['vpc_endpoint', 'yes'],
]);

const NOWHERE: Omit<End, 'text'> = {
  account: MISSING,
  vpc: MISSING,
  subnet: MISSING,
  instance: MISSING,
  zone: MISSING,
};

/** An other end: the end when it is known, and its kind. */
interface Other {
  readonly end?: End;
  readonly isInterface: boolean;
  readonly kind: PeerKind;
}

/** Classes of addresses, for what is the same of all of a class. Of those that are known, each is by itself. */
const [NO_ADDRESS, PRIVATE_ADDRESS, PUBLIC_ADDRESS, KNOWN] = [0, 1, 2, 3];

const NOBODY: Other = { isInterface: false, kind: MISSING };
const PRIVATE: Other = { isInterface: false, kind: 'private' };
const INTERNET: Other = { isInterface: false, kind: 'internet' };
const SHARED_SERVICE: Other = { isInterface: false, kind: 'aws' };

/** Works out both ends of records, and whether they count once: docs/owners.md. Without owner facts by what records say. */
export class Resolver {
  private readonly words = makeWordsRoom();
  /** Whether the last resolution will be given again. */
  isRepeated = false;
  private observer!: Observer;
  /** The tables of the records, and by context whether it is of an interface that passes traffic on. */
  private tables!: Tables;
  private passing: boolean[] = [];
  /** The observer's own end. */
  private own: Other = NOBODY;
  /** Whether it may pass traffic on, by some record of its own or by an owner fact. */
  private mayPassOn = false;
  /** Its resolutions of addresses that nothing is known of, by context and the classes of the addresses. */
  private readonly resolved = new Map<number, Resolution>();

  constructor(private readonly owners: Owners | undefined) {}

  /** Where an interface was at `time` (Unix seconds), and how long that holds. */
  placeAt(interfaceId: string, time: number): { place?: InterfacePlace; from: number; until: number } {
    const { owners } = this;
    owners?.moment.begin(time);
    const place = owners?.place(interfaceId);
    return { place, from: owners?.moment.from ?? 0, until: owners?.moment.until ?? Infinity };
  }

  /**
   * Begins the records of an observer. `contexts`: theirs, as numbers of the tables. Returns whether one of them may be in
   * transit, so that the addresses in packets matter.
   */
  begin(observer: Observer, tables: Tables, contexts: Int32Array): boolean {
    const { interface: text, account, vpc, subnet, instance } = observer;
    this.observer = observer;
    if (this.tables !== tables) {
      this.tables = tables;
      this.passing = [];
    }
    this.own = { ...NOBODY, end: { text, account, vpc, subnet, instance, zone: MISSING } };
    this.resolved.clear();
    this.mayPassOn = this.someMayPassOn(contexts) || isRegionalNat(text) || (this.owners?.mayPassOn(text) ?? false);
    return this.mayPassOn;
  }

  /** Whether one of these contexts is of an interface that passes traffic on. */
  private someMayPassOn(contexts: Int32Array): boolean {
    const { contexts: all } = this.tables;
    for (let i = this.passing.length; i < all.length; i++) {
      this.passing.push(PASSES_BY_TYPE.has(all[i].interfaceType));
    }
    return this.passing.includes(true) && contexts.some((context) => this.passing[context]);
  }

  /**
   * Resolves a record, which began at `time` (Unix seconds). Addresses and `context` are codes of the tables. Of
   * addresses that nothing is known of, the same answer is given again: it depends on the context alone.
   */
  resolve(
    source: number,
    destination: number,
    packetSource: number,
    packetDestination: number,
    context: number,
    time: number
  ): Resolution {
    const first = this.classOf(source);
    const second = this.classOf(destination);
    // Of an interface that passes traffic on each is by itself: the packet's addresses decide, too.
    const isKnown = first === KNOWN || second === KNOWN || this.mayPassOn;
    const key = (context * 4 + first) * 4 + second;
    this.isRepeated = !isKnown;
    const before = isKnown ? undefined : this.resolved.get(key);
    if (before && time >= before.from && time < before.until) {
      return before;
    }
    const flow = { source, destination, packetSource, packetDestination, context: this.tables.contexts[context] };
    const resolution = this.work(flow, time);
    if (!isKnown) {
      this.resolved.set(key, resolution);
    }
    return resolution;
  }

  /** What decides on the other end if nothing is known of an address. */
  private classOf(code: number): number {
    if (!this.owners && code >>> 0 < FIRST_TABLE_CODE) {
      return isPrivateIPv4(code) ? PRIVATE_ADDRESS : PUBLIC_ADDRESS;
    }
    const words = this.wordsOf(code);
    if (!words) {
      return NO_ADDRESS;
    }
    return this.owners?.mayKnow(words) ? KNOWN : isPrivate(words) ? PRIVATE_ADDRESS : PUBLIC_ADDRESS;
  }

  private work(flow: Flow, time: number): Resolution {
    const { observer, owners, own } = this;
    const { context } = flow;
    owners?.moment.begin(time);
    const place = owners?.place(observer.interface);
    const side = this.ownSide(flow);
    const source = side === 'source' ? own : this.other(flow.source, 'source', side, context);
    const destination = side === 'destination' ? own : this.other(flow.destination, 'destination', side, context);
    const peer = side === 'source' ? destination : side === 'destination' ? source : NOBODY;
    const passes = passesOf(observer, context, place);
    return {
      source: source.end,
      destination: destination.end,
      counted: side === 'destination' && this.isAgain(peer) ? 'again' : 'once',
      transit: this.isTransit(passes, flow, side) ? 'yes' : 'no',
      direction: side === 'source' ? 'egress' : side === 'destination' ? 'ingress' : 'unknown',
      peer: peer.kind,
      peerLogged: this.isPeerLogged(peer),
      zone: context.zone === MISSING ? (place?.zone ?? MISSING) : context.zone,
      peerZone: context.nextHopZone === MISSING ? (peer.end?.zone ?? MISSING) : context.nextHopZone,
      from: owners?.moment.from ?? 0,
      until: owners?.moment.until ?? Infinity,
    };
  }

  /** Which of the two ends the observing interface is; undefined when that is not known. */
  private ownSide({ context: { direction }, source, destination }: Flow): 'source' | 'destination' | undefined {
    if (direction !== 'unknown') {
      return direction === 'egress' ? 'source' : 'destination';
    }
    const isSource = this.isOwn(source);
    const isDestination = this.isOwn(destination);
    return isSource === isDestination ? undefined : isSource ? 'source' : 'destination';
  }

  private isOwn(code: number): boolean {
    const words = this.wordsOf(code);
    const { owners } = this;
    const { interface: id, vpc: scope } = this.observer;
    if (!words || !owners) {
      return false;
    }
    const inVpc = scope === MISSING ? undefined : owners.owner(words, scope);
    return (inVpc ?? owners.owner(words, ANYWHERE)) === id;
  }

  private other(
    code: number,
    of: 'source' | 'destination',
    side: 'source' | 'destination' | undefined,
    context: Context
  ): Other {
    const words = this.wordsOf(code);
    if (!words) {
      return NOBODY;
    }
    const known =
      (side === 'source' ? this.nextHop(words, context) : undefined) ?? this.owned(words, context.trafficPath);
    if (known) {
      return known;
    }
    const service = of === 'source' ? context.sourceService : context.destinationService;
    if (!SHARED_SERVICES.has(service)) {
      return { end: { ...NOWHERE, text: `aws/${service}` }, isInterface: false, kind: 'aws' };
    }
    if (isPrivate(words)) {
      return PRIVATE;
    }
    return service === MISSING ? INTERNET : SHARED_SERVICE;
  }

  /** The interface that an egress record goes to next, if that has the address itself. */
  private nextHop(words: AddressWords, context: Context): Other | undefined {
    const { nextHopInterface, nextHopType, nextHopVpc, trafficPath } = context;
    const isDirect = nextHopInterface !== MISSING && nextHopType === MISSING && DIRECT_PATHS.has(trafficPath);
    if (!isDirect || !this.owners?.vpcsWith(words).includes(nextHopVpc)) {
      return undefined;
    }
    return this.interfaceEnd(nextHopInterface, nextHopVpc === this.observer.vpc);
  }

  /** Whose address it is by the owner facts: an interface, or a named network. */
  private owned(words: AddressWords, path: string): Other | undefined {
    const { owners } = this;
    const { vpc: scope } = this.observer;
    if (!owners) {
      return undefined;
    }
    const anywhere = owners.owner(words, ANYWHERE);
    const isHere = anywhere !== undefined && scope !== MISSING && owners.place(anywhere)?.vpc === scope;
    const inVpc = (scope === MISSING ? undefined : owners.owner(words, scope)) ?? (isHere ? anywhere : undefined);
    if (inVpc !== undefined) {
      return this.interfaceEnd(inVpc, true);
    }
    const network = owners.network(words);
    if (network !== undefined) {
      return { end: { ...NOWHERE, text: network }, isInterface: false, kind: 'network' };
    }
    if (anywhere !== undefined) {
      return this.interfaceEnd(anywhere, false);
    }
    const mayBeElsewhere = isPrivate(words) && !OUTSIDE_PATHS.has(path) && owners.isSynced(scope);
    const vpcs = mayBeElsewhere ? owners.vpcsWith(words) : [];
    const elsewhere = vpcs.length === 1 && vpcs[0] !== scope ? owners.owner(words, vpcs[0]) : undefined;
    return elsewhere === undefined ? undefined : this.interfaceEnd(elsewhere, false);
  }

  private interfaceEnd(id: string, isInVpc: boolean): Other {
    const { account, vpc, subnet, instance, zone } = this.owners?.place(id) ?? NOWHERE;
    const end = { text: id, account, vpc, subnet, instance, zone };
    return { end, isInterface: true, kind: isInVpc ? 'interface' : 'other-vpc' };
  }

  /** Whether the other end, an ACCEPT record's source, has logged the same flow. */
  private isAgain(source: Other): boolean {
    return this.observer.action === ACCEPT && source.isInterface && this.isCovered(source.end!.text);
  }

  /** Whether the other end is covered. What is not says little where nothing is, as in an import: unless this end is. */
  private isPeerLogged({ isInterface, end }: Other): Resolution['peerLogged'] {
    if (this.observer.action !== ACCEPT || !isInterface) {
      return MISSING;
    }
    return this.isCovered(end!.text) ? 'yes' : this.isCovered(this.observer.interface) ? 'no' : MISSING;
  }

  private isCovered(interfaceId: string): boolean {
    return this.owners?.isCovered(interfaceId, ACCEPT) ?? false;
  }

  /** Whether another record counts the same flow: see "Transit" in docs/owners.md. */
  private isTransit(passes: Passes, flow: Flow, side: 'source' | 'destination' | undefined): boolean {
    const { observer } = this;
    if (observer.action !== ACCEPT || passes === 'no') {
      return false;
    }
    const source = flow.packetSource === MISSING_ADDRESS ? flow.source : flow.packetSource;
    const from = this.packetEnd(source, flow);
    if (from !== undefined && from !== observer.interface && this.isCovered(from)) {
      return true;
    }
    const destination = flow.packetDestination === MISSING_ADDRESS ? flow.destination : flow.packetDestination;
    const to = this.packetEnd(destination, flow);
    const comesIn = (passes === 'nat' || passes === 'balancer') && side === 'destination';
    const countsAtDestination = !comesIn && (from !== observer.interface || passes === 'balancer');
    if (countsAtDestination && to !== undefined && to !== observer.interface && this.isCovered(to)) {
      return true;
    }
    if (passes !== 'nat' || side === undefined) {
      return false;
    }
    const words = this.wordsOf(side === 'source' ? flow.destination : flow.source);
    return words !== undefined && !isPrivate(words) && !this.isInVpc(words);
  }

  /** Whether the address is of a VPC: some have ranges that are not private. */
  private isInVpc(words: AddressWords): boolean {
    return this.owners !== undefined && this.owners.vpcsWith(words).length > 0;
  }

  /** The interface that an address in a packet's header belongs to; undefined when it is nobody's here. */
  private packetEnd(code: number, { context }: Flow): string | undefined {
    const words = this.wordsOf(code);
    const end = words && this.owned(words, context.trafficPath);
    return end?.isInterface ? end.end!.text : undefined;
  }

  /** The words of an address code, until the next call; undefined for '-'. */
  private wordsOf(code: number): AddressWords | undefined {
    return wordsOfCode(code, this.tables.addresses, this.words);
  }
}

/** A regional NAT gateway logs its own id in place of an interface's. */
function isRegionalNat(id: string): boolean {
  return id.startsWith('nat-');
}

function passesOf({ interface: id }: Observer, { interfaceType }: Context, place: InterfacePlace | undefined): Passes {
  return PASSES_BY_TYPE.get(interfaceType) ?? (isRegionalNat(id) ? 'nat' : (place?.passes ?? 'no'));
}

/** How an end is written that is nobody's here: a private address with the VPC that saw it. */
export function scopedAddress(code: number, scope: string, addresses: AddressTable): string {
  const text = addressText(code, addresses);
  return isInScope(code, scope, addresses) ? `${scope}/${text}` : text;
}

const scratch = makeWordsRoom();

/** Whether an address that is nobody's here is written with the VPC that saw it. */
export function isInScope(code: number, scope: string, addresses: AddressTable): boolean {
  const words = scope === MISSING ? undefined : wordsOfCode(code, addresses, scratch);
  return words !== undefined && isPrivate(words);
}
