import { FILTER_OPTIONS, MISSING, type EntityKind } from '../../contract/stored';
import { isOneOf, literal } from '../../reports/influxql';
import { busiestQuery, isNamed } from '../../reports/queries';
import { escapeTag, quoteField } from '../rollup/lineProtocol';
import type { InfluxClient } from './influx';
import { readBoundary, type EntityRow } from './schema';

/**
 * Where in the list of a kind an option stands. All are points of one series, of which InfluxDB reads 100,000 in the time of a few
 * thousand series, and their times are the places: what is written there again replaces the old name.
 */
const PLACES = {
  /** Every entity, by its number in the registry: among them is looked for what people type. */
  found: 0,
  /** The busiest ones lately, by their rank. */
  busiest: FILTER_OPTIONS.offered,
  /** Every entity once more, behind those. */
  rest: 2 * FILTER_OPTIONS.offered,
} as const;

/** Where the traffic of a kind is: measurements, and the tag in each that has its ids. */
const TRAFFIC: Readonly<Partial<Record<EntityKind, ReadonlyArray<readonly [measurement: string, tag: string]>>>> = {
  address: [
    ['flow_source', 'src'],
    ['flow_destination', 'dst'],
  ],
  application: [['flow_application', 'application']],
  interface: [['flow_interface', 'interface']],
  instance: [['flow_interface', 'instance']],
  subnet: [['flow_interface', 'subnet']],
};

/** Ids that are looked up at a time: InfluxDB finds up to a hundred in its index, and scans all for more. */
const IDS_AT_ONCE = 100;

/** Puts what had the most traffic in the last day to the front of the lists. `now`: Unix milliseconds. */
export async function rankOptions(client: InfluxClient, now: number): Promise<void> {
  const boundary = ((await readBoundary(client)) ?? 0) * 1000;
  for (const kind of Object.keys(TRAFFIC) as EntityKind[]) {
    const ids = await busiestIds(client, kind, boundary, now);
    const known = new Map<string, EntityRow>();
    for (let i = 0; i < ids.length; i += IDS_AT_ONCE) {
      const rows = await client.query(
        `SELECT * FROM "entity"."aws_entity" WHERE "kind" = ${literal(kind)} AND ${isOneOf('id', ids.slice(i, i + IDS_AT_ONCE))}`
      );
      rows.forEach((row) => known.set(String(row.id), row as unknown as EntityRow));
    }
    const unknown = (id: string): EntityRow => ({ ...NOWHERE, kind, id, name: id, label: `${id} (${id})` });
    await writeBusiestOptions(
      client,
      ids.map((id) => known.get(id) ?? unknown(id))
    );
  }
}

/** Where an address is that no sync finds. */
const NOWHERE = { vpc: MISSING, subnet: MISSING, instance: MISSING, account: MISSING, region: MISSING };

/** How far back traffic is ranked: a day, in milliseconds. */
const RANKED_MS = 86_400_000;

/** The busiest ids of a kind in the last day, the first one first. `boundary`: of hours and minutes; both Unix milliseconds. */
async function busiestIds(client: InfluxClient, kind: EntityKind, boundary: number, now: number): Promise<string[]> {
  const from = now - RANKED_MS - ((now - RANKED_MS) % 3_600_000);
  const bytes = new Map<string, number>();
  for (const [measurement, tag] of TRAFFIC[kind] ?? []) {
    const where = [isNamed(tag), `"${tag}" != '${MISSING}'`];
    const scope = { boundary: String(boundary), from: String(from), to: String(now), where };
    const ranking = { metric: 'bytes', top: String(FILTER_OPTIONS.most) };
    for (const row of await client.query(busiestQuery(measurement, [tag], scope, ranking))) {
      const id = String(row[tag]);
      bytes.set(id, Math.max(bytes.get(id) ?? 0, Number(row.bytes)));
    }
  }
  return [...bytes]
    .sort(([, a], [, b]) => b - a)
    .slice(0, FILTER_OPTIONS.most)
    .map(([id]) => id);
}

/** Whether a filter may offer it: not what stands for nothing, nor an address once more in the scope of its VPC. */
const isOffered = ({ kind, id }: EntityRow) => id !== MISSING && !(kind === 'address' && id.includes('/'));

/** Writes entities into the lists, each at its own place. `places`: their numbers in the registry, in the same order. */
export async function writeKnownOptions(
  client: InfluxClient,
  rows: readonly EntityRow[],
  places: readonly number[]
): Promise<void> {
  const offered = rows.map((row, i) => ({ row, place: places[i] })).filter(({ row }) => isOffered(row));
  for (const first of [PLACES.found, PLACES.rest]) {
    await write(
      client,
      offered.map(({ row, place }) => ({ row, time: first + place }))
    );
  }
}

/** Writes the busiest of a kind to the front of its list; at least one. What was there before is gone. */
export async function writeBusiestOptions(client: InfluxClient, rows: readonly EntityRow[]): Promise<void> {
  const offered = rows.filter(isOffered);
  const last = offered.at(-1);
  if (last !== undefined) {
    const [before] = await client.query(
      `SELECT count("label") AS "ranked" FROM "entity"."${FILTER_OPTIONS.measurement}" ` +
        `WHERE "kind" = ${literal(last.kind)} AND time >= ${PLACES.busiest} AND time < ${PLACES.rest}`
    );
    // Places that are no longer needed hold the last one again: twice in a list, Grafana shows it once.
    const spare = Math.max(0, Number(before?.ranked ?? 0) - offered.length);
    const ranked = [...offered, ...Array.from({ length: spare }, () => last)];
    await write(
      client,
      ranked.map((row, rank) => ({ row, time: PLACES.busiest + rank }))
    );
  }
}

async function write(
  client: InfluxClient,
  options: ReadonlyArray<{ readonly row: EntityRow; readonly time: number }>
): Promise<void> {
  const places = ['account', 'instance', 'subnet', 'vpc'] as const;
  const lines = options.map(({ row, time }) => {
    const values = places.map((place) => `${place}=${quoteField(row[place])}`);
    const label = quoteField(optionText(row));
    return `${FILTER_OPTIONS.measurement},kind=${escapeTag(row.kind)} label=${label},${values.join(',')} ${time}`;
  });
  for (let i = 0; i < lines.length; i += 5000) {
    await client.write('entity', lines.slice(i, i + 5000).join('\n'));
  }
}

/** Name and id; an address or application that has no name is its id alone. Names are unique, but addresses tell themselves apart. */
function optionText({ kind, id, name, label }: EntityRow): string {
  if (kind === 'address' || kind === 'application') {
    return label === `${id} (${id})` ? id : label;
  }
  return `${name} (${id})`;
}
