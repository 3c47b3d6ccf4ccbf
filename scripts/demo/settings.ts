import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/**
 * Writes a file that gives a shell the settings in `env` and a `flowscope` command; returns its path. Names and values of
 * the settings hold no quotes.
 */
export function writeShellSettings(dir: string, env: Readonly<Record<string, string>>, bundle: string): string {
  const file = join(dir, 'settings.sh');
  const lines = Object.entries(env).map(([name, value]) => `export ${name}='${value}'`);
  // A function, because a shell knows an alias only from its next line on.
  lines.push(`flowscope() { "${process.execPath}" "${resolve(bundle)}" "$@"; }`);
  writeFileSync(file, `${lines.join('\n')}\n`, { mode: 0o600 });
  return file;
}
