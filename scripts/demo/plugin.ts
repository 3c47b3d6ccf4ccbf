import { existsSync } from 'node:fs';
import { capture } from '../lib/commands';
import { ServiceError } from '../lib/processes';

/** Builds the plugin if there is none in `dist`. Throws a ServiceError with the output of the build if that fails. */
export async function ensurePlugin(): Promise<void> {
  if (existsSync('dist/module.js')) {
    return;
  }
  process.stdout.write('  Building the plugin (npm run build)\n');
  const { code, output } = await capture('npm', ['run', '--silent', 'build']);
  if (code !== 0) {
    throw new ServiceError(`The build failed:\n${output}`);
  }
}
