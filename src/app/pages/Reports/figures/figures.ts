import { REFUSED } from '../../../../contract/stored';
import { formatBitRate, formatCount, formatShare } from '../../../../reports/units';
import type { StoreRow } from '../../../api/store';

/** How much of the past the cards show, and how it is cut, milliseconds. */
export const SPAN_MS = 3 * 3_600_000;
const STEP_MS = 5 * 60_000;
const DAY_MS = 86_400_000;

/** A range that ends with a whole step. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** The last hours before a time, in whole steps; Unix milliseconds. */
export function rangeBefore(time: number): Range {
  const to = Math.floor(time / STEP_MS) * STEP_MS;
  return { from: to - SPAN_MS, to };
}

/** Each flow once, without what only passes through: as the overview's totals. */
const ONCE = `"counted" = 'once' AND "transit" = 'no'`;
const FROM = '"minute"."flow_interface"';
const within = ({ from, to }: Range) => `time >= ${from}ms AND time < ${to}ms`;

const interfaces = (condition: string) => (range: Range) =>
  `SELECT count("flows") AS "interfaces" FROM (SELECT sum("flows") AS "flows" FROM ${FROM} ` +
  `WHERE ${within(range)}${condition} GROUP BY "interface") WHERE ${within(range)}`;

/** The queries of the cards: few, of exact sums alone. */
const QUERIES = {
  load: (range: Range) =>
    `SELECT sum("bytes") AS "bytes", sum("flows") AS "flows" FROM ${FROM} ` +
    `WHERE ${within(range)} AND ${ONCE} GROUP BY time(${STEP_MS}ms), "action" fill(0)`,
  dayBefore: ({ from, to }: Range) =>
    `SELECT sum("bytes") AS "bytes" FROM ${FROM} WHERE ${within({ from: from - DAY_MS, to: to - DAY_MS })} AND ${ONCE}`,
  interfaces: interfaces(''),
  refusing: interfaces(` AND "action" = '${REFUSED}'`),
} as const;
type QueryName = keyof typeof QUERIES;

/** The rows of each query that was asked. */
export type Answers = Readonly<Partial<Record<QueryName, readonly StoreRow[]>>>;

/** What a card shows: a figure, what it is of, and its course in steps of equal length. */
export interface Figure {
  readonly text: string;
  readonly of: string;
  readonly course?: readonly number[];
  readonly isRefused?: boolean;
}

interface Entry {
  readonly needs: readonly QueryName[];
  readonly figure: (answers: Answers) => Figure;
}

/** The figures of cards by the dashboard's uid; a card without an entry has none. */
const FIGURES: Readonly<Record<string, Entry>> = {
  'flowscope-overview': {
    needs: ['load'],
    figure: ({ load }) => {
      const course = courseOf(load, 'bytes');
      return { text: formatBitRate((8000 * sum(course)) / SPAN_MS), of: 'on average', course };
    },
  },
  'flowscope-action': {
    needs: ['load'],
    figure: ({ load }) => {
      const refused = courseOf(load, 'flows', REFUSED);
      const all = sum(courseOf(load, 'flows'));
      return {
        ...{ text: formatShare(all === 0 ? 0 : sum(refused) / all), of: 'of flows refused' },
        ...{ course: refused, isRefused: true },
      };
    },
  },
  'flowscope-refused': {
    needs: ['load'],
    figure: ({ load }) => {
      const course = courseOf(load, 'flows', REFUSED);
      return { text: formatCount(sum(course)), of: 'flows refused', course, isRefused: true };
    },
  },
  'flowscope-movers': {
    needs: ['load', 'dayBefore'],
    figure: ({ load, dayBefore = [] }) => {
      const before = numberOf(dayBefore[0]?.bytes);
      const change = sum(courseOf(load, 'bytes')) / before - 1;
      return before === 0
        ? { text: 'No data', of: 'of yesterday to compare with' }
        : { text: `${change < 0 ? '−' : '+'}${formatShare(Math.abs(change))}`, of: 'traffic against yesterday' };
    },
  },
  'flowscope-interface': {
    needs: ['interfaces'],
    figure: ({ interfaces: rows = [] }) => ({ text: countOf(rows), of: 'interfaces with traffic' }),
  },
  'flowscope-action-interface': {
    needs: ['refusing'],
    figure: ({ refusing = [] }) => ({ text: countOf(refusing), of: 'interfaces with refused traffic' }),
  },
};

/** The queries for the figures of these dashboards. */
export function queriesOf(uids: readonly string[], range: Range): Partial<Record<QueryName, string>> {
  const needed = new Set(uids.flatMap((uid) => FIGURES[uid]?.needs ?? []));
  return Object.fromEntries([...needed].map((name) => [name, QUERIES[name](range)]));
}

/** Whether the card of a dashboard has a figure. */
export const hasFigure = (uid: string) => uid in FIGURES;

/** The figure of a dashboard's card; undefined when it has none. */
export function figureOf(uid: string, answers: Answers): Figure | undefined {
  return FIGURES[uid]?.figure(answers);
}

/** The sums per step, of one action or of all. */
function courseOf(rows: readonly StoreRow[] = [], metric: 'bytes' | 'flows', action?: string): number[] {
  const sums = new Map<number, number>();
  for (const row of rows) {
    const step = numberOf(row.Time);
    const counts = action === undefined || row.action === action;
    sums.set(step, (sums.get(step) ?? 0) + (counts ? numberOf(row[metric]) : 0));
  }
  return [...sums].sort(([a], [b]) => a - b).map(([, value]) => value);
}

const numberOf = (value: string | number | null | undefined) => Number(value ?? 0);
const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0);
const countOf = (rows: readonly StoreRow[]) => formatCount(numberOf(rows[0]?.interfaces));
