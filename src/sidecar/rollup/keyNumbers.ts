import { dimensionOf, type Dimension, type Side } from './dimensions';
import type { DistinctFlows } from './distinctFlows';
import { KeyTable } from './keyTable';
import type { Measurement } from './measurements';
import { APPLICATION, type Columns } from './rowStore';

/** Text between those of several dimensions: no identifier holds it. */
const SEPARATOR = '\x1f';
/** A table of all that may be has at most so many places per flow; beyond that a hash table takes less memory. */
const MAX_PLACES_PER_FLOW = 4;
/** Stands for a known end in a column of addresses: above all codes of addresses. */
const KNOWN_END = 0xff000000 | 0;

/**
 * Numbers the keys that a measurement has in a group: records whose tags are written alike have the same number. So any number
 * of dimensions is one integer per record. Reuses its memory for the next group.
 */
export class KeyNumbers {
  /** Distinct keys, numbered from 0. */
  size = 0;
  /** The key of each record. */
  of = new Int32Array(0);
  /** A flow and an application with each key. */
  flows = new Int32Array(0);
  applications = new Int32Array(0);
  private readonly table = new KeyTable();
  /** The key of each flow, without its application. */
  private flowKeys = new Int32Array(0);
  private first = new Int32Array(0);
  private second = new Int32Array(0);
  private numbers = new Int32Array(0);

  /** Numbers the keys of some of a measurement's own tags. */
  find(tags: readonly string[], { keys }: Measurement, flows: DistinctFlows, columns: Columns): void {
    const dimensions = tags.map((tag) => dimensionOf(keys[tag]));
    this.reserve(Math.max(columns.count, flows.size));
    this.size = this.numberFlows(dimensions, flows);
    const { of, flowKeys } = this;
    const { count } = columns;
    for (let record = 0; record < count; record++) {
      of[record] = flowKeys[flows.of[record]];
    }
    if (dimensions.some(({ column }) => column === 'application')) {
      this.addApplications(columns, flows);
    } else {
      for (let flow = flows.size - 1; flow >= 0; flow--) {
        this.flows[flowKeys[flow]] = flow;
      }
    }
  }

  private addApplications({ codes, count }: Columns, flows: DistinctFlows): void {
    const { of, first, table } = this;
    const applications = codes[APPLICATION];
    first.set(of.subarray(0, count));
    table.numberAll(first, applications, count, of);
    this.size = table.size;
    for (let record = count - 1; record >= 0; record--) {
      this.flows[of[record]] = flows.of[record];
      this.applications[of[record]] = applications[record];
    }
  }

  /** Numbers the keys of flows. Returns how many there are. */
  private numberFlows(dimensions: readonly Dimension[], flows: DistinctFlows): number {
    const { flowKeys, first, second, table } = this;
    const { size, kind, pair } = flows;
    const projected = projectKinds(dimensions, flows);
    const addresses = (['source', 'destination'] as const).filter((side) => hasAddress(dimensions, side));
    if (addresses.length === 0) {
      for (let flow = 0; flow < size; flow++) {
        flowKeys[flow] = projected.of[kind[flow]];
      }
      return projected.size;
    }
    if (addresses.length === 1) {
      this.putEnds(dimensions, flows, addresses[0], first);
      table.numberAll(first, this.project(projected, flows), size, flowKeys);
      return table.size;
    }
    let keys = flows.pairs;
    if (
      dimensions.some(({ column }) => column === 'source') &&
      dimensions.some(({ column }) => column === 'destination')
    ) {
      flowKeys.set(pair.subarray(0, size));
    } else {
      this.putEnds(dimensions, flows, 'source', first);
      this.putEnds(dimensions, flows, 'destination', second);
      table.numberAll(first, second, size, flowKeys);
      keys = table.size;
    }
    return projected.size > 1 ? this.addProjected(keys, projected, flows) : keys;
  }

  /** Adds what is written besides addresses to the keys of flows, numbers below `keys`. Returns how many there are then. */
  private addProjected(keys: number, projected: Projected, flows: DistinctFlows): number {
    const { of, size: values } = projected;
    const { size, kind } = flows;
    const { flowKeys, first, table } = this;
    if (keys * values > MAX_PLACES_PER_FLOW * size) {
      first.set(flowKeys.subarray(0, size));
      table.numberAll(first, this.project(projected, flows), size, flowKeys);
      return table.size;
    }
    if (keys * values > this.numbers.length) {
      this.numbers = new Int32Array(keys * values * 2);
    }
    const numbers = this.numbers.fill(0, 0, keys * values);
    let found = 0;
    for (let flow = 0; flow < size; flow++) {
      const place = flowKeys[flow] * values + of[kind[flow]];
      flowKeys[flow] = (numbers[place] ||= ++found) - 1;
    }
    return found;
  }

  /** What is written of each flow besides addresses and application, as a column. */
  private project(projected: Projected, { size, kind }: DistinctFlows): Int32Array {
    const { second } = this;
    if (projected.size === 1) {
      return second.fill(0, 0, size);
    }
    for (let flow = 0; flow < size; flow++) {
      second[flow] = projected.of[kind[flow]];
    }
    return second;
  }

  /** Puts what is written of one end of each flow into a column: the address, or that a known end stands in its place. */
  private putEnds(dimensions: readonly Dimension[], flows: DistinctFlows, side: Side, target: Int32Array): void {
    const { size, kind } = flows;
    const codes = flows[side];
    if (dimensions.some(({ column }) => column === side)) {
      target.set(codes.subarray(0, size));
      return;
    }
    const isKnown = flows.kinds.map(({ resolution }) => resolution[side] !== undefined);
    for (let flow = 0; flow < size; flow++) {
      target[flow] = isKnown[kind[flow]] ? KNOWN_END : codes[flow];
    }
  }

  private reserve(count: number): void {
    if (count > this.of.length) {
      const room = count * 2;
      this.of = new Int32Array(room);
      this.flows = new Int32Array(room);
      this.applications = new Int32Array(room);
      this.flowKeys = new Int32Array(room);
      this.first = new Int32Array(room);
      this.second = new Int32Array(room);
    }
  }
}

/** The number of each kind of flow, and how many numbers there are. */
interface Projected {
  readonly of: readonly number[];
  readonly size: number;
}

/** Numbers what kinds of flows are written alike in these dimensions, but for addresses and applications. */
function projectKinds(dimensions: readonly Dimension[], flows: DistinctFlows): Projected {
  const others = dimensions.filter(({ column }) => !['source', 'destination', 'application'].includes(column));
  const numbers = new Map<string, number>();
  const of = flows.kinds.map(({ resolution, flow }) => {
    const texts = others.map((dimension) => {
      const side = sideOf(dimension);
      const isAddress = side !== undefined && resolution[side] === undefined;
      return isAddress ? '' : flows.text(flow, dimension);
    });
    const text = texts.join(SEPARATOR);
    const number = numbers.get(text) ?? numbers.size;
    numbers.set(text, number);
    return number;
  });
  return { of, size: numbers.size };
}

/** Whether some dimension depends on the address of that side. */
function hasAddress(dimensions: readonly Dimension[], side: Side): boolean {
  return dimensions.some((dimension) => dimension.column === side || sideOf(dimension) === side);
}

/** Of the text of an end which side's address it depends on where nobody is known to have that; undefined of others. */
function sideOf(dimension: Dimension): Side | undefined {
  return dimension.column === 'end' && dimension.end.ofAddress ? dimension.side : undefined;
}
