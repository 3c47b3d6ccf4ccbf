import { METRICS } from './sums';

/** The numbers of the three metrics, in the order in which they rank keys. */
export interface Ranking {
  readonly first: number;
  readonly second: number;
  readonly third: number;
}

/**
 * The first `limit` of the keys 0 … count-1, ranked by three metrics in turn, larger first, then by `compare`. The metrics of
 * a key are `totals[key × METRICS + metric]`.
 */
export function topKeys(
  count: number,
  limit: number,
  totals: Float64Array,
  ranking: Ranking,
  compare: (a: number, b: number) => number
): number[] {
  const top: number[] = [];
  if (limit === 0) {
    return top;
  }
  const { first } = ranking;
  // Where the totals of the last key of a full top begin.
  let last = -1;
  for (let key = 0; key < count; key++) {
    // Almost all keys are smaller.
    if (last >= 0 && totals[key * METRICS + first] < totals[last + first]) {
      continue;
    }
    let end = top.length;
    if (end === limit) {
      if (compareTotals(totals, ranking, key, top[end - 1], compare) > 0) {
        continue;
      }
      top.pop();
      end--;
    }
    let place = 0;
    while (place < end) {
      const middle = (place + end) >>> 1;
      if (compareTotals(totals, ranking, key, top[middle], compare) < 0) {
        end = middle;
      } else {
        place = middle + 1;
      }
    }
    top.splice(place, 0, key);
    last = top.length === limit ? top[limit - 1] * METRICS : -1;
  }
  return top;
}

/** Negative when key `a` comes first. */
function compareTotals(
  totals: Float64Array,
  { first, second, third }: Ranking,
  a: number,
  b: number,
  compare: (a: number, b: number) => number
): number {
  const atA = a * METRICS;
  const atB = b * METRICS;
  return (
    totals[atB + first] - totals[atA + first] ||
    totals[atB + second] - totals[atA + second] ||
    totals[atB + third] - totals[atA + third] ||
    compare(a, b)
  );
}
