/** Grafana with the plugin, the data source and the dashboards of the demo. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { startGrafana } from './grafana.mjs';
import { ServiceError } from './processes.mjs';
import { capture } from './run.mjs';

/**
 * Builds the plugin when it is not built, and starts the Grafana of GRAFANA_HOME with it.
 * @param {{home: string, dir: string, env: Record<string, string>}} options `dir` takes Grafana's data; `env`: what the
 *   files of provisioning/ expand
 * @throws ServiceError when the build fails or Grafana does not start
 */
export async function openGrafana({ home, dir, env }) {
  if (!existsSync('dist/module.js')) {
    process.stdout.write('  Building the plugin (npm run build)\n');
    const { code, output } = await capture('npm', ['run', '--silent', 'build']);
    if (code !== 0) {
      throw new ServiceError(`The build failed:\n${output}`);
    }
  }
  process.stdout.write('  Starting Grafana\n');
  return startGrafana({ home, dir: join(dir, 'grafana'), dist: 'dist', provisioning: 'provisioning', env });
}
