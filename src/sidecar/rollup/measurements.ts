import { FLOW_MEASUREMENTS } from '../../contract/stored';
import { dimensionOf, type DimensionName } from '../records/dimensions';
import { FIELDS_ALWAYS_READ } from '../records/rules';

/** An InfluxDB measurement of sums. To add one, add an entry to `FLOW_MEASUREMENTS` in `src/contract/stored.ts`. */
export interface Measurement {
  readonly name: string;
  /** Its own tags, in addition to the group's: one or two, each with the dimension of its values. */
  readonly keys: Readonly<Record<string, DimensionName>>;
  /** Whether only the top K keys per group are kept by name, and the rest is summed up as `other`. */
  readonly topK: boolean;
  /** The name of a tag with both keys, for ranking pairs. It adds no series. */
  readonly pairTag?: string;
  /** Whether it is also written if the flow log lacks the fields of its keys, which are `unknown` then. */
  readonly always?: boolean;
}

/** The measurements of sums. */
export const MEASUREMENTS: readonly Measurement[] = FLOW_MEASUREMENTS;

/** Whether a header field is read: it influences what is stored. */
export function isFieldRead(field: string): boolean {
  return FIELDS_READ.has(field);
}

const FIELDS_READ = new Set([
  ...FIELDS_ALWAYS_READ,
  ...MEASUREMENTS.flatMap(({ keys }) => Object.values(keys).flatMap((name) => dimensionOf(name).fields)),
]);

/** The measurements that an object with these header columns has the fields for. */
export function measurementsFor(columns: readonly string[], table = MEASUREMENTS): readonly Measurement[] {
  return table.filter(
    ({ keys, always }) =>
      always || Object.values(keys).every((name) => dimensionOf(name).fields.every((field) => columns.includes(field)))
  );
}
