import { Command } from 'commander';
import { EntityPublisher } from '../entities/publish';
import { syncEntities, type RegionSync, type SyncResult } from '../entities/sync';
import { createInfluxClient } from '../store/influx';
import { prepareStore, print, say, withRegistry } from './context';
import { CommandFailed } from './failure';

const PLURALS = { interface: 'interfaces', instance: 'instances', subnet: 'subnets', vpc: 'VPCs' } as const;

/** `412 interfaces, 96 instances, …` */
export function syncSummary(regions: readonly RegionSync[]): string {
  return Object.entries(PLURALS)
    .map(([kind, plural]) => {
      const found = regions.reduce((sum, { kinds }) => sum + (kinds[kind as keyof typeof PLURALS]?.found ?? 0), 0);
      return `${found} ${plural}`;
    })
    .join(', ');
}

/** Says how one account and region went. */
export function sayRegion({ account, region, kinds, error }: RegionSync): void {
  say(`${account}, ${region}: ${error ?? syncSummary([{ account, region, kinds }])}`);
}

/** `AWS entities synced! …`, when everything was. */
export function syncedLine({ regions, seconds }: SyncResult): string {
  return `AWS entities synced! ${syncSummary(regions)}, ${seconds.toFixed(1)} s`;
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
        const result = await syncEntities(registry, new EntityPublisher(registry, client), sayRegion);
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
