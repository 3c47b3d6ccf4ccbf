/**
 * `npm run e2e`: the specs in a browser, against a Grafana with the built plugin; arguments go to Playwright.
 *
 *   GRAFANA_HOME=/usr/share/grafana npm run e2e                  starts everything for itself, and ends it
 *   GRAFANA_URL=http://127.0.0.1:3000 npm run e2e -- access      in that Grafana, which must be on this machine and have the
 *                                                                plugin: in an organization of its own, taken away at the end
 *
 *   GRAFANA_HOME=… npm run e2e -- world                          starts everything and stays up: for running specs again and
 *                                                                again, with what it prints in the environment
 *
 * GRAFANA_ADMIN_USER and GRAFANA_ADMIN_PASSWORD: who administers it, when not admin with admin. CHROMIUM: a browser; without
 * it /usr/bin/chromium, else Playwright's own. With `pictures` as first argument it takes the pictures of docs/img instead.
 */
import { existsSync } from 'node:fs';
import { isEnding, run, ServiceError, stopAll } from '../../scripts/services';
import { environmentOf, isWorldThere } from './description';
import { World, type WhichGrafana } from './world';

function whichGrafana(): WhichGrafana {
  const { GRAFANA_URL: url, GRAFANA_HOME: home } = process.env;
  if (url !== undefined) {
    return { url };
  }
  if (home === undefined) {
    throw new ServiceError(
      'Which Grafana? Set GRAFANA_HOME to the folder of a Grafana 12.3 or newer, or GRAFANA_URL to one that runs with the plugin.'
    );
  }
  return { home };
}

/** Runs the specs, or takes the pictures, in the world that the environment describes. */
function play(args: readonly string[], env: Record<string, string> = {}): Promise<number> {
  const [project, rest] = args[0] === 'pictures' ? ['pictures', args.slice(1)] : ['specs', args];
  const script = ['node_modules/@playwright/test/cli.js', 'test', `--project=${project}`, ...rest];
  return run(process.execPath, script, { env: { ...process.env, ...env } });
}

async function main(args: readonly string[]): Promise<number> {
  if (isWorldThere()) {
    return play(args);
  }
  const which = whichGrafana();
  if (!existsSync('dist/module.js') || !existsSync('dist/sidecar/flowscope.mjs')) {
    throw new ServiceError('The plugin is not built: npm run build');
  }
  const world = await World.start(which);
  try {
    const env = environmentOf(world.description);
    if (args[0] !== 'world') {
      return await play(args, env);
    }
    Object.entries(env).forEach(([name, value]) => process.stdout.write(`export ${name}='${value}'\n`));
    // Until a signal ends us.
    return await new Promise(() => undefined);
  } finally {
    await world.stop();
  }
}

void main(process.argv.slice(2))
  .catch((error: unknown) => {
    if (!isEnding()) {
      const text = error instanceof ServiceError || !(error instanceof Error) ? error : error.stack;
      process.stderr.write(`${text instanceof ServiceError ? text.message : String(text)}\n`);
    }
    return 1;
  })
  .then(async (code) => {
    if (!isEnding()) {
      await stopAll();
      process.exit(code);
    }
  });
