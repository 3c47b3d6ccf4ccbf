import { FLOW_MEASUREMENTS, type FlowMeasurement } from '../../contract/stored';
import type { DimensionName } from './dimensions';

/** An InfluxDB measurement of sums. To add one, add an entry to `FLOW_MEASUREMENTS` in `src/contract/stored.ts`. */
export interface Measurement extends FlowMeasurement {
  readonly keys: Readonly<Record<string, DimensionName>>;
}

/** The measurements of sums. */
export const MEASUREMENTS: readonly Measurement[] = FLOW_MEASUREMENTS;

/** The measurements that an object with these header columns has the fields for. */
export function measurementsFor(columns: readonly string[], table = MEASUREMENTS): readonly Measurement[] {
  return table.filter(({ requires }) => requires.every((anyOf) => anyOf.some((field) => columns.includes(field))));
}
