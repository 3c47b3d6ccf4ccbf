import { isOneOf } from '../../reports/influxql';
import type { InfluxClient } from './influx';

/** Traffic of one interface and action over some time. */
export interface TrafficRow {
  /** Unix seconds of its start. */
  readonly time: number;
  readonly account: string;
  readonly interface: string;
  readonly action: string;
  readonly bytes: number;
  readonly packets: number;
  readonly flows: number;
}

/** The sums of each interface and action of these accounts, by minute of `[from, to)` (Unix seconds), in time's order. */
export async function trafficByMinute(
  client: InfluxClient,
  accounts: readonly string[],
  from: number,
  to: number
): Promise<TrafficRow[]> {
  return traffic(client, accounts, from, to, 'time(1m), ');
}

/** The same over the whole range. */
export async function trafficOf(
  client: InfluxClient,
  accounts: readonly string[],
  from: number,
  to: number
): Promise<TrafficRow[]> {
  return traffic(client, accounts, from, to, '');
}

async function traffic(
  client: InfluxClient,
  accounts: readonly string[],
  from: number,
  to: number,
  groupedBy: string
): Promise<TrafficRow[]> {
  const rows = await client.query(
    `SELECT sum("bytes") AS "bytes", sum("packets") AS "packets", sum("flows") AS "flows" FROM "minute"."flow_interface" ` +
      `WHERE ${isOneOf('account', accounts)} AND time >= ${from}s AND time < ${to}s ` +
      `GROUP BY ${groupedBy}"account", "interface", "action" fill(none)`
  );
  return rows
    .map((row) => ({
      time: Date.parse(String(row.time)) / 1000,
      account: String(row.account),
      interface: String(row.interface),
      action: String(row.action),
      bytes: Number(row.bytes),
      packets: Number(row.packets),
      flows: Number(row.flows),
    }))
    .sort((a, b) => a.time - b.time);
}
