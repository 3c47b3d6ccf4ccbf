import type { Row } from '../store/influx';
import type { MetricName } from '../../reports/metrics';
import type { Sums } from '../rollup/sums';

/** The figures behind a row. Sums are decimal text, so that JSON keeps them exact. */
export interface Figures {
  readonly bytes: string;
  readonly bitsPerSecond: number;
  readonly packets: string;
  readonly flows: string;
  /** Part of the report's total in the ranked metric, 0 to 1. */
  readonly share: number;
}

/** The figures of `sums` over `spanMs` milliseconds; `total`: of which `share` is a part. */
export function figuresOf(sums: Sums, total: Sums, metric: MetricName, spanMs: number): Figures {
  return {
    bytes: String(sums.bytes),
    bitsPerSecond: Number(sums.bytes) * (8000 / spanMs),
    packets: String(sums.packets),
    flows: String(sums.flows),
    share: ratio(sums[metric], total[metric]),
  };
}

/** a − b, metric by metric. */
export function subtractSums(a: Sums, b: Sums): Sums {
  return { bytes: a.bytes - b.bytes, packets: a.packets - b.packets, flows: a.flows - b.flows };
}

/** a / b; 0 where b is 0. */
export function ratio(a: bigint, b: bigint): number {
  return b === 0n ? 0 : Number(a) / Number(b);
}

/** The sums in an answer; none where it has no row. */
export function sumsOf(row: Row | undefined): Sums {
  const sum = (name: MetricName) => BigInt(row?.[name] ?? 0);
  return { bytes: sum('bytes'), packets: sum('packets'), flows: sum('flows') };
}
