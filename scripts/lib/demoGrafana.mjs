/** Grafana with the plugin, the data source and the dashboards of the demo. */
import { existsSync } from 'node:fs';
import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startGrafana } from './grafana.mjs';
import { ServiceError } from './processes.mjs';
import { run } from './run.mjs';

/** Where the files in `provisioning` say they are: true in the container of docker-compose.yml. */
const USUAL_PLACE = '/etc/grafana/provisioning';

/**
 * Builds the plugin when it is not built, and starts the Grafana of GRAFANA_HOME with it.
 * @param {{home: string, dir: string, influxUrl: string}} options `dir` takes Grafana's data and a copy of `provisioning`
 * @throws ServiceError when the build fails or Grafana does not start
 */
export async function openGrafana({ home, dir, influxUrl }) {
  if (!existsSync('dist/module.js')) {
    process.stdout.write('    Building the plugin (npm run build)\n');
    if ((await run('npm', ['run', '--silent', 'build'])) !== 0) {
      throw new ServiceError('The build failed: see above');
    }
  }
  const provisioning = join(dir, 'provisioning');
  await cp('provisioning', provisioning, { recursive: true });
  await moveHere(provisioning);
  const env = { FLOWSCOPE_INFLUX_URL: influxUrl };
  return startGrafana({ home, dir: join(dir, 'grafana'), dist: 'dist', provisioning, env });
}

/** The copy's own paths in its YAML files. */
async function moveHere(provisioning) {
  const files = await readdir(provisioning, { recursive: true });
  for (const name of files.filter((file) => /\.ya?ml$/.test(file))) {
    const file = join(provisioning, name);
    await writeFile(file, (await readFile(file, 'utf8')).replaceAll(USUAL_PLACE, provisioning));
  }
}
