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

/** Note on every report: a conversation between two logged interfaces is seen at both. */
export const COUNTED_TWICE = 'Counted as seen at each interface; traffic between two logged interfaces appears twice.';

/** Note on reports whose values are lower bounds. */
export const LOWER_BOUNDS =
  'Each interface keeps its busiest keys by name and sums up the rest as other, so a row may be higher than shown, never lower.';
