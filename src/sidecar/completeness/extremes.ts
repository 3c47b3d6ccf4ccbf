/** The smallest of some numbers, however many; undefined when there are none. */
export function minOf(numbers: Iterable<number>): number | undefined {
  return extreme(numbers, Math.min);
}

/** The greatest of some numbers, however many; undefined when there are none. */
export function maxOf(numbers: Iterable<number>): number | undefined {
  return extreme(numbers, Math.max);
}

function extreme(numbers: Iterable<number>, better: (a: number, b: number) => number): number | undefined {
  let found: number | undefined;
  for (const number of numbers) {
    found = found === undefined ? number : better(found, number);
  }
  return found;
}
