import { factPages, parseFacts, VERSION_SECONDS, type FactRow } from '../../registry/ownerFacts';
import type { Registry } from '../../registry/registry';
import { buildOwnerTables, type OwnerTables } from '../../rollup/owners/ownerTable';

/** Versions in memory: that of new plans, the one before it, and one of an object that was begun earlier. */
const MAX_LOADED = 3;

/** The facts of a version are kept no more, so that what was begun with it cannot be resolved as before. */
export class OwnersForgotten extends Error {
  override readonly name = 'OwnersForgotten';
}

/** Owner facts as objects resolve addresses by them, loaded once per version. */
export class OwnerVersions {
  private version = 0;
  private asked = -Infinity;
  private asking?: Promise<number>;
  /** By version, the one that was used last at the end. */
  private readonly loaded = new Map<number, Promise<OwnerTables>>();

  /** `now`: Unix seconds. `askVersion`: the version that new plans are to name; by default changes become a new one. */
  constructor(
    private readonly registry: Pick<Registry, 'closeCoverage' | 'lapseOwners' | 'ownerVersion' | 'ownerFacts'>,
    private readonly now: () => number,
    private readonly askVersion = () => makeVersion(registry, now())
  ) {}

  /** The version that new plans name. The registry is asked once a minute at most. */
  async newest(): Promise<number> {
    const age = this.now() - this.asked;
    if (age < 0 || age >= VERSION_SECONDS) {
      this.asking ??= this.ask().finally(() => (this.asking = undefined));
      await this.asking;
    }
    return this.version;
  }

  /** The tables of a version; undefined of 0, which has no facts. Throws {@link OwnersForgotten}. */
  async tables(version: number): Promise<OwnerTables | undefined> {
    if (version === 0) {
      return undefined;
    }
    const tables = this.loaded.get(version) ?? this.load(version);
    this.loaded.delete(version);
    this.loaded.set(version, tables);
    for (const [oldest] of [...this.loaded].slice(0, -MAX_LOADED)) {
      this.loaded.delete(oldest);
    }
    try {
      return await tables;
    } catch (error) {
      this.loaded.delete(version);
      throw error;
    }
  }

  private async ask(): Promise<number> {
    const asked = this.now();
    this.version = await this.askVersion();
    this.asked = asked;
    return this.version;
  }

  private async load(version: number): Promise<OwnerTables> {
    const read = async (after: number, limit: number) => {
      const page = await this.registry.ownerFacts(version, after, limit);
      if (!page) {
        throw new OwnersForgotten(`The owner facts of version ${version} are kept no more.`);
      }
      return page;
    };
    const pages: Array<Iterable<FactRow>> = [];
    for await (const page of factPages(read)) {
      pages.push(parseFacts(page));
    }
    return buildOwnerTables(oneAfterTheOther(pages));
  }
}

/** Owner facts for a look that changes nothing: of the newest version that there is. */
export const readOnlyOwnerVersions = (registry: Registry, now: () => number): OwnerVersions =>
  new OwnerVersions(registry, now, () => registry.newestOwnerVersion());

/** Notes what has ended by `now` (Unix seconds), and makes a version of all that has changed. */
async function makeVersion(
  registry: Pick<Registry, 'closeCoverage' | 'lapseOwners' | 'ownerVersion'>,
  now: number
): Promise<number> {
  while (await registry.closeCoverage(now)) {
    // In small transactions, until nothing is left.
  }
  await registry.lapseOwners(now);
  return registry.ownerVersion(now);
}

function* oneAfterTheOther<T>(lists: ReadonlyArray<Iterable<T>>): Generator<T> {
  for (const list of lists) {
    yield* list;
  }
}
