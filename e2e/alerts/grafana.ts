import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { startGrafana, type Service } from '../../scripts/services';

/** The shortest interval at which Grafana evaluates rules. */
const INTERVAL = '10s';
const POLL_MS = 1000;

/** An alert that fires: its rule, its labels and its summary. */
export interface Firing {
  /** The rule's title. */
  readonly rule: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly summary: string;
}

interface RuleState {
  readonly name: string;
  readonly health: string;
  readonly lastError?: string;
  readonly lastEvaluation: string;
  readonly alerts?: ReadonlyArray<{
    readonly state: string;
    readonly labels: Record<string, string>;
    readonly annotations: Record<string, string>;
  }>;
}

/**
 * A Grafana with Flowscope's data source, dashboards and rules as they are shipped, but for three changes, without which
 * this would take hours: rules are evaluated every ten seconds, conditions must hold for ten seconds instead of minutes, and
 * no rule is paused.
 */
export class AlertingGrafana {
  private constructor(private readonly service: Service) {}

  static async start(home: string, dir: string, influxUrl: string): Promise<AlertingGrafana> {
    const provisioning = join(dir, 'provisioning');
    const dist = join(dir, 'dist');
    ['datasources', 'dashboards'].forEach((part) =>
      cpSync(join('provisioning', part), join(provisioning, part), { recursive: true })
    );
    ['plugins', 'alerting'].forEach((part) => mkdirSync(join(provisioning, part)));
    mkdirSync(dist);
    const shipped = JSON.parse(readFileSync('provisioning/alerting/flowscope.json', 'utf8')) as {
      groups: Array<{ interval: string; rules: Array<{ for: string; isPaused: boolean }> }>;
    };
    for (const group of shipped.groups) {
      group.interval = INTERVAL;
      for (const rule of group.rules) {
        Object.assign(rule, { for: rule.for === '0m' ? '0s' : INTERVAL, isPaused: false });
      }
    }
    writeFileSync(join(provisioning, 'alerting/flowscope.json'), JSON.stringify(shipped));
    const env = { FLOWSCOPE_INFLUX_URL: influxUrl };
    const service = await startGrafana({ home, dir: join(dir, 'grafana'), dist: resolve(dist), provisioning, env });
    return new AlertingGrafana(service);
  }

  stop(): Promise<void> {
    return this.service.stop();
  }

  /**
   * Waits until every rule was evaluated three times on what was written by now, and until `isReached`; returns what fires.
   * Throws with what fires and what failed when that takes longer than two minutes.
   */
  async firing(isReached: (firing: readonly Firing[]) => boolean): Promise<Firing[]> {
    const evaluations = new Map<string, Set<string>>();
    const deadline = Date.now() + 120_000;
    const begun = new Date().toISOString();
    for (;;) {
      const rules = await this.rules();
      for (const { name, lastEvaluation } of rules.filter((rule) => rule.lastEvaluation > begun)) {
        evaluations.set(name, (evaluations.get(name) ?? new Set()).add(lastEvaluation));
      }
      const firing = rules.flatMap(({ name, alerts = [] }) =>
        alerts
          .filter(({ state }) => state.startsWith('Alerting'))
          .map(({ labels, annotations }) => ({ rule: name, labels, summary: annotations.summary }))
      );
      const isEvaluated = rules.length > 0 && rules.every(({ name }) => (evaluations.get(name)?.size ?? 0) >= 3);
      if (isEvaluated && isReached(firing)) {
        return firing;
      }
      if (Date.now() > deadline) {
        const errors = rules
          .filter(({ health }) => health === 'error')
          .map(({ name, lastError }) => ({ name, lastError }));
        throw new Error(
          `Not reached. Firing: ${JSON.stringify(firing, undefined, 1)} Errors: ${JSON.stringify(errors)}`
        );
      }
      await new Promise((done) => setTimeout(done, POLL_MS));
    }
  }

  private async rules(): Promise<RuleState[]> {
    const response = await fetch(`${this.service.url}/api/prometheus/grafana/api/v1/rules`);
    const answer = (await response.json()) as { data: { groups: Array<{ rules: RuleState[] }> } };
    return answer.data.groups.flatMap(({ rules }) => rules);
  }
}
