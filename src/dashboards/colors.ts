import type { DynamicConfigValue } from '@grafana/grafana-foundation-sdk/dashboard';

/** Refused traffic, and nothing else. */
export const REFUSED_COLOR = 'red';
/** All that is accepted, or all traffic. */
export const TRAFFIC_COLOR = 'blue';
/** What is not shown by name. */
export const OTHER_COLOR = '#808080';
/** What needs somebody's attention, and is no refused traffic. */
export const WARNING_COLOR = 'orange';

/** Colours of things that have a name; none is taken for red or green, which mean bad and good. */
export const PALETTE = [
  '#5794F2',
  '#FF9830',
  '#B877D9',
  '#F2CC0C',
  '#33B5C9',
  '#C65CC0',
  '#A8814F',
  '#9FC5FF',
  '#6A65E0',
  '#E5C494',
] as const;

/** Field configuration of one colour. */
export function fixedColor(color: string): { mode: 'fixed'; fixedColor: string } {
  return { mode: 'fixed', fixedColor: color };
}

/** Characters that names differ in, spread over two sets. */
const [OFTEN, ELSEWHERE] = ['a-dimopw15689', 'd-gkmorsxz2367'];

/** A pattern for texts in which characters of a set occur a number of times that leaves `rest` when divided. */
function occurs(set: string, divisor: number, rest: number): string {
  const next = `[${set}][^${set}]*`;
  return `[^${set}]*(?:(?:${next}){${divisor}})*(?:${next}){${rest}}`;
}

/** A pattern for about a tenth of all names: those that have the colour at this index of {@link PALETTE}. */
export function patternOf(index: number): string {
  const [fifth, half] = [Math.floor(index / 2), index % 2];
  return `/^(?=${occurs(OFTEN, 5, fifth)}$)${occurs(ELSEWHERE, 2, half)}$/`;
}

interface Panel {
  overrideByRegexp(pattern: string, properties: DynamicConfigValue[]): unknown;
}

/**
 * Gives each series the colour that its name stands for, whatever is shown beside it and wherever it is shown. Grafana's own
 * palettes go by a series' place in the panel, or have reds and greens in them; so it is overrides by patterns, which work a number
 * out of the name.
 */
export function colorByName(panel: Panel): void {
  PALETTE.forEach((color, index) =>
    panel.overrideByRegexp(patternOf(index), [{ id: 'color', value: fixedColor(color) }])
  );
}
