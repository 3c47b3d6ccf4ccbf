import type { DistinctFlows } from './distinctFlows';
import type { KeyRows } from './keyNumbers';
import { KeyTable } from './keyTable';

/**
 * The rows of a group by kind of flow and application: what measurements without addresses are summed up from, since there are
 * few of these. Reuses its memory for the next group.
 */
export class KindRows implements KeyRows {
  count = 0;
  /** A flow of each kind. */
  flows = new Int32Array(0);
  applications = new Int32Array(0);
  /** By row of the group: the number of its kind and application. */
  of = new Int32Array(0);
  private kinds = new Int32Array(0);
  private readonly table = new KeyTable();

  /** Finds the kinds and applications of the rows of a group. */
  find({ kind }: DistinctFlows, rows: KeyRows): void {
    const { count } = rows;
    if (count > this.of.length) {
      const room = count * 2;
      this.of = new Int32Array(room);
      this.kinds = new Int32Array(room);
      this.flows = new Int32Array(room);
      this.applications = new Int32Array(room);
    }
    const { of, kinds, flows, applications, table } = this;
    for (let row = 0; row < count; row++) {
      kinds[row] = kind[rows.flows[row]];
    }
    table.numberAll(kinds, rows.applications, count, of);
    this.count = table.size;
    for (let i = 0; i < table.size; i++) {
      flows[i] = rows.flows[table.rows[i]];
      applications[i] = rows.applications[table.rows[i]];
    }
  }
}
