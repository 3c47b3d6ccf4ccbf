import { Command } from 'commander';
import { EntityPublisher } from '../entities/publish';
import { regionLine, syncOutcome } from '../entities/summary';
import { syncEntities } from '../entities/sync';
import type { Account } from '../registry/accounts';
import { createInfluxClient } from '../store/influx';
import { secrets } from '../service/awsAccess';
import { COMMAND_PATIENCE, withClaim, withRegistry } from '../service/context';
import { registryFolder } from '../service/dataDirectory';
import { CommandFailed } from '../util/commandError';
import { print, printJson, say } from '../util/output';

/** `flowscope awssync`: reads descriptions from EC2 now. */
export function awssyncCommand(): Command {
  return new Command('awssync')
    .description('read the descriptions of interfaces, instances, subnets and VPCs from EC2')
    .option('--json', 'as JSON: what was read in each account and region')
    .action(async ({ json }: { json?: boolean }) => {
      const store = createInfluxClient(process.env);
      await store.ping();
      await withRegistry(async (registry) => {
        const signInOf = (account: Account) => secrets().signIn(account);
        const result = await withClaim(registry, store, COMMAND_PATIENCE, { onStoreRecreated: say }, ({ client }) =>
          syncEntities(registry, new EntityPublisher(registry, client), signInOf, (region) => say(regionLine(region)))
        );
        if (result.regions.length === 0) {
          throw new CommandFailed('No region to sync: add a source, an account with --regions, or set AWS_REGION.');
        }
        const outcome = syncOutcome(result);
        if (json) {
          printJson(result);
        }
        if (!result.ok) {
          throw new CommandFailed(outcome);
        }
        if (!json) {
          print(outcome);
        }
      }, registryFolder());
    });
}
