import { dimensionOf, type Dimension } from './dimensions';
import type { DistinctFlows, FlowColumn } from './distinctFlows';
import { KeyTable } from './keyTable';
import type { Measurement } from './measurements';
import { APPLICATION, type Columns } from './rowStore';

/** Text between those of several dimensions: no identifier holds it. */
const SEPARATOR = '\x1f';

/**
 * Numbers the keys that a measurement has in a group: records whose tags are written alike have the same number, from 0 in the
 * order of their first records. So any number of dimensions is one integer per record. Reuses its memory for the next group.
 */
export class KeyNumbers {
  /** Distinct keys. */
  size = 0;
  /** The key of each record. */
  of = new Int32Array(0);
  /** A flow and an application with each key. */
  flows = new Int32Array(0);
  applications = new Int32Array(0);
  private readonly table = new KeyTable();
  /** The key of each flow, without its application. */
  private flowKeys = new Int32Array(0);
  private values = new Int32Array(0);

  /** Numbers the keys of some of a measurement's own tags. */
  find(tags: readonly string[], { keys }: Measurement, flows: DistinctFlows, columns: Columns): void {
    const dimensions = tags.map((tag) => dimensionOf(keys[tag]));
    this.reserve(columns.count, flows.size);
    this.numberFlows(dimensions, flows);
    const { table, of, flowKeys } = this;
    const { count } = columns;
    for (let i = 0; i < count; i++) {
      of[i] = flowKeys[flows.of[i]];
    }
    const applications = columns.codes[APPLICATION];
    if (dimensions.some(({ column }) => column === 'application')) {
      table.numberAll(of.slice(0, count), applications, count, of);
    }
    // By their first records, whatever the order of flows.
    this.size = 0;
    this.values.fill(-1, 0, Math.max(flows.size, count));
    for (let i = 0; i < count; i++) {
      const key = of[i];
      if (this.values[key] < 0) {
        this.flows[this.size] = flows.of[i];
        this.applications[this.size] = applications[i];
        this.values[key] = this.size++;
      }
      of[i] = this.values[key];
    }
  }

  private numberFlows(dimensions: readonly Dimension[], flows: DistinctFlows): void {
    const { flowKeys } = this;
    flowKeys.fill(0, 0, flows.size);
    const byColumn = new Map<Dimension['column'], Dimension[]>();
    for (const dimension of dimensions) {
      byColumn.set(dimension.column, [...(byColumn.get(dimension.column) ?? []), dimension]);
    }
    for (const [column, all] of byColumn) {
      switch (column) {
        case 'application':
          break;
        case 'source':
        case 'destination':
          this.combine(flows.columns[column], flows.size);
          break;
        case 'sourceEnd':
        case 'destinationEnd':
          this.project(column, all, flows);
          if (all.some(dependsOnAddress)) {
            this.combineAddresses(column, flows);
          }
          break;
        default:
          this.project(column, all, flows);
      }
    }
  }

  /** Adds a column's texts to the keys of flows: values with the same texts are the same. */
  private project(column: FlowColumn, dimensions: readonly Dimension[], flows: DistinctFlows): void {
    const numbers = flows.columns[column];
    // By the column's value + 1: an end that is an address alone is -1.
    const known: number[] = [];
    const byText = new Map<string, number>();
    for (let flow = 0; flow < flows.size; flow++) {
      const value = numbers[flow];
      let projected = known[value + 1];
      if (projected === undefined) {
        const texts = dimensions.map((dimension) =>
          value < 0 && dependsOnAddress(dimension) ? '' : flows.text(flow, dimension)
        );
        const text = texts.join(SEPARATOR);
        projected = byText.get(text) ?? byText.size;
        byText.set(text, projected);
        known[value + 1] = projected;
      }
      this.values[flow] = projected;
    }
    if (byText.size > 1) {
      this.combine(this.values, flows.size);
    }
  }

  private combineAddresses(column: 'sourceEnd' | 'destinationEnd', flows: DistinctFlows): void {
    const ends = flows.columns[column];
    let isNeeded = false;
    for (let flow = 0; flow < flows.size; flow++) {
      const isAddress = ends[flow] < 0;
      this.values[flow] = isAddress ? flows.addressOf(flow, column) : 0;
      isNeeded ||= isAddress;
    }
    if (isNeeded) {
      this.combine(this.values, flows.size);
    }
  }

  /** Adds a column to the keys of flows. */
  private combine(values: Int32Array, count: number): void {
    this.table.numberAll(this.flowKeys.slice(0, count), values, count, this.flowKeys);
  }

  private reserve(records: number, flows: number): void {
    if (Math.max(records, flows) > this.of.length) {
      const room = Math.max(records, flows) * 2;
      this.of = new Int32Array(room);
      this.flows = new Int32Array(room);
      this.applications = new Int32Array(room);
      this.flowKeys = new Int32Array(room);
      this.values = new Int32Array(room);
    }
  }
}

/** Whether the text of an end that is an address alone depends on that address. */
function dependsOnAddress(dimension: Dimension): boolean {
  return 'end' in dimension && dimension.end.ofAddress !== undefined;
}
