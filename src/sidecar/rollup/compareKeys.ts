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
      const codes = flows[dimension.column];
      order = compareAddresses(codes[first], codes[second], flows.tables.addresses);
    } else {
      const [one, other] = [flows.text(first, dimension), flows.text(second, dimension)];
      order = one < other ? -1 : one > other ? 1 : 0;
    }
    if (order !== 0) {
      return order;
    }
  }
  return 0;
}
