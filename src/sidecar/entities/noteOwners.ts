import { FACT_BATCH_SIZE, factPages, parseFacts, type FactRow } from '../registry/ownerFacts';
import type { OwnerRegion } from '../registry/ownerRegions';
import type { Registry } from '../registry/registry';
import { ownerChanges } from './ownerChanges';
import type { SeenOwners } from './ownerFacts';

/**
 * Brings the owner facts of a region, as it was before the reading, up to what EC2 said, in small transactions. Leaves the rest
 * to another process that has changed them since.
 */
export async function noteOwners(registry: Registry, before: OwnerRegion, seen: SeenOwners): Promise<void> {
  const { id, lastRead } = before;
  const facts = (kind: 'address' | 'interface' | 'vpc') => readFacts(registry, kind, id, lastRead ?? 0);
  const changes = ownerChanges(
    { address: await facts('address'), interface: await facts('interface'), vpc: await facts('vpc') },
    seen,
    lastRead
  );
  let revision: number | undefined = before.revision;
  for (let from = 0; from < changes.length; from += FACT_BATCH_SIZE) {
    const batch = changes.slice(from, from + FACT_BATCH_SIZE);
    revision = await registry.changeOwnerFacts({ id, revision }, batch, seen.ended);
    if (revision === undefined) {
      return;
    }
  }
  if (seen.addresses) {
    await registry.recordOwnerReading(id, seen.began);
  }
}

async function readFacts(registry: Registry, kind: FactRow['kind'], region: number, time: number): Promise<FactRow[]> {
  const facts: FactRow[] = [];
  for await (const page of factPages((after, limit) => registry.currentFacts(kind, region, time, after, limit))) {
    for (const fact of parseFacts(page)) {
      facts.push(fact);
    }
  }
  return facts;
}
