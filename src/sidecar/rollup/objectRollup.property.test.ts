import * as fc from 'fast-check';
import { flow, lineOf, oddFlow } from '../testing/arbitraries';
import { rollUpSlowly } from '../testing/reference/reference';
import { NOON, parsePoint, pointsOf, rollUp, sumsByMeasurement, TERMS } from '../testing/reference/rollUp';
import { PART_LIMITS } from './part';
import type { ExporterDecision } from './terms';

const HEADER = [
  'account-id',
  'interface-id',
  'resource-id',
  'vpc-id',
  'subnet-id',
  'instance-id',
  'srcaddr',
  'dstaddr',
  'srcport',
  'dstport',
  'protocol',
  'packets',
  'bytes',
  'start',
  'end',
  'action',
  'flow-direction',
  'log-status',
];
const traffic = fc
  .array(fc.oneof({ weight: 9, arbitrary: flow }, { weight: 1, arbitrary: oddFlow }), { maxLength: 80 })
  .map((all) => [HEADER.join(' '), ...all.map((fields) => lineOf(HEADER, fields))].join('\n'));

/** Horizons that cut through the half hour of the traffic, or lie away from it; any K. */
const terms = fc
  .record({
    topK: fc.integer({ min: 0, max: 30 }),
    minuteHorizon: fc.oneof(fc.constant(TERMS.minuteHorizon), fc.constantFrom(NOON - 3600, NOON, NOON + 3600)),
    hourHorizon: fc.oneof(fc.constant(TERMS.hourHorizon), fc.integer({ min: NOON - 1800, max: NOON })),
    futureHorizon: fc.oneof(fc.constant(TERMS.futureHorizon), fc.integer({ min: NOON - 1800, max: NOON })),
    account: fc.constantFrom(TERMS.account, undefined),
    isFlowLogDisabled: fc.oneof(
      { weight: 7, arbitrary: fc.constant(false) },
      { weight: 1, arbitrary: fc.constant(true) }
    ),
  })
  .map((some) => ({ ...TERMS, ...some }));

const decisions = fc
  .array(fc.constantFrom<ExporterDecision>('count', 'count', 'drop', 'overflow'), { minLength: 7, maxLength: 7 })
  .map((all) => (exporter: string) => all[[...exporter].reduce((sum, c) => sum + c.charCodeAt(0), 0) % all.length]);

/** Every few records a part, by any of the limits. */
const limits = fc.constantFrom(
  { ...PART_LIMITS, records: 1 },
  { ...PART_LIMITS, records: 7 },
  { ...PART_LIMITS, windows: 4 },
  { ...PART_LIMITS, tableBytes: 200 },
  { ...PART_LIMITS, sum: 1_000_000 }
);

describe('ObjectRollup', () => {
  it('makes the points of its slow twin', () => {
    fc.assert(
      fc.property(traffic, terms, decisions, (text, under, decide) => {
        const { summary, lines } = rollUp(text, under, { decide });
        const twin = rollUpSlowly(text, under, decide);
        expect(pointsOf(lines)).toEqual({ points: twin.points, quality: twin.quality });
        expect({ ok: summary!.ok, records: summary!.records, totals: summary!.totals, ...summary!.reasons }).toEqual({
          ok: twin.ok,
          records: twin.lines,
          totals: twin.totals,
          ...twin.reasons,
        });
        const exporters = [...summary!.exporters].map(([id, { records }]) => [id, records]);
        expect(Object.fromEntries(exporters)).toEqual(twin.exporters);
        const logged = summary!.logged.map(({ interface: id, action, since, until }) => [
          `${id} ${action}`,
          [since, until],
        ]);
        expect(Object.fromEntries(logged)).toEqual(twin.logged);
      }),
      { numRuns: 150 }
    );
  });

  it('conserves the sums in every measurement, wherever parts are cut', () => {
    fc.assert(
      fc.property(traffic, terms, limits, (text, under, some) => {
        const { summary, lines, parts } = rollUp(text, under, { limits: some });
        const { totals, refused, quality } = rollUpSlowly(text, under);
        expect(summary!.totals).toEqual(totals);
        expect(summary!.parts).toBe(parts);
        for (const [name, sums] of Object.entries(sumsByMeasurement(lines))) {
          expect([name, sums]).toEqual([name, name === 'flow_refused' ? refused : totals]);
        }
        expect(summary!.measurements).toEqual({ ...summary!.measurements, ...sumsByMeasurement(lines) });
        // Parts stand at offsets of their own, so nothing overwrites, and adding them up is the whole.
        const places = lines
          .map(parsePoint)
          .map(({ tags, name, policy, window, offset }) => [name, tags, policy, window, offset]);
        expect(new Set(places.map((place) => JSON.stringify(place))).size).toBe(lines.length);
        const counted = lines.map(parsePoint).filter(({ name }) => name === 'flow_quality');
        expect(counted.reduce((sum, { fields }) => sum + Number(fields.records), 0)).toBe(
          [...quality.values()].reduce((sum, records) => sum + records, 0)
        );
      }),
      { numRuns: 100 }
    );
  });

  it('makes the same lines of the same content and terms, however it came', () => {
    fc.assert(
      fc.property(
        traffic,
        terms,
        decisions,
        limits,
        fc.integer({ min: 1, max: 300 }),
        (text, under, decide, some, chunk) => {
          const once = rollUp(text, under, { decide, limits: some });
          const again = rollUp(text, under, { decide, limits: some, chunk });
          expect(again.lines).toEqual(once.lines);
          expect(again.summary).toEqual(once.summary);
        }
      ),
      { numRuns: 80 }
    );
  });

  it('names every group that has points, and the hours that have points in minute', () => {
    fc.assert(
      fc.property(traffic, terms, decisions, limits, (text, under, decide, some) => {
        const { summary, lines } = rollUp(text, under, { decide, limits: some });
        const points = lines.map(parsePoint);
        const inHours = new Map<number, number>();
        for (const { window, fields } of points.filter(({ policy }) => policy === 'minute')) {
          const hour = window - (window % 3600);
          inHours.set(hour, (inHours.get(hour) ?? 0) + Number(fields.records ?? 0));
        }
        const hours = [...inHours].map(([hour, records]) => ({ hour, records }));
        expect(summary!.hours).toEqual(hours.sort((a, b) => a.hour - b.hour));
        const groupOf = ({ account, vpc, subnet, instance, interface: id, action }: Record<string, string>) =>
          [account, vpc, subnet, instance, id, action].join(' ');
        const tags = points.filter(({ name }) => name === 'flow_interface').map((point) => groupOf(point.tags));
        const groups = summary!.groups.map((group) => groupOf({ ...group }));
        expect(groups.sort()).toEqual([...new Set(tags)].sort());
      }),
      { numRuns: 80 }
    );
  });
});
