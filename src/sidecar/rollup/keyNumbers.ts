import type { Side } from './dimensions';
import type { DistinctFlows } from './distinctFlows';
import { sideOf, type KeyDimensions } from './keyDimensions';
import { KeyTable } from './keyTable';

/** Text between those of several dimensions: no identifier holds it. */
const SEPARATOR = '\x1f';
/** Stands for a known end in a column of addresses: above all codes of addresses. */
const KNOWN_END = 0xff000000 | 0;

/** Rows that have keys: each is of a distinct flow, by its number, and of an application. */
export interface KeyRows {
  readonly count: number;
  readonly flows: Int32Array;
  readonly applications: Int32Array;
}

/**
 * Numbers the keys that a measurement has in a group: rows whose tags are written alike have the same number. So any number of
 * dimensions is one integer per row. Reuses its memory for the next group.
 */
export class KeyNumbers {
  /** Distinct keys, numbered from 0 in the order of their first rows. */
  size = 0;
  /** The key of each row. */
  of = new Int32Array(0);
  private rows!: KeyRows;
  private hasApplication = false;
  /** Where keys depend on the kind of flow alone: the key of each kind, and the kind of each flow. */
  private kindKeys: Int32Array = new Int32Array(0);
  private flowKinds: Int32Array = new Int32Array(0);
  /** By key without application: a flow that has it. */
  private keyFlows: Int32Array = new Int32Array(0);
  private readonly table = new KeyTable();
  /** The key of each flow, without its application. */
  private flowKeys = new Int32Array(0);
  private first = new Int32Array(0);
  private second = new Int32Array(0);

  /** Numbers the keys of rows in some dimensions. */
  find(dimensions: KeyDimensions, flows: DistinctFlows, rows: KeyRows): void {
    const { count } = rows;
    this.rows = rows;
    this.hasApplication = dimensions.hasApplication;
    this.reserve(Math.max(count, flows.size));
    const { of, first, table } = this;
    if (dimensions.sides.length === 0) {
      this.numberByKind(dimensions, flows, rows);
    } else {
      this.numberByFlow(dimensions, flows, rows);
    }
    if (dimensions.hasApplication) {
      first.set(of.subarray(0, count));
      table.numberAll(first, rows.applications, count, of);
      this.size = table.size;
    }
  }

  /** A flow with that key. */
  flow(key: number): number {
    return this.hasApplication ? this.rows.flows[this.table.rows[key]] : this.keyFlows[key];
  }

  /** The application of that key; 0 when keys have none. */
  application(key: number): number {
    return this.hasApplication ? this.rows.applications[this.table.rows[key]] : 0;
  }

  /** The key of a flow, where keys depend on the kind of flow alone. */
  ofFlow(flow: number): number {
    return this.kindKeys[this.flowKinds[flow]];
  }

  /** Numbers keys that depend on the kind of flow alone, but for the application. */
  private numberByKind(dimensions: KeyDimensions, flows: DistinctFlows, rows: KeyRows): void {
    const { of } = this;
    const { kind } = flows;
    const projected = projectKinds(dimensions, flows);
    this.size = projected.flows.length;
    this.keyFlows = projected.flows;
    this.kindKeys = projected.of;
    this.flowKinds = kind;
    for (let row = 0; row < rows.count; row++) {
      of[row] = projected.of[kind[rows.flows[row]]];
    }
  }

  /** Numbers the keys of flows, and those of rows by their flows. */
  private numberByFlow(dimensions: KeyDimensions, flows: DistinctFlows, rows: KeyRows): void {
    const { of, flowKeys, first, second, table } = this;
    const { size, pair, pairs } = flows;
    const { sides, written } = dimensions;
    const projected = projectKinds(dimensions, flows);
    const kinds = projected.flows.length;
    if (sides.length === 1) {
      this.putEnds(dimensions, flows, sides[0], first);
      table.numberAll(first, this.project(projected, flows), size, flowKeys);
    } else if (written.source && written.destination) {
      table.numberSmall(pair, pairs, this.project(projected, flows), kinds, size, flowKeys);
    } else {
      this.putEnds(dimensions, flows, 'source', first);
      this.putEnds(dimensions, flows, 'destination', second);
      table.numberAll(first, second, size, flowKeys);
      if (kinds > 1) {
        first.set(flowKeys.subarray(0, size));
        table.numberSmall(first, table.size, this.project(projected, flows), kinds, size, flowKeys);
      }
    }
    this.size = table.size;
    this.keyFlows = table.rows;
    for (let row = 0; row < rows.count; row++) {
      of[row] = flowKeys[rows.flows[row]];
    }
  }

  /** What is written of each flow besides addresses and application, as a column. */
  private project({ of, flows }: Projected, { size, kind }: DistinctFlows): Int32Array {
    const { second } = this;
    if (flows.length === 1) {
      return second.fill(0, 0, size);
    }
    for (let flow = 0; flow < size; flow++) {
      second[flow] = of[kind[flow]];
    }
    return second;
  }

  /** Puts what is written of one end of each flow into a column: the address, or that a known end stands in its place. */
  private putEnds({ written }: KeyDimensions, flows: DistinctFlows, side: Side, target: Int32Array): void {
    const { size, kind } = flows;
    const codes = flows[side];
    if (written[side]) {
      target.set(codes.subarray(0, size));
      return;
    }
    const isKnown = Uint8Array.from(flows.kinds, ({ resolution }) => Number(resolution[side] !== undefined));
    for (let flow = 0; flow < size; flow++) {
      target[flow] = isKnown[kind[flow]] === 1 ? KNOWN_END : codes[flow];
    }
  }

  private reserve(count: number): void {
    if (count > this.of.length) {
      const room = count * 2;
      this.of = new Int32Array(room);
      this.flowKeys = new Int32Array(room);
      this.first = new Int32Array(room);
      this.second = new Int32Array(room);
    }
  }
}

/** Kinds of flows by what is written of them in some dimensions. */
interface Projected {
  /** The number of each kind: the same of those that are written alike. */
  readonly of: Int32Array;
  /** By number: a flow. */
  readonly flows: Int32Array;
}

/** Numbers what kinds of flows are written alike in these dimensions, but for addresses and applications. */
function projectKinds({ ofKind }: KeyDimensions, flows: DistinctFlows): Projected {
  const { kinds } = flows;
  const of = new Int32Array(kinds.length);
  const examples = new Int32Array(kinds.length);
  const numbers = new Map<string, number>();
  for (let kind = 0; kind < kinds.length; kind++) {
    const { resolution, flow } = kinds[kind];
    let text = '';
    for (const dimension of ofKind) {
      const side = sideOf(dimension);
      const isAddress = side !== undefined && resolution[side] === undefined;
      text += (isAddress ? '' : flows.text(flow, dimension)) + SEPARATOR;
    }
    let number = numbers.get(text);
    if (number === undefined) {
      number = numbers.size;
      numbers.set(text, number);
      examples[number] = flow;
    }
    of[kind] = number;
  }
  return { of, flows: examples.subarray(0, numbers.size) };
}
