/** A real InfluxDB 1.x of our own, on loopback ports, with its files in one folder. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureInflux } from './install.mjs';
import { freePort, retryOnTakenPort, startService, waitUntilAnswering } from './processes.mjs';

const START_TIMEOUT_MS = 60_000;

/**
 * Starts InfluxDB; installs it when it is missing.
 * @param {{dir: string, port?: number, isAuthenticated?: boolean, settings?: string}} options
 *   `dir` holds data, configuration and log, and may hold data already; `port`: a fixed HTTP port, to come back where it
 *   was; `isAuthenticated`: it asks for passwords; `settings`: more lines of configuration
 * @returns {Promise<{url: string, port: number, pid: number, logFile: string, stop(): Promise<void>}>}
 * @throws ServiceError that says what to install, or why it did not start
 */
export async function startInflux({ dir, port, isAuthenticated = false, settings = '' }) {
  const command = await ensureInflux();
  await mkdir(dir, { recursive: true });
  return retryOnTakenPort(async () => {
    const httpPort = port ?? (await freePort());
    const configFile = join(dir, 'influxdb.conf');
    const logFile = join(dir, 'influxdb.log');
    await writeFile(configFile, configuration(dir, httpPort, await freePort(), isAuthenticated, settings));
    const service = startService({ name: 'InfluxDB', command, args: ['-config', configFile], logFile });
    const url = `http://127.0.0.1:${httpPort}`;
    await waitUntilAnswering(service, `${url}/ping`, logFile, START_TIMEOUT_MS);
    return { url, port: httpPort, pid: service.pid, logFile, stop: service.stop };
  });
}

/** What Flowscope asks of a store: the index on disk, and no limits on series and tag values. */
function configuration(dir, httpPort, rpcPort, isAuthenticated, settings) {
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
auth-enabled = ${isAuthenticated}
log-enabled = false
max-body-size = 0

[logging]
level = "warn"
${settings}
`;
}
