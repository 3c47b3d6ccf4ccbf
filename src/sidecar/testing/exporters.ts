/**
 * Bytes by exporter in one policy: its VPC, and `overflow` for those beyond the limit. `query`: runs InfluxQL and returns its
 * rows.
 */
export async function bytesByExporter(
  query: (influxql: string) => Promise<ReadonlyArray<Readonly<Record<string, unknown>>>>,
  policy: string
): Promise<Record<string, number>> {
  const rows = await query(`SELECT sum("bytes") AS n FROM "${policy}"."flow_interface" GROUP BY "account", "vpc"`);
  const sums: Record<string, number> = {};
  for (const { account, vpc, n } of rows) {
    const exporter = String(account === 'overflow' ? account : vpc);
    sums[exporter] = (sums[exporter] ?? 0) + Number(n);
  }
  return sums;
}
