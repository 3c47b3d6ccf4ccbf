import { DEFAULT_TOP, METRICS } from '../../reports/metrics';
import type { Report } from '../../reports/reports';
import { DEFAULT_RANGE, parseTime, TIME_FORMS, type TimeRange } from '../../reports/timeRange';
import { CommandFailed } from '../util/commandError';
import type { TypedFilter } from './names';
import type { ReportOptions } from './report';

/** The most rows that a report may have. */
export const MAX_ROWS = 1000;

/** What holds where nothing is typed. */
export const DEFAULTS = { ...DEFAULT_RANGE, top: String(DEFAULT_TOP), metric: 'bytes' };

/** What to report, as typed. */
export interface TypedOptions extends Readonly<typeof DEFAULTS> {
  readonly filters: readonly TypedFilter[];
}

type OptionName = keyof typeof DEFAULTS | 'filter';

/** How an option is written where it was typed, as in `--top`. */
export type Spelling = (option: OptionName) => string;

/** An option that makes no sense: the message says what is wrong with it and what to give. */
export class WrongOption extends CommandFailed {
  constructor(
    readonly option: OptionName,
    message: string
  ) {
    super(message);
  }
}

/** What to report, from what was typed. Throws {@link WrongOption}. `now`: Unix milliseconds. */
export function readOptions(report: Report, typed: TypedOptions, now: number, spelled: Spelling): ReportOptions {
  const metric = METRICS.find(({ name }) => name === typed.metric)?.name;
  if (!metric) {
    const names = METRICS.map(({ name }) => name).join(', ');
    throw new WrongOption('metric', `There is no metric ${typed.metric}. Metrics: ${names}.`);
  }
  const top = Number(typed.top);
  if (!/^\d+$/.test(typed.top) || top < 1 || top > MAX_ROWS) {
    throw new WrongOption('top', `${spelled('top')} ${typed.top}: give a whole number from 1 to ${MAX_ROWS}.`);
  }
  return { range: readRange(typed, now, spelled), metric, top, filters: typed.filters, now };
}

function readRange(typed: TypedOptions, now: number, spelled: Spelling): TimeRange {
  const read = (option: 'from' | 'to') => {
    const time = parseTime(typed[option], now);
    if (time === undefined) {
      throw new WrongOption(option, `${spelled(option)} ${typed[option]} is no time. Times: ${TIME_FORMS}.`);
    }
    return time;
  };
  const range = { from: read('from'), to: read('to') };
  if (range.from >= range.to) {
    const [from, to] = [spelled('from'), spelled('to')];
    throw new WrongOption('from', `${from} ${typed.from} is not before ${to} ${typed.to}.`);
  }
  return range;
}

/** A filter from `FILTER=VALUE`. Throws {@link WrongOption} when the report has no such filter. */
export function readFilter(report: Report, text: string, spelled: Spelling): TypedFilter {
  const [, name, value] = /^([^=]*)=(.+)$/s.exec(text) ?? [];
  const allowed = report.filters.find((filter) => filter === name);
  if (!allowed) {
    const names = report.filters.join(', ');
    throw new WrongOption(
      'filter',
      `${spelled('filter')} ${text}: report ${report.name} is filtered by FILTER=VALUE with one of ${names}.`
    );
  }
  return { name: allowed, value };
}
