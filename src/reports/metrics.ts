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

/** How many rows a report may be asked for. */
export const TOP_CHOICES = [5, 10, 20, 50] as const;
export const DEFAULT_TOP = 10;

/** The action whose flows count as refused. */
export const REFUSED = 'REJECT';

/** Said wherever figures are shown: sums over interfaces see a conversation between two of them from both ends. */
export const COUNTED_TWICE = 'Counted as seen at each interface; traffic between two logged interfaces appears twice.';

/** Said where a report shows lower bounds. */
export const LOWER_BOUNDS =
  'Each interface keeps its busiest keys by name and sums up the rest as other, so a row may be higher than shown, never lower.';
