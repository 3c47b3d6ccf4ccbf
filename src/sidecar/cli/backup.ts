import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { formatBytes } from '../../reports/units';
import { backupRegistry } from '../registry/backup';
import { SECRET_KEY_FILE } from '../registry/secrets';
import { TOKEN_FILE } from '../service/apiToken';
import { existingRegistryFolder } from '../service/dataDirectory';
import { print, say } from '../util/output';

/** `flowscope backup FILE` */
export function backupCommand(): Command {
  return new Command('backup')
    .description('copy the registry into a file, also while serve runs')
    .argument('<file>', 'where to; it appears once it is complete')
    .option('--overwrite', 'replace the file if it is there already')
    .addHelpText('after', '\nHow a backup is restored: docs/collection.md, "Backup and restore".')
    .action(async (file: string, { overwrite }: { overwrite?: boolean }) => {
      const directory = existingRegistryFolder();
      const bytes = await backupRegistry(directory, file, overwrite);
      print(`The registry was copied to ${resolve(file)} (${formatBytes(bytes)}).`);
      whatElseToKeep(directory).forEach(say);
    });
}

/** What a backup does not hold, and a restored registry needs. */
function whatElseToKeep(directory: string): string[] {
  return [
    keep(
      'FLOWSCOPE_SECRET_KEY',
      join(directory, SECRET_KEY_FILE),
      'without it, secret access keys must be entered again'
    ),
    keep('FLOWSCOPE_TOKEN', join(directory, TOKEN_FILE), 'without it, Grafana must be given a new token'),
  ].flat();
}

/** `variable`: the environment variable that takes the place of the file. */
function keep(variable: string, file: string, otherwise: string): string[] {
  if (process.env[variable] !== undefined) {
    return [`It does not hold ${variable}: keep that, too, in another place; ${otherwise}.`];
  }
  return existsSync(file)
    ? [`It does not hold ${file}: keep a copy of that, too, in another place; ${otherwise}.`]
    : [];
}
