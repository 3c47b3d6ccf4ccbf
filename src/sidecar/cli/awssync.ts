import { Command } from 'commander';
import { limitHeapGrowth } from '../collect/decode/memory';
import { EntityPublisher } from '../entities/publish';
import { regionLine, syncOutcome } from '../entities/summary';
import { syncEntities, type RegionProgress } from '../entities/sync';
import type { Account } from '../registry/accounts';
import { createInfluxClient } from '../store/influx';
import { secrets } from '../service/awsAccess';
import { COMMAND_PATIENCE, withClaim, withRegistry } from '../service/context';
import { registryFolder } from '../service/dataDirectory';
import { CommandFailed } from '../util/commandError';
import { print, printJson, say } from '../util/output';
import { Progress } from './progress';

/** `flowscope awssync`: reads descriptions from EC2 now. */
export function awssyncCommand(): Command {
  return new Command('awssync')
    .description('read the descriptions of interfaces, instances, subnets and VPCs from EC2')
    .option('--json', 'as JSON: what was read in each account and region, and which calls failed why')
    .action(async ({ json }: { json?: boolean }) => {
      limitHeapGrowth();
      const store = createInfluxClient(process.env);
      await store.ping();
      await withRegistry(async (registry) => {
        const signInOf = (account: Account) => secrets().signIn(account);
        const result = await withClaim(registry, store, COMMAND_PATIENCE, { onStoreRecreated: say }, ({ client }) =>
          syncEntities(registry, new EntityPublisher(registry, client), signInOf, showProgress())
        );
        if (result.regions.length === 0) {
          throw new CommandFailed('No region to sync: add a source or an account, or set AWS_REGION.');
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

/** Says on standard error how each account and region went, once it is read, and meanwhile how far they are that take long. */
function showProgress(): (progress: RegionProgress) => void {
  let done = 0;
  let latest: RegionProgress | undefined;
  const reading = new Progress(() => (latest ? `${done} of ${latest.of} read. ${regionLine(latest)}…` : ''));
  return (progress) => {
    latest = progress;
    if (progress.state === 'reading') {
      reading.update();
    } else {
      done++;
      reading.clear();
      say(`${done} of ${progress.of}: ${regionLine(progress)}`);
    }
  };
}
