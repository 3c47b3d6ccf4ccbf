/** A Grafana that is installed already, with its data in a folder of ours and the plugin mounted. */
import { existsSync } from 'node:fs';
import { mkdir, rm, symlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { freePort, portNear, ServiceError, startService, waitUntilAnswering } from './processes.mjs';

export const PLUGIN_ID = 'flowscope-awsflowlogs-app';
const USUAL_PORT = 3000;
/** The first start migrates a new database. */
const START_TIMEOUT_MS = 180_000;

/**
 * Starts Grafana on its usual port, or a free one when that is taken.
 * @param {{home: string, dir: string, dist: string, provisioning: string, env?: Record<string, string>}} options `home`:
 *   the folder with bin/grafana; `dir`: takes data, plugins and log; `dist`: the built plugin; `provisioning`: the folder
 *   with datasources, dashboards and the like; `env`: what its files expand
 * @returns {Promise<{url: string, port: number, pid: number, logFile: string, exited: Promise<string>, stop(): Promise<void>}>}
 *   `exited`: how it ended, once it has
 * @throws ServiceError when there is no Grafana in `home`, or why it did not start
 */
export async function startGrafana({ home, dir, dist, provisioning, env = {} }) {
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

  const port = await portNear(USUAL_PORT);
  const logFile = join(dir, 'grafana.log');
  const service = startService({
    name: 'Grafana',
    command,
    args: ['server', '--homepath', home],
    cwd: home,
    logFile,
    env: { ...process.env, ...settings(dir, plugins, provisioning, port, await freePort()), ...env },
  });
  const url = `http://127.0.0.1:${port}`;
  await waitUntilAnswering(service, `${url}/api/health`, logFile, START_TIMEOUT_MS);
  return { url, port, pid: service.pid, logFile, exited: service.exited, stop: service.stop };
}

/** Nothing is fetched from or reported to the internet, and whoever reaches the port is an administrator. */
function settings(dir, plugins, provisioning, port, grpcPort) {
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
