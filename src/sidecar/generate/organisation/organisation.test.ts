import { gunzipSync } from 'node:zlib';
import type { OwnerFact } from '../../rollup/owners/facts';
import { termsFor } from '../../rollup/terms';
import { parseObjectName } from '../../records/objectName';
import { rollUpSlowly } from '../../testing/reference/reference';
import type { BigSums } from '../../testing/reference/referencePoints';
import { pointsOf, rollUp } from '../../testing/reference/rollUp';
import type { GeneratedObject } from '../objects';
import { TruthTally, type TruthRows } from '../truth';
import { Organisation } from './organisation';

const END = Date.UTC(2026, 2, 3, 12, 0) / 1000;
const OPTIONS = { seed: 7, prefix: '', endSeconds: END, minutes: 20 };
const organisation = new Organisation(OPTIONS);
const objects = [...organisation.objects()];
const rows = organisation.rows();
const facts = organisation.facts as readonly object[] as readonly OwnerFact[];

const termsOf = ({ key }: GeneratedObject) => termsFor('src-1', parseObjectName(key), 20, END, 1);
const textOf = ({ body }: GeneratedObject) => gunzipSync(body).toString();

/** The sums of points over time, as the truth has them. */
function rowsOf(all: ReadonlyArray<ReadonlyMap<string, BigSums>>): TruthRows {
  const sums = new Map<string, BigSums>();
  for (const [key, { bytes, packets, flows }] of all.flatMap((points) => [...points])) {
    const series = key.split(' | ').slice(2).join(' | ');
    const before = sums.get(series) ?? { bytes: 0n, packets: 0n, flows: 0n };
    sums.set(series, {
      bytes: before.bytes + bytes,
      packets: before.packets + packets,
      flows: before.flows + flows,
    });
  }
  const found: Record<string, TruthRows[keyof TruthRows]> = {};
  for (const [series, { bytes, packets, flows }] of sums) {
    const [name, ...pairs] = series.split(' | ');
    const tags = pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)] as const);
    const row = { tags: Object.fromEntries(tags), bytes: `${bytes}`, packets: `${packets}`, flows: `${flows}` };
    (found[name] ??= []).push(row);
  }
  return Object.fromEntries(Object.entries(found).map(([name, some]) => [name, ordered(some)])) as TruthRows;
}

const keyOf = (tags: Readonly<Record<string, string>>) =>
  JSON.stringify(Object.entries(tags).sort(([a], [b]) => (a < b ? -1 : 1)));
const ordered = <T extends { readonly tags: Readonly<Record<string, string>> }>(some: readonly T[]): T[] =>
  [...some].sort((a, b) => (keyOf(a.tags) < keyOf(b.tags) ? -1 : 1));
const expected = Object.fromEntries(Object.entries(rows).map(([name, some]) => [name, ordered(some)]));

describe('an organisation and its truth', () => {
  it('is what the slow twin finds in its logs, with what is known of owners', () => {
    const found = objects.map((object) => rollUpSlowly(textOf(object), termsOf(object), () => 'count', facts).points);
    expect(rowsOf(found)).toEqual(expected);
  });

  it('is what the rollup finds', () => {
    const found = objects.map((object) => pointsOf(rollUp(textOf(object), termsOf(object), { facts }).lines).points);
    expect(rowsOf(found)).toEqual(expected);
  });

  it('sums up to the exact sums of the logs', () => {
    const tally = new TruthTally();
    objects.forEach(({ counts }) => tally.add(counts));
    const { measurements, ...truth } = tally.truth();
    for (const [name, some] of Object.entries(rows)) {
      const total = (metric: 'bytes' | 'packets' | 'flows') =>
        some.reduce((sum, row) => sum + BigInt(row[metric]), 0n).toString();
      expect([name, { bytes: total('bytes'), packets: total('packets'), flows: total('flows') }]).toEqual([
        name,
        measurements[name as keyof typeof measurements],
      ]);
    }
    expect(truth).toMatchObject({ notCollected: 0, skipdata: 0, malformed: 0, nodata: OPTIONS.minutes });
  });

  it('is the same again, and another one of another seed', () => {
    const again = new Organisation(OPTIONS);
    expect([...again.objects()].map(({ key, body }) => [key, body])).toEqual(
      objects.map(({ key, body }) => [key, body])
    );
    expect([again.rows(), again.facts]).toEqual([rows, organisation.facts]);
    const [other] = new Organisation({ ...OPTIONS, seed: 8 }).objects();
    expect(other.key).not.toBe(objects[0].key);
  });
});

describe('an organisation', () => {
  const pairs = rows.flow_interface_pair.map(({ tags }) => tags);
  const services = rows.flow_service.map(({ tags }) => tags);
  const idOf = (address: string) =>
    facts.flatMap((fact) => (fact.kind === 'address' && fact.address === address ? fact.interface : []));

  it('has every kind of end, way of counting, passing on and refusing', () => {
    const all = (some: ReadonlyArray<Readonly<Record<string, string>>>, tag: string) =>
      new Set(some.map((tags) => tags[tag]));
    expect(all(services, 'peer')).toEqual(
      new Set(['interface', 'other-vpc', 'network', 'aws', 'private', 'internet', '-'])
    );
    expect(all(services, 'direction')).toEqual(new Set(['ingress', 'egress', 'unknown']));
    expect(all(pairs, 'counted')).toEqual(new Set(['once', 'again']));
    expect(all(pairs, 'transit')).toEqual(new Set(['no', 'yes']));
    const refused = rows.flow_refused.map(({ tags }) => tags);
    expect(all(refused, 'connection')).toEqual(new Set(['new', 'late', '-']));
    const paths = rows.flow_path.map(({ tags }) => tags);
    expect(all(paths, 'path')).toEqual(new Set(['-', '1', '3', '4', '7', '8']));
    expect([...all(paths, 'next_hop_type')]).toEqual(expect.arrayContaining(['-', 'nat_gateway', 'transit_gateway']));
  });

  it('knows nothing of a VPC of which EC2 tells nothing, nor of others as seen from there', () => {
    const [unknown] = pairs.flatMap(({ dst_interface: dst }) => /^(vpc-\w+)\/10\.60\.1\.10$/.exec(dst)?.[1] ?? []);
    expect(facts.some((fact) => fact.kind === 'vpc' && fact.vpc === unknown)).toBe(false);
    expect(pairs.filter(({ src_vpc: vpc }) => vpc === unknown).length).toBeGreaterThan(0);
  });

  it('has overlapping ranges, and addresses that are used again', () => {
    expect(new Set(idOf('10.0.2.10')).size).toBe(2);
    const [old, late] = idOf('10.0.2.40');
    const gap = pairs.filter(({ dst_interface: dst }) => dst.endsWith('/10.0.2.40'));
    expect(gap.length).toBeGreaterThan(0);
    const seen = pairs.flatMap(({ src_interface: src, dst_interface: dst }) => [src, dst]);
    expect(seen).toEqual(expect.arrayContaining([old, late]));
  });
});
