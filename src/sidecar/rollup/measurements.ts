import { FLOW_MEASUREMENTS } from '../../contract/stored';
import { codeOf, type CodeName } from '../records/dimensions';
import { FIELDS_ALWAYS_READ } from '../records/rules';

/** One InfluxDB measurement of sums. A new one is an entry of `FLOW_MEASUREMENTS` in `src/contract/stored.ts`. */
export interface Measurement {
  readonly name: string;
  /** What it is keyed by besides the group's tags: its own tags and where their values come from; one or two. */
  readonly keys: Readonly<Record<string, CodeName>>;
  /** Keep only the top K keys per interface and action, and sum up the rest as `other`. */
  readonly topK: boolean;
  /** A tag made of both keys, for ranking pairs; it adds no series. */
  readonly pairTag?: string;
  /** Written also when the flow log lacks the fields of its keys: they are `unknown` then. */
  readonly always?: boolean;
}

/** The measurements of sums that every collected object feeds. */
export const MEASUREMENTS: readonly Measurement[] = FLOW_MEASUREMENTS;

/** Whether a field of the flow log decides on anything that is stored. */
export function isRead(field: string): boolean {
  return FIELDS_READ.has(field);
}

const FIELDS_READ = new Set([
  ...FIELDS_ALWAYS_READ,
  ...MEASUREMENTS.flatMap(({ keys }) => Object.values(keys).flatMap((name) => codeOf(name).fields)),
]);

/** The measurements an object with these header columns can feed; the others are left out, not filled with gaps. */
export function measurementsFor(columns: readonly string[], table = MEASUREMENTS): readonly Measurement[] {
  return table.filter(
    ({ keys, always }) =>
      always || Object.values(keys).every((name) => codeOf(name).fields.every((field) => columns.includes(field)))
  );
}
