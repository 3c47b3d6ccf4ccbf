/**
 * The first `limit` of the numbers 0 … count-1 in the order of `compare`, in that order. `leading(n)` is what `compare`
 * looks at first, larger before smaller: most numbers are left out by it alone.
 */
export function topNumbers(
  count: number,
  limit: number,
  leading: (number: number) => number,
  compare: (a: number, b: number) => number
): number[] {
  const top: number[] = [];
  if (limit === 0) {
    return top;
  }
  let least = -Infinity;
  for (let number = 0; number < count; number++) {
    if (leading(number) < least || (top.length === limit && compare(number, top[limit - 1]) >= 0)) {
      continue;
    }
    let low = 0;
    let high = top.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compare(top[middle], number) <= 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    top.splice(low, 0, number);
    if (top.length > limit) {
      top.pop();
    }
    if (top.length === limit) {
      least = leading(top[limit - 1]);
    }
  }
  return top;
}
