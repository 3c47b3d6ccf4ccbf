/** Runs the bundled command line as a user would. */
import { resolve } from 'node:path';
import { capture, run } from './commands';
import { portNear, ServiceError, startService, waitUntilAnswering, type LogOptions, type Service } from './processes';

/** Where `npm run build:sidecar` puts the command line, relative to the repository. */
export const BUNDLE = 'dist/sidecar/flowscope.mjs';
const DEFAULT_API_PORT = 9555;
/** The API listens before InfluxDB has to answer. */
const START_TIMEOUT_MS = 60_000;

/** Arguments of a command; numbers are printed in decimal. */
export type Args = ReadonlyArray<string | number>;

/** Our environment with `env`, but without the user's settings for AWS accounts and for another Flowscope. */
export function environment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(AWS|FLOWSCOPE)_/.test(name));
  return { ...Object.fromEntries(inherited), ...env };
}

/** The command line with an environment, which holds its settings. */
export class Flowscope {
  /** `bundle`: the built command line. */
  constructor(
    private readonly env: NodeJS.ProcessEnv,
    readonly bundle = BUNDLE
  ) {}

  /** Runs a command, showing it and its output. Throws a ServiceError if it fails. */
  async run(args: Args): Promise<void> {
    process.stdout.write(`  $ flowscope ${args.join(' ')}\n`);
    const code = await run(process.execPath, [this.bundle, ...args.map(String)], { env: environment(this.env) });
    if (code !== 0) {
      throw new ServiceError(`flowscope ${args[0]} ended with exit code ${code}: see above`);
    }
  }

  /** Runs a command that prints JSON, without showing it. Throws a ServiceError with its output if it fails. */
  async json<T>(args: Args): Promise<T> {
    const { code, stdout, output } = await capture(process.execPath, [this.bundle, ...args.map(String)], {
      env: environment(this.env),
    });
    if (code !== 0) {
      throw new ServiceError(`flowscope ${args.join(' ')} ended with exit code ${code}:\n${output.trimEnd()}`);
    }
    return JSON.parse(stdout) as T;
  }

  /**
   * Starts the sidecar and waits until its API answers, by default on the usual port, or on a free one if that is taken.
   * Throws a ServiceError if it does not answer.
   */
  async serve({ port, ...log }: LogOptions & { readonly port?: number }): Promise<Service> {
    const apiPort = port ?? (await portNear(DEFAULT_API_PORT));
    const address = `127.0.0.1:${apiPort}`;
    const service = startService({
      name: 'flowscope serve',
      command: process.execPath,
      args: [resolve(this.bundle), 'serve', '--listen', address],
      env: environment(this.env),
      ...log,
    });
    const url = `http://${address}`;
    await waitUntilAnswering(service, `${url}/healthz`, log.logFile, START_TIMEOUT_MS);
    return { ...service, url, port: apiPort, logFile: log.logFile };
  }
}
