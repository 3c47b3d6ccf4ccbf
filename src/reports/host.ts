import { END_KINDS, PRIVATE } from './ends';
import { leftOut, summedUp, type SummedUp } from './periods';
import { isNamed, subqueries, sumWhenQuery, within, withConditions, type Scope } from './queries';

/** The dashboard of one host. */
export const HOST = {
  title: 'Host',
  question: 'Who is this interface, instance or address, and whom does it talk to?',
  uid: 'flowscope-host',
} as const;

/**
 * Who is asked about: an interface's or instance's id, an address alone or in the scope of a VPC (`vpc-…/10.0.1.5`), the CIDR of a named
 * network, or `aws/S3`. Regular expressions, without what begins and ends them.
 */
export interface Host {
  readonly host: string;
  /** Of an address in scope its two parts, where EC2 knows it; else what no address and no VPC is called. */
  readonly address: string;
  readonly vpc: string;
}

const INTERFACE_ID = '/^[a-z]+-[0-9a-f]+$/';
const ADDRESS = String.raw`/^(vpc-[0-9a-f]+\/)?[0-9a-f]*[.:][0-9a-f.:]*$/`;
const IN_SCOPE = String.raw`/^vpc-[0-9a-f]+\//`;
const is = (tag: string, pattern: string) => `"${tag}" =~ /^${pattern}$/`;
const IS_REFUSED = `"action" = 'REJECT'`;
const IS_NOT_REFUSED = `"action" != 'REJECT'`;

/** Traffic of interfaces and instances is counted exactly, at them. */
export function atHost({ host }: Host): string {
  return `(${is('interface', host)} OR ${is('instance', host)})`;
}

/** One of the addresses of a flow is the host. */
export function isHostAddress(tag: 'src' | 'dst', { host, address, vpc }: Host): string {
  return `(${is(tag, host)} OR (${is(tag, address)} AND ${is('vpc', vpc)}))`;
}

/** An end of a pair is the host. */
function isEnd(side: 'src' | 'dst', { host }: Host): string {
  return `(${is(`${side}_interface`, host)} OR ${is(`${side}_instance`, host)})`;
}

/**
 * Leaves out ends of pairs that are addresses, which are counted elsewhere; but an address in scope that EC2 does not know is only
 * there. For what has no ends it is true. Like all that leaves something out, it stands outside the subqueries, which look up the host:
 * within them InfluxDB would compare every series.
 */
function isCountedByEnds(side: 'src' | 'dst', { address }: Host): string {
  const tag = `"${side}_interface"`;
  return `(${tag} !~ ${ADDRESS} OR (${tag} =~ ${IN_SCOPE} AND ${tag} !~ /\\/${address}$/))`;
}

/** Likewise, and interfaces, which are counted exactly. */
function isCountedByEndsAlone(side: 'src' | 'dst', of: Host): string {
  return `"${side}_interface" !~ ${INTERFACE_ID} AND ${isCountedByEnds(side, of)}`;
}

/** What counts again is left out, where there is such a thing. */
const ONCE = `"counted" != 'again'`;

/** The directions of what is counted exactly; each sum has a column of each, since InfluxDB takes the types of all from the first. */
export const EXACT = ['In', 'Out', 'Unknown direction'] as const;

/** What is counted exactly, of an interface or instance: its traffic by direction. */
export function exactParts(of: Host, scope: Scope): SummedUp[] {
  return EXACT.map((name, index) => ({
    measurement: 'flow_interface',
    scope: withConditions(scope, [atHost(of), `"direction" = '${['ingress', 'egress', 'unknown'][index]}'`]),
    figures: EXACT.map((each) => `${each === name ? 1 : 0} * sum("bytes") AS "${each}"`).join(', '),
  }));
}

/** Flows that were refused at an interface or instance. */
export function refusedAtHostQuery(of: Host, scope: Scope, as: string): string {
  return sumWhenQuery(
    'flow_interface',
    withConditions(scope, [atHost(of), IS_REFUSED]),
    'flows',
    `sum("flows") AS "${as}"`
  );
}

/**
 * What an address, network or AWS service sent or received, as far as it is kept by name: a lower bound. Of these measurements one has
 * something, at most.
 */
export function boundParts(of: Host, side: 'src' | 'dst', scope: Scope): SummedUp[] {
  const tags = [`"${side}_interface"`, '"counted"'];
  const where = [isCountedByEndsAlone(side, of), ONCE];
  const figures = 'sum("bytes") AS "bytes"';
  return [
    {
      measurement: side === 'src' ? 'flow_source' : 'flow_destination',
      scope: withConditions(scope, [isHostAddress(side, of)]),
      figures,
    },
    {
      measurement: 'flow_interface_pair',
      scope: withConditions(scope, [is(`${side}_interface`, of.host)]),
      figures,
      tags,
      where,
    },
  ];
}

/** Longer than any range: one interval before the start of a range, and one from it on. */
const EPOCH = '3650d';

/** Sums of the period then and of that now, in this order: two rows, of which one may have no values. */
export function twoPeriodsQuery(
  now: readonly SummedUp[],
  then: readonly SummedUp[],
  columns: readonly string[]
): string {
  const sources = [...now, ...then].map((part) => summedUp(part));
  const range = [within({ from: then[0].scope.from, to: now[0].scope.to }), ...leftOut(now)].join(' AND ');
  return `SELECT ${columns.join(', ')} FROM ${sources.join(', ')} WHERE ${range} GROUP BY time(${EPOCH}, ${now[0].scope.from}ms)`;
}

/** When the host was first or last seen, sending or receiving: the time of the answer's point. */
export function hostSeenQuery(of: Host, which: 'first' | 'last', scope: Scope): string {
  const source = (measurement: string, where: string, tags: readonly string[] = []) =>
    subqueries(measurement, withConditions(scope, [where]), `${which}("flows") AS "flows"`, tags);
  const ends = ['src', 'dst'].map((side) => `"${side}_interface"`);
  const sources = [
    source('flow_interface', atHost(of)),
    source('flow_pair', `(${isHostAddress('src', of)} OR ${isHostAddress('dst', of)})`),
    ...(['src', 'dst'] as const).map((side, index) =>
      source('flow_interface_pair', is(`${side}_interface`, of.host), [ends[index]])
    ),
  ];
  const isIt = (['src', 'dst'] as const).map((side) => isCountedByEndsAlone(side, of));
  return `SELECT ${which}("flows") AS "seen" FROM ${sources.join(', ')} WHERE ${[within(scope), ...isIt].join(' AND ')}`;
}

const PEER = { src: 'dst', dst: 'src' } as const;
const SUMS = 'sum("bytes") AS "bytes", sum("flows") AS "flows"';

/** Rows of the host by tags, of which those remain that conditions are true of. */
function rowsOf(
  measurement: string,
  isHost: string,
  whole: Scope,
  tags: readonly string[],
  where: readonly string[],
  by = tags
): string {
  const quote = (names: readonly string[]) => names.map((name) => `"${name}"`);
  const found = subqueries(measurement, withConditions(whole, [isHost]), SUMS, quote(tags));
  const when = [within(whole), ...where].join(' AND ');
  return `(SELECT ${SUMS} FROM ${found} WHERE ${when} GROUP BY ${quote(by).join(', ')})`;
}

/** The rows with most of something, and further columns. */
function topRows(rows: string, by: 'bytes' | 'flows', whole: Scope, top: string, columns: readonly string[]): string {
  const other = by === 'bytes' ? 'flows' : 'bytes';
  const shown = [`top("${by}", ${top}) AS "${by}"`, `"${other}"`, ...columns];
  return `SELECT ${shown.join(', ')} FROM ${rows} WHERE ${within(whole)}`;
}

/** Ends that the host sends to (`src`: the host is the source) or receives from, of what is no address: busiest first. */
export function peerEndsQuery(of: Host, side: 'src' | 'dst', whole: Scope, top: string): string {
  const end = `${PEER[side]}_interface`;
  const tags = [`${side}_interface`, end, 'action', 'counted'];
  const where = [isCountedByEnds(side, of), ONCE, IS_NOT_REFUSED, isNamed(end)];
  const rows = rowsOf('flow_interface_pair', isEnd(side, of), whole, tags, where, [end]);
  return topRows(rows, 'bytes', whole, top, [`"${end}" AS "end"`, `"${end}" AS "end_id"`]);
}

/**
 * Addresses that an address sends to or receives from, with whose they were. What several interfaces saw counts as the one that saw
 * most, so that nothing counts twice: a lower bound.
 */
export function peerAddressesQuery(of: Host, side: 'src' | 'dst', whole: Scope, top: string): string {
  const [peer, owner] = [PEER[side], `${PEER[side]}_owner`];
  const where = [IS_NOT_REFUSED, isNamed(peer)];
  const seen = rowsOf('flow_pair', isHostAddress(side, of), whole, [peer, owner, 'interface', 'action'], where, [
    peer,
    owner,
    'interface',
  ]);
  const most = `(SELECT max("bytes") AS "bytes", max("flows") AS "flows" FROM ${seen} WHERE ${within(whole)} GROUP BY "${peer}", "${owner}")`;
  const columns = [
    `"${owner}" AS "end"`,
    `"${owner}" AS "end_id"`,
    `"${peer}" AS "address"`,
    `"${peer}" AS "address_id"`,
  ];
  return topRows(most, 'bytes', whole, top, columns);
}

/** Applications of an interface or instance, with the most bytes first. */
export function hostApplicationsQuery(of: Host, whole: Scope, top: string): string {
  const where = [IS_NOT_REFUSED, isNamed('application')];
  const rows = rowsOf('flow_application', atHost(of), whole, ['application', 'action'], where, ['application']);
  return topRows(rows, 'bytes', whole, top, ['"application"', '"application" AS "application_id"']);
}

/** What was refused at the host, or of it elsewhere: by source, interface and port, with the most flows first. */
export function hostRefusedQuery(of: Host, whole: Scope, top: string): string {
  const isHost = `(${atHost(of)} OR ${is('src_owner', of.host)} OR ${isHostAddress('src', of)})`;
  const tags = ['src', 'src_owner', 'interface', 'application'];
  const rows = rowsOf('flow_refused', isHost, whole, tags, [isNamed('src')]);
  const copies = ['src', 'src_owner', 'interface'].map((tag) => `"${tag}" AS "${tag}_id"`);
  return topRows(rows, 'flows', whole, top, [...copies, ...tags.map((tag) => `"${tag}"`)]);
}

/** Whose an address was, or which addresses an interface or network had, by what sources are said to be: with the first or last time. */
export function ownersQuery(of: Host, which: 'first' | 'last', whole: Scope): string {
  const scope = withConditions(whole, [`(${isHostAddress('src', of)} OR ${is('src_owner', of.host)})`]);
  const windows = subqueries('flow_source', scope, `${which}("flows") AS "flows"`, ['"src"', '"src_owner"']);
  const when = `${within(scope)} AND ${isNamed('src')}`;
  return `SELECT ${which}("flows") AS "seen" FROM ${windows} WHERE ${when} GROUP BY "src", "src_owner"`;
}

/** What is known of the host now: a row, or of an address one for each VPC that has it. */
export function descriptionQuery({ host }: Host, fields: readonly string[]): string {
  const isIt = String.raw`"id" =~ /^(vpc-[0-9a-f]+\/)?${host}$/`;
  const kinds = `"kind" =~ /^(${[...END_KINDS, 'instance'].join('|')})$/`;
  // A private address is named once more in each VPC that has it.
  const isNoneElsewhere = `("kind" != 'address' OR "id" !~ /^(${PRIVATE})$/)`;
  return `SELECT ${fields.join(', ')} FROM "entity"."aws_entity" WHERE ${kinds} AND ${isIt} AND ${isNoneElsewhere} AND "id" != '-'`;
}

/**
 * The labels of an address in scope, where EC2 knows it, and of none: each ends with the id in parentheses. Of none always, since what
 * compares a tag with nothing at all makes InfluxDB look at every series.
 */
export function scopedAddressQuery(host: string): string {
  const isScoped = `("id" =~ /^${host}$/ AND "id" =~ ${IN_SCOPE})`;
  return `SELECT "label" FROM "entity"."aws_entity" WHERE "kind" = 'address' AND (${isScoped} OR "id" = '-')`;
}

/** The interfaces with most traffic, to choose one. */
export function busiestInterfacesQuery(scope: Scope, top: string): string {
  const sum = 'sum("bytes") AS "bytes"';
  const rows = `SELECT ${sum} FROM ${subqueries('flow_interface', scope, sum, ['"interface"'])} WHERE ${within(scope)} GROUP BY "interface"`;
  return `SELECT top("bytes", ${top}) AS "bytes", "interface", "interface" AS "interface_id" FROM (${rows}) WHERE ${within(scope)}`;
}
