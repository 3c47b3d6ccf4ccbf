import { DEFAULT_TOP, METRICS } from '../../../reports/metrics';
import type { Report } from '../../../reports/reports';
import { DEFAULT_RANGE, parseTime, TIME_FORMS, type TimeRange } from '../../../reports/timeRange';
import type { ReportOptions } from '../../reporting/report';
import type { TypedFilter } from '../../reporting/names';
import { CommandFailed } from '../../util/commandError';
import { readAddress } from './address';

/** The flags of `flowscope report`. */
export interface Flags {
  from?: string;
  to?: string;
  top?: string;
  metric?: string;
  filter: string[];
  address?: string;
  json?: boolean;
}

export const MAX_ROWS = 1000;

/** What holds when neither a flag nor an address says otherwise. */
export const DEFAULTS = { ...DEFAULT_RANGE, top: String(DEFAULT_TOP), metric: 'bytes' };

/** One value for each option: as typed, else as the address says. A filter that is typed replaces the address's of its name. */
function settle(report: Report, typed: Flags) {
  const address = typed.address === undefined ? { filters: [] } : readAddress(report, typed.address);
  const filters = typed.filter.map((text) => readFilter(report, text));
  const valueOf = (option: keyof typeof DEFAULTS) => typed[option] ?? address[option] ?? DEFAULTS[option];
  return {
    from: valueOf('from'),
    to: valueOf('to'),
    metric: valueOf('metric'),
    top: valueOf('top'),
    filters: [...filters, ...address.filters.filter(({ name }) => !filters.some((filter) => filter.name === name))],
  };
}

/** What to report, from what was typed; throws for people when that makes no sense. `now`: Unix milliseconds. */
export function readOptions(report: Report, typed: Flags, now: number): ReportOptions {
  const flags = settle(report, typed);
  const metric = METRICS.find(({ name }) => name === flags.metric)?.name;
  if (!metric) {
    throw new CommandFailed(
      `There is no metric ${flags.metric}. Metrics: ${METRICS.map(({ name }) => name).join(', ')}.`
    );
  }
  const top = Number(flags.top);
  if (!/^\d+$/.test(flags.top) || top < 1 || top > MAX_ROWS) {
    throw new CommandFailed(`--top ${flags.top}: give a whole number from 1 to ${MAX_ROWS}.`);
  }
  return {
    range: readRange(flags, now),
    metric,
    top,
    filters: flags.filters,
    now,
  };
}

function readRange(flags: Record<'from' | 'to', string>, now: number): TimeRange {
  const read = (option: 'from' | 'to') => {
    const time = parseTime(flags[option], now);
    if (time === undefined) {
      throw new CommandFailed(`--${option} ${flags[option]} is no time. Times: ${TIME_FORMS}.`);
    }
    return time;
  };
  const range = { from: read('from'), to: read('to') };
  if (range.from >= range.to) {
    throw new CommandFailed(`--from ${flags.from} is not before --to ${flags.to}.`);
  }
  return range;
}

function readFilter(report: Report, text: string): TypedFilter {
  const [, name, value] = /^([^=]*)=(.+)$/s.exec(text) ?? [];
  const allowed = report.filters.find((filter) => filter === name);
  if (!allowed) {
    throw new CommandFailed(
      `--filter ${text}: report ${report.name} is filtered by FILTER=VALUE with one of ${report.filters.join(', ')}.`
    );
  }
  return { name: allowed, value };
}
