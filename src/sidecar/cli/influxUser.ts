import { Command } from 'commander';
import { createInfluxClient } from '../store/influx';
import { makeReader } from '../store/reader';
import { print, say } from '../util/output';
import { parseSettings } from './parseSettings';
import { readSecret } from './readSecret';

/** Grafana's provisioned data source reads it, too. */
const PASSWORD = 'FLOWSCOPE_INFLUX_READ_PASSWORD';

/** `flowscope influx-user NAME` */
export function influxUserCommand(): Command {
  return new Command('influx-user')
    .description('make the user of InfluxDB that Grafana reads with, or give it another password')
    .argument('<name>', `what it is called; its password comes from ${PASSWORD} or standard input`)
    .addHelpText(
      'after',
      '\nIt may read the database that FLOWSCOPE_INFLUX_DATABASE names. Making it takes an administrator of InfluxDB in\n' +
        'FLOWSCOPE_INFLUX_USERNAME and …_PASSWORD. One that is there can no longer write to that database afterwards.'
    )
    .action(async (name: string) => {
      const client = createInfluxClient(process.env);
      // Loaded only here, since zod is slow to load and the other commands do without.
      const { influxUserInput } = await import('../../contract/influxUser');
      const password = await readSecret('password', PASSWORD);
      const user = parseSettings(influxUserInput, { name, password }, (input) => input);
      const { message, warnings } = await makeReader(client.settings, user);
      print(message);
      warnings.forEach((warning) => say(`Warning: ${warning}`));
    });
}
