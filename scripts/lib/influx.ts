/** A real InfluxDB 1.x of our own on loopback ports, with its files in one folder. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureInflux } from './install';
import {
  freePort,
  retryOnTakenPort,
  startService,
  waitUntilAnswering,
  type LogOptions,
  type Service,
} from './processes';

const START_TIMEOUT_MS = 60_000;

export interface InfluxOptions extends Pick<LogOptions, 'onLine'> {
  /** Takes data, configuration and log; may hold data already. */
  readonly dir: string;
  /** A fixed HTTP port, to come back at the same address; a free one by default. */
  readonly port?: number;
  /** Whether it asks for passwords. */
  readonly isAuthenticated?: boolean;
  /** More lines of configuration. */
  readonly settings?: string;
  /** More environment: `INFLUXDB_…` replace settings. */
  readonly env?: NodeJS.ProcessEnv;
}

/** Starts InfluxDB; installs it if it is missing. Throws a ServiceError that says what to install or why it did not start. */
export async function startInflux({
  dir,
  port,
  isAuthenticated = false,
  settings = '',
  env = {},
  onLine,
}: InfluxOptions): Promise<Service> {
  const command = await ensureInflux();
  await mkdir(dir, { recursive: true });
  return retryOnTakenPort(async () => {
    const httpPort = port ?? (await freePort());
    const configFile = join(dir, 'influxdb.conf');
    const logFile = join(dir, 'influxdb.log');
    await writeFile(configFile, configuration(dir, httpPort, await freePort(), isAuthenticated, settings));
    const service = startService({
      name: 'InfluxDB',
      command,
      args: ['-config', configFile],
      logFile,
      onLine,
      env: { ...process.env, ...env },
    });
    const url = `http://127.0.0.1:${httpPort}`;
    await waitUntilAnswering(service, `${url}/ping`, logFile, START_TIMEOUT_MS);
    return { ...service, url, port: httpPort, logFile };
  });
}

/** What Flowscope needs: the index on disk, and no limits on series and tag values. */
function configuration(
  dir: string,
  httpPort: number,
  rpcPort: number,
  isAuthenticated: boolean,
  settings: string
): string {
  const path = (name: string) => JSON.stringify(join(dir, name));
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
