import { MISSING } from '../../contract/stored';
import { addressText } from '../records/address/address';
import type { Tables } from '../records/flowRecord';
import type { Dimension } from './dimensions';
import { KeyTable } from './keyTable';
import { PEER_KINDS, type End, type Observer, type Resolution, type Resolver } from './owners/resolver';
import { CONTEXT, DESTINATION, PACKET_DESTINATION, PACKET_SOURCE, SOURCE, type Columns } from './rowStore';

/** An end that is nobody's here: its text is that of the address. */
const ADDRESS_ONLY = -1;
const COUNTED = ['once', 'again'] as const;
const TRANSIT = ['no', 'yes'] as const;
const DIRECTIONS = ['unknown', 'egress', 'ingress'] as const;

/** The columns of {@link DistinctFlows}, one number per flow. */
const COLUMNS = [
  'source',
  'destination',
  'context',
  'sourceEnd',
  'destinationEnd',
  'marks',
  'zone',
  'peerZone',
] as const;
export type FlowColumn = (typeof COLUMNS)[number];

/**
 * The distinct flows of one group: records with the same addresses and context, to which the same owner facts apply. Each is
 * resolved once. Reuses its memory for the next group.
 */
export class DistinctFlows {
  /** Number of distinct flows. */
  size = 0;
  readonly columns = Object.fromEntries(COLUMNS.map((name) => [name, new Int32Array(0)])) as Record<
    FlowColumn,
    Int32Array
  >;
  /** The distinct flow of each record of the group. */
  of = new Int32Array(0);
  /** Known ends and zones of the group's flows, by their codes in the columns. */
  ends: End[] = [];
  zones: string[] = [];
  private readonly endNumbers = new Map<string, number>();
  private readonly zoneNumbers = new Map<string, number>();
  /** When the first egress record begins, Unix seconds; undefined when there is none. */
  egressSince: number | undefined;
  /** Since and until when each is resolved as it is, Unix seconds. */
  private from = new Float64Array(0);
  private until = new Float64Array(0);
  /** The next flow with the same addresses and context at another time; -1 when there is none. */
  private next = new Int32Array(0);
  private readonly keys = new KeyTable();
  private pairs = new Int32Array(0);
  observer!: Observer;
  tables!: Tables;

  /** Finds and resolves the flows of a group. */
  find(columns: Columns, observer: Observer, resolver: Resolver, tables: Tables): void {
    const { count, codes, starts } = columns;
    this.observer = observer;
    this.tables = tables;
    this.endNumbers.clear();
    this.zoneNumbers.clear();
    this.ends = [];
    this.zones = [];
    if (count > this.of.length) {
      this.of = new Int32Array(count * 2);
      this.pairs = new Int32Array(count * 2);
    }
    const { keys, of, pairs } = this;
    keys.numberAll(codes[SOURCE], codes[DESTINATION], count, pairs);
    keys.numberAll(pairs, codes[CONTEXT], count, of);
    if (resolver.mayPassOn(observer, tables.contexts)) {
      keys.numberAll(codes[PACKET_SOURCE], codes[PACKET_DESTINATION], count, pairs);
      keys.numberAll(of.slice(0, count), pairs, count, of);
    }
    this.size = 0;
    this.egressSince = undefined;
    this.reserve(keys.size);
    // Flows are numbered in the order of their first records.
    for (let i = 0; i < count; i++) {
      if (of[i] === this.size) {
        this.add(columns, i, resolver);
      }
    }
    for (let i = 0; i < count; i++) {
      const start = starts[i];
      let flow = of[i];
      while (start < this.from[flow] || start >= this.until[flow]) {
        flow = this.next[flow] < 0 ? (this.next[flow] = this.add(columns, i, resolver)) : this.next[flow];
      }
      of[i] = flow;
      if (DIRECTIONS[(this.columns.marks[flow] >> 2) & 3] === 'egress') {
        this.egressSince = Math.min(this.egressSince ?? start, start);
      }
    }
  }

  /** The text of a flow's dimension, as it is written into tags; not of an application, which is no property of a flow. */
  text(flow: number, dimension: Dimension): string {
    const { columns, observer, tables } = this;
    switch (dimension.column) {
      case 'source':
      case 'destination':
        return addressText(columns[dimension.column][flow], tables.addresses);
      case 'sourceEnd':
      case 'destinationEnd': {
        const end = columns[dimension.column][flow];
        const { of, ofAddress } = dimension.end;
        return end === ADDRESS_ONLY
          ? (ofAddress?.(this.addressOf(flow, dimension.column), observer.vpc, tables.addresses) ?? MISSING)
          : of(this.ends[end]);
      }
      case 'marks':
        return this.mark(columns.marks[flow], dimension.mark);
      case 'context':
        return tables.contexts[columns.context[flow]][dimension.field];
      case 'zone':
      case 'peerZone':
        return this.zones[columns[dimension.column][flow]];
      case 'application':
        throw new Error('An application is no property of a flow.');
    }
  }

  /** The address code of an end. */
  addressOf(flow: number, end: 'sourceEnd' | 'destinationEnd'): number {
    return this.columns[end === 'sourceEnd' ? 'source' : 'destination'][flow];
  }

  private mark(marks: number, mark: 'action' | 'counted' | 'transit' | 'direction' | 'peer'): string {
    switch (mark) {
      case 'action':
        return this.observer.action;
      case 'counted':
        return COUNTED[marks & 1];
      case 'transit':
        return TRANSIT[(marks >> 1) & 1];
      case 'direction':
        return DIRECTIONS[(marks >> 2) & 3];
      case 'peer':
        return PEER_KINDS[marks >> 4];
    }
  }

  /** Resolves the flow of a record, and adds it. */
  private add({ codes, starts }: Columns, record: number, resolver: Resolver): number {
    const flow = this.size++;
    this.reserve(this.size);
    const { columns, tables } = this;
    const [source, destination] = [codes[SOURCE][record], codes[DESTINATION][record]];
    const context = codes[CONTEXT][record];
    const addresses = {
      ...{ source, destination, context: tables.contexts[context] },
      packetSource: codes[PACKET_SOURCE][record],
      packetDestination: codes[PACKET_DESTINATION][record],
    };
    const found = resolver.resolve(this.observer, addresses, tables.addresses, starts[record]);
    columns.source[flow] = source;
    columns.destination[flow] = destination;
    columns.context[flow] = context;
    columns.sourceEnd[flow] = this.endNumber(found.source);
    columns.destinationEnd[flow] = this.endNumber(found.destination);
    columns.marks[flow] = marksOf(found);
    columns.zone[flow] = this.zoneNumber(found.zone);
    columns.peerZone[flow] = this.zoneNumber(found.peerZone);
    this.from[flow] = found.from;
    this.until[flow] = found.until;
    this.next[flow] = -1;
    return flow;
  }

  private endNumber(end: End | undefined): number {
    if (!end) {
      return ADDRESS_ONLY;
    }
    const { text, account, vpc, subnet, instance, zone } = end;
    const key = [text, account, vpc, subnet, instance, zone].join(' ');
    let number = this.endNumbers.get(key);
    if (number === undefined) {
      number = this.ends.push(end) - 1;
      this.endNumbers.set(key, number);
    }
    return number;
  }

  private zoneNumber(zone: string): number {
    let number = this.zoneNumbers.get(zone);
    if (number === undefined) {
      number = this.zones.push(zone) - 1;
      this.zoneNumbers.set(zone, number);
    }
    return number;
  }

  private reserve(flows: number): void {
    if (flows <= this.next.length) {
      return;
    }
    const enlarged = <T extends Int32Array | Float64Array>(numbers: T, larger: T): T => {
      larger.set(numbers);
      return larger;
    };
    const room = flows * 2;
    for (const name of COLUMNS) {
      this.columns[name] = enlarged(this.columns[name], new Int32Array(room));
    }
    this.from = enlarged(this.from, new Float64Array(room));
    this.until = enlarged(this.until, new Float64Array(room));
    this.next = enlarged(this.next, new Int32Array(room));
  }
}

function marksOf({ counted, transit, direction, peer }: Resolution): number {
  const [a, b, c] = [COUNTED.indexOf(counted), TRANSIT.indexOf(transit), DIRECTIONS.indexOf(direction)];
  return a | (b << 1) | (c << 2) | (PEER_KINDS.indexOf(peer) << 4);
}
