import type { Registry } from '../registry/registry';
import type { Exporter } from '../rollup/objectRollup';
import type { ExporterDecision } from '../rollup/terms';

/**
 * Decisions on exporters as last heard from the registry. The rollup must know them while it runs, the registry is
 * asynchronous: so a new exporter is first taken to count, and the grant says when that was wrong.
 */
export class ExporterDecisions {
  private known: Record<string, ExporterDecision> = {};

  constructor(private readonly registry: Registry) {}

  decide({ id }: Pick<Exporter, 'id'>): ExporterDecision {
    return this.known[id] ?? 'count';
  }

  /** Asks the registry again about these exporters. */
  async refresh(ids: readonly string[]): Promise<void> {
    this.known = { ...this.known, ...(await this.registry.decideExporters(ids)) };
  }
}
