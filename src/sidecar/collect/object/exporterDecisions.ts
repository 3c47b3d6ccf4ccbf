import { DEFAULT_TOP_K } from '../../../contract/stored';
import type { Registry } from '../../registry/registry';
import { type ExporterDecision } from '../../rollup/terms';

/**
 * Decisions on exporters, and how many keys they keep by name, as last heard from the registry. The rollup must know them
 * while it runs, the registry is asynchronous: so a new exporter is first taken to count, K to be what it was, and the
 * grant, which decides anew, says when that was wrong.
 */
export class ExporterDecisions {
  /** Keys that new plans keep by name. */
  topK: number = DEFAULT_TOP_K;
  private readonly known = new Map<string, ExporterDecision>();

  /** `now`: Unix seconds, because exporters fall idle with time. */
  constructor(
    private readonly registry: Pick<Registry, 'decideExporters' | 'topK'>,
    private readonly now: () => number
  ) {}

  /** What is known of the exporters that do not simply count, by id. */
  exceptions(): Record<string, ExporterDecision> {
    return Object.fromEntries(this.known);
  }

  /** Asks the registry again about these exporters, and about K. */
  async refresh(ids: readonly string[]): Promise<void> {
    const asked = [this.registry.decideExporters(ids, this.now()), this.registry.topK()] as const;
    const [decisions, topK] = await Promise.all(asked);
    this.topK = topK;
    for (const id of ids) {
      if (decisions[id] === 'count') {
        this.known.delete(id);
      } else {
        this.known.set(id, decisions[id]);
      }
    }
  }
}
