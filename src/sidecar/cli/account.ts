import { Command } from 'commander';
import { shownAccess } from '../registry/access';
import { print, withRegistry } from './context';
import { CommandFailed } from './failure';

const ROLE_ARN = /^arn:aws[\w-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/;

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
    .action(async (name: string, { roleArn, externalId, regions }: AddOptions) => {
      if (roleArn !== undefined && !ROLE_ARN.test(roleArn)) {
        throw new CommandFailed(`"${roleArn}" is no role ARN: it looks like arn:aws:iam::123456789012:role/name.`);
      }
      const list = regions?.split(',').map((region) => region.trim()) ?? [];
      await withRegistry((registry) => registry.addAccount({ name, roleArn, externalId, regions: list }));
      print(`Added account ${name}. The next awssync reads its descriptions.`);
    });
  const list = new Command('list')
    .description('all accounts')
    .option('--json', 'as JSON')
    .action(async ({ json }: { json?: boolean }) => {
      const accounts = await withRegistry((registry) => registry.listAccounts());
      if (json) {
        const rows = accounts.map(({ name, regions, ...access }) => ({ name, regions, ...shownAccess(access) }));
        print(JSON.stringify(rows, undefined, 2));
        return;
      }
      const where = (regions: readonly string[]) =>
        regions.length > 0 ? regions.join(', ') : 'the regions of the collected flow logs';
      if (!accounts.some(({ roleArn }) => roleArn === undefined)) {
        print(`own credentials, without a name: in ${where([])}`);
      }
      accounts.forEach(({ name, roleArn, regions }) =>
        print(`${name}: ${roleArn ?? 'own credentials'}, in ${where(regions)}`)
      );
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
