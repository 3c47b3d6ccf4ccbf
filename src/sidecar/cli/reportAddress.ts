import { filterNamed } from '../../reports/filters';
import type { Report } from '../../reports/reports';
import { CommandFailed } from './failure';

/** What a dashboard's address says, as the flags of `flowscope report`. */
export interface AddressFlags {
  from?: string;
  to?: string;
  metric?: string;
  top?: string;
  filter: string[];
}

/** What Grafana writes where everything is chosen. */
const ALL = ['$__all', 'All', '.*', ''];

/**
 * Reads the time range, the metric, how many rows and the filters from a dashboard's address, or from what follows its
 * question mark; what is not there keeps its default. Throws when it is no such address.
 */
export function readAddress(report: Report, text: string): AddressFlags {
  const query = text.slice(text.indexOf('?') + 1);
  const parameters = new URLSearchParams(query);
  if (![...parameters.keys()].some((name) => name === 'from' || name.startsWith('var-'))) {
    throw new CommandFailed(
      `--address ${text} is no dashboard's address: it looks like 'https://…/d/${report.uid}?from=now-3h&to=now&var-…', in quotes.`
    );
  }
  const get = (name: string) => parameters.get(name) ?? undefined;
  const filter = report.filters.flatMap((name) =>
    parameters
      .getAll(`var-${filterNamed(name).name}`)
      .filter((value) => !ALL.includes(value))
      .map((value) => `${name}=${value}`)
  );
  return { from: get('from'), to: get('to'), metric: get('var-metric'), top: get('var-top'), filter };
}
