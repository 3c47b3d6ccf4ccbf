import { METRICS } from './sums';

/**
 * The first `limit` of the keys 0 … count-1, ranked by three metrics in turn, larger first, then by `compare`. The metrics of
 * a key are `totals[key × METRICS + metric]`.
 */
export function topKeys(
  count: number,
  limit: number,
  totals: Float64Array,
  [metric1, metric2, metric3]: readonly [number, number, number],
  compare: (a: number, b: number) => number
): number[] {
  const top: number[] = [];
  if (limit === 0) {
    return top;
  }
  const comesFirst = (a: number, b: number): boolean => {
    const first = a * METRICS;
    const second = b * METRICS;
    const order =
      totals[second + metric1] - totals[first + metric1] ||
      totals[second + metric2] - totals[first + metric2] ||
      totals[second + metric3] - totals[first + metric3] ||
      compare(a, b);
    return order < 0;
  };
  // The first metric of the last key so far.
  let minimum = -Infinity;
  for (let key = 0; key < count; key++) {
    if (totals[key * METRICS + metric1] < minimum || (top.length === limit && !comesFirst(key, top[limit - 1]))) {
      continue;
    }
    let place = top.length === limit ? limit - 1 : top.length;
    while (place > 0 && comesFirst(key, top[place - 1])) {
      top[place] = top[place - 1];
      place--;
    }
    top[place] = key;
    if (top.length === limit) {
      minimum = totals[top[limit - 1] * METRICS + metric1];
    }
  }
  return top;
}
