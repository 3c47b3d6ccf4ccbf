import { DASHBOARDS } from '../../../reports/dashboards';
import { FILTERS, type FilterName } from '../../../reports/filters';
import { REPORTS, type Report } from '../../../reports/reports';
import type { TypedFilter } from '../../reporting/names';
import { CommandFailed } from '../../util/commandError';

/** What a dashboard's address says, as typed with the flags of `flowscope report`. */
export interface AddressOptions {
  readonly from?: string;
  readonly to?: string;
  readonly metric?: string;
  readonly top?: string;
  readonly filters: readonly TypedFilter[];
}

/** What Grafana writes where everything is chosen. */
const ALL = ['$__all', 'All', '.*', ''];

/**
 * Reads the time range, the metric, how many rows and the filters from the address of the report's dashboard, or from
 * what follows its question mark. Throws when it is no such address, and when it has a filter that the report has not.
 */
export function readAddress(report: Report, text: string): AddressOptions {
  const path = /^[^?=]*/.exec(text)![0];
  const uid = /\/d(?:-solo)?\/([^/]+)/.exec(path)?.[1];
  if (uid !== undefined && uid !== report.uid) {
    throw new CommandFailed(`--address ${text} ${ofAnother(uid)}, and not of ${report.title}, /d/${report.uid}.`);
  }
  const parameters = new URLSearchParams(text[path.length] === '?' ? text.slice(path.length + 1) : text);
  const isElsewhere = uid === undefined && path.includes('/');
  if (isElsewhere || ![...parameters.keys()].some((name) => name === 'from' || name.startsWith('var-'))) {
    throw new CommandFailed(
      `--address ${text} is no dashboard's address: it looks like 'https://…/d/${report.uid}?from=now-3h&to=now&var-…', in quotes.`
    );
  }
  const get = (name: string) => parameters.get(name) ?? undefined;
  const filters = FILTERS.flatMap(({ name }) => valuesOf(parameters, name).map((value) => ({ name, value })));
  const refused = filters.find(({ name }) => !report.filters.includes(name));
  if (refused) {
    throw new CommandFailed(
      `--address: report ${report.name} has no filter ${refused.name}, take var-${refused.name}=${refused.value} out of ` +
        `the address. It has ${report.filters.join(', ')}.`
    );
  }
  return { from: get('from'), to: get('to'), metric: get('var-metric'), top: get('var-top'), filters };
}

function ofAnother(uid: string): string {
  const dashboard = DASHBOARDS.find((other) => other.uid === uid);
  if (!dashboard) {
    return `is of a dashboard ${uid}, which is none of Flowscope's`;
  }
  const report = REPORTS.find((other) => other.uid === uid);
  return `is of the dashboard ${dashboard.title} (${report ? `flowscope report ${report.name}` : 'no report'})`;
}

function valuesOf(parameters: URLSearchParams, name: FilterName): string[] {
  return parameters.getAll(`var-${name}`).filter((value) => !ALL.includes(value));
}
