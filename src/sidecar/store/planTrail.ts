import { quoteField } from '../rollup/lineProtocol';
import type { InfluxClient } from './influx';

/**
 * The plans of objects, in the policy `minute`: each stands there before the first point of its object, or is written with it. A registry that is replaced
 * by an older copy learns from them which points were made after the copy.
 */
export const PLAN_TRAIL = 'granted_plan';

/** The line of a plan, with its line end. `seconds`: when it was made, Unix; `offset`: its first one, which no other plan has. */
export function planLine(plan: object, seconds: number, offset: number): string {
  const time = BigInt(seconds) * 1_000_000_000n + BigInt(offset);
  return `${PLAN_TRAIL} plan=${quoteField(JSON.stringify(plan))} ${time}\n`;
}

/** Seconds that are read at a time: there may be thousands of plans in an hour. */
const PIECE = 3600;

/** The plans of `[from, to)` (Unix seconds), as {@link planLine} got them, in pieces. Throws `InfluxError`. */
export async function* readPlanTrail(client: InfluxClient, from: number, to: number): AsyncGenerator<unknown[]> {
  for (let start = from; start < to; start += PIECE) {
    const range = `time >= ${start}s AND time < ${Math.min(start + PIECE, to)}s`;
    const rows = await client.query(`SELECT "plan" FROM "minute"."${PLAN_TRAIL}" WHERE ${range}`);
    if (rows.length > 0) {
      yield rows.map(({ plan }) => JSON.parse(String(plan)) as unknown);
    }
  }
}
