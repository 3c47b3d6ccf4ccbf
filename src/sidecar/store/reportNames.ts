import { filterNamed, FILTERS, type Filter, type FilterName } from '../../reports/filters';
import { isOneOf } from '../../reports/influxql';
import { entitiesQuery, namedKinds, ownTags } from '../../reports/queries';
import type { Column, Report } from '../../reports/reports';
import type { Row } from './influx';

/** The part of the store's client that reports need; integers beyond 2^53 come as text. */
export interface QueryClient {
  query(influxql: string): Promise<Row[]>;
}

/** A filter as typed: the value is an id or what people call it. */
export interface TypedFilter {
  readonly name: FilterName;
  readonly value: string;
}

export interface ResolvedFilter {
  readonly name: FilterName;
  readonly id: string;
  readonly label: string;
}

/** A filter that names nothing, with what there is of its kind. */
export class UnknownName extends Error {
  override readonly name = 'UnknownName';
  constructor(
    readonly filter: Filter,
    readonly value: string,
    readonly known: ReadonlyArray<{ readonly id: string; readonly label: string }>
  ) {
    super(`No ${filter.heading} is called ${value}: give its id or its whole description.`);
  }
}

/** Ids for what people typed; a description may stand for several. Throws {@link UnknownName} when it names nothing. */
export async function resolveFilters(client: QueryClient, filters: readonly TypedFilter[]): Promise<ResolvedFilter[]> {
  const resolved = [];
  for (const { name, value } of filters) {
    const filter = filterNamed(name);
    const entities = filter.kind ? await client.query(entitiesQuery([filter.kind], ['"name"', '"label"'])) : [];
    const wanted = value.toLowerCase();
    const matching = entities.filter(({ id, name: entityName, label }) =>
      // A label is the description with the id behind it.
      [id, entityName, label, String(label).replace(` (${id})`, '')].some(
        (text) => String(text).toLowerCase() === wanted
      )
    );
    if (matching.length === 0 && !mayBeId(filter, value)) {
      const known = entities.map(({ id, label }) => ({ id: String(id), label: String(label) }));
      throw new UnknownName(filter, value, known);
    }
    const ids = matching.length > 0 ? matching : [{ id: value, label: value }];
    resolved.push(...ids.map(({ id, label }) => ({ name, id: String(id), label: String(label) })));
  }
  return resolved;
}

function mayBeId(filter: Filter, value: string): boolean {
  return !filter.id || new RegExp(`^${filter.id}$`).test(value);
}

/** The columns of each row with ids and names. */
export async function namesOf(
  client: QueryClient,
  report: Report,
  rows: readonly Row[]
): Promise<Array<Record<string, string>>> {
  const own = ownTags(report);
  const beside = report.columns.filter((column) => column.beside);
  const besides = new Map<string, Row>();
  const interfaces = [...new Set(rows.map((row) => String(row.interface)))];
  if (beside.length > 0 && rows.length > 0) {
    const query = entitiesQuery(
      ['interface'],
      beside.map(({ tag }) => `"${tag}"`)
    );
    const found = await client.query(`${query} AND ${isOneOf('id', interfaces)}`);
    found.forEach((row) => besides.set(String(row.id), row));
  }
  const idIn = (row: Row, { tag, beside: owner }: Column) =>
    String((owner ? besides.get(String(row[owner]))?.[tag] : row[tag]) ?? '-');
  const kinds = namedKinds(report);
  const ids = [...new Set(rows.flatMap((row) => report.columns.map((column) => idIn(row, column))))];
  const names = new Map<string, string>();
  if (kinds.length > 0 && rows.length > 0) {
    const found = await client.query(`${entitiesQuery(kinds, ['"kind"', '"name"'])} AND ${isOneOf('id', ids)}`);
    // Every kind has its own name for what is not known.
    found.forEach(({ kind, id, name }) => names.set(`${kind} ${id}`, String(name)));
  }
  return rows.map((row) =>
    Object.fromEntries(
      report.columns.flatMap((column) => {
        const id = idIn(row, column);
        const key = columnKey(column);
        return column.kind
          ? [
              [key, id],
              [`${key}Name`, names.get(`${column.kind} ${id}`) ?? id],
            ]
          : [[key, own.includes(column.tag) ? id : '-']];
      })
    )
  );
}

/** What a column is called in JSON: like the filter over the same tag. */
export function columnKey({ tag }: Column): string {
  return FILTERS.find((filter) => filter.tag === tag)?.name ?? tag;
}
