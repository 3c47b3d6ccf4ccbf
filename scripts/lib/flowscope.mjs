/** Runs the bundled command line as a user would, showing each command. */
import { resolve } from 'node:path';
import { portNear, ServiceError, startService, waitUntilAnswering } from './processes.mjs';
import { capture, run } from './run.mjs';

/** The command line, from the folder of the project. */
export const BUNDLE = 'dist/sidecar/flowscope.mjs';

/** Settings of this machine's user for other AWS accounts or another Flowscope must not get in. */
export function environment(env) {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(AWS|FLOWSCOPE)_/.test(name));
  return { ...Object.fromEntries(inherited), ...env };
}

/**
 * Runs a command; what it prints is shown.
 * @throws ServiceError when it fails: what went wrong it has said itself
 */
export async function flowscope(env, args) {
  process.stdout.write(`  $ flowscope ${args.join(' ')}\n`);
  const code = await run(process.execPath, [BUNDLE, ...args.map(String)], { env: environment(env) });
  if (code !== 0) {
    throw new ServiceError(`flowscope ${args[0]} ended with exit code ${code}: see above`);
  }
}

/**
 * Runs a command that prints JSON, without showing it.
 * @throws ServiceError with what it printed when it fails
 */
export async function flowscopeJson(env, args) {
  const { code, stdout, output } = await capture(process.execPath, [BUNDLE, ...args.map(String)], {
    env: environment(env),
  });
  if (code !== 0) {
    throw new ServiceError(`flowscope ${args.join(' ')} ended with exit code ${code}:\n${output.trimEnd()}`);
  }
  return JSON.parse(stdout);
}

const USUAL_API_PORT = 9555;

/** The API begins to listen before it waits for InfluxDB. */
const START_TIMEOUT_MS = 60_000;

/**
 * Starts the sidecar, which runs until it is stopped, and waits for its API, on its usual port or a free one.
 * @returns the service, see startService, and the `url` of its API
 * @throws ServiceError when the API does not answer
 */
export async function startServe(env, logFile) {
  process.stdout.write('  $ flowscope serve\n');
  const address = `127.0.0.1:${await portNear(USUAL_API_PORT)}`;
  const service = startService({
    name: 'flowscope serve',
    command: process.execPath,
    args: [resolve(BUNDLE), 'serve', '--listen', address],
    env: environment(env),
    logFile,
  });
  const url = `http://${address}`;
  await waitUntilAnswering(service, `${url}/healthz`, logFile, START_TIMEOUT_MS);
  return { ...service, url };
}
