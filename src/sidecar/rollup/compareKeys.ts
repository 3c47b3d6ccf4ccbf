import { compareAddresses } from '../records/address/address';
import type { Dimension } from './dimensions';
import type { DistinctFlows } from './distinctFlows';
import { sideOf } from './keyDimensions';
import type { KeyNumbers } from './keyNumbers';

/**
 * Orders two keys by the values of their dimensions, one after the other: addresses and applications by number, all else
 * by the bytes of its text. Negative when `a` comes first.
 */
export function compareKeys(
  dimensions: readonly Dimension[],
  flows: DistinctFlows,
  numbers: KeyNumbers,
  a: number,
  b: number
): number {
  const first = numbers.flow(a);
  const second = numbers.flow(b);
  const isSameKind = flows.kind[first] === flows.kind[second];
  for (const dimension of dimensions) {
    let order = 0;
    if (dimension.column === 'application') {
      order = numbers.application(a) - numbers.application(b);
    } else if (dimension.column === 'source' || dimension.column === 'destination') {
      const codes = flows[dimension.column];
      order = compareAddresses(codes[first], codes[second], flows.tables.addresses);
    } else if (!isSameKind || sideOf(dimension) !== undefined) {
      const [one, other] = [flows.text(first, dimension), flows.text(second, dimension)];
      order = one < other ? -1 : one > other ? 1 : 0;
    }
    if (order !== 0) {
      return order;
    }
  }
  return 0;
}
