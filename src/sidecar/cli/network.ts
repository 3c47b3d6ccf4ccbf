import { Command } from 'commander';
import { commandLineAuthor } from '../registry/audit';
import { withRegistry } from '../service/context';
import { registryFolder } from '../service/dataDirectory';
import { print, printJson } from '../util/output';
import { plain } from './format';
import { parseSettings } from './parseSettings';

/** `flowscope network add | list | remove`: CIDRs with names, for what EC2 does not know, such as an office. */
export function networkCommand(): Command {
  const add = new Command('add')
    .description('give a network a name; of networks in one another the longest prefix counts')
    .argument('<cidr>', 'as in 10.0.0.0/8 or 2001:db8::/32')
    .argument('<name>', 'what it is called in reports')
    .action(async (typed: string, called: string) => {
      // Loaded only here, since zod is slow to load and the other commands do without.
      const { networkInput } = await import('../../contract/networks');
      const { cidr, name } = parseSettings(networkInput, { cidr: typed, name: called }, (input) => input);
      const named = await withRegistry(
        (registry) => registry.addNetwork(cidr, name, commandLineAuthor()),
        registryFolder()
      );
      print(`${named.cidr} is called ${named.name}: in traffic that is collected from now on.`);
    });
  const list = new Command('list')
    .description('all named networks')
    .option('--json', 'as JSON')
    .action(async ({ json }: { json?: boolean }) => {
      const networks = await withRegistry((registry) => registry.listNetworks());
      if (json) {
        printJson(networks);
      } else {
        networks.forEach(({ cidr, name }) => print(plain(`${cidr}: ${name}`)));
      }
    });
  const remove = new Command('remove')
    .description('take its name away; traffic that was collected keeps it')
    .argument('<cidr>')
    .action(async (cidr: string) => {
      const removed = await withRegistry((registry) => registry.removeNetwork(cidr, commandLineAuthor()));
      print(`${removed.cidr} is no longer called ${removed.name}.`);
    });
  return new Command('network')
    .description('networks with names, beyond what EC2 knows')
    .addCommand(add)
    .addCommand(list)
    .addCommand(remove);
}
