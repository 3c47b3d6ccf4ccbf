import { DEFAULT_TOP_K } from '../../../contract/stored';
import type { Registry } from '../../registry/registry';
import { type ExporterDecision } from '../../rollup/terms';

/**
 * Decisions on exporters and flow logs, and the top K, as last read from the registry. The rollup needs them while it runs and cannot
 * wait for the registry: it takes a new exporter to count, a flow log to be enabled and K to be unchanged. The registry decides again
 * when it grants the plan, and answers `changed` when that was wrong.
 */
export class ExporterDecisions {
  /** Keys that new plans keep by name. */
  topK: number = DEFAULT_TOP_K;
  private readonly known = new Map<string, ExporterDecision>();
  private disabledFlowLogs: ReadonlySet<string> = new Set();

  /** `now`: Unix seconds, because exporters fall idle with time. */
  constructor(
    private readonly registry: Pick<Registry, 'decideExporters' | 'disabledFlowLogs' | 'topK'>,
    private readonly now: () => number
  ) {}

  /** What is known of the exporters that do not simply count, by id. */
  exceptions(): Record<string, ExporterDecision> {
    return Object.fromEntries(this.known);
  }

  /** Whether a flow log is known to be disabled; `id`: `fl-…`, undefined where nobody knows it. */
  isFlowLogDisabled(id: string | undefined): boolean {
    return id !== undefined && this.disabledFlowLogs.has(id);
  }

  /** Asks the registry again about these exporters, about flow logs and K. */
  async refresh(ids: readonly string[]): Promise<void> {
    const { registry } = this;
    const asked = [registry.decideExporters(ids, this.now()), registry.topK(), registry.disabledFlowLogs()] as const;
    const [decisions, topK, disabled] = await Promise.all(asked);
    this.topK = topK;
    this.disabledFlowLogs = new Set(disabled);
    for (const id of ids) {
      if (decisions[id] === 'count') {
        this.known.delete(id);
      } else {
        this.known.set(id, decisions[id]);
      }
    }
  }
}
