import type { Entity } from '../registry/entities';
import type { DescribedEntity } from './describe';

/** The addresses that were found, each with its interfaces, in any number of accounts and regions. */
export class AddressOwners {
  /** Most have one owner: then it stands here without a list around it, since there are hundreds of thousands. */
  private readonly owners = new Map<string, DescribedEntity | DescribedEntity[]>();

  /** Notes an address, and whose it is. */
  add(address: DescribedEntity): void {
    const known = this.owners.get(address.id);
    if (known === undefined) {
      this.owners.set(address.id, address);
    } else if (Array.isArray(known)) {
      known.push(address);
    } else {
      this.owners.set(address.id, [known, address]);
    }
  }

  /** Whether an address was found. */
  has(id: string): boolean {
    return this.owners.has(id);
  }

  /**
   * Each address once, called as {@link mergeAddresses} says. Of several owners it belongs to the same one whatever the order in
   * which they were found: accounts and regions are read at the same time, and what has not changed is not to be written again.
   */
  *entities(): Generator<Entity> {
    for (const owners of this.owners.values()) {
      yield mergeAddresses(Array.isArray(owners) ? owners.toSorted(byInterface) : [owners])[0];
    }
  }
}

function byInterface(a: DescribedEntity, b: DescribedEntity): number {
  const [first, second] = [a, b].map(({ interface: owner, description = '' }) => `${owner} ${description}`);
  return first < second ? -1 : 1;
}

/**
 * The entities, with each address described once for all its interfaces. Networks may overlap: an address that several
 * interfaces have gets all their descriptions ("a or b"), or the id of an interface without one, so that no traffic is
 * shown under the wrong interface.
 */
export function mergeAddresses(entities: readonly DescribedEntity[]): Entity[] {
  // Address → interfaces → descriptions. An account that is read twice may return an interface with and without one.
  const owners = new Map<string, Map<string, string | undefined>>();
  for (const { id, interface: owner, description } of entities) {
    if (owner !== undefined) {
      const known = owners.get(id) ?? new Map<string, string | undefined>();
      owners.set(id, known.set(owner, description ?? known.get(owner)));
    }
  }
  return entities.map(({ interface: owner, ...entity }) => {
    const known = owner === undefined ? [] : [...owners.get(entity.id)!];
    const names = new Set(known.map(([interfaceId, name]) => name ?? interfaceId));
    const isNamed = known.some(([, name]) => name !== undefined);
    return names.size > 1 && isNamed ? { ...entity, description: [...names].sort().join(' or ') } : entity;
  });
}
