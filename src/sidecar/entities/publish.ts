import { MISSING, ENTITY_KINDS } from '../../contract/stored';
import { UNKNOWN_PLACE, type Entity, type SeenEntity } from '../registry/entities';
import type { Registry } from '../registry/registry';
import { writeKnownOptions } from '../store/filterOptions';
import type { InfluxClient } from '../store/influx';
import { seriesLimits } from '../store/limits';
import { writeEntities } from '../store/schema';
import { applicationEntities } from './applications';
import { nameEntities } from './naming';

/** A row for '-', the missing id, so that joining names to traffic loses nothing. */
const NOTHING = { ...UNKNOWN_PLACE, id: MISSING };

/** Maximum ids that this process remembers to be in the registry. */
const MAX_REGISTERED = 100_000;

/** The store's limits on series must allow this many times the application names, or they are not written. */
const MIN_ROOM = 10;

/** Writes the registry's entities to the store, where dashboards look names up. */
export class EntityPublisher {
  private publishing: Promise<void> = Promise.resolve();
  /** The next `publishNew()` in the queue: it will write all entities that are there by then, so later callers share it. */
  private next?: Promise<void>;
  private readonly registered = new Set<string>();

  constructor(
    private readonly registry: Registry,
    private readonly client: InfluxClient
  ) {}

  /** Those of the entities that may not be in the registry yet, each once. */
  filterUnregistered(seen: readonly SeenEntity[]): SeenEntity[] {
    const byId = new Map(seen.map((entity) => [idOf(entity), entity]));
    return [...byId].filter(([id]) => !this.registered.has(id)).map(([, entity]) => entity);
  }

  /** Remembers that these entities are in the registry, which never deletes any. */
  markRegistered(entities: readonly SeenEntity[]): void {
    if (this.registered.size > MAX_REGISTERED) {
      this.registered.clear();
    }
    entities.forEach((entity) => this.registered.add(idOf(entity)));
  }

  /** Writes entities the store does not have yet; to be done before the traffic that names them. */
  async publishNew(): Promise<void> {
    this.next ??= this.inTurn(async () => {
      this.next = undefined;
      if (await this.registry.hasUnstoredEntities()) {
        await this.publish(false);
      }
    });
    await this.next;
  }

  /** Writes every entity, and the applications known by their port: after a sync, and at start in case the store was emptied. */
  async publishAll(): Promise<void> {
    await this.inTurn(() => this.publish(true));
  }

  /** Runs `work` once the work before it is done: two at once could write an older name over a newer one. */
  private async inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.publishing.then(work);
    this.publishing = done.catch(() => undefined);
    await done;
  }

  private async publish(everything: boolean): Promise<void> {
    const entities = await this.registry.listEntities();
    const missing = ENTITY_KINDS.map((kind): Entity => ({ ...NOTHING, kind }));
    // Names depend on all entities of a kind, so all are named even when only some are written.
    const isWritten = entities.map(({ inStore }) => everything || !inStore);
    const rows = nameEntities(entities).filter((_row, i) => isWritten[i]);
    await writeEntities(this.client, everything ? [...rows, ...nameEntities(missing)] : rows);
    const places = entities.filter((_entity, i) => isWritten[i]).map(({ place }) => place);
    await writeKnownOptions(this.client, rows, places);
    if (everything) {
      await this.publishApplications();
    }
    await this.registry.markEntitiesStored(
      entities.filter(({ inStore }) => !inStore).map(({ kind, id }) => ({ kind, id }))
    );
  }

  /** Writes application names, unless the store is short of room: they are a convenience. */
  private async publishApplications(): Promise<void> {
    const rows = applicationEntities();
    const limits = Object.values((await seriesLimits(this.client)) ?? {});
    if (limits.every((limit) => limit === 0 || limit >= MIN_ROOM * rows.length)) {
      await writeEntities(this.client, rows);
    }
  }
}

function idOf({ kind, id }: SeenEntity): string {
  return `${kind} ${id}`;
}
