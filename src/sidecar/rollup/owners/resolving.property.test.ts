import * as fc from 'fast-check';
import { VPC_FIELDS } from '../../records/fields';
import { flow, lineOf, oddFlow, ownerFacts, type Fields } from '../../testing/arbitraries';
import { rollUpSlowly, type Reference } from '../../testing/reference/reference';
import { coveredOf, pointsOf, rollUp, sumsByMeasurement, TERMS } from '../../testing/reference/rollUp';
import { PART_LIMITS } from '../part';
import type { ExporterDecision } from '../terms';

const ALL = VPC_FIELDS.map(({ name }) => name);
const CONTEXT = [
  ...['flow-direction', 'traffic-path', 'interface-type', 'tcp-flags', 'vpc-id', 'subnet-id', 'instance-id'],
  ...['pkt-srcaddr', 'pkt-dstaddr', 'pkt-src-aws-service', 'pkt-dst-aws-service', 'az-id', 'account-id', 'resource-id'],
  ...ALL.filter((name) => name.startsWith('next-hop')),
];

/** All fields, or without some of those that say more than addresses. */
const header = fc.oneof(
  fc.constant(ALL),
  fc.subarray(CONTEXT).map((absent) => ALL.filter((name) => !absent.includes(name)))
);
const anyFlow = fc.oneof({ weight: 15, arbitrary: flow }, { weight: 1, arbitrary: oddFlow });
const textOf = (columns: readonly string[], flows: readonly Fields[]) =>
  [columns.join(' '), ...flows.map((fields) => lineOf(columns, fields))].join('\n');
const traffic = fc
  .tuple(header, fc.array(anyFlow, { maxLength: 60 }))
  .map(([columns, flows]) => textOf(columns, flows));
const terms = fc
  .record({ topK: fc.integer({ min: 0, max: 20 }), account: fc.constantFrom(TERMS.account, undefined) })
  .map((some) => ({ ...TERMS, ...some, owners: 1 }));
const decisions = fc
  .array(fc.constantFrom<ExporterDecision>('count', 'count', 'drop', 'overflow'), { minLength: 7, maxLength: 7 })
  .map((all) => (exporter: string) => all[[...exporter].reduce((sum, c) => sum + c.charCodeAt(0), 0) % all.length]);

/** Interfaces and actions with the earliest and the latest record. Whose records of one interface are of two exporters is told of one of them. */
function withoutExporters(covered: Reference['covered']): Record<string, readonly [since: number, until: number]> {
  const spans: Record<string, readonly [number, number]> = {};
  for (const { interface: id, action, since, until } of covered) {
    const [first, last] = spans[`${id} ${action}`] ?? [since, until];
    spans[`${id} ${action}`] = [Math.min(since, first), Math.max(until, last)];
  }
  return spans;
}

describe('records and what is known of owners', () => {
  it('make the points of the slow twin', () => {
    fc.assert(
      fc.property(traffic, ownerFacts, terms, decisions, (text, facts, under, decide) => {
        const { summary, lines } = rollUp(text, under, { decide, facts });
        const twin = rollUpSlowly(text, under, decide, facts);
        expect(pointsOf(lines)).toEqual({ points: twin.points, quality: twin.quality });
        expect({ ok: summary!.ok, totals: summary!.totals, ...summary!.reasons }).toEqual({
          ok: twin.ok,
          totals: twin.totals,
          ...twin.reasons,
        });
        expect(withoutExporters(coveredOf(summary!))).toEqual(withoutExporters(twin.covered));
        const exporters = [...summary!.exporters].map(([id, { records }]) => [id, records]);
        expect(Object.fromEntries(exporters)).toEqual(twin.exporters);
      }),
      { numRuns: 400 }
    );
  });

  it('keep the sums, whatever is known, wherever parts are cut and however many keys are kept', () => {
    const limits = fc.constantFrom({ ...PART_LIMITS, records: 1 }, { ...PART_LIMITS, records: 7 });
    fc.assert(
      fc.property(traffic, ownerFacts, terms, limits, (text, facts, under, some) => {
        const { lines } = rollUp(text, under, { facts, limits: some });
        const { totals, refused } = rollUpSlowly(text, under, undefined, facts);
        for (const [name, sums] of Object.entries(sumsByMeasurement(lines))) {
          expect([name, sums]).toEqual([name, name === 'flow_refused' ? refused : totals]);
        }
      }),
      { numRuns: 200 }
    );
  });
});

describe('the made-up records and facts', () => {
  it('hit every rule', () => {
    const seen = new Map<string, number>();
    const texts = fc.sample(fc.tuple(fc.array(flow, { minLength: 30, maxLength: 30 }), ownerFacts), {
      numRuns: 200,
      seed: 1,
    });
    for (const [flows, facts] of texts) {
      for (const { other, src, dst, ...record } of rollUpSlowly(textOf(ALL, flows), TERMS, undefined, facts).records) {
        const found = [
          ...[src, dst].map(({ rule, kind }) => `rule ${rule}: ${kind}`),
          `${record.direction} ${record.counted}`,
          `transit ${record.transit}, other end ${other?.kind}`,
          `connection ${record.connection}`,
        ];
        found.forEach((one) => seen.set(one, (seen.get(one) ?? 0) + 1));
      }
    }
    const often = [...seen].filter(([, count]) => count >= 10).map(([one]) => one);
    const kinds = ['interface', 'other-vpc', 'network', 'aws', 'private', 'internet'];
    expect(often).toEqual(
      expect.arrayContaining([
        ...['rule 0: interface', 'rule 1: -', 'rule 2: interface', 'rule 2: other-vpc', 'rule 3: interface'],
        ...['rule 4: network', 'rule 5: other-vpc', 'rule 6: other-vpc'],
        ...['rule 7: aws', 'rule 7: private', 'rule 7: internet'],
        ...['ingress once', 'ingress again', 'egress once', 'unknown once'],
        ...kinds.flatMap((kind) => [`transit yes, other end ${kind}`, `transit no, other end ${kind}`]),
        ...['connection new', 'connection late', 'connection -'],
      ])
    );
  });
});
