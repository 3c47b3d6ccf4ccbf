import type { Report } from '../../../reports/reports';
import { DEFAULTS, readFilter, readOptions } from '../../reporting/options';
import type { ReportOptions } from '../../reporting/report';
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
  csv?: boolean;
}

const asFlag = (option: string) => `--${option}`;

/** What to report, from what was typed; throws for people when that makes no sense. `now`: Unix milliseconds. */
export function optionsOf(report: Report, typed: Flags, now: number): ReportOptions {
  return readOptions(report, settle(report, typed), now, asFlag);
}

/** One value for each option: as typed, else as the address says. A filter that is typed replaces the address's of its name. */
function settle(report: Report, typed: Flags) {
  const address = typed.address === undefined ? { filters: [] } : readAddress(report, typed.address);
  const filters = typed.filter.map((text) => readFilter(report, text, asFlag));
  const valueOf = (option: keyof typeof DEFAULTS) => typed[option] ?? address[option] ?? DEFAULTS[option];
  return {
    from: valueOf('from'),
    to: valueOf('to'),
    metric: valueOf('metric'),
    top: valueOf('top'),
    filters: [...filters, ...address.filters.filter(({ name }) => !filters.some((filter) => filter.name === name))],
  };
}
