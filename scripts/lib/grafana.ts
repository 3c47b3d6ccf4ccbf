/** A Grafana that is installed on this machine, with our plugin and with its data in a folder of ours. */
import { existsSync } from 'node:fs';
import { mkdir, rm, symlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { PLUGIN_ID } from '../../src/contract/names';
import {
  freePort,
  portNear,
  ServiceError,
  startService,
  waitUntilAnswering,
  type LogOptions,
  type Service,
} from './processes';

const DEFAULT_PORT = 3000;
/** The first start creates the tables of a new database. */
const START_TIMEOUT_MS = 180_000;

export interface GrafanaOptions extends Pick<LogOptions, 'onLine'> {
  /** The folder with bin/grafana. */
  readonly home: string;
  /** Takes data, plugins and log. */
  readonly dir: string;
  /** The built plugin. */
  readonly dist: string;
  /** The folder with datasources, dashboards and the like. */
  readonly provisioning: string;
  /** More environment: settings, and variables that the files in `provisioning` expand. */
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * Starts Grafana on its default port, or on a free one if that is taken. Throws a ServiceError if there is no Grafana in
 * `home`, or says why it did not start.
 */
export async function startGrafana({
  home,
  dir,
  dist,
  provisioning,
  env = {},
  onLine,
}: GrafanaOptions): Promise<Service> {
  const command = join(home, 'bin', 'grafana');
  if (!existsSync(command)) {
    throw new ServiceError(
      `GRAFANA_HOME is ${home}, but there is no ${command}: point it at an unpacked Grafana 12.3 or newer`
    );
  }
  const plugins = join(dir, 'plugins');
  await mkdir(plugins, { recursive: true });
  const mounted = join(plugins, PLUGIN_ID);
  await rm(mounted, { force: true });
  await symlink(resolve(dist), mounted);

  const port = await portNear(DEFAULT_PORT);
  const logFile = join(dir, 'grafana.log');
  const service = startService({
    name: 'Grafana',
    command,
    args: ['server', '--homepath', home],
    cwd: home,
    logFile,
    onLine,
    env: { ...process.env, ...settings(dir, plugins, provisioning, port, await freePort()), ...env },
  });
  const url = `http://127.0.0.1:${port}`;
  await waitUntilAnswering(service, `${url}/api/health`, logFile, START_TIMEOUT_MS);
  return { ...service, url, port, logFile };
}

/** Fetches nothing from the internet and reports nothing to it; whoever opens it is an administrator. */
function settings(
  dir: string,
  plugins: string,
  provisioning: string,
  port: number,
  grpcPort: number
): NodeJS.ProcessEnv {
  return {
    GF_PATHS_DATA: join(dir, 'data'),
    GF_PATHS_LOGS: join(dir, 'log'),
    GF_PATHS_PLUGINS: plugins,
    GF_PATHS_PROVISIONING: resolve(provisioning),
    GF_SERVER_HTTP_ADDR: '127.0.0.1',
    GF_SERVER_HTTP_PORT: String(port),
    GF_GRPC_SERVER_ADDRESS: `127.0.0.1:${grpcPort}`,
    GF_AUTH_ANONYMOUS_ENABLED: 'true',
    GF_AUTH_ANONYMOUS_ORG_ROLE: 'Admin',
    GF_PLUGINS_ALLOW_LOADING_UNSIGNED_PLUGINS: PLUGIN_ID,
    GF_PLUGINS_PREINSTALL_DISABLED: 'true',
    GF_PLUGINS_PLUGIN_ADMIN_ENABLED: 'false',
    GF_PLUGINS_PUBLIC_KEY_RETRIEVAL_DISABLED: 'true',
    GF_ANALYTICS_ENABLED: 'false',
    GF_ANALYTICS_REPORTING_ENABLED: 'false',
    GF_ANALYTICS_CHECK_FOR_UPDATES: 'false',
    GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES: 'false',
    GF_NEWS_NEWS_FEED_ENABLED: 'false',
    GF_SECURITY_DISABLE_GRAVATAR: 'true',
    GF_LOG_LEVEL: 'warn',
  };
}
