import { VPC_FIELDS } from '../records/fields';
import { measurementsFor } from '../rollup/measurements';

const V2_FIELDS = VPC_FIELDS.filter(({ version }) => version === 2).map(({ name }) => name);

/** The measurements that every accepted record of AWS's default format counts in. */
export const V2_MEASUREMENTS: readonly string[] = measurementsFor(V2_FIELDS)
  .filter(({ action }) => action === undefined)
  .map(({ name }) => name);
