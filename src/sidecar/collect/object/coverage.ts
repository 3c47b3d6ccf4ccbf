import { coverageSlot } from '../../registry/coverage';
import { FACT_BATCH_SIZE } from '../../registry/ownerFacts';
import type { Registry } from '../../registry/registry';
import type { CoveredInterface } from '../../rollup/summary';

/** Maximum interfaces and actions that this process remembers to have noted. */
const MAX_NOTED = 100_000;

/** What was last noted of an interface and action; see {@link coverageSlot}. */
interface Noted {
  readonly exporter: string;
  readonly since: number;
  readonly last: number;
  readonly stored: number;
}

/**
 * Notes in the registry which interfaces are covered, in small transactions and each once in ten minutes: an object may have tens
 * of thousands, and mostly the same as the one before.
 */
export class Coverage {
  private readonly noted = new Map<string, Noted>();

  /** `now`: Unix seconds. */
  constructor(
    private readonly registry: Pick<Registry, 'noteCoverage'>,
    private readonly now: () => number
  ) {}

  /**
   * Notes that egress records of interfaces were stored, of that flow log if it is known. What is not noted, after a crash, is not
   * covered.
   */
  async note(covered: readonly CoveredInterface[], flowLog?: string): Promise<void> {
    const now = this.now();
    const changed = covered.filter((one) => !this.isNoted(one, now)).sort(byKey);
    for (let from = 0; from < changed.length; from += FACT_BATCH_SIZE) {
      const batch = changed.slice(from, from + FACT_BATCH_SIZE);
      await this.registry.noteCoverage(batch, now, flowLog);
      batch.forEach((one) => this.remember(one, now));
    }
  }

  private isNoted(one: CoveredInterface, now: number): boolean {
    const noted = this.noted.get(keyOf(one));
    return (
      noted !== undefined &&
      noted.exporter === one.exporter &&
      noted.since <= one.since &&
      noted.last >= coverageSlot(one.until) &&
      noted.stored === coverageSlot(now)
    );
  }

  private remember(one: CoveredInterface, now: number): void {
    if (this.noted.size > MAX_NOTED) {
      this.noted.clear();
    }
    const { exporter, since, until } = one;
    this.noted.set(keyOf(one), { exporter, since, last: coverageSlot(until), stored: coverageSlot(now) });
  }
}

const keyOf = ({ interface: id, action }: CoveredInterface) => `${id} ${action}`;

/** As the registry keeps them: a batch then changes fewer of its pages. */
const byKey = (a: CoveredInterface, b: CoveredInterface) => (keyOf(a) < keyOf(b) ? -1 : 1);
