/** The part of the demo that stays up: the sidecar serves, and new flow logs arrive every minute. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { BUNDLE, Flowscope } from '../lib/flowscope';
import { PLUGIN_ID } from '../../src/contract/names';
import { startGrafana } from '../lib/grafana';
import { failWhenEnded, type Service } from '../lib/processes';
import type { Cloud } from './cloud';
import { deliverEveryMinute } from './deliveries';
import type { DemoInflux } from './influx';
import { ensurePlugin } from './plugin';
import { writeShellSettings } from './settings';

/** `dir` takes logs and data; `from`: up to when there are flow logs already, Unix minutes. */
export interface StayUpOptions {
  readonly dir: string;
  readonly influx: DemoInflux;
  readonly motoUrl: string;
  readonly cloud: Cloud;
  readonly seed: number;
  readonly from: number;
}

/** Never resolves while all is well. Throws a ServiceError if the sidecar or Grafana ends. */
export async function stayUp({ dir, influx, motoUrl, cloud, seed, from }: StayUpOptions): Promise<never> {
  const say = (text: string) => process.stdout.write(`${text}\n`);
  const home = process.env.GRAFANA_HOME;
  const token = randomBytes(32).toString('hex');
  const flowscope = new Flowscope({ ...cloud.env, FLOWSCOPE_TOKEN: token });
  say('  $ flowscope serve');
  const serve = await flowscope.serve({ logFile: join(dir, 'serve.log') });
  const env = grafanaEnvironment(influx, serve.url, token);
  const grafana = home === undefined ? undefined : await startGrafanaWithPlugin(home, dir, env);

  say('\nWhere to look');
  if (grafana === undefined) {
    say('    Reports in Grafana  set GRAFANA_HOME to the folder of a Grafana 12.3 or newer, and start again');
  } else {
    say(`    Reports in Grafana  ${grafana.url}/a/${PLUGIN_ID}/reports (whoever opens it is an administrator)`);
    say(`    Configuration       ${grafana.url}/a/${PLUGIN_ID}/config/sources`);
  }
  say(`    Sidecar's log       ${serve.logFile}`);
  say(`    Sidecar's API       ${serve.url}, token ${token}`);
  const { username, password } = influx.admin;
  say(`    InfluxDB            ${influx.url}, database flowscope, user ${username}, password ${password}`);
  say(`    Local AWS           ${motoUrl}, bucket ${cloud.bucket}`);
  say('                        another source of it: the IAM role of this machine, no endpoint');
  say(`    Commands            . ${writeShellSettings(dir, cloud.env, BUNDLE)} && flowscope source list`);
  say(
    "\nThe six hours arrived all at once: for five minutes, in which more might follow, reports say 'Complete until' some " +
      'hours ago.'
  );
  say('New logs arrive every minute and are collected. Ctrl-C stops everything.');

  return Promise.race([
    failWhenEnded(serve),
    ...(grafana === undefined ? [] : [failWhenEnded(grafana)]),
    deliverEveryMinute(flowscope, cloud, {
      seed,
      from,
      onDelivered: ({ objects, records, olderObjects }) =>
        say(
          `    ${new Date().toTimeString().slice(0, 8)}  ${objects} objects with ${records} records arrive; ` +
            `${olderObjects} older ones stay in the bucket (see source list)`
        ),
    }),
  ]);
}

/** What the files in `provisioning` expand: where InfluxDB and the sidecar are, and how Grafana signs in. */
export function grafanaEnvironment({ url, reader }: DemoInflux, sidecarUrl: string, token: string): NodeJS.ProcessEnv {
  return {
    FLOWSCOPE_INFLUX_URL: url,
    FLOWSCOPE_INFLUX_READ_USERNAME: reader.username,
    FLOWSCOPE_INFLUX_READ_PASSWORD: reader.password,
    FLOWSCOPE_SIDECAR_URL: sidecarUrl,
    FLOWSCOPE_TOKEN: token,
  };
}

async function startGrafanaWithPlugin(home: string, dir: string, env: NodeJS.ProcessEnv): Promise<Service> {
  await ensurePlugin();
  process.stdout.write('  Starting Grafana\n');
  return startGrafana({ home, dir: join(dir, 'grafana'), dist: 'dist', provisioning: 'provisioning', env });
}
