/** Number of metrics: bytes, packets and flows. */
export const METRICS = 3;

/** Sums over many records, which may exceed 2^53. */
export interface Sums {
  readonly bytes: bigint;
  readonly packets: bigint;
  readonly flows: bigint;
}

/** Sums of nothing. */
export function noSums(): Sums {
  return { bytes: 0n, packets: 0n, flows: 0n };
}

/** The sum of both. Plain numbers must be safe integers. */
export function addSums(a: Sums, b: Readonly<Record<keyof Sums, bigint | number>>): Sums {
  return {
    bytes: a.bytes + BigInt(b.bytes),
    packets: a.packets + BigInt(b.packets),
    flows: a.flows + BigInt(b.flows),
  };
}

/** Sums as decimal strings, for JSON. */
export function sumsToJson(sums: Sums): Record<keyof Sums, string> {
  return { bytes: String(sums.bytes), packets: String(sums.packets), flows: String(sums.flows) };
}
