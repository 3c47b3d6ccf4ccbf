import { Command } from 'commander';
import { sealedAccess } from '../http/accessInputs';
import { shownAccess } from '../registry/access';
import type { AccountSettings } from '../registry/accounts';
import { checked } from './checked';
import { print, printJson, registryToFill, secrets, withRegistry } from './context';
import { CommandFailed } from './failure';

interface AddOptions {
  roleArn?: string;
  externalId?: string;
  regions?: string;
}

/** `flowscope account add | list | remove`: whose descriptions `awssync` reads besides those of its own credentials. */
export function accountCommand(): Command {
  const add = new Command('add')
    .description('name an account and read its descriptions: that of the own credentials, or another in a role')
    .argument('<name>', 'what the account is called in reports')
    .option('--role-arn <arn>', 'the role to assume there; without it: the account of the own credentials')
    .option('--external-id <id>', 'the external id its trust policy asks for')
    .option('--regions <regions>', 'comma-separated; the regions of the collected flow logs when left out')
    .action(async (name: string, { regions, ...given }: AddOptions) => {
      // Loaded only here: the other commands check nothing.
      const { accountInput } = await import('../../contract/access');
      const list = regions?.split(',').map((region) => region.trim());
      const input = checked(accountInput, { name, ...given, regions: list });
      const settings = { name, regions: input.regions, ...sealedAccess(input, secrets()) };
      await withRegistry(async (registry) => {
        const known = (await registry.listAccounts()).find((account) => account.name === name);
        if (known) {
          throw new CommandFailed(
            `There is an account "${name}" already: ${textOf(known)}. Choose another name, or remove that one first: ` +
              `flowscope account remove "${name}".`
          );
        }
        await registry.createAccount(settings);
      }, registryToFill());
      print(`Added account ${name}. The next awssync reads its descriptions.`);
    });
  const list = new Command('list')
    .description('all accounts')
    .option('--json', 'as JSON')
    .action(async ({ json }: { json?: boolean }) => {
      const accounts = await withRegistry((registry) => registry.listAccounts());
      if (json) {
        const rows = accounts.map(({ name, regions, ...access }) => ({ name, regions, ...shownAccess(access) }));
        printJson(rows);
        return;
      }
      if (!accounts.some(({ accessKeyId, roleArn }) => accessKeyId === undefined && roleArn === undefined)) {
        print(`own credentials, without a name: in ${regionsOf([])}`);
      }
      accounts.forEach((account) => print(`${account.name}: ${textOf(account)}`));
    });
  const remove = new Command('remove')
    .description('stop reading its descriptions; those known stay')
    .argument('<name>')
    .action(async (name: string) => {
      if (!(await withRegistry((registry) => registry.removeAccount(name)))) {
        throw new CommandFailed(`There is no account "${name}": see flowscope account list.`);
      }
      print(`Removed account ${name}.`);
    });
  return new Command('account')
    .description('accounts whose descriptions are read')
    .addCommand(add)
    .addCommand(list)
    .addCommand(remove);
}

const regionsOf = (regions: readonly string[]) =>
  regions.length > 0 ? regions.join(', ') : 'the regions of the collected flow logs';

/** How it signs in, and where. */
function textOf({ accessKeyId, roleArn, externalId, regions }: AccountSettings): string {
  const key = accessKeyId === undefined ? 'own credentials' : `access key ${accessKeyId}`;
  const role = externalId === undefined ? roleArn : `${roleArn} (external id ${externalId})`;
  const signIn = role === undefined || accessKeyId === undefined ? (role ?? key) : `${key}, ${role}`;
  return `${signIn}, in ${regionsOf(regions)}`;
}
