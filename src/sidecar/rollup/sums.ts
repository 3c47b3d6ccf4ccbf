/** Bytes, packets and flows: how many numbers stand for one key, or for one window. */
export const METRICS = 3;

/** Bytes, packets and flows of many records: beyond 2^53 over objects, hence BigInt. */
export interface Sums {
  readonly bytes: bigint;
  readonly packets: bigint;
  readonly flows: bigint;
}

/** Nothing counted yet. */
export function noSums(): Sums {
  return { bytes: 0n, packets: 0n, flows: 0n };
}

/** The sums of both. Plain numbers must be safe integers. */
export function addSums(a: Sums, b: Readonly<Record<keyof Sums, bigint | number>>): Sums {
  return {
    bytes: a.bytes + BigInt(b.bytes),
    packets: a.packets + BigInt(b.packets),
    flows: a.flows + BigInt(b.flows),
  };
}

/** For JSON, which has no integers of that size: decimal strings. */
export function sumsToJson(sums: Sums): Record<keyof Sums, string> {
  return { bytes: String(sums.bytes), packets: String(sums.packets), flows: String(sums.flows) };
}
