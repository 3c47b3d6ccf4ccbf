import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import { DashboardLinkBuilder, DashboardLinkType, type DashboardLink } from '@grafana/grafana-foundation-sdk/dashboard';
import { filterNamed, type EntityKind, type FilterName } from '../reports/filters';
import { OVERVIEW } from '../reports/overview';
import { reportNamed, REPORTS, type Link, type Report } from '../reports/reports';
import { REPORT_TAG } from './common';
import { shownFilters } from './scopes';

/** Menu to the other reports; they keep time and filters. */
export function reportsMenu(): Builder<DashboardLink> {
  return visible(
    new DashboardLinkBuilder('Reports').type(DashboardLinkType.Dashboards).tags([REPORT_TAG]).asDropdown(true)
  );
}

/** The way back: to each report that leads to this one. */
export function backLinks(report: Report): Array<Builder<DashboardLink>> {
  return REPORTS.filter(({ links }) => links.some(({ to }) => to === report.name)).map(({ title, uid }) =>
    linkTo(`← ${title}`, uid)
  );
}

/** A button that leads to another dashboard. */
export function linkTo(title: string, uid: string): Builder<DashboardLink> {
  return visible(new DashboardLinkBuilder(title).type(DashboardLinkType.Link).icon('').url(`/d/${uid}`));
}

/** Keeps time and filters, and stands beside the time range: the SDK's placement would hide it in a menu. */
function visible(builder: DashboardLinkBuilder): Builder<DashboardLink> {
  const { placement: _, ...link } = builder.includeVars(true).keepTime(true).build();
  return { build: () => link };
}

/** Pages of the AWS console that show an entity, by what goes behind its region. */
const CONSOLE_PAGES: Partial<Record<EntityKind, string>> = {
  interface: 'ec2/home?region=REGION#NetworkInterface:networkInterfaceId=',
  instance: 'ec2/home?region=REGION#Instances:instanceId=',
  subnet: 'vpcconsole/home?region=REGION#SubnetDetails:subnetId=',
  vpc: 'vpcconsole/home?region=REGION#VpcDetails:VpcId=',
};

/** The hidden columns of a row's region: as it is, and mapped to the host of the console for it. */
export const REGION_COLUMN = 'region';
export const CONSOLE_COLUMN = 'console';

/** The AWS partitions have consoles of their own, by what their regions' names begin with. */
const CONSOLE_HOSTS = [
  { pattern: '^us-gov-.*', host: 'console.amazonaws-us-gov.com' },
  { pattern: '^cn-.*', host: 'console.amazonaws.cn' },
  { pattern: '^(?!us-gov-|cn-).*', host: 'console.aws.amazon.com' },
];

/** How {@link CONSOLE_COLUMN} becomes a host: a link takes a mapped column's text. */
export const CONSOLE_PROPERTIES = {
  'custom.hideFrom.viz': true,
  noValue: CONSOLE_HOSTS.at(-1)!.host,
  mappings: CONSOLE_HOSTS.map(({ pattern, host }, index) => ({
    type: 'regex',
    options: { pattern, result: { text: host, index } },
  })),
};

/** A table cell's link to its entity in the AWS console; the row's region says where that is. */
export function consoleLinks(kind: EntityKind | undefined): object[] {
  const page = kind && CONSOLE_PAGES[kind]?.replace('REGION', `\${__data.fields.${REGION_COLUMN}:percentencode}`);
  const url = `https://\${__data.fields.${CONSOLE_COLUMN}}/${page}\${__value.raw:percentencode}`;
  return page ? [{ title: 'Open in the AWS console', url, targetBlank: true }] : [];
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
  const target = link.to === OVERVIEW.name ? OVERVIEW : reportNamed(link.to)!;
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
    title: target.uid === report.uid ? `Show only this in ${target.title}` : `Show in ${target.title}`,
    url: `/d/${target.uid}?\${__url_time_range}&${[...variables, ...switches].join('&')}`,
  };
}

/** An interface implies its VPC; a VPC chosen earlier could only exclude it. */
function isImplied(name: FilterName, set: readonly FilterName[]): boolean {
  return set.some((other) => filterNamed(other).parents.includes(name));
}
