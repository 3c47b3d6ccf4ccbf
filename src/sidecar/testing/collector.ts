import { Coverage } from '../collect/object/coverage';
import { HourSums } from '../collect/hourSums';
import { ExporterDecisions } from '../collect/object/exporterDecisions';
import type { ObjectDependencies } from '../collect/object/dependencies';
import { LoggedInterfaces } from '../collect/object/loggedInterfaces';
import type { CollectableObject } from '../collect/object/object';
import { Offsets } from '../collect/object/offsets';
import { OwnerVersions } from '../collect/object/ownerVersions';
import { StoreClaim } from '../collect/storeClaim';
import { EntityPublisher } from '../entities/publish';
import type { Registry } from '../registry/registry';
import { GuardedInfluxClient } from '../store/guardedClient';
import type { InfluxClient } from '../store/influx';
import { PointWriter } from '../store/writer';
import { inlineDecoder } from './inlineDecoder';

/** A new collector in this thread: it knows only what the registry and the store hold. `now`: Unix seconds. */
export function collectorForTests(registry: Registry, client: InfluxClient, now: () => number) {
  const claim = new StoreClaim(registry, client, now);
  const guarded = new GuardedInfluxClient(client, claim);
  return {
    registry,
    claim,
    writer: new PointWriter(guarded, { patienceMs: 5000 }),
    entities: new EntityPublisher(registry, guarded),
    exporters: new ExporterDecisions(registry, now),
    owners: new OwnerVersions(registry, now),
    coverage: new Coverage(registry, now),
    logged: new LoggedInterfaces(registry, now),
    hourSums: new HourSums(),
    offsets: new Offsets(claim, now),
    decoder: inlineDecoder,
    now,
  } satisfies ObjectDependencies;
}

/** A body that arrives a few bytes at a time. */
export async function* inChunks(body: Uint8Array, size = 16): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < body.length; at += size) {
    yield Promise.resolve(body.subarray(at, at + size));
  }
}

/** An object of source `src-1` with that body. */
export function objectWith(body: Uint8Array, key: string, etag = `"${key}"`): CollectableObject {
  return { sourceId: 'src-1', key, etag, size: body.length, open: () => Promise.resolve(inChunks(body)) };
}
