import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import { DashboardLinkBuilder, DashboardLinkType, type DashboardLink } from '@grafana/grafana-foundation-sdk/dashboard';
import type { PanelBuilder } from '@grafana/grafana-foundation-sdk/table';
import type { EntityKind } from '../contract/stored';
import { filterNamed, type FilterName } from '../reports/filters';
import { TOP_CHOICES } from '../reports/metrics';
import { HOST } from '../reports/host';
import { OVERVIEW } from '../reports/overview';
import { REFUSED } from '../reports/refused';
import { filterTags, ownTags } from '../reports/queries';
import { PLACE, reportNamed, type Column, type Link, type Report } from '../reports/reports';
import { properties, regexMappings, REPORT_TAG } from './common';
import { shownFilters } from './scopes';
import { cellInAddress, cellOfRow, filterVar, GRAFANA, labelInAddress, labelOfSeries, VARS } from './vars';

/** Menu to the other reports; they keep time and filters. */
export function reportsMenu(): Builder<DashboardLink> {
  return visible(
    new DashboardLinkBuilder('Reports').type(DashboardLinkType.Dashboards).tags([REPORT_TAG]).asDropdown(true)
  );
}

/** Keeps time and filters, and stands beside the time range: the SDK's placement would hide it in a menu. */
function visible(builder: DashboardLinkBuilder): Builder<DashboardLink> {
  const { placement: _, ...link } = builder.includeVars(true).keepTime(true).build();
  return { build: () => link };
}

/** Pages of the AWS console that show an entity: the service, and what goes before the entity's id. */
export const CONSOLE_PAGES: Partial<Record<EntityKind, { readonly service: string; readonly page: string }>> = {
  interface: { service: 'ec2', page: '#NetworkInterface:networkInterfaceId=' },
  instance: { service: 'ec2', page: '#Instances:instanceId=' },
  subnet: { service: 'vpcconsole', page: '#SubnetDetails:subnetId=' },
  vpc: { service: 'vpcconsole', page: '#VpcDetails:VpcId=' },
};

/** The AWS partitions have consoles of their own, by what their regions' names begin with; `-` is a region not known. */
export const CONSOLE_HOSTS = [
  { regions: '^(us-gov-.*)$', host: 'console.amazonaws-us-gov.com' },
  { regions: '^(cn-.*)$', host: 'console.amazonaws.cn' },
  { regions: '^([^-]+-.*)$', host: 'console.aws.amazon.com' },
  { regions: '^()-$', host: 'console.aws.amazon.com' },
];

/** The columns of a report whose entities have a page in the AWS console. */
export function consoleColumns({ columns }: Report): Column[] {
  return columns.filter(hasConsolePage);
}

/** The region that an address needs is looked up by interface, so an entity that is a row's own has none yet. */
function hasConsolePage({ tag, kind, relatedTo }: Column): boolean {
  return kind !== undefined && kind in CONSOLE_PAGES && (tag === 'interface' || relatedTo !== undefined);
}

/** Hidden columns with both halves of the address of an entity's page: from its region, and from its id. */
export function consoleLinkColumns(tag: string): [home: string, page: string] {
  return [`${tag}_console`, `${tag}_page`];
}

/** A cell's links to what is in it as a host, and to the owner of an address. */
export function openLinks(column: Column & { readonly owner?: Column }): object[] {
  return [
    ...(isHost(column) ? [hostLink(idColumn(column.tag))] : []),
    ...(column.owner ? [linkToHost(cellInAddress(idColumn(column.owner.tag)), 'the owner')] : []),
  ];
}

/**
 * These, and to its page in the AWS console. Where there is no entity both halves of that address are empty: Grafana shows no link
 * whose address is.
 */
export function entityLinks(column: Column & { readonly owner?: Column }): object[] {
  const url = consoleLinkColumns(column.tag).map(cellOfRow).join('');
  const console = hasConsolePage(column) ? [{ title: 'Open in the AWS console', url, targetBlank: true }] : [];
  return [...openLinks(column), ...console];
}

/** Tags whose values are addresses. */
const ADDRESSES: readonly string[] = ['src', 'dst'];

/** Whether the values of a column, with their ids in the row, are hosts. */
function isHost({ tag, kind, end, relatedTo }: Column): boolean {
  return relatedTo === undefined && (kind === 'interface' || end !== undefined || ADDRESSES.includes(tag));
}

/** How {@link consoleLinkColumns} become halves of an address: a link takes a mapped column's text. */
function consoleProperties({ tag, kind }: Column): Array<[column: string, values: Record<string, unknown>]> {
  const { service, page } = CONSOLE_PAGES[kind!]!;
  const homes = CONSOLE_HOSTS.map(
    ({ regions, host }) => [regions, `https://${host}/${service}/home?region=$1`] as const
  );
  return [homes, [['^(.*)$', `${page}$1`] as const]].map((texts, half) => [
    consoleLinkColumns(tag)[half],
    {
      noValue: '',
      mappings: regexMappings(texts.map(([pattern, text]) => ({ pattern, text }))),
    },
  ]);
}

/** A cell's link to the host that is in a column of its row; of `-`, which is nobody, none is chosen there. */
export function hostLink(column: string): object {
  return linkToHost(cellInAddress(column), '${__value.text}');
}

/** The same of the tags of a series, which are among its labels. */
function hostSeriesLinks({ columns }: Report, labels: readonly string[]): object[] {
  return columns
    .filter((column) => isHost(column) && column.ownerOf === undefined && labels.includes(column.tag))
    .map(({ tag }) => linkToHost(labelInAddress(tag), labelOfSeries(tag)));
}

function linkToHost(id: string, name: string): object {
  return { title: `Open ${name}`, url: `/d/${HOST.uid}?${GRAFANA.timeRange}&var-host=${id}` };
}

/** From what was refused to who it was, where, and at which port; `report`: whose filters go along. */
export function refusedLink(report: Report): { title: string; url: string } {
  const kept = shownFilters(report).filter((name) => PLACE.includes(name));
  const variables = kept.map((name) => filterVar(name).queryparam);
  return { title: `Show in ${REFUSED.title}`, url: `/d/${REFUSED.uid}?${[GRAFANA.timeRange, ...variables].join('&')}` };
}

/** The hidden column with the first words of {@link rowLinks}. */
export const LINK_VERB_COLUMN = 'words';

/**
 * The hidden column with how many rows a link to the report itself shows: as many as there are. From the row of what is not shown it
 * shows more, as it would lead nowhere otherwise.
 */
export const ROWS_COLUMN = 'rows';
/** {@link ROWS_COLUMN} of a query, made of the sum that its rows are ranked by. */
export const rowsOf = (sum: string) => `0 * "${sum}" + ${VARS.top.braced} AS "${ROWS_COLUMN}"`;

/**
 * Links of a table's row; its ids are in the hidden columns that {@link idColumn} names. The row of what is not shown has
 * none: what opens there is everything, and says so.
 */
export function rowLinks(report: Report): object[] {
  return report.links.map((link) => {
    const { title, url } = dataLink(report, link, (tag) => cellInAddress(idColumn(tag)));
    const rows = `var-${VARS.top.name}=${cellOfRow(ROWS_COLUMN)}`;
    return {
      title: `${cellOfRow(LINK_VERB_COLUMN)} in ${title}`,
      url: link.to === report.name ? url.replace(VARS.top.queryparam, rows) : url,
    };
  });
}

/** Whether rows lead to the report itself, narrowed to what they are. */
export function leadsToItself({ links, name }: Report): boolean {
  return links.some(({ to }) => to === name);
}

/** How {@link LINK_VERB_COLUMN}, any key of the row, becomes words. */
function linkVerbProperties(report: Report): Record<string, unknown> {
  const [text, ofOther] = leadsToItself(report) ? ['Show only this', 'Show more'] : ['Show', 'Show all'];
  return {
    noValue: ofOther,
    mappings: [{ type: 'regex', options: { pattern: '^.*$', result: { text, index: 0 } } }],
  };
}

/** Links of a series, whose tags are its labels. A link that needs more than those sets what it can. */
export function seriesLinks(report: Report, labels: readonly string[]): object[] {
  const reports = report.links
    .map((link) => ({ ...link, set: link.set.filter((name) => isIn(labels, report, name)) }))
    .filter((link) => link.set.length > 0)
    .map((link) => dataLink(report, link, labelInAddress))
    .map(({ title, url }) => ({ title: `Show in ${title}`, url }));
  return [...hostSeriesLinks(report, labels), ...reports];
}

function isIn(labels: readonly string[], { measurement }: Report, name: FilterName): boolean {
  return filterTags(measurement, name).every((tag) => labels.includes(tag));
}

/** The columns that a table has only as parts of links, and does not show. */
export function hiddenColumns(report: Report): string[] {
  const halves = consoleColumns(report).flatMap(({ tag }) => consoleLinkColumns(tag));
  const rows = leadsToItself(report) ? [ROWS_COLUMN] : [];
  return [...ownTags(report).map(idColumn), LINK_VERB_COLUMN, ...rows, ...halves];
}

/** Hides the columns of {@link hiddenColumns}, and maps their values to what links need. */
export function addHiddenColumns(panel: PanelBuilder, report: Report): void {
  const hidden = (values: Readonly<Record<string, unknown>>) => properties({ 'custom.hideFrom.viz': true, ...values });
  // The row of what is not shown has no ids: its links leave the filters it would set at All.
  panel.overrideByRegexp('/_id$/', hidden({ noValue: GRAFANA.all }));
  panel.overrideByName(LINK_VERB_COLUMN, hidden(linkVerbProperties(report)));
  panel.overrideByName(ROWS_COLUMN, hidden({ noValue: String(Math.max(...TOP_CHOICES)) }));
  for (const [name, values] of consoleColumns(report).flatMap(consoleProperties)) {
    panel.overrideByName(name, hidden(values));
  }
}

/** A second copy of a tag's column that stays unmapped: a link that read the shown one would get the name. */
export function idColumn(tag: string): string {
  return `${tag}_id`;
}

/** Where a link leads; `title`: what that is called. */
function dataLink(report: Report, link: Link, valueOf: (tag: string) => string): { title: string; url: string } {
  const target = link.to === OVERVIEW.name ? OVERVIEW : reportNamed(link.to)!;
  const passed = shownFilters(report);
  const variables = shownFilters(target).flatMap((name) => {
    if (link.set.includes(name)) {
      // Of a pair, whatever either end is.
      return filterTags(report.measurement, name).map((tag) => `var-${name}=${valueOf(tag)}`);
    }
    if (isImplied(name, link.set)) {
      return [`var-${name}=${GRAFANA.all}`];
    }
    return passed.includes(name) ? [filterVar(name).queryparam] : [];
  });
  const switches = [VARS.metric, VARS.show, ...(report.key ? [VARS.top] : [])].map(({ queryparam }) => queryparam);
  return {
    title: target.title,
    url: `/d/${target.uid}?${GRAFANA.timeRange}&${[...variables, ...switches].join('&')}`,
  };
}

/** An interface implies its VPC; a VPC chosen earlier could only exclude it. */
function isImplied(name: FilterName, set: readonly FilterName[]): boolean {
  return set.some((other) => filterNamed(other).parents.includes(name));
}
