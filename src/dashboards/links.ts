import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import { DashboardLinkBuilder, DashboardLinkType, type DashboardLink } from '@grafana/grafana-foundation-sdk/dashboard';
import { filterNamed, type FilterName } from '../reports/filters';
import { reportNamed, type Link, type Report } from '../reports/reports';
import { REPORT_TAG } from './common';
import { shownFilters } from './scopes';

/** Menu to the other reports; they keep time and filters. */
export function reportsMenu(): Builder<DashboardLink> {
  const { placement: _, ...link } = new DashboardLinkBuilder('Reports')
    .type(DashboardLinkType.Dashboards)
    .tags([REPORT_TAG])
    .asDropdown(true)
    .includeVars(true)
    .keepTime(true)
    .build();
  // Without the SDK's placement, which would hide it in a menu of the dashboard's controls.
  return { build: () => link };
}

/** Links of a table's row; its ids are in the hidden columns that {@link idColumn} names. */
export function rowLinks(report: Report): object[] {
  return report.links.map((link) =>
    dataLink(report, link, (tag) => `\${__data.fields.${idColumn(tag)}:percentencode}`)
  );
}

/** Links of a series, whose tags are its labels. A link that needs more than those sets what it can. */
export function seriesLinks(report: Report, labels: readonly string[]): object[] {
  return report.links
    .map((link) => ({ ...link, set: link.set.filter((name) => labels.includes(filterNamed(name).tag)) }))
    .filter((link) => link.set.length > 0)
    .map((link) => dataLink(report, link, (tag) => `\${__field.labels.${tag}:percentencode}`));
}

/** A second copy of a tag's column that stays unmapped: a link that read the shown one would get the name. */
export function idColumn(tag: string): string {
  return `${tag}_id`;
}

function dataLink(report: Report, link: Link, valueOf: (tag: string) => string): object {
  const target = reportNamed(link.to)!;
  const passed = shownFilters(report);
  const variables = shownFilters(target).flatMap((name) => {
    if (link.set.includes(name)) {
      return [`var-${name}=${valueOf(filterNamed(name).tag)}`];
    }
    if (isImplied(name, link.set)) {
      return [`var-${name}=$__all`];
    }
    return passed.includes(name) ? [`\${${name}:queryparam}`] : [];
  });
  const switches = ['metric', 'show', ...(report.key ? ['top'] : [])].map((name) => `\${${name}:queryparam}`);
  return {
    title: `Show in ${target.title}`,
    url: `/d/${target.uid}?\${__url_time_range}&${[...variables, ...switches].join('&')}`,
  };
}

/** An interface implies its VPC; a VPC chosen earlier could only exclude it. */
function isImplied(name: FilterName, set: readonly FilterName[]): boolean {
  return set.some((other) => filterNamed(other).parents.includes(name));
}
