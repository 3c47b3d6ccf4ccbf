import { MISSING, ENTITY_KINDS } from '../../contract/stored';
import { UNKNOWN_PLACE, type Entity, type NamedEntity, type SeenEntity } from '../registry/entities';
import type { Registry } from '../registry/registry';
import { writeKnownOptions } from '../store/filterOptions';
import type { InfluxClient } from '../store/influx';
import { seriesLimits } from '../store/limits';
import { countEntities, writeEntities, type EntityRow } from '../store/schema';
import { applicationEntities } from './applications';
import { nameEntities } from './naming';

/** A row for '-', the missing id, so that joining names to traffic loses nothing. */
const NOTHING = { ...UNKNOWN_PLACE, id: MISSING };

/** Maximum ids that this process remembers to be in the registry. */
const MAX_REGISTERED = 100_000;

/** Entities that are named and written at a time, without those that share their descriptions. */
const PUBLISHED_AT_ONCE = 2000;

/** The store's limits on series must allow this many times the application names, or they are not written. */
const MIN_ROOM = 10;

/** Writes the registry's entities to the store, where dashboards look names up. */
export class EntityPublisher {
  private publishing: Promise<void> = Promise.resolve();
  /** The next `publishNew()` in the queue: it will write all entities that are there by then, so later callers share it. */
  private next?: Promise<void>;
  private readonly registered = new Set<string>();
  private isFixedWritten = false;

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
        await this.publish();
      }
    });
    await this.next;
  }

  /**
   * Writes what the store does not have as it is known now, and also the applications known by their port: after a sync, and at start.
   * All of it when the store has fewer names than it should have, as one that was emptied.
   */
  async publishAll(): Promise<void> {
    await this.inTurn(async () => {
      const stored = await this.registry.countStoredEntities();
      if (stored > 0 && (await countEntities(this.client)) < stored) {
        await this.registry.forgetStoredEntities();
      }
      await this.publish();
      await this.publishFixed();
    });
  }

  /** Runs `work` once the work before it is done: two at once could write an older name over a newer one. */
  private async inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.publishing.then(work);
    this.publishing = done.catch(() => undefined);
    await done;
  }

  /** Names what is not stored, some at a time, since there may be hundreds of thousands, and writes what has changed of it. */
  private async publish(): Promise<void> {
    for (;;) {
      const known = await this.registry.entitiesToName(PUBLISHED_AT_ONCE);
      if (known.length === 0) {
        return;
      }
      const changed = await this.rename(known);
      const rows = changed.map(({ row }) => row);
      await writeEntities(this.client, rows);
      await writeKnownOptions(
        this.client,
        rows,
        changed.map(({ entity }) => entity.place)
      );
      await this.registry.markEntitiesStored(changed.map(({ entity, row }) => ({ ...entity, name: row.name })));
    }
  }

  /** Those of the entities that the store is to have anew. A name that another one has already is made unique together with that. */
  private async rename(entities: readonly NamedEntity[]): Promise<Array<{ entity: NamedEntity; row: EntityRow }>> {
    const all = new Map(entities.map((entity) => [idOf(entity), entity]));
    for (;;) {
      const known = [...all.values()];
      const changed = nameEntities(known)
        .map((row, i) => ({ entity: known[i], row }))
        .filter(({ entity, row }) => !entity.inStore || entity.name !== row.name);
      const names = changed.map(({ entity: { kind }, row: { name } }) => ({ kind, name }));
      const alike = (await this.registry.entitiesNamed(names)).filter((entity) => !all.has(idOf(entity)));
      if (alike.length === 0) {
        return changed;
      }
      alike.forEach((entity) => all.set(idOf(entity), entity));
    }
  }

  /** Writes names that come from no sync: those of what has no id, and of applications. */
  private async publishFixed(): Promise<void> {
    if (this.isFixedWritten) {
      return;
    }
    await writeEntities(this.client, nameEntities(ENTITY_KINDS.map((kind): Entity => ({ ...NOTHING, kind }))));
    await this.publishApplications();
    this.isFixedWritten = true;
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

function idOf({ kind, id }: Pick<SeenEntity, 'kind' | 'id'>): string {
  return `${kind} ${id}`;
}
