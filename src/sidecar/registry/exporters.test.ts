import { exporter, hashOf, proposal, registryForTests } from '../testing/registry';
import { NOON, TERMS } from '../testing/reference/rollUp';
import { DEFAULT_EXPORTER_LIMIT, IDLE_SECONDS } from './exporters';
import { MAX_OVERFLOW_IDS } from '../../contract/bounds';
import { prune } from './prune';
import { RegistryError } from './sources';

const registry = registryForTests();

const HOUR = 3600;
let objects = 0;

/**
 * Collects one object at a time, with so many records of each exporter, as the registry decides. `slot`: when its traffic began, by
 * its name.
 */
async function collect(
  records: Readonly<Record<string, number>>,
  now = NOON,
  slot = now
): Promise<Record<string, string>> {
  const decisions = await registry().decideExporters(Object.keys(records), now);
  const name = `${++objects}.log.gz`;
  const exporters = Object.keys(records).map((id) => exporter(id, decisions[id]));
  const granted = await registry().grantPlan(
    proposal({ identity: name, sha256: hashOf(name), exporters, hours: [], terms: { ...TERMS, fileTime: slot } }),
    now
  );
  const { id: planId } = (granted as { plan: { id: number } }).plan;
  const entry = { sourceId: 'src-1', key: name, etag: 'e', size: 1, state: 'stored' as const, planId };
  const storeId = await registry().fillStore(undefined, undefined, now);
  const object = { planId, storeId, hours: [], exporters: records, entry };
  await registry().recordStored(object, now);
  // A replay after a crash: it was noted before.
  await registry().recordStored(object, now);
  return decisions;
}

async function states(now = NOON): Promise<Record<string, string>> {
  const { exporters } = await registry().exporterOverview(now);
  return Object.fromEntries(exporters.map(({ id, state }) => [id, state]));
}

describe('an exporter', () => {
  it('is known from its first object on, with what came from it', async () => {
    await collect({ '1/vpc-1': 5 });
    await collect({ '1/vpc-1': 7 }, NOON + 90);
    expect(await registry().exporterOverview(NOON + 90)).toEqual({
      version: 1,
      limit: DEFAULT_EXPORTER_LIMIT,
      counted: 1,
      exporters: [
        {
          ...{ id: '1/vpc-1', account: '1', from: 'vpc', firstSeen: NOON, lastSeen: NOON + 90 },
          ...{ records: 12, enabled: true, state: 'counted', health: 'receiving', recordsPerMinute: 12 / 5 },
        },
      ],
      overflow: { exporters: [], otherRecords: 0 },
    });
  });

  it('shows its rate from its first object on: by the time that the records are of, not by when they came', async () => {
    // Objects of five minutes with four records each, the first of which is collected seven minutes after its end.
    const rateAt = async (now: number) => (await registry().exporterOverview(now)).exporters[0].recordsPerMinute;
    for (let i = 0; i < 20; i++) {
      const now = NOON + i * 300;
      await collect({ '1/vpc-1': 20 }, now, now - 720);
      expect(await rateAt(now)).toBeCloseTo(4, 6);
      expect(await rateAt(now + 299)).toBeCloseTo(4, 6);
    }
    // Until late is not silent, and then it falls.
    const last = NOON + 19 * 300 - 420;
    expect(await rateAt(last + 1200)).toBeCloseTo(4, 6);
    expect(await rateAt(last + 1500)).toBeLessThan(4);
  });

  it('leaves a backlog out of its rate: of the first hour before it only what is of the last hour', async () => {
    const rateAt = async (now: number) => (await registry().exporterOverview(now)).exporters[0].recordsPerMinute;
    for (let slot = NOON - 5 * HOUR; slot < NOON - HOUR - 300; slot += 300) {
      await collect({ '1/vpc-1': 20 }, NOON, slot);
    }
    expect(await rateAt(NOON)).toBeUndefined();
    for (let slot = NOON - HOUR; slot < NOON; slot += 300) {
      await collect({ '1/vpc-1': 20 }, NOON + 30, slot);
    }
    expect(await rateAt(NOON + 30)).toBeCloseTo(4, 6);
  });

  it.each([
    ['receiving', 'as soon as it comes', 0],
    ['receiving', 'while AWS may take its time', 1200 - 421],
    ['late', 'once its newest records are too old', 1200 - 420],
    ['late', 'for the rest of the hour', HOUR - 1],
    ['silent', 'once nothing came for an hour', HOUR],
    ['idle', 'once nothing came for 30 days', IDLE_SECONDS],
  ])('is %s %s', async (health, _when, later) => {
    await collect({ '1/vpc-1': 1 }, NOON, NOON - 720);
    expect((await registry().exporterOverview(NOON + later)).exporters[0].health).toBe(health);
  });

  it('is late while a backlog comes, and disabled whatever comes', async () => {
    await collect({ '1/vpc-1': 1 }, NOON, NOON - 5 * HOUR);
    expect((await registry().exporterOverview(NOON)).exporters[0].health).toBe('late');
    await registry().enableExporters(['1/vpc-1'], false);
    expect((await registry().exporterOverview(NOON)).exporters[0].health).toBe('disabled');
  });

  it.each([
    ['at once', 0, 10],
    ['an hour later: the previous hour counts whole', HOUR, 10],
    ['a quarter into the next hour: three quarters of it', HOUR + 900, 7.5],
    ['at the end of the next hour', 2 * HOUR - 1, 600 / 3600 / 60],
    ['two hours later', 2 * HOUR, 0],
  ])('shows its rate %s, without the backlog of its beginning', async (_case, later, rate) => {
    await collect({ '1/vpc-1': 600_000 }, NOON, NOON - 9 * HOUR);
    await collect({ '1/vpc-1': 600 }, NOON + 2 * HOUR);
    const { exporters } = await registry().exporterOverview(NOON + 2 * HOUR + later);
    expect(exporters[0].recordsPerMinute).toBeCloseTo(rate, 6);
  });

  it('shows a steady rate as what it is, hour after hour, and forgets hours without records', async () => {
    for (let minute = 0; minute < 150; minute++) {
      await collect({ '1/vpc-1': 4 }, NOON + minute * 60);
    }
    const rateAt = async (now: number) => (await registry().exporterOverview(now)).exporters[0].recordsPerMinute;
    expect(await rateAt(NOON + 150 * 60)).toBeCloseTo(4, 6);
    await collect({ '1/vpc-1': 60 }, NOON + 10 * HOUR);
    expect(await rateAt(NOON + 10 * HOUR)).toBeCloseTo(1, 6);
  });

  it('is dropped while it is disabled, and its records are still seen', async () => {
    await collect({ '1/vpc-1': 5, '1/vpc-2': 5 });
    await registry().enableExporters(['1/vpc-1'], false);
    expect(await collect({ '1/vpc-1': 3, '1/vpc-2': 3 }, NOON + 60)).toEqual({ '1/vpc-1': 'drop', '1/vpc-2': 'count' });
    const { exporters, counted } = await registry().exporterOverview(NOON + 60);
    expect(exporters[0]).toMatchObject({ state: 'disabled', enabled: false, records: 8, lastSeen: NOON + 60 });
    expect(counted).toBe(1);
    await registry().enableExporters(['1/vpc-1'], true);
    expect(await collect({ '1/vpc-1': 1 })).toEqual({ '1/vpc-1': 'count' });
  });

  it('is an entity, so that reports are filtered by it, and called by its alias', async () => {
    await collect({ '1/vpc-1': 1 });
    const known = async () =>
      (await registry().listEntities()).map(({ description, inStore }) => [description, inStore]);
    const [entity] = await registry().listEntities();
    await registry().markEntitiesStored([{ ...entity, name: '1/vpc-1' }]);
    await collect({ '1/vpc-1': 1 });
    expect(await known()).toEqual([[undefined, true]]);
    const by = { actor: 'Ada', now: NOON };
    const { version } = await registry().exporterOverview(NOON);
    await registry().changeExporters(version, { id: '1/vpc-1', alias: 'Shop' }, by);
    expect(await known()).toEqual([['Shop', false]]);
    await registry().changeExporters(version + 1, { id: '1/vpc-1', alias: '' }, by);
    expect(await known()).toEqual([[undefined, false]]);
  });

  it('that is unknown cannot be disabled, nor can those named beside it', async () => {
    await collect({ '1/vpc-1': 1 });
    const disabling = registry().enableExporters(['1/vpc-1', '1/vpc-8', '1/vpc-9'], false);
    await expect(disabling).rejects.toThrow(RegistryError);
    await expect(disabling).rejects.toThrow(/no exporter 1\/vpc-8, 1\/vpc-9 .*nothing was changed/);
    expect(await states()).toEqual({ '1/vpc-1': 'counted' });
  });
});

describe('the limit', () => {
  it.each([1, 37, 10_000])('may be %s', async (limit) => {
    expect(await registry().exporterLimit()).toBe(500);
    await registry().setExporterLimit(limit);
    expect(await registry().exporterLimit()).toBe(limit);
  });

  it.each([0, -1, 10_001, 1.5, NaN])('may not be %s', async (limit) => {
    await expect(registry().setExporterLimit(limit)).rejects.toThrow(/whole number from 1 to 10000/);
    expect(await registry().exporterLimit()).toBe(500);
  });

  it('is 500 exporters unless it was set', async () => {
    const ids = Array.from({ length: 502 }, (_, i) => `1/vpc-${i}`);
    const decisions = await collect(Object.fromEntries(ids.map((id) => [id, 1])));
    expect(ids.filter((id) => decisions[id] === 'overflow')).toEqual(['1/vpc-500', '1/vpc-501']);
  });

  it('takes those that come first, also within one object; the others count as overflow', async () => {
    await registry().setExporterLimit(2);
    await collect({ '1/vpc-a': 1 });
    const decisions = await collect({ '1/vpc-z': 10, '1/vpc-b': 20, '1/vpc-a': 30, '1/vpc-c': 40 });
    expect(decisions).toEqual({
      ...{ '1/vpc-z': 'count', '1/vpc-b': 'overflow', '1/vpc-a': 'count', '1/vpc-c': 'overflow' },
    });
    expect(await states()).toEqual({ '1/vpc-a': 'counted', '1/vpc-z': 'counted' });
    const { overflow } = await registry().exporterOverview(NOON);
    const times = { firstSeen: NOON, lastSeen: NOON };
    expect(overflow.exporters).toEqual([
      { id: '1/vpc-c', records: 40, ...times },
      { id: '1/vpc-b', records: 20, ...times },
    ]);
  });

  it('when lowered takes no place away, and gives none', async () => {
    await collect({ '1/vpc-1': 1, '1/vpc-2': 1 });
    await registry().setExporterLimit(1);
    expect(Object.values(await collect({ '1/vpc-1': 1, '1/vpc-2': 1, '1/vpc-3': 1 }))).toEqual([
      ...['count', 'count', 'overflow'],
    ]);
    expect(await registry().exporterOverview(NOON)).toMatchObject({ counted: 2, limit: 1 });
  });

  it('when raised makes room for those that were beyond it', async () => {
    await registry().setExporterLimit(1);
    await collect({ '1/vpc-1': 1, '1/vpc-2': 1 });
    await registry().setExporterLimit(2);
    expect(await collect({ '1/vpc-2': 1 })).toEqual({ '1/vpc-2': 'count' });
    expect((await registry().exporterOverview(NOON)).overflow.exporters).toEqual([]);
  });

  it('does not count disabled exporters: they make room', async () => {
    await registry().setExporterLimit(1);
    await collect({ '1/vpc-1': 1 });
    await registry().enableExporters(['1/vpc-1'], false);
    expect(await collect({ '1/vpc-2': 1 })).toEqual({ '1/vpc-2': 'count' });
    // Nobody loses a place to an exporter that is enabled again; no new one gets any.
    await registry().enableExporters(['1/vpc-1'], true);
    expect(Object.values(await collect({ '1/vpc-1': 1, '1/vpc-2': 1, '1/vpc-3': 1 }))).toEqual([
      ...['count', 'count', 'overflow'],
    ]);
  });
});

describe('an idle exporter', () => {
  const LATER = NOON + IDLE_SECONDS;

  it('keeps its history and frees its place after 30 days', async () => {
    await registry().setExporterLimit(1);
    await collect({ '1/eni-1': 5 });
    expect(await states(LATER - 1)).toEqual({ '1/eni-1': 'counted' });
    expect(await registry().decideExporters(['1/vpc-1'], LATER - 1)).toEqual({ '1/vpc-1': 'overflow' });
    expect(await collect({ '1/vpc-1': 1 }, LATER)).toEqual({ '1/vpc-1': 'count' });
    expect(await states(LATER)).toEqual({ '1/eni-1': 'idle', '1/vpc-1': 'counted' });
    const { exporters } = await registry().exporterOverview(LATER);
    expect(exporters[0]).toMatchObject({ records: 5, firstSeen: NOON, lastSeen: NOON, recordsPerMinute: 0 });
  });

  it('that shows up again takes a place when there is one', async () => {
    await registry().setExporterLimit(1);
    await collect({ '1/vpc-1': 5 });
    expect(await collect({ '1/vpc-1': 2 }, LATER)).toEqual({ '1/vpc-1': 'count' });
    const { exporters } = await registry().exporterOverview(LATER);
    expect(exporters).toMatchObject([{ state: 'counted', records: 7, firstSeen: NOON, lastSeen: LATER }]);
  });

  it('that shows up again when there is none counts as overflow, and stays idle', async () => {
    await registry().setExporterLimit(1);
    await collect({ '1/vpc-1': 5 });
    await collect({ '1/vpc-2': 1 }, LATER);
    expect(await collect({ '1/vpc-1': 3 }, LATER)).toEqual({ '1/vpc-1': 'overflow' });
    expect(await states(LATER)).toEqual({ '1/vpc-1': 'idle', '1/vpc-2': 'counted' });
    const { exporters, overflow } = await registry().exporterOverview(LATER);
    expect(exporters[0].records).toBe(5);
    expect(overflow.exporters).toMatchObject([{ id: '1/vpc-1', records: 3 }]);
  });

  it('claims its place with the plan, before its object is stored', async () => {
    await registry().setExporterLimit(1);
    await collect({ '1/vpc-1': 5 });
    const other = proposal({ identity: 'other', sha256: 'f'.repeat(64), exporters: [exporter('1/vpc-1')] });
    expect(await registry().grantPlan(other, LATER)).toMatchObject({ outcome: 'granted' });
    expect(await registry().decideExporters(['1/vpc-2'], LATER)).toEqual({ '1/vpc-2': 'overflow' });
  });

  it('that is disabled is dropped whenever it comes', async () => {
    await collect({ '1/vpc-1': 5 });
    await registry().enableExporters(['1/vpc-1'], false);
    expect(await collect({ '1/vpc-1': 5 }, LATER)).toEqual({ '1/vpc-1': 'drop' });
  });
});

describe('overflow', () => {
  it('tells a thousand exporters apart, and adds up the records of the others', async () => {
    await registry().setExporterLimit(1);
    await collect({ '1/vpc-1': 1 });
    const many = Array.from({ length: MAX_OVERFLOW_IDS + 50 }, (_, i) => [`1/eni-${i}`, 2] as const);
    await collect(Object.fromEntries(many));
    await collect({ '1/eni-0': 7, '1/eni-1049': 7, '1/eni-new': 7 });
    const { exporters, otherRecords } = (await registry().exporterOverview(NOON)).overflow;
    expect(exporters).toHaveLength(MAX_OVERFLOW_IDS);
    expect(exporters[0]).toMatchObject({ id: '1/eni-0', records: 9 });
    expect(otherRecords).toBe(50 * 2 + 14);
  });

  it('is forgotten 30 days after it was last seen, and told no longer', async () => {
    await registry().setExporterLimit(1);
    await collect({ '1/vpc-1': 1, '1/vpc-2': 1 });
    await collect({ '1/vpc-3': 1 }, NOON + 1);
    const later = NOON + IDLE_SECONDS;
    const idsAt = async (now: number) =>
      (await registry().exporterOverview(now)).overflow.exporters.map(({ id }) => id);
    expect(await idsAt(later)).toEqual(['1/vpc-3']);
    await prune(registry(), later);
    expect(await idsAt(NOON + 1)).toEqual(['1/vpc-3']);
    expect(Object.keys(await states(later))).toEqual(['1/vpc-1']);
  });
});
