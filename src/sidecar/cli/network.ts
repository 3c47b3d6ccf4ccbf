import { Command } from 'commander';
import { neighboursOf, readCidr, type Cidr } from '../../contract/cidr';
import { commandLineAuthor } from '../registry/audit';
import type { Network } from '../registry/networks';
import { withRegistry } from '../service/context';
import { registryFolder } from '../service/dataDirectory';
import { print, printJson, say } from '../util/output';
import { CommandFailed } from '../util/commandError';
import { plain } from './format';
import { EDIT_HELP, parseSettings } from './parseSettings';

/** As typed: `cidr` and what is said of it. Loads the schema only here, since zod is slow and the other commands do without. */
async function parseNetwork(typed: { cidr: string; name: string; note?: string }) {
  const { networkInput } = await import('../../contract/networks');
  return parseSettings(networkInput, typed, (input) => input);
}

function add(): Command {
  return new Command('add')
    .description('give a network a name; of networks in one another the longest prefix counts')
    .argument('<cidr>', 'as in 10.0.0.0/8 or 2001:db8::/32')
    .argument('<name>', 'what it is called in reports')
    .option('--note <text>', 'what is to be remembered of it')
    .action(async (typed: string, called: string, { note }: { note?: string }) => {
      const input = await parseNetwork({ cidr: typed, name: called, note });
      const { named, all } = await withRegistry(
        async (registry) => ({
          named: await registry.addNetwork(input, commandLineAuthor()),
          all: await registry.listNetworks(),
        }),
        registryFolder()
      );
      print(`${named.cidr} is called ${named.name}: in traffic that is collected from now on.`);
      overlapsOf(named, all).forEach(say);
    });
}

function edit(): Command {
  return new Command('edit')
    .description('give a named network another name or note; reports call it so over old data, too')
    .argument('<cidr>')
    .option('--name <name>', 'what it is called in reports')
    .option('--note <text>', 'what is to be remembered of it')
    .addHelpText('after', EDIT_HELP)
    .action(async (typed: string, flags: { name?: string; note?: string }) => {
      if (flags.name === undefined && flags.note === undefined) {
        throw new CommandFailed('Say what to change: --name or --note.');
      }
      const { cidr, name, note } = await parseNetwork({ cidr: typed, name: '-', ...flags });
      const change = { ...(flags.name !== undefined && { name }), ...(flags.note !== undefined && { note }) };
      const changed = await withRegistry((registry) =>
        registry.changeNetwork({ cidr, ...change }, undefined, commandLineAuthor())
      );
      print(plain(lineOf(changed)));
    });
}

function list(): Command {
  return new Command('list')
    .description('all named networks')
    .option('--json', 'as JSON')
    .action(async ({ json }: { json?: boolean }) => {
      const networks = await withRegistry((registry) => registry.listNetworks());
      if (json) {
        printJson(networks);
      } else {
        networks.forEach((network) => print(plain(lineOf(network))));
      }
    });
}

function remove(): Command {
  return new Command('remove')
    .description('take its name away; traffic that was collected keeps it')
    .argument('<cidr>')
    .action(async (cidr: string) => {
      const removed = await withRegistry((registry) => registry.removeNetwork(cidr, commandLineAuthor()));
      print(`${removed.cidr} is no longer called ${removed.name}.`);
    });
}

/** `10.0.0.0/8: Data centre (leased until May)` */
const lineOf = ({ cidr, name, note }: Network) => `${cidr}: ${name}${note && ` (${note})`}`;

/** How it lies to the other networks, which is no mistake but may surprise: one line each. */
function overlapsOf(named: Network, all: readonly Network[]): string[] {
  const read = (network: Network) => ({ ...network, ...(readCidr(network.cidr) as Cidr) });
  const { outer, inner } = neighboursOf(read(named), all.map(read));
  return [
    ...(outer
      ? [`It lies in ${lineOf(outer)}. Of its addresses the name is ${named.name}: the longest prefix counts.`]
      : []),
    ...inner.map((other) => `${lineOf(other)} lies in it, and keeps its name: the longest prefix counts.`),
  ].map((line) => plain(line));
}

/** `flowscope network add | edit | list | remove`: CIDRs with names, for what EC2 does not know, such as an office. */
export function networkCommand(): Command {
  return new Command('network')
    .description('networks with names, beyond what EC2 knows')
    .addCommand(add())
    .addCommand(edit())
    .addCommand(list())
    .addCommand(remove());
}
