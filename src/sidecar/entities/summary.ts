import type { SyncFailure } from '../../contract/descriptions';
import { READ_KINDS, type ReadKind } from './describe';
import { isRead, type RegionSync, type SyncResult } from './sync';

const NAMES: Readonly<Record<ReadKind, string>> = {
  interface: 'interface',
  instance: 'instance',
  subnet: 'subnet',
  vpc: 'VPC',
};

/** `412 interfaces, 96 instances, …`: of the kinds that were read. */
function syncSummary(regions: readonly RegionSync[]): string {
  return READ_KINDS.flatMap((kind) => {
    const counts = regions.flatMap(({ kinds }) => kinds[kind] ?? []);
    const found = counts.reduce((sum, count) => sum + count.found, 0);
    return counts.length > 0 ? [`${found} ${NAMES[kind]}${found === 1 ? '' : 's'}`] : [];
  }).join(', ');
}

/** How one account and region went: what was read, what failed, and why nothing was read where that is no failure. */
export function regionLine({ account, accountId, region, kinds, error, leftOut }: RegionSync): string {
  const parts = [syncSummary([{ account, region, kinds }]), error, leftOut && `left out: ${leftOut}`].filter(Boolean);
  const id = accountId === undefined || accountId === account ? '' : ` (${accountId})`;
  return `${account}${id}, ${region}: ${parts.join('. ')}`;
}

/** `AWS entities synced! …`, when everything was. */
export function syncedLine({ regions, seconds }: SyncResult): string {
  return `AWS entities synced! ${syncSummary(regions)}, ${seconds.toFixed(1)} s`;
}

/** The calls that failed, each with where and why: of those that a sync could not read whole. */
export function syncFailures({
  regions,
}: SyncResult): ReadonlyArray<SyncFailure & Pick<RegionSync, 'account' | 'region'>> {
  return regions.flatMap(({ account, region, error, failures }) =>
    (failures ?? (error === undefined ? [] : [{ reason: 'other' as const, message: error }])).map((failure) => ({
      ...failure,
      ...{ account, region },
    }))
  );
}

/** How a sync went, in a line. */
export function syncOutcome(result: SyncResult): string {
  const { regions } = result;
  if (regions.length === 0) {
    return 'No region to sync: add a source or an account.';
  }
  const incomplete = regions.filter(({ error }) => error !== undefined);
  if (incomplete.length === 0) {
    return syncedLine(result);
  }
  const failed = incomplete.filter((region) => !isRead(region));
  return failed.length > 0
    ? `${failed.length} of ${regions.length} syncs failed: ${failed[0].error}`
    : `${incomplete.length} of ${regions.length} syncs did not read all names: ${incomplete[0].error}`;
}
