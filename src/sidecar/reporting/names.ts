import { MISSING } from '../../contract/stored';
import { END_KINDS, endText, mayBeEnd } from '../../reports/ends';
import { DEFAULT_COUNTED, filterNamed, FILTERS, type Filter, type FilterName } from '../../reports/filters';
import { anyOf, isOneOf } from '../../reports/influxql';
import { endNamesQuery, entitiesQuery, filterAlternatives, ownTags, valuesQuery } from '../../reports/queries';
import type { Column, Report } from '../../reports/reports';
import { addressText } from '../records/address/address';
import { AddressTable } from '../records/address/addressTable';
import type { Row } from '../store/influx';

/** The part of the store's client that reports need; integers beyond 2^53 come as text. */
export interface QueryClient {
  query(influxql: string): Promise<Row[]>;
}

/** A filter as typed: the value is an id, a name or a description. */
export interface TypedFilter {
  readonly name: FilterName;
  readonly value: string;
}

export interface ResolvedFilter {
  readonly name: FilterName;
  readonly id: string;
  readonly label: string;
}

/** Filters as conditions on tags of a measurement; several of one name are alternatives. */
export function conditionsOf(measurement: string, filters: readonly ResolvedFilter[]): string[] {
  return [...Map.groupBy(filters, ({ name }) => name)].map(([name, values]) => {
    const ids = values.map(({ id }) => valueIn(filterNamed(name), id));
    // What counts once is among what was seen at each interface.
    const known = name === 'counted' ? [...new Set([DEFAULT_COUNTED, ...ids])] : ids;
    return anyOf(filterAlternatives(measurement, name, (tag) => isOneOf(tag, known)));
  });
}

/** A value that a filter may have: an id and its name. */
interface Choice {
  readonly id: string;
  readonly name: string;
  /** The description with the id behind it. */
  readonly label: string;
}

/** The value of a filter matches nothing. `known`: the values that there are. */
export class UnknownName extends Error {
  override readonly name = 'UnknownName';
  constructor(
    readonly filter: Filter,
    readonly value: string,
    readonly known: ReadonlyArray<Pick<Choice, 'id' | 'label'>>
  ) {
    super(unknown(filter, value));
  }
}

function unknown(filter: Filter, value: string): string {
  const { heading, kind, values, isEnd } = filter;
  if (isEnd) {
    return `${value} is no ${heading.toLowerCase()}: give an id, a whole description, a network, an address or aws/ with a service.`;
  }
  if (!kind) {
    const what = `${heading.toLowerCase()} ${value}`;
    return values ? `There is no ${what}.` : `No traffic is counted under ${what}.`;
  }
  if (kind === 'address') {
    return `${value} is no address, and no ${heading} is called so: give a whole address or its whole description.`;
  }
  return looksLikeId(filter, value)
    ? `No ${heading} ${value} has been seen.`
    : `No ${heading} is called ${value}: give its id or its whole description.`;
}

const looksLikeId = ({ id, idPrefix = '' }: Filter, value: string) =>
  id !== undefined && new RegExp(`^(${idPrefix})?(${id})$`).test(value);

/** What of an id the filter compares. */
const valueIn = ({ idPrefix }: Filter, id: string) => (idPrefix ? id.replace(new RegExp(`^${idPrefix}`), '') : id);

/** The ids of typed values; several entities may have one description. Throws {@link UnknownName} for a value without any. */
export async function resolveFilters(client: QueryClient, filters: readonly TypedFilter[]): Promise<ResolvedFilter[]> {
  const resolved: ResolvedFilter[] = [];
  for (const { name, value } of filters) {
    const filter = filterNamed(name);
    const known = await choicesOf(client, filter);
    const unlisted = unlistedId(filter, value) ?? idIfNothingIsKnown(filter, value, known);
    const wanted = (unlisted ?? value).toLowerCase();
    const matching = known.filter((choice) =>
      [
        choice.id,
        valueIn(filter, choice.id),
        choice.name,
        choice.label,
        choice.label.replace(` (${choice.id})`, ''),
      ].some((text) => text.toLowerCase() === wanted)
    );
    if (matching.length === 0 && unlisted === undefined) {
      throw new UnknownName(filter, value, known);
    }
    const ids = matching.length > 0 ? matching : [{ id: unlisted!, label: unlisted! }];
    ids.forEach(({ id, label }) => resolved.push({ name, id, label }));
  }
  return resolved;
}

/** The values in the store that a filter may have: what interfaces belong to, all of it; addresses, those with a description. */
async function choicesOf(client: QueryClient, { kind, tag, values = [], isEnd }: Filter): Promise<Choice[]> {
  if (kind) {
    const fields = ['"name"', '"label"'];
    const rows = await client.query(isEnd ? endNamesQuery(fields) : entitiesQuery([kind], fields));
    return rows.map(({ id, name, label }) => ({ id: String(id), name: String(name), label: String(label) }));
  }
  const seen = await client.query(valuesQuery(tag));
  const ids = new Set([...values, ...seen.map(({ value }) => String(value))]);
  return [...ids].map((id) => ({ id, name: id, label: id }));
}

/** A value that may be an id though no entity is listed under it, as the store writes it: any address may be a key. */
function unlistedId({ kind, isKey, isEnd }: Filter, value: string): string | undefined {
  if (isEnd) {
    // An end that no entity is listed under: of these, each is put in words.
    return addressIn(value) ?? (endText(value, '') === value ? undefined : value);
  }
  return kind === 'address' ? addressIn(value) : isKey ? value : undefined;
}

function addressIn(value: string): string | undefined {
  const table = new AddressTable();
  const bytes = Buffer.from(value);
  const code = table.read(bytes, 0, bytes.length);
  return code === undefined ? undefined : addressText(code, table);
}

/** The value if it may be an id and the store has none to compare it with: the report then says that there is no traffic yet. */
function idIfNothingIsKnown(filter: Filter, value: string, known: readonly Choice[]): string | undefined {
  const mayBeId = filter.kind ? looksLikeId(filter, value) : !filter.values;
  return mayBeId && known.every(({ id }) => id === MISSING) ? value : undefined;
}

/** Of each row, the ids and names of the report's columns, by {@link columnKey}; names as `…Name`. */
export async function namesOf(
  client: QueryClient,
  report: Report,
  rows: readonly Row[]
): Promise<Array<Record<string, string>>> {
  const own = ownTags(report);
  const related = report.columns.filter((column) => column.relatedTo);
  const relatedIds = new Map<string, Row>();
  const interfaces = [...new Set(rows.map((row) => String(row.interface)))];
  if (related.length > 0 && rows.length > 0) {
    const query = entitiesQuery(
      ['interface'],
      related.map(({ tag }) => `"${tag}"`)
    );
    const found = await client.query(`${query} AND ${isOneOf('id', interfaces)}`);
    found.forEach((row) => relatedIds.set(String(row.id), row));
  }
  const idIn = (row: Row, { tag, relatedTo: owner }: Column) =>
    String((owner ? relatedIds.get(String(row[owner]))?.[tag] : row[tag]) ?? '-');
  const kindsOf = ({ kind, end }: Column): readonly string[] =>
    end !== undefined ? END_KINDS : kind === undefined ? [] : [kind];
  const kinds = [...new Set(report.columns.flatMap(kindsOf))];
  const ids = [...new Set(rows.flatMap((row) => report.columns.map((column) => idIn(row, column))))];
  const names = new Map<string, string>();
  if (kinds.length > 0 && rows.length > 0) {
    const found = await client.query(`${entitiesQuery(kinds, ['"kind"', '"name"'])} AND ${isOneOf('id', ids)}`);
    // Every kind has its own name for what is not known.
    found.forEach(({ kind, id, name }) => names.set(`${kind} ${id}`, String(name)));
  }
  const nameOf = (column: Column, id: string) => {
    const isEnd = column.end !== undefined;
    const kind = kindsOf(column).find((one) => names.has(`${one} ${id}`) && (!isEnd || mayBeEnd(one, id)));
    const name = kind && names.get(`${kind} ${id}`);
    return name ?? (column.end === undefined ? id : endText(id, column.end));
  };
  return rows.map((row) =>
    Object.fromEntries(
      report.columns.flatMap((column) => {
        const id = idIn(row, column);
        const key = columnKey(column);
        return kindsOf(column).length > 0
          ? [
              [key, id],
              [`${key}Name`, nameOf(column, id)],
            ]
          : [[key, own.includes(column.tag) ? id : '-']];
      })
    )
  );
}

/** Whether the ids of a column have names. */
export function isNamed({ kind, end }: Column): boolean {
  return kind !== undefined || end !== undefined;
}

/** A column's name in JSON: its own, else that of the filter over the same tag. */
export function columnKey({ tag, json }: Column): string {
  return json ?? FILTERS.find((filter) => filter.tag === tag)?.name ?? tag;
}
