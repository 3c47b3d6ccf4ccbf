import { Command } from 'commander';
import { accountSettings } from '../registry/enteredSettings';
import { shownAccess } from '../registry/access';
import type { Account, AccountSettings } from '../registry/accounts';
import { commandLineAuthor } from '../registry/audit';
import type { Registry } from '../registry/registry';
import { secrets } from '../service/awsAccess';
import { changeLines, EDIT_HELP, parseSettings, withoutRemoved } from './parseSettings';
import { withRegistry } from '../service/context';
import { registryFolder } from '../service/dataDirectory';
import { CommandFailed } from '../util/commandError';
import { print, printJson } from '../util/output';

interface Given {
  readonly name?: string;
  readonly roleArn?: string;
  readonly externalId?: string;
  readonly regions?: string;
}

/** The options of adding and of editing. */
function settingOptions(command: Command): Command {
  return command
    .option('--role-arn <arn>', 'the role to assume there; without it: the account of the own credentials')
    .option('--external-id <id>', 'the external id its trust policy asks for')
    .option('--regions <regions>', 'comma-separated; all that the account has enabled when left out');
}

/**
 * The settings of an account out of its options, checked as the API does. `known`: the account that is edited, whose other
 * settings stay; an empty option removes one. Throws {@link CommandFailed}.
 */
async function readSettings({ regions, ...given }: Given, known?: Account): Promise<AccountSettings> {
  if (known?.sameAs !== undefined && (given.roleArn !== undefined || given.externalId !== undefined)) {
    throw new CommandFailed(`Account ${known.name} signs in as a source does: change that on the page Descriptions.`);
  }
  // Loaded only here, since zod is slow to load and the other commands do without.
  const { accountInput } = await import('../../contract/access');
  const list = regions === '' ? [] : regions?.split(',').map((one) => one.trim());
  const typed = { ...given, ...(list && { regions: list }) };
  const all = known ? { ...typedOf(known), ...withoutRemoved(typed) } : typed;
  return parseSettings(accountInput, all, (input) => accountSettings(input, secrets(), known));
}

/** The options that would make this account. */
function typedOf({ name, sameAs, regions, accessKeyId, roleArn, externalId }: Account) {
  return { name, sameAs, regions, ...(sameAs === undefined && { accessKeyId, roleArn, externalId }) };
}

/** `flowscope account add | edit | list | remove`: whose descriptions `awssync` reads besides those of its own credentials. */
export function accountCommand(): Command {
  const add = settingOptions(new Command('add'))
    .description('name an account and read its descriptions: that of the own credentials, or another in a role')
    .argument('<name>', 'what the account is called in reports')
    .action(async (name: string, given: Given) => {
      const settings = await readSettings({ ...given, name });
      await withRegistry(async (registry) => {
        const known = await accountNamed(registry, name);
        if (known) {
          throw new CommandFailed(
            `There is an account "${name}" already: ${textOf(known)}. Choose another name, or change that one: ` +
              `flowscope account edit "${name}".`
          );
        }
        await registry.createAccount(settings);
      }, registryFolder());
      print(`Added account ${name}. The next awssync reads its descriptions.`);
    });
  const edit = settingOptions(new Command('edit'))
    .description('change how it signs in, its regions or its name')
    .argument('<name>')
    .option('--name <name>', 'another name for it')
    .addHelpText('after', EDIT_HELP)
    .action(async (name: string, given: Given) => {
      if (Object.keys(given).length === 0) {
        throw new CommandFailed('Say what to change: see flowscope account edit --help.');
      }
      const { before, account } = await withRegistry(async (registry) => {
        const known = await accountNamed(registry, name);
        if (!known) {
          throw new CommandFailed(`There is no account "${name}": see flowscope account list.`);
        }
        const settings = await readSettings(given, known);
        const changed = await registry.changeAccount(known.id, known.version, settings, commandLineAuthor());
        return { before: known, account: changed };
      });
      const changes = changeLines(shownOf(before), shownOf(account));
      print(
        `${changes.length > 0 ? 'Changed' : 'Nothing is different in'} account ${account.name}: ${textOf(account)}.`
      );
      changes.forEach((line) => print(`  ${line}`));
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
    .addCommand(edit)
    .addCommand(list)
    .addCommand(remove);
}

const accountNamed = async (registry: Registry, name: string) =>
  (await registry.listAccounts()).find((account) => account.name === name);

const shownOf = (account: Account) => ({ ...typedOf(account), regions: regionsOf(account.regions) });

const regionsOf = (regions: readonly string[]) =>
  regions.length > 0 ? regions.join(', ') : 'all regions that it has enabled';

/** How it signs in, and where. */
function textOf({ accessKeyId, roleArn, externalId, regions }: AccountSettings): string {
  const key = accessKeyId === undefined ? 'own credentials' : `access key ${accessKeyId}`;
  const role = externalId === undefined ? roleArn : `${roleArn} (external id ${externalId})`;
  const signIn = role === undefined || accessKeyId === undefined ? (role ?? key) : `${key}, ${role}`;
  return `${signIn}, in ${regionsOf(regions)}`;
}
