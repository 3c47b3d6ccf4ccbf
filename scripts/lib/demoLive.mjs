/** The part of the demo that stays up: the sidecar serves, and new logs arrive every minute. */
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { openGrafana } from './demoGrafana.mjs';
import { BUNDLE, flowscopeJson, startServe } from './flowscope.mjs';
import { PLUGIN_ID } from './grafana.mjs';
import { ServiceError, tail } from './processes.mjs';

const MINUTE_MS = 60_000;
/** After the minute is over, for clocks and patience. */
const DELAY_MS = 2_000;

/**
 * Never returns while all is well.
 * @param {number} until Unix minutes up to which there are logs already
 * @throws ServiceError when the sidecar or Grafana ends
 */
export async function stayUp({ dir, influx, moto, cloud, seed, until }) {
  const say = (text) => process.stdout.write(`${text}\n`);
  const home = process.env.GRAFANA_HOME;
  const logFile = join(dir, 'serve.log');
  const token = randomBytes(32).toString('hex');
  const serve = await startServe({ ...cloud.env, FLOWSCOPE_TOKEN: token }, logFile);
  const provisioned = {
    FLOWSCOPE_INFLUX_URL: influx.url,
    FLOWSCOPE_INFLUX_READ_USERNAME: influx.reader.username,
    FLOWSCOPE_INFLUX_READ_PASSWORD: influx.reader.password,
    FLOWSCOPE_SIDECAR_URL: serve.url,
    FLOWSCOPE_TOKEN: token,
  };
  const grafana = home === undefined ? undefined : await openGrafana({ home, dir, env: provisioned });

  say('\nWhere to look');
  const reports = grafana && `${grafana.url}/a/${PLUGIN_ID}/reports (whoever opens it is an administrator)`;
  say(
    `    Reports in Grafana  ${reports ?? 'set GRAFANA_HOME to the folder of a Grafana 12.3 or newer, and start again'}`
  );
  if (grafana) {
    say(`    Configuration       ${grafana.url}/plugins/${PLUGIN_ID}?page=sources`);
  }
  say(`    Sidecar's log       ${logFile}`);
  say(`    Sidecar's API       ${serve.url}, token ${token}`);
  const { username, password } = influx.admin;
  say(`    InfluxDB            ${influx.url}, database flowscope, user ${username}, password ${password}`);
  say(`    Local AWS           ${moto.url}, bucket ${cloud.bucket}`);
  say('                        another source of it: the IAM role of this machine, no endpoint');
  const settings = join(dir, 'settings.sh');
  writeFileSync(settings, commandSettings(cloud.env), { mode: 0o600 });
  say(`    Commands            . ${settings} && flowscope source list`);
  say(
    "\nThe six hours arrived all at once: for five minutes, in which more might follow, reports say 'Complete until' some " +
      'hours ago.'
  );
  say('New logs arrive every minute and are collected. Ctrl-C stops everything.');

  const ended = Promise.race([
    failOnEnd('The sidecar', serve.exited, logFile),
    ...(grafana ? [failOnEnd('Grafana', grafana.exited, grafana.logFile)] : []),
  ]);
  for (let last = until; ;) {
    const pause = MINUTE_MS - (Date.now() % MINUTE_MS) + DELAY_MS;
    await Promise.race([ended, new Promise((done) => setTimeout(done, pause))]);
    const now = Math.floor(Date.now() / MINUTE_MS);
    const waiting = (await cloud.keys()).length;
    const truth = await flowscopeJson(cloud.env, [
      ...['generate', '--out', `s3://${cloud.bucket}`, '--region', cloud.region, '--inventory', cloud.inventoryFile],
      ...['--seed', seed, '--minutes', now - last, '--end', new Date(now * MINUTE_MS).toISOString(), '--json'],
    ]);
    last = now;
    say(
      `    ${new Date().toTimeString().slice(0, 8)}  ${truth.objects} objects with ${truth.records} records arrive; ` +
        `${waiting} older ones stay in the bucket (see source list)`
    );
  }
}

/** What a shell needs to run commands as the demo does; names and values of the demo have no quotes. */
function commandSettings(env) {
  const lines = Object.entries(env).map(([name, value]) => `export ${name}='${value}'`);
  // No alias: a shell knows one only from its next line on.
  return [...lines, `flowscope() { "${process.execPath}" "${resolve(BUNDLE)}" "$@"; }`, ''].join('\n');
}

async function failOnEnd(name, exited, logFile) {
  const how = await exited;
  throw new ServiceError(`${name} ended (${how}):\n${await tail(logFile)}`);
}
