import type { Registry } from '../registry/registry';
import type { Exporter } from '../rollup/objectRollup';
import type { ExporterDecision } from '../rollup/terms';

/**
 * Decisions on exporters as last heard from the registry. The rollup must know them while it runs, the registry is
 * asynchronous: so a new exporter is first taken to count, and the grant, which decides anew, says when that was wrong.
 */
export class ExporterDecisions {
  private readonly known = new Map<string, ExporterDecision>();

  /** `now`: Unix seconds, because exporters fall idle with time. */
  constructor(
    private readonly registry: Pick<Registry, 'decideExporters'>,
    private readonly now: () => number = () => Math.floor(Date.now() / 1000)
  ) {}

  decide({ id }: Pick<Exporter, 'id'>): ExporterDecision {
    return this.known.get(id) ?? 'count';
  }

  /** Asks the registry again about these exporters. */
  async refresh(ids: readonly string[]): Promise<void> {
    const decisions = await this.registry.decideExporters(ids, this.now());
    ids.forEach((id) => this.known.set(id, decisions[id]));
  }
}
