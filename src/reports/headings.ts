import type { Report } from './reports';

/** The figures behind every row, by their name in queries. */
export const FIGURES = {
  bytes: 'Bytes',
  rate: 'Average rate',
  packets: 'Packets',
  flows: 'Flows',
  share: 'Share',
} as const;

/** When a row had traffic, as far as the range goes; a window's start. */
export const SEEN = { first: 'First seen', last: 'Last seen' } as const;

/** Refused flows against all flows of a row. */
export const REFUSED_SHARE = 'Refused share';

/** Values of the tag `direction`: their name in JSON, their column, and what they add to the name of a series. */
export const DIRECTIONS = [
  { direction: 'ingress', name: 'in', heading: 'In', suffix: ' in' },
  { direction: 'egress', name: 'out', heading: 'Out', suffix: ' out' },
  { direction: 'unknown', name: 'unknownDirection', heading: 'Unknown direction', suffix: '' },
] as const;
export type DirectionName = (typeof DIRECTIONS)[number]['name'];

/** The heading of a figure, which says when it is a lower bound. */
export function heading(report: Report, text: string): string {
  return report.lowerBounds ? `≥ ${text}` : text;
}
