import { compareAddresses } from '../records/address/address';
import { dimensionOf } from './dimensions';
import type { DistinctFlows } from './distinctFlows';
import type { KeyNumbers } from './keyNumbers';
import type { Measurement } from './measurements';

/**
 * Orders two keys of a measurement by their values, in the order of its table: addresses and applications by number, all else
 * by the bytes of its text. Negative when `a` comes first.
 */
export function compareKeys(
  { keys }: Measurement,
  flows: DistinctFlows,
  numbers: KeyNumbers,
  a: number,
  b: number
): number {
  for (const name of Object.values(keys)) {
    const dimension = dimensionOf(name);
    const [first, second] = [numbers.flows[a], numbers.flows[b]];
    let order = 0;
    if (dimension.column === 'application') {
      order = numbers.applications[a] - numbers.applications[b];
    } else if (dimension.column === 'source' || dimension.column === 'destination') {
      const codes = flows.columns[dimension.column];
      order = compareAddresses(codes[first], codes[second], flows.tables.addresses);
    } else {
      order = Buffer.compare(Buffer.from(flows.text(first, dimension)), Buffer.from(flows.text(second, dimension)));
    }
    if (order !== 0) {
      return order;
    }
  }
  return 0;
}
