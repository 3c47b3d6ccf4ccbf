import { Command } from 'commander';
import { EntityPublisher } from '../entities/publish';
import { syncedLine, syncSummary } from '../entities/summary';
import { syncEntities, type RegionSync } from '../entities/sync';
import { createInfluxClient } from '../store/influx';
import { prepareStore, print, say, secrets, withRegistry } from './context';
import { CommandFailed } from './failure';

/** Says how one account and region went. */
export function sayRegion({ account, region, kinds, error }: RegionSync): void {
  const read = Object.keys(kinds).length > 0 ? [syncSummary([{ account, region, kinds }])] : [];
  say(`${account}, ${region}: ${[...read, ...(error === undefined ? [] : [error])].join('. ')}`);
}

/** `flowscope awssync`: reads descriptions from EC2 now. */
export function awssyncCommand(): Command {
  return new Command('awssync')
    .description('read the descriptions of interfaces, instances, subnets and VPCs from EC2')
    .action(async () => {
      const client = createInfluxClient(process.env);
      await client.ping();
      await withRegistry(async (registry) => {
        await prepareStore(client);
        const publisher = new EntityPublisher(registry, client);
        const result = await syncEntities(registry, publisher, (account) => secrets().signIn(account), sayRegion);
        if (result.regions.length === 0) {
          throw new CommandFailed('No region to sync: add a source, an account with --regions, or set AWS_REGION.');
        }
        if (!result.ok) {
          const failed = result.regions.filter(({ error }) => error);
          throw new CommandFailed(`${failed.length} of ${result.regions.length} syncs failed: ${failed[0].error}`);
        }
        print(syncedLine(result));
      });
    });
}
