/** A real InfluxDB 1.x of our own, on loopback ports, with its files in one folder. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureInflux } from './install.mjs';
import { freePort, retryOnTakenPort, ServiceError, startService, waitUntilAnswering } from './processes.mjs';

const START_TIMEOUT_MS = 60_000;

/** @typedef {{username: string, password: string}} User neither with quotes in it */

/**
 * Starts InfluxDB; installs it when it is missing.
 * @param {{dir: string, port?: number, settings?: string, admin?: User}} options `dir` holds data, configuration and log, and may hold
 *   data already; `port`: a fixed HTTP port, to come back where it was; `settings`: more lines of configuration; `admin`:
 *   with it nobody gets in without a password, and this user may do everything
 * @returns {Promise<{url: string, port: number, pid: number, logFile: string, stop(): Promise<void>}>}
 * @throws ServiceError that says what to install, or why it did not start
 */
export async function startInflux({ dir, port, settings = '', admin }) {
  const command = await ensureInflux();
  await mkdir(dir, { recursive: true });
  return retryOnTakenPort(async () => {
    const httpPort = port ?? (await freePort());
    const configFile = join(dir, 'influxdb.conf');
    const logFile = join(dir, 'influxdb.log');
    await writeFile(configFile, configuration(dir, httpPort, await freePort(), settings, admin !== undefined));
    const service = startService({ name: 'InfluxDB', command, args: ['-config', configFile], logFile });
    const url = `http://127.0.0.1:${httpPort}`;
    await waitUntilAnswering(service, `${url}/ping`, logFile, START_TIMEOUT_MS);
    if (admin !== undefined) {
      await query(url, `CREATE USER "${admin.username}" WITH PASSWORD '${admin.password}' WITH ALL PRIVILEGES`, admin);
    }
    return { url, port: httpPort, pid: service.pid, logFile, stop: service.stop };
  });
}

/**
 * Makes a user who may read one database and nothing else: the one for Grafana, where any viewer can send any query.
 * @param {{url: string, admin: User, database: string, reader: User}} options the database is made when it is missing
 */
export async function createReader({ url, admin, database, reader }) {
  await query(url, `CREATE DATABASE "${database}"`, admin);
  await query(url, `CREATE USER "${reader.username}" WITH PASSWORD '${reader.password}'`, admin);
  await query(url, `GRANT READ ON "${database}" TO "${reader.username}"`, admin);
}

async function query(url, statement, { username, password }) {
  const response = await fetch(`${url}/query`, {
    method: 'POST',
    headers: { Authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` },
    body: new URLSearchParams({ q: statement }),
  });
  const text = await response.text();
  if (!response.ok || text.includes('"error"')) {
    throw new ServiceError(`InfluxDB refused ${statement.split(' WITH ', 1)[0]}: ${text}`);
  }
}

/** What Flowscope asks of a store: the index on disk, and no limits on series and tag values. */
function configuration(dir, httpPort, rpcPort, settings, hasUsers) {
  const path = (name) => JSON.stringify(join(dir, name));
  return `reporting-disabled = true
bind-address = "127.0.0.1:${rpcPort}"

[meta]
dir = ${path('meta')}

[data]
dir = ${path('data')}
wal-dir = ${path('wal')}
index-version = "tsi1"
max-series-per-database = 0
max-values-per-tag = 0
query-log-enabled = false

[monitor]
store-enabled = false

[http]
bind-address = "127.0.0.1:${httpPort}"
auth-enabled = ${hasUsers}
log-enabled = false
max-body-size = 0

[logging]
level = "warn"
${settings}
`;
}
