import { MISSING } from '../records/flowRecord';
import type { Entity } from '../registry/entities';
import type { EntityRow } from '../store/schema';

/** Digits of the id that tell two entities of one description apart: `web (…a1b2)`. */
const SUFFIX = 4;

/**
 * The label and name of every entity. `label` is `description (id)`; `name` is the description, made unique among the
 * entities of its kind so that two of them never share a line in a graph. Without a description both fall back to the id.
 */
export function nameEntities(entities: readonly Entity[]): EntityRow[] {
  const uses = new Map<string, number>();
  const descriptionOf = ({ kind, id, description }: Entity) => clean(description) || (id === MISSING ? NONE[kind] : id);
  for (const entity of entities) {
    const key = `${entity.kind} ${descriptionOf(entity)}`;
    uses.set(key, (uses.get(key) ?? 0) + 1);
  }
  return entities.map((entity) => {
    const { kind, id, vpc, subnet, instance, account, region } = entity;
    const description = descriptionOf(entity);
    const isUnique = uses.get(`${kind} ${description}`) === 1;
    const name = isUnique ? description : `${description} (…${id.slice(-SUFFIX)})`;
    return { kind, id, label: `${description} (${id})`, name, vpc, subnet, instance, account, region };
  });
}

/** What reports show for '-', by kind. */
const NONE: Readonly<Record<Entity['kind'], string>> = {
  interface: 'No interface',
  instance: 'No instance',
  subnet: 'No subnet',
  vpc: 'No VPC',
  account: 'No account',
  address: 'No address',
  application: 'No application',
};

/** A description without what cannot be shown on one line; everything else people may write is kept. */
function clean(description: string | undefined): string {
  return (description ?? '').replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();
}
