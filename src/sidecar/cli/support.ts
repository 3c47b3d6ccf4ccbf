import { closeSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { formatCounted } from '../../reports/units';
import { existingRegistryFolder } from '../service/dataDirectory';
import { CommandFailed, explain } from '../util/commandError';
import { print, say } from '../util/output';

/** `flowscope support FILE` */
export function supportCommand(): Command {
  return new Command('support')
    .description('write a file with what helps to find out what is wrong, without secrets; changes nothing')
    .argument('<file>', 'where to; JSON, for you to look into')
    .option('--overwrite', 'replace the file if it is there already')
    .addHelpText('after', '\nWhat is in it: docs/support.md.')
    .action(async (file: string, { overwrite = false }: { overwrite?: boolean }) => {
      const directory = existingRegistryFolder();
      const path = resolve(file);
      claim(path, overwrite);
      try {
        const { gatherSupport } = await import('../service/support');
        const support = await gatherSupport(directory, process.env);
        writeFileSync(path, `${JSON.stringify(support, undefined, 2)}\n`);
        print(`Written to ${path}:`);
        for (const [name, value] of Object.entries(support)) {
          print(`  ${name.padEnd(10)}${describe(value)}`);
        }
      } catch (error) {
        if (!overwrite) {
          rmSync(path, { force: true });
        }
        throw error;
      }
      say(
        'Secrets are left out. Names of buckets and objects, account ids, ARNs and addresses of hosts are in it: look into it before you hand it on.'
      );
    });
}

/** Makes the file, for its owner alone. Throws {@link CommandFailed} when it is there already, or cannot be made. */
function claim(path: string, overwrite: boolean): void {
  try {
    closeSync(openSync(path, overwrite ? 'a' : 'wx', 0o600));
  } catch (error) {
    throw new CommandFailed(
      (error as NodeJS.ErrnoException).code === 'EEXIST'
        ? `${path} is there already, and was left as it is: name another file, or add --overwrite.`
        : `${path} cannot be written (${explain(error)}).`
    );
  }
}

/** What a part holds, in a few words. */
function describe(value: unknown): string {
  if (typeof value !== 'object' || value === null) {
    return String(value);
  }
  if (Array.isArray(value)) {
    return formatCounted(value.length, 'line');
  }
  return 'problem' in value ? `not read: ${String(value.problem)}` : Object.keys(value).join(', ');
}
