/** What Grafana does with alert rules; for tests and benchmarks. */
import { alertFiles } from './alerts';

/** Where the points are that rules read. */
interface Store {
  readonly settings: { readonly url: string; readonly database: string };
}

/** What a rule comes to for some labels. */
export type Condition = 'met' | 'not met' | 'no data';

/** A rule as Grafana reads it. */
export interface ProvisionedRule {
  readonly uid: string;
  readonly title: string;
  readonly condition: string;
  readonly noDataState: string;
  readonly data: ReadonlyArray<{
    readonly refId: string;
    readonly relativeTimeRange: { readonly from: number; readonly to: number };
    readonly model: {
      readonly type?: string;
      readonly query?: string;
      readonly expression?: string;
      readonly reducer?: string;
      readonly settings?: { readonly mode: string };
      readonly conditions?: ReadonlyArray<{ readonly evaluator: { readonly type: string; readonly params: number[] } }>;
    };
  }>;
}

/** All rules that are provisioned. */
export const RULES: readonly ProvisionedRule[] = [...alertFiles().values()].flatMap((text) =>
  (JSON.parse(text) as { groups: Array<{ rules: ProvisionedRule[] }> }).groups.flatMap(({ rules }) => rules)
);

/** Values by labels, as JSON. */
type Values = ReadonlyMap<string, number>;

/**
 * Evaluates a rule at each of these times, as Grafana's alerting does: each query over its range, the reducer over each
 * series, then math and threshold for those labels that all have. Returns the condition by labels, by time; `{}` stands for
 * a rule that has no data at all.
 */
export async function evaluate(
  client: Store,
  rule: ProvisionedRule,
  times: readonly number[]
): Promise<Array<ReadonlyMap<string, Condition>>> {
  const known = times.map(() => new Map<string, Values>());
  for (const { refId, relativeTimeRange, model } of rule.data) {
    if (model.query !== undefined) {
      // Kept as series until they are reduced, which is the next node.
      const reduce = rule.data.find((node) => node.model.type === 'reduce' && node.model.expression === refId)!;
      if (reduce.model.reducer !== 'last' || reduce.model.settings?.mode !== 'dropNN') {
        throw new Error(`${rule.title} takes something else than the last number of a series`);
      }
      const { from, to } = relativeTimeRange;
      const statements = times.map((now) =>
        model.query!.replaceAll('$timeFilter', `time >= ${now - from}s AND time <= ${now - to}s`)
      );
      (await lastValues(client, statements)).forEach((values, i) => known[i].set(reduce.refId, values));
    } else if (model.type === 'math') {
      known.forEach((nodes) => nodes.set(refId, combined(model.expression!, nodes)));
    }
  }
  const { model } = rule.data.find(({ refId }) => refId === rule.condition)!;
  const [{ evaluator }] = model.conditions!;
  const [limit] = evaluator.params;
  const isMet = (value: number) =>
    evaluator.type === 'gt' ? value > limit : evaluator.type === 'gte' ? value >= limit : value < limit;
  return known.map((nodes) => {
    const values = [...nodes.get(model.expression!)!];
    return new Map<string, Condition>(
      values.length === 0
        ? [['{}', 'no data']]
        : values.map(([labels, value]) => [labels, isMet(value) ? 'met' : 'not met'])
    );
  });
}

/** Math over values of the same labels. Grafana's comparisons give 1 and 0, as JavaScript's do in a product. */
function combined(expression: string, nodes: ReadonlyMap<string, Values>): Values {
  const names = [...new Set([...expression.matchAll(/\$(\w+)/g)].map(([, name]) => name))];
  const compute = new Function(...names.map((name) => `$${name}`), `return Number(${expression});`) as (
    ...values: number[]
  ) => number;
  const [first, ...others] = names.map((name) => nodes.get(name)!);
  const shared = [...first.keys()].filter((labels) => others.every((values) => values.has(labels)));
  return new Map(shared.map((labels) => [labels, compute(...names.map((name) => nodes.get(name)!.get(labels)!))]));
}

/** The last value of each series that each statement answers with; one request for all of them. */
async function lastValues(client: Store, statements: readonly string[]): Promise<Values[]> {
  const { url, database: db } = client.settings;
  const answer = await fetch(`${url}/query`, {
    method: 'POST',
    body: new URLSearchParams({ db, q: statements.join(';') }),
  });
  const { results } = (await answer.json()) as {
    results: Array<{
      error?: string;
      series?: Array<{ tags?: Record<string, string>; values: Array<Array<number | null>> }>;
    }>;
  };
  const failed = results.find(({ error }) => error !== undefined);
  if (failed) {
    throw new Error(`InfluxDB refuses the query of a rule: ${failed.error}`);
  }
  return results.map(({ series = [] }) => {
    const last = series.map(({ tags = {}, values }) => {
      const numbers = values.map(([, value]) => value).filter((value) => value !== null);
      return [JSON.stringify(tags), numbers.at(-1)] as const;
    });
    return new Map(last.filter((one): one is readonly [string, number] => one[1] !== undefined));
  });
}
