import { MISSING } from '../../contract/stored';
import type { EntityName } from '../registry/entities';
import type { Registry } from '../registry/registry';

/** What an interface is called, and its instance and VPC; by their ids where nobody named them, '-' for no instance. */
export interface InterfaceName {
  readonly interface: string;
  readonly instance: string;
  readonly vpc: string;
}

/** Rows that the registry is asked for at a time. */
const PAGE_SIZE = 5000;

/**
 * Names of interfaces as they stand in the store, kept in memory: what is written every minute for each interface must not read all of
 * them every minute.
 */
export class InterfaceNames {
  private readonly interfaces = new Map<string, Pick<EntityName, 'name' | 'instance' | 'vpc'>>();
  private readonly others = new Map<string, string>();
  /** The last row that was read. */
  private last: Pick<EntityName, 'named' | 'id'> & { readonly kind: string } = { named: 0, kind: '', id: '' };

  constructor(private readonly registry: Pick<Registry, 'changedNames'>) {}

  /** Reads what has changed since the last call, whichever process wrote it. */
  async refresh(): Promise<void> {
    for (;;) {
      const page = await this.registry.changedNames(this.last, PAGE_SIZE);
      for (const { kind, id, name, instance, vpc } of page) {
        if (kind === 'interface') {
          this.interfaces.set(id, { name, instance, vpc });
        } else {
          this.others.set(id, name);
        }
      }
      if (page.length > 0) {
        const { named, kind, id } = page.at(-1)!;
        this.last = { named, kind, id };
      }
      if (page.length < PAGE_SIZE) {
        return;
      }
    }
  }

  /** The names of an interface. */
  of(id: string): InterfaceName {
    const { name, instance, vpc } = this.interfaces.get(id) ?? { name: id, instance: MISSING, vpc: MISSING };
    return { interface: name, instance: this.others.get(instance) ?? instance, vpc: this.others.get(vpc) ?? vpc };
  }
}
