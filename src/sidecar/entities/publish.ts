import { MISSING, ENTITY_KINDS } from '../../contract/stored';
import { NOWHERE, type Entity, type SeenEntity } from '../registry/entities';
import type { Registry } from '../registry/registry';
import type { InfluxClient } from '../store/influx';
import { seriesLimits } from '../store/limits';
import { writeEntities } from '../store/schema';
import { applicationEntities } from './applications';
import { nameEntities } from './naming';

/** What '-' stands for has a row too, so that a join with it loses no traffic. */
const NOTHING = { ...NOWHERE, id: MISSING };

/** Identifiers that this process remembers to have told the registry. */
const MAX_TOLD = 100_000;

/** How many times the names of applications a store must have room for. */
const LEAST_ROOM = 10;

/** Brings the registry's entities into the store, where dashboards look names up. */
export class EntityPublisher {
  private publishing: Promise<void> = Promise.resolve();
  /** Of those that wait for their turn: it will see all that is known by then, so others wait with it. */
  private next?: Promise<void>;
  private readonly told = new Set<string>();

  constructor(
    private readonly registry: Registry,
    private readonly client: InfluxClient
  ) {}

  /** Those that the registry may not know yet, each once. */
  untold(seen: readonly SeenEntity[]): SeenEntity[] {
    const untold = new Map(seen.map((entity) => [idOf(entity), entity]));
    return [...untold].filter(([id]) => !this.told.has(id)).map(([, entity]) => entity);
  }

  /** The registry knows them: it forgets none. */
  areTold(entities: readonly SeenEntity[]): void {
    if (this.told.size > MAX_TOLD) {
      this.told.clear();
    }
    entities.forEach((entity) => this.told.add(idOf(entity)));
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

  /** One after the other: two at once could write an older name over a newer one. */
  private async inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.publishing.then(work);
    this.publishing = done.catch(() => undefined);
    await done;
  }

  private async publish(everything: boolean): Promise<void> {
    const entities = await this.registry.listEntities();
    const missing = ENTITY_KINDS.map((kind): Entity => ({ ...NOTHING, kind }));
    // Names depend on all entities of a kind, so all are named even when only some are written.
    const rows = nameEntities(entities).filter((_row, i) => everything || !entities[i].inStore);
    await writeEntities(this.client, everything ? [...rows, ...nameEntities(missing)] : rows);
    if (everything) {
      await this.publishApplications();
    }
    await this.registry.entitiesStored(
      entities.filter(({ inStore }) => !inStore).map(({ kind, id }) => ({ kind, id }))
    );
  }

  /** Not in a store that has hardly room for identifiers: these are names for comfort. */
  private async publishApplications(): Promise<void> {
    const rows = applicationEntities();
    const limits = Object.values((await seriesLimits(this.client)) ?? {});
    if (limits.every((limit) => limit === 0 || limit >= LEAST_ROOM * rows.length)) {
      await writeEntities(this.client, rows);
    }
  }
}

function idOf({ kind, id }: SeenEntity): string {
  return `${kind} ${id}`;
}
