import { exporterPlace } from '../../contract/exporterTitle';
import { MISSING } from '../../contract/stored';
import { endText } from '../../reports/ends';
import type { Entity } from '../registry/entities';
import type { EntityRow } from '../store/schema';

/** The least number of characters of the id that tell two entities of one description apart: `web (…a1b2)`. */
const MIN_SUFFIX = 4;

/**
 * The label and name of every entity. `label` is `description (id)`; `name` is the description, made unique among the
 * entities of its kind so that two of them never share a line in a graph. Without a description both fall back to the id.
 */
export function nameEntities(entities: readonly Entity[]): EntityRow[] {
  const placeNames = namesOfPlaces(entities);
  const all = entities.map((entity) => ({
    entity,
    description: descriptionOf(entity, placeNames),
    names: [] as string[],
  }));
  for (const alike of groups(all, ({ entity, description }) => `${entity.kind} ${description}`)) {
    const length = suffixLength(alike.map(({ entity }) => entity.id));
    for (const { entity, description, names } of alike) {
      const { id } = entity;
      names.push(`${description} (${id})`, `${description} (${id.length > length ? `…${id.slice(-length)}` : id})`);
      if (!readsAsEnd(id, description)) {
        names.push(description);
      }
    }
  }
  // A name made longer may equal another entity's, so this is repeated until no two are equal; labels never are.
  let shared = all;
  while (shared.length > 0) {
    shared = groups(all, ({ entity, names }) => `${entity.kind} ${names.at(-1)}`)
      .filter((same) => same.length > 1)
      .flat()
      .filter(({ names }) => names.length > 1);
    shared.forEach(({ names }) => names.pop());
  }
  return all.map(({ entity, names }) => {
    const { kind, id, vpc, subnet, instance, account, region } = entity;
    return { kind, id, label: names[0], name: names.at(-1)!, vpc, subnet, instance, account, region };
  });
}

/** The name of an entity by its kind and id: the id itself where none has it. */
export function nameLookup(named: ReadonlyArray<Pick<EntityRow, 'kind' | 'id' | 'name'>>) {
  const names = new Map(named.map(({ kind, id, name }) => [`${kind} ${id}`, name]));
  return (kind: EntityRow['kind'], id: string): string => names.get(`${kind} ${id}`) ?? id;
}

function descriptionOf({ kind, id, description }: Entity, placeNames: ReadonlyMap<string, string>): string {
  if (id === MISSING) {
    return clean(description) || NAME_OF_NONE[kind];
  }
  const place = kind === 'exporter' ? exporterPlace(id) : undefined;
  return clean(description) || (place === undefined ? id : placeNames.get(place) || place);
}

/** What the VPCs, subnets and interfaces are called that exporters may be of, by id. */
function namesOfPlaces(entities: readonly Entity[]): ReadonlyMap<string, string> {
  const exporters = entities.filter(({ kind }) => kind === 'exporter').map(({ id }) => exporterPlace(id));
  const places = new Set(exporters);
  return new Map(
    entities.filter(({ id }) => places.has(id)).map(({ id, description }) => [id, clean(description)] as const)
  );
}

/** Whether a table would take this name for an end of traffic that nobody has, such as an address: it needs its id behind it. */
function readsAsEnd(id: string, description: string): boolean {
  return description !== id && endText(description, '') !== description;
}

function groups<T>(items: readonly T[], keyOf: (item: T) => string): T[][] {
  return [...Map.groupBy(items, keyOf).values()];
}

/** How many of their last characters are needed to tell these ids apart. */
function suffixLength(ids: readonly string[]): number {
  const distinct = new Set(ids).size;
  let length = MIN_SUFFIX;
  while (new Set(ids.map((id) => id.slice(-length))).size < distinct) {
    length++;
  }
  return length;
}

/** What reports show for '-', by kind. */
const NAME_OF_NONE: Readonly<Record<Entity['kind'], string>> = {
  interface: 'No interface',
  instance: 'No instance',
  subnet: 'No subnet',
  vpc: 'No VPC',
  account: 'No account',
  address: 'No address',
  application: 'No application',
  network: 'No network',
  exporter: 'No exporter',
};

/**
 * A description on one line: line breaks and control characters become spaces. Those that change the direction of writing go, since they
 * would turn around what stands beside the name, too.
 */
function clean(description: string | undefined): string {
  return (description ?? '')
    .replace(/\p{Bidi_Control}+/gu, '')
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim();
}
