import { timestamp } from '../rollup/lineProtocol';
import type { Policy } from '../rollup/windows';
import type { InfluxClient } from '../store/influx';
import { MINUTE_SHARD_HOURS } from '../store/schema';
import { PointWriter, type WriterPatience } from '../store/writer';
import { clock } from '../util/clock';

/** A stretch of time of which InfluxDB keeps all points of a policy in one shard, seconds. Shards of `hour` are of whole days. */
const STRETCH: Readonly<Record<Policy, number>> = { minute: MINUTE_SHARD_HOURS * 3600, hour: 86_400 };
/** InfluxDB gives the memory of a shard back that nobody wrote to for ten minutes. */
const OPEN_MS = 5 * 60_000;
/** More are not remembered. */
const MAX_OPEN = 10_000;
/** The measurement that holds nothing but the points by which shards are opened. */
const OPENED = 'opened_shard';
const NANOSECOND_DIGITS = 9;

/** The begins (Unix seconds) of the stretches that whole lines have points in, each once. */
export function stretchesOf(policy: Policy, lines: string | Uint8Array): number[] {
  const found = new Set<number>();
  const text =
    typeof lines === 'string' ? Buffer.from(lines) : Buffer.from(lines.buffer, lines.byteOffset, lines.byteLength);
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', end + 1)) {
    const digits = text.subarray(text.lastIndexOf(' ', end) + 1, end).toString();
    const seconds = Number(digits.slice(0, -NANOSECOND_DIGITS));
    found.add(seconds - (seconds % STRETCH[policy]));
  }
  return [...found];
}

/**
 * Writes a point into each of these stretches. InfluxDB may acknowledge and lose one of two writes that are the first ones to a shard
 * (docs/decisions/0012-one-write-at-a-time.md): with this one behind them, those of several processes are not.
 */
export async function openShards(writer: PointWriter, policy: Policy, stretches: readonly number[]): Promise<void> {
  await writer.writeLines(
    policy,
    stretches.map((begin) => `${OPENED} open=1i ${timestamp(begin, 0)}`)
  );
}

/** Writes as {@link PointWriter}, but into shards only that another process has opened, or itself has written to lately. */
export class OpeningWriter extends PointWriter {
  /** By policy and stretch, until when it stays open, by a clock that nobody sets. */
  private readonly open = new Map<string, number>();

  /** `openShards`: has that other process write to the stretches. */
  constructor(
    client: InfluxClient,
    patience: WriterPatience,
    private readonly openShards: (policy: Policy, stretches: readonly number[]) => Promise<void>
  ) {
    super(client, patience);
  }

  override async write(policy: Policy, lines: string | Uint8Array): Promise<number> {
    const stretches = stretchesOf(policy, lines);
    const asked = clock.elapsed();
    const closed = stretches.filter((begin) => (this.open.get(`${policy} ${begin}`) ?? -Infinity) <= asked);
    if (closed.length > 0) {
      await this.withRetry(() => this.openShards(policy, closed));
    }
    const dropped = await super.write(policy, lines);
    if (this.open.size > MAX_OPEN) {
      this.open.clear();
    }
    stretches.forEach((begin) => this.open.set(`${policy} ${begin}`, asked + OPEN_MS));
    return dropped;
  }
}
