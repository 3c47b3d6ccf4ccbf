import { MEASUREMENTS } from '../rollup/measurements';
import { isFailure, type InfluxClient } from './influx';

const FLOW_SUMS = 'sum("bytes") AS "bytes", sum("packets") AS "packets", sum("flows") AS "flows"';

/** Timeout of one statement: an hour of a large network takes InfluxDB some time. */
const TIMEOUT_MS = 240_000;

/**
 * Sums the minutes of one hour (Unix seconds of its start) up into `hour`, at the hour's start: an overwrite, so doing it
 * again is harmless. Throws `InfluxError`.
 */
export async function recomputeHour(client: InfluxClient, hour: number): Promise<void> {
  const range = `time >= ${hour}s AND time < ${hour + 3600}s`;
  const statements = [
    ...MEASUREMENTS.map(({ name }) => `SELECT ${FLOW_SUMS} INTO "hour"."${name}" FROM "minute"."${name}"`),
    'SELECT sum("records") AS "records" INTO "hour"."flow_quality" FROM "minute"."flow_quality"',
  ];
  for (const statement of statements) {
    await client.queryInto('hour', `${statement} WHERE ${range} GROUP BY time(1h), * fill(none)`, TIMEOUT_MS);
  }
}

/**
 * Writes the sums of an hour, blocks of whole lines, to `hour`: an overwrite, so doing it again is harmless. Throws `InfluxError`.
 */
export async function writeHour(client: InfluxClient, lines: readonly Uint8Array[]): Promise<void> {
  for (const block of lines) {
    try {
      await client.write('hour', block);
    } catch (error) {
      // As with SELECT INTO: what `hour` keeps no longer need not be there.
      if (!isFailure(error, 'expired')) {
        throw error;
      }
    }
  }
}
