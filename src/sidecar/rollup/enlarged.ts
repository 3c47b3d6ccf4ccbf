/** Copies numbers into `larger`, which takes their place. */
export function enlarged<T extends Float64Array | Uint32Array | Uint16Array | Int32Array>(numbers: T, larger: T): T {
  larger.set(numbers);
  return larger;
}
