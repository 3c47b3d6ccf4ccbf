import type { Report } from './reports';

/** Headings of the values in every row, by their name in queries. */
export const FIGURES = {
  bytes: 'Bytes',
  rate: 'Average rate',
  packets: 'Packets',
  flows: 'Flows',
  share: 'Share',
} as const;

/** Headings of the first and last window in the range in which a row had traffic. */
export const SEEN = { first: 'First seen', last: 'Last seen' } as const;

/** Heading of the share of refused flows in all flows of a row. */
export const REFUSED_SHARE = 'Refused share';

/** Values of the tag `direction`, with their name in JSON, their heading, and the suffix for names of series. */
export const DIRECTIONS = [
  { direction: 'ingress', name: 'in', heading: 'In', suffix: ' in' },
  { direction: 'egress', name: 'out', heading: 'Out', suffix: ' out' },
  { direction: 'unknown', name: 'unknownDirection', heading: 'Unknown direction', suffix: '' },
] as const;
export type DirectionName = (typeof DIRECTIONS)[number]['name'];

/** The heading of a value, marked with ≥ where values are lower bounds. */
export function heading(report: Report, text: string): string {
  return report.lowerBounds ? `≥ ${text}` : text;
}
