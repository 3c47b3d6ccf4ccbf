import type { RegionSync, SyncResult } from './sync';

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

/** `AWS entities synced! …`, when everything was. */
export function syncedLine({ regions, seconds }: SyncResult): string {
  return `AWS entities synced! ${syncSummary(regions)}, ${seconds.toFixed(1)} s`;
}

/** How a sync went, in a line. */
export function syncOutcome(result: SyncResult): string {
  const { ok, regions } = result;
  if (regions.length === 0) {
    return 'No region to sync: add a source, or an account with regions.';
  }
  const failed = regions.filter(({ error }) => error !== undefined);
  return ok ? syncedLine(result) : `${failed.length} of ${regions.length} syncs failed: ${failed[0].error}`;
}
