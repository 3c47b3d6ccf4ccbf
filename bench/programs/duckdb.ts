/**
 * DuckDB doing what five of Flowscope's measurements need: `duckdb THREADS FILE…` sums bytes, packets and flows per minute,
 * interface, action and key. Prints a line for each measurement: its name, the number of sums, then bytes, packets and
 * flows.
 *
 * It has less to do than Flowscope: no vpc, subnet and instance in the keys, flows counted at their start, no top K, no output, no
 * proof that the gzip is whole. The files are read once, into a table of the columns needed, which is faster for DuckDB
 * than five scans (on one thread, 1.9 s against 4.6 s).
 */
import { DuckDBInstance } from '@duckdb/node-api';

const [threads, ...files] = process.argv.slice(2);

/** The columns of `dataset.ts`, in its order. */
const COLUMNS = {
  version: 'INTEGER',
  'account-id': 'VARCHAR',
  'vpc-id': 'VARCHAR',
  'subnet-id': 'VARCHAR',
  'instance-id': 'VARCHAR',
  'interface-id': 'VARCHAR',
  srcaddr: 'VARCHAR',
  dstaddr: 'VARCHAR',
  srcport: 'INTEGER',
  dstport: 'INTEGER',
  protocol: 'INTEGER',
  packets: 'BIGINT',
  bytes: 'BIGINT',
  start: 'BIGINT',
  end: 'BIGINT',
  action: 'VARCHAR',
  'log-status': 'VARCHAR',
  'flow-direction': 'VARCHAR',
  'pkt-srcaddr': 'VARCHAR',
  'pkt-dstaddr': 'VARCHAR',
  'tcp-flags': 'INTEGER',
};

const MEASUREMENTS = {
  flow_interface: 'direction',
  flow_source: 'src',
  flow_destination: 'dst',
  flow_pair: 'src, dst',
  flow_application: 'application',
};

const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;

async function sums(): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:', { threads });
  const db = await instance.connect();
  const columns = Object.entries(COLUMNS).map(([name, type]) => `${quoted(name)}: ${quoted(type)}`);
  await db.run(`
    CREATE TEMP TABLE flows AS
    SELECT "start" // 60 AS minute, "interface-id" AS interface, action, "flow-direction" AS direction,
           srcaddr AS src, dstaddr AS dst, bytes, packets,
           protocol * 65536 + CASE WHEN protocol IN (6, 17) THEN least(srcport, dstport) ELSE 0 END AS application
    FROM read_csv([${files.map(quoted).join()}], delim = ' ', header = true, quote = '', escape = '',
                  auto_detect = false, compression = 'gzip', columns = {${columns.join()}})
    WHERE "log-status" = 'OK'`);
  for (const [name, keys] of Object.entries(MEASUREMENTS)) {
    // The outer sums keep DuckDB from leaving the inner ones out.
    const result = await db.runAndReadAll(`
      SELECT count(*), sum(bytes), sum(packets), sum(flows)
      FROM (SELECT minute, interface, action, ${keys}, sum(bytes) AS bytes, sum(packets) AS packets, count(*) AS flows
            FROM flows GROUP BY ALL)`);
    console.log(name, ...result.getRows()[0].map(String));
  }
}

void sums();
