import { NOTHING_YET } from '../../reports/explanations';
import { DEFAULT_COUNTED } from '../../reports/filters';
import { METRICS, type MetricName } from '../../reports/metrics';
import { partsOf, rankingQuery, totalsFrom, totalsQuery, type Scope } from '../../reports/queries';
import type { Report } from '../../reports/reports';
import { alignOutward, WINDOW_MS, type TimeRange } from '../../reports/timeRange';
import { addSums, noSums } from '../rollup/sums';
import type { Policy } from '../rollup/windows';
import { isFailure, type Row } from '../store/influx';
import { explainEmpty, type EmptyReason } from './empty';
import { directionsOf, type Directions } from './directions';
import { figuresOf, subtractSums, sumsOf, type Figures } from './figures';
import { whatIsMissing, type Missing } from './missing';
import {
  conditionsOf,
  namesOf,
  resolveFilters,
  type QueryClient,
  type ResolvedFilter,
  type TypedFilter,
} from './names';
import { choosePolicy } from './policy';

export interface ReportOptions {
  readonly range: TimeRange;
  readonly metric: MetricName;
  readonly top: number;
  /** Several of one name are alternatives. */
  readonly filters: readonly TypedFilter[];
  /** Unix milliseconds. */
  readonly now: number;
}

/** A row: ids by column, names beside them as `…Name`, and figures as decimal text. */
export type ReportRow = Record<string, string> & Figures & Partial<Directions>;

export interface ReportResult extends Missing {
  readonly report: string;
  readonly title: string;
  readonly policy: Policy;
  /** The range that was asked for, and below it the one that was read: whole windows around it. Unix milliseconds. */
  readonly asked: TimeRange;
  readonly range: TimeRange;
  readonly metric: MetricName;
  readonly top: number;
  readonly filters: readonly ResolvedFilter[];
  readonly lowerBounds: boolean;
  readonly rows: readonly ReportRow[];
  /** Whether the totals are exact: those of chosen addresses, and of pairs by place, are lower bounds. */
  readonly exactTotals: boolean;
  readonly totals: Figures & { readonly refusedFlows: string };
  /** The totals less the rows. */
  readonly other?: Figures;
  /** Why there are no rows, and a message that says so. */
  readonly emptyBecause?: EmptyReason;
  readonly message?: string;
}

/** Runs a report against the store. Throws `UnknownName` when a filter's value matches nothing. */
export async function runReport(client: QueryClient, report: Report, options: ReportOptions): Promise<ReportResult> {
  try {
    return await runOnStore(client, report, options);
  } catch (error) {
    if (isFailure(error, 'missing')) {
      return runOnStore({ query: async () => [] }, report, { ...options, filters: [] }).then((empty) => ({
        ...empty,
        emptyBecause: 'nothing-collected',
        message: `${NOTHING_YET} Add a source, and run flowscope collect --once.`,
      }));
    }
    throw error;
  }
}

async function runOnStore(client: QueryClient, report: Report, options: ReportOptions): Promise<ReportResult> {
  const { range: asked, metric, top, now } = options;
  const typed = await resolveFilters(client, options.filters);
  const filters = report.filters.includes('counted') ? withCounted(typed) : typed;
  const { policy, boundary } = await choosePolicy(client, asked, now);
  const range = alignOutward(asked, WINDOW_MS[policy]);
  const scope: Scope = {
    boundary,
    from: String(range.from),
    to: String(range.to),
    where: conditionsOf(report.measurement, filters),
  };
  // Milliseconds, until now at most: the rest of the last window is in the future.
  const span = Math.max(Math.min(range.to, now) - range.from, 1);

  const { measurement, isExact } = totalsFrom(
    filters.map(({ name }) => name),
    report.measurement
  );
  const [all] = await client.query(totalsQuery(measurement, scope));
  const [refused] = await client.query(totalsQuery(measurement, scope, true));
  const total = sumsOf(all);
  const ranking = { metric, top: String(top), span: String(span) };
  const found: Row[] = [];
  for (const part of partsOf(report)) {
    (await client.query(rankingQuery(report, scope, ranking, part))).forEach((row) => found.push(row));
  }
  const sums = found.map(sumsOf);
  const order = found.map((_, i) => i).sort((a, b) => Number(sums[b][metric] - sums[a][metric]));
  const names = await namesOf(client, report, found);
  const directions = report.directions ? await directionsOf(client, report, scope, metric, found) : [];
  const rows = order.map((i) => ({
    ...names[i],
    ...directions[i],
    ...figuresOf(sums[i], total, metric, span),
  })) as ReportRow[];
  const rest = subtractSums(total, sums.reduce(addSums, noSums()));
  const empty = rows.length === 0 ? await explainEmpty(client, report, scope, filters, total, asked.from) : undefined;
  const missing = await whatIsMissing(client, report, scope, filters, metric, span);
  const hasRest = METRICS.some(({ name }) => rest[name] > 0n);
  return {
    report: report.name,
    title: report.title,
    policy,
    asked,
    range,
    metric,
    top,
    filters,
    lowerBounds: report.lowerBounds,
    exactTotals: isExact,
    rows,
    totals: { ...figuresOf(total, total, metric, span), refusedFlows: String(sumsOf(refused).flows) },
    ...(rows.length > 0 && hasRest && { other: figuresOf(rest, total, metric, span) }),
    ...missing,
    ...(empty && { emptyBecause: empty.reason, message: empty.message }),
  };
}

/** One way of counting always holds. */
function withCounted(filters: readonly ResolvedFilter[]): ResolvedFilter[] {
  const isTyped = filters.some(({ name }) => name === 'counted');
  const usual = { name: 'counted', id: DEFAULT_COUNTED, label: DEFAULT_COUNTED } as const;
  return isTyped ? [...filters] : [...filters, usual];
}
