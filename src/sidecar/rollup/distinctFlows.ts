import { MISSING } from '../../contract/stored';
import { addressText } from '../records/address/address';
import type { Tables } from '../records/flowRecord';
import type { Dimension } from './dimensions';
import { enlarged } from './enlarged';
import { KeyTable } from './keyTable';
import type { End, Observer, Resolution, Resolver } from './owners/resolver';
import { CONTEXT, DESTINATION, PACKET_DESTINATION, PACKET_SOURCE, SOURCE, type Columns } from './rowStore';

/** From when to when, Unix seconds. */
export interface Span {
  readonly since: number;
  readonly until: number;
}

/** No flow. */
const NONE = -1;

/**
 * The distinct flows of one group: records with the same addresses and context, to which the same owner facts apply. Each is
 * resolved once; what it resolves to besides addresses is its kind, of which there are few. Reuses its memory for the next
 * group.
 */
export class DistinctFlows {
  /** Number of distinct flows. */
  size = 0;
  /** Address codes of each flow, the number of its pair of addresses, and its kind. */
  source = new Int32Array(0);
  destination = new Int32Array(0);
  pair = new Int32Array(0);
  kind = new Int32Array(0);
  /** Number of pairs of addresses. */
  pairs = 0;
  /** By kind: what its flows resolve to, their context, and one of them. */
  kinds: Array<{ readonly resolution: Resolution; readonly context: number; readonly flow: number }> = [];
  observer!: Observer;
  tables!: Tables;
  /** When the first and the last egress record begin; undefined when there is none. */
  egress: Span | undefined;
  private readonly kindNumbers = new Map<string, number>();
  /** The kinds of resolutions that the resolver gives again: each of one context. */
  private readonly repeatedKinds = new Map<Resolution, number>();
  /** Since and until when each flow is resolved as it is, Unix seconds. */
  private from = new Float64Array(0);
  private until = new Float64Array(0);
  /** One flow of each combination of addresses and context; and by flow the next one of its combination, at another time. */
  private firstOf = new Int32Array(0);
  private next = new Int32Array(0);
  /** By record: the numbers of its pair of addresses, and of its context among those of the group. */
  private recordPairs = new Int32Array(0);
  private recordContexts = new Int32Array(0);
  /** By context: its number among those of the group; -1 of others. */
  private contextNumbers = new Int32Array(0);
  private readonly keys = new KeyTable();

  /** Finds and resolves the flows of a group, and puts that of each record into the columns. */
  find(columns: Columns, observer: Observer, resolver: Resolver, tables: Tables): void {
    const { count, codes, starts } = columns;
    this.observer = observer;
    this.tables = tables;
    this.egress = undefined;
    this.kindNumbers.clear();
    this.repeatedKinds.clear();
    this.kinds = [];
    if (count > this.recordPairs.length) {
      this.recordPairs = new Int32Array(count * 2);
      this.recordContexts = new Int32Array(count * 2);
    }
    const { keys, recordPairs } = this;
    const of = columns.flows;
    keys.numberAll(codes[SOURCE], codes[DESTINATION], count, recordPairs);
    this.pairs = keys.size;
    const contexts = this.numberContexts(codes[CONTEXT], count);
    keys.numberSmall(recordPairs, this.pairs, this.recordContexts, contexts, count, of);
    const mayPassOn = resolver.begin(observer, tables, codes[CONTEXT].subarray(0, count));
    if (mayPassOn) {
      // The packet's addresses decide, too.
      const packets = new Int32Array(count);
      keys.numberAll(codes[PACKET_SOURCE], codes[PACKET_DESTINATION], count, packets);
      keys.numberAll(of.slice(0, count), packets, count, of);
    }
    this.size = 0;
    this.reserve(keys.size);
    const { firstOf } = this;
    firstOf.fill(NONE, 0, keys.size);
    for (let record = 0; record < count; record++) {
      const start = starts[record];
      let flow = firstOf[of[record]];
      // Mostly the first: other owner facts apply at another time.
      while (flow !== NONE && !(start >= this.from[flow] && start < this.until[flow])) {
        flow = this.next[flow];
      }
      if (flow === NONE) {
        flow = this.add(columns, record, resolver);
        this.next[flow] = firstOf[of[record]];
        firstOf[of[record]] = flow;
      }
      of[record] = flow;
    }
    this.findEgress(columns);
  }

  /** The text of a flow's dimension, as it is written into tags; not of an application, which is no property of a flow. */
  text(flow: number, dimension: Dimension): string {
    const { tables, observer } = this;
    const { resolution, context } = this.kinds[this.kind[flow]];
    switch (dimension.column) {
      case 'source':
      case 'destination':
        return addressText(this[dimension.column][flow], tables.addresses);
      case 'end': {
        const { side } = dimension;
        const end = resolution[side];
        const { of, ofAddress } = dimension.end;
        return end ? of(end) : (ofAddress?.(this[side][flow], observer.vpc, tables.addresses) ?? MISSING);
      }
      case 'mark':
        return dimension.mark === 'action' ? observer.action : resolution[dimension.mark];
      case 'context':
        return tables.contexts[context][dimension.field];
      case 'application':
        throw new Error('An application is no property of a flow.');
    }
  }

  /** Numbers the contexts of the records. Returns how many there are. */
  private numberContexts(contexts: Int32Array, count: number): number {
    const { recordContexts } = this;
    const all = this.tables.contexts.length;
    if (all > this.contextNumbers.length) {
      this.contextNumbers = new Int32Array(all * 2);
    }
    const numbers = this.contextNumbers.fill(NONE, 0, all);
    let size = 0;
    for (let record = 0; record < count; record++) {
      const context = contexts[record];
      if (numbers[context] === NONE) {
        numbers[context] = size++;
      }
      recordContexts[record] = numbers[context];
    }
    return size;
  }

  private findEgress({ starts, count, flows: of }: Columns): void {
    const isEgress = Uint8Array.from(this.kinds, ({ resolution }) => Number(resolution.direction === 'egress'));
    if (!isEgress.includes(1)) {
      return;
    }
    const { kind } = this;
    let [since, until] = [Infinity, 0];
    for (let record = 0; record < count; record++) {
      const start = starts[record];
      if ((start < since || start > until) && isEgress[kind[of[record]]] === 1) {
        since = Math.min(since, start);
        until = Math.max(until, start);
      }
    }
    this.egress = { since, until };
  }

  /** Resolves the flow of a record, and adds it. */
  private add({ codes, starts }: Columns, record: number, resolver: Resolver): number {
    const flow = this.size++;
    this.reserve(this.size);
    const context = codes[CONTEXT][record];
    const source = codes[SOURCE][record];
    const destination = codes[DESTINATION][record];
    const resolution = resolver.resolve(
      source,
      destination,
      codes[PACKET_SOURCE][record],
      codes[PACKET_DESTINATION][record],
      context,
      starts[record]
    );
    this.source[flow] = source;
    this.destination[flow] = destination;
    this.pair[flow] = this.recordPairs[record];
    this.kind[flow] = this.kindNumber(resolution, context, flow, resolver.isRepeated);
    this.from[flow] = resolution.from;
    this.until[flow] = resolution.until;
    return flow;
  }

  private kindNumber(resolution: Resolution, context: number, flow: number, isRepeated: boolean): number {
    const known = this.repeatedKinds.get(resolution);
    if (known !== undefined) {
      return known;
    }
    const key = `${context} ${keyOf(resolution)}`;
    let number = this.kindNumbers.get(key);
    if (number === undefined) {
      number = this.kinds.push({ resolution, context, flow }) - 1;
      this.kindNumbers.set(key, number);
    }
    if (isRepeated) {
      this.repeatedKinds.set(resolution, number);
    }
    return number;
  }

  private reserve(flows: number): void {
    if (flows <= this.next.length) {
      return;
    }
    const room = flows * 2;
    this.source = enlarged(this.source, new Int32Array(room));
    this.destination = enlarged(this.destination, new Int32Array(room));
    this.pair = enlarged(this.pair, new Int32Array(room));
    this.kind = enlarged(this.kind, new Int32Array(room));
    this.firstOf = enlarged(this.firstOf, new Int32Array(room));
    this.next = enlarged(this.next, new Int32Array(room));
    this.from = enlarged(this.from, new Float64Array(room));
    this.until = enlarged(this.until, new Float64Array(room));
  }
}

/** What tells resolutions apart. */
function keyOf(resolution: Resolution): string {
  const { source, destination, counted, transit, direction, peer, peerLogged, zone, peerZone } = resolution;
  const ends = [source, destination].map((end) => (end ? endKey(end) : ''));
  return [...ends, counted, transit, direction, peer, peerLogged, zone, peerZone].join('|');
}

function endKey({ text, account, vpc, subnet, instance }: End): string {
  return [text, account, vpc, subnet, instance].join(' ');
}
