import { FIGURES } from './headings';

/** What a report counts. Every flow measurement has these three as integer fields. */
export type MetricName = 'bytes' | 'packets' | 'flows';

export interface Metric {
  readonly name: MetricName;
  readonly heading: string;
  /** Grafana's unit of a sum. */
  readonly unit: string;
  /** Grafana's unit of the value per second; bytes become bits, as network people count them. */
  readonly rateUnit: string;
}

export const METRICS: readonly Metric[] = [
  { name: 'bytes', heading: FIGURES.bytes, unit: 'bytes', rateUnit: 'bps' },
  { name: 'packets', heading: FIGURES.packets, unit: 'short', rateUnit: 'pps' },
  { name: 'flows', heading: FIGURES.flows, unit: 'short', rateUnit: 'suffix: flows/s' },
];

/** Numbers of rows that people can choose. */
export const TOP_CHOICES = [5, 10, 20, 50] as const;
export const DEFAULT_TOP = 10;

/** Note on reports of interfaces: a conversation between two logged interfaces is seen at both. */
export const COUNTED_TWICE = 'Counted as seen at each interface; traffic between two logged interfaces appears twice.';

/** Note on reports that count each flow once. */
export const COUNTED_ONCE =
  'Counts each flow once: what both ends logged where it was sent, what was refused where it was refused.';

/** Note on pairs of interfaces. */
export const COUNTED_PER_HOP =
  'What passes through NAT gateways, load balancers, Transit Gateways and endpoints counts at each of them.';

/** Notes on the overview, whose totals count each flow once. */
export const OVERVIEW_COUNTED = [
  'The figures on top count each flow once, and leave out what only passes through NAT gateways, load balancers, Transit Gateways ' +
    'and endpoints.',
  'Under a filter by place, what both ends logged counts where it was sent.',
  'Charts and lists, and everything of a chosen application, count as seen at each interface.',
];

/** Note on reports whose values are lower bounds. */
export const LOWER_BOUNDS =
  'Each interface keeps its busiest keys by name and sums up the rest as other, so a row may be higher than shown, never lower.';

/** Note on pairs of interfaces that are filtered by their ends. */
export const FILTERED_PAIRS =
  'Filtered by place, totals are lower bounds (≥), too: of what is summed up as other nobody knows the place.';
