/**
 * `npm run dev`: all that a developer needs, with one log: a local AWS with the company of the demo and new flow logs every
 * minute, InfluxDB, the sidecar, which is built and started again when its code changes, webpack for the pages, and Grafana
 * if GRAFANA_HOME is set. Ctrl-C stops everything.
 *
 *   --no-pages    without webpack
 *   --minutes N   of how many minutes there are flow logs at first; 60 by default
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { addSources, createCloud, generateArgs, type Cloud } from './demo/cloud';
import { deliverEveryMinute, lastMinute, minuteStart } from './demo/deliveries';
import { startDemoInflux, type DemoInflux } from './demo/influx';
import { ensurePlugin } from './demo/plugin';
import { writeShellSettings } from './demo/settings';
import { grafanaEnvironment } from './demo/stayUp';
import { logOf } from './dev/log';
import { Restarts } from './dev/restarts';
import { watchCode } from './dev/watch';
import { buildSidecar } from './lib/buildSidecar';
import { Flowscope } from './lib/flowscope';
import { PLUGIN_ID } from '../src/contract/names';
import { startGrafana } from './lib/grafana';
import { MACHINES_ATTACHED_AGO, startMoto } from './lib/moto';
import { failWhenEnded, portNear, startService, type Service } from './lib/processes';
import { runScript } from './lib/script';

const SEED = 7;
const API_PORT = 9555;
const SIDECAR_CODE = ['src/sidecar', 'src/contract', 'src/reports'];
/** A line of moto about a request that succeeded. */
const SUCCEEDED = / HTTP\/1\.1.*" [23]\d\d /;

const dir = mkdtempSync(join(tmpdir(), 'flowscope-dev-'));
process.on('exit', () => rmSync(dir, { recursive: true, force: true, maxRetries: 3 }));
const say = logOf('dev');

async function main(): Promise<never> {
  const { values } = parseArgs({
    options: { pages: { type: 'boolean', default: true }, minutes: { type: 'string', default: '60' } },
    allowNegative: true,
  });
  const plugin = values.pages ? buildPages() : undefined;
  const logAws = logOf('aws');
  const [influx, moto] = await Promise.all([
    startDemoInflux(join(dir, 'influx'), logOf('influxdb')),
    startMoto({ dir, attachedAgo: MACHINES_ATTACHED_AGO, onLine: (line) => SUCCEEDED.test(line) || logAws(line) }),
  ]);

  const logSidecar = logOf('sidecar');
  const bundle = join(dir, 'sidecar', 'flowscope.mjs');
  const token = randomBytes(32).toString('hex');
  const port = await portNear(API_PORT);
  const from = lastMinute();
  const isRunning = Promise.withResolvers<{ cloud: Cloud; flowscope: Flowscope; sidecar: Service }>();
  let cloud: Cloud | undefined;
  let isSetUp = false;
  const sidecar = new Restarts({
    log: logSidecar,
    build: () => buildSidecar({ outFolder: dirname(bundle), logLevel: 'silent' }),
    start: async () => {
      // The company is made up by the command line, hence not before the first build.
      cloud ??= await createCloud({ dir, influx, motoUrl: moto.url, seed: SEED, bundle });
      const flowscope = new Flowscope({ ...cloud.env, FLOWSCOPE_TOKEN: token, ...logLevel() }, bundle);
      if (!isSetUp) {
        const logs = { seed: SEED, minutes: Number(values.minutes), end: minuteStart(from) };
        await flowscope.run(generateArgs(cloud, logs));
        await addSources(flowscope, cloud);
        isSetUp = true;
      }
      const service = await flowscope.serve({ port, logFile: join(dir, 'serve.log'), onLine: logSidecar });
      logSidecar(`Started at ${service.url}`);
      isRunning.resolve({ cloud, flowscope, sidecar: service });
      return service;
    },
  });
  watchCode(SIDECAR_CODE, () => void sidecar.restart());
  void sidecar.restart();

  const running = await isRunning.promise;
  const home = process.env.GRAFANA_HOME;
  const grafana = home === undefined ? undefined : await openGrafana(home, plugin, influx, running.sidecar.url, token);
  const { username, password } = influx.admin;
  [
    `Grafana    ${grafana === undefined ? 'set GRAFANA_HOME to the folder of a Grafana 12.3 or newer' : `${grafana.url}/a/${PLUGIN_ID}/reports`}`,
    `Sidecar    ${running.sidecar.url}, token ${token}`,
    `InfluxDB   ${influx.url}, database flowscope, user ${username}, password ${password}`,
    `Local AWS  ${moto.url}, bucket ${running.cloud.bucket}`,
    `Commands   . ${writeShellSettings(dir, running.cloud.env, bundle)} && flowscope source list`,
    'Ctrl-C stops everything.',
  ].forEach(say);

  return Promise.race([
    ...[influx, moto, ...(grafana === undefined ? [] : [grafana])].map(failWhenEnded),
    deliverEveryMinute(running.flowscope, running.cloud, {
      seed: SEED,
      from,
      onDelivered: ({ objects, records }) => logAws(`${objects} objects with ${records} records arrive`),
      onFailed: (error) => `No flow logs arrive: ${error.message}`.split('\n').forEach(logAws),
    }),
  ]);
}

/** Builds the pages now and after each change; resolves when they have been built for the first time. */
function buildPages(): Promise<void> {
  const log = logOf('pages');
  return new Promise((resolve) => {
    const webpack = startService({
      name: 'webpack',
      command: process.execPath,
      args: ['node_modules/webpack-cli/bin/cli.js', '-w', '-c', './webpack.config.ts', '--env', 'development'],
      logFile: join(dir, 'webpack.log'),
      onLine: (line) => {
        log(line);
        if (/\bcompiled (successfully|with)\b/.test(line)) {
          resolve();
        }
      },
    });
    void webpack.exited.then((how) => log(`webpack ended (${how}): start again to have the pages built`));
  });
}

async function openGrafana(
  home: string,
  plugin: Promise<void> | undefined,
  influx: DemoInflux,
  sidecarUrl: string,
  token: string
): Promise<Service> {
  await (plugin ?? ensurePlugin());
  say('Starting Grafana');
  return startGrafana({
    home,
    dir: join(dir, 'grafana'),
    dist: 'dist',
    provisioning: 'provisioning',
    onLine: logOf('grafana'),
    // In development browsers ask for the pages again each time.
    env: { ...grafanaEnvironment(influx, sidecarUrl, token), GF_DEFAULT_APP_MODE: 'development' },
  });
}

/** The log level of the sidecar, if the developer has chosen one. */
function logLevel(): NodeJS.ProcessEnv {
  const { FLOWSCOPE_LOG_LEVEL } = process.env;
  return FLOWSCOPE_LOG_LEVEL === undefined ? {} : { FLOWSCOPE_LOG_LEVEL };
}

runScript(main);
