import { SERIES_BUDGET } from '../rollup/seriesBudget';
import { hashOf, proposal, registryForTests } from '../testing/registry';
import { NOON, TERMS } from '../testing/reference/rollUp';

const registry = registryForTests();
const PLENTY = { minute: 10, hour: 20 };
const FULL = { minute: SERIES_BUDGET, hour: 20 };

const ask = (topK: number, name = 'a') =>
  registry().grantPlan(proposal({ identity: `${name}.log.gz`, sha256: hashOf(name), terms: { ...TERMS, topK } }), NOON);

it('keeps 20 names before anything was counted', async () => {
  expect(await registry().seriesState()).toBeUndefined();
  expect(await registry().topK()).toBe(20);
  expect(await ask(20)).toMatchObject({ outcome: 'granted' });
});

it('lowers K of new plans, and remembers it', async () => {
  await ask(20);
  expect(await registry().recordSeriesCount(FULL)).toEqual({ live: FULL, topK: 5, isRefused: false });
  expect(await registry().seriesState()).toEqual({ live: FULL, topK: 5, isRefused: false });
  expect(await ask(20, 'b')).toEqual({ outcome: 'changed' });
  expect(await ask(5, 'b')).toMatchObject({ outcome: 'granted', plan: { terms: { topK: 5 } } });
  // One that was granted stays as it is, or a replay would write other points.
  expect(await ask(5)).toMatchObject({ outcome: 'existing', plan: { terms: { topK: 20 } } });
});

it('raises K again when there is room', async () => {
  await registry().recordSeriesCount(FULL);
  await registry().recordSeriesCount(PLENTY);
  expect(await ask(5)).toEqual({ outcome: 'changed' });
  expect(await ask(20)).toMatchObject({ outcome: 'granted' });
});

it('goes by what the store refuses, until it takes it', async () => {
  const source = { name: 'prod', bucket: 'b', prefix: '', region: 'eu-west-1', enabled: true };
  const { id: sourceId } = await registry().addSource(source, NOON);
  const grant = await ask(20);
  const planId = 'plan' in grant ? grant.plan.id : 0;
  const object = { sourceId, key: 'a', etag: 'e', size: 1, planId };
  await registry().setLedgerEntry({ ...object, state: 'refused', reason: 'series-limit' }, NOON);
  expect(await registry().recordSeriesCount(PLENTY)).toMatchObject({ topK: 5, isRefused: true });
  // What waits was planned before: whether five are few enough is not known yet.
  expect(await registry().recordSeriesCount(PLENTY)).toMatchObject({ topK: 5, isRefused: true });
  await registry().setLedgerEntry({ ...object, state: 'stored' }, NOON);
  expect(await registry().recordSeriesCount(PLENTY)).toMatchObject({ topK: 20, isRefused: false });
});

it('keeps fewer names than those the store has refused, a step for all that it refuses alike', async () => {
  expect(await registry().recordSeriesRefusal(20, NOON)).toBe(5);
  expect(await registry().recordSeriesRefusal(20, NOON + 1)).toBe(5);
  expect(await registry().recordSeriesRefusal(5, NOON + 2)).toBe(0);
  expect(await registry().recordSeriesRefusal(0, NOON + 3)).toBe(0);
  expect(await registry().seriesState()).toMatchObject({ topK: 0, isRefused: true, refusedAt: NOON + 3 });
});

it('raises K a step at a time once the last refusal no longer counts', async () => {
  await registry().recordSeriesRefusal(20, NOON);
  await registry().recordSeriesRefusal(5, NOON);
  expect(await registry().recordSeriesCount(PLENTY, NOON)).toMatchObject({ topK: 0, isRefused: true });
  expect(await registry().recordSeriesCount(PLENTY, NOON + 1)).toMatchObject({ topK: 5, isRefused: false });
  expect(await registry().recordSeriesCount(PLENTY, NOON)).toMatchObject({ topK: 20, isRefused: false });
});

it('still lowers K for a full store that refuses nothing yet', async () => {
  await registry().recordSeriesRefusal(20, NOON);
  expect(await registry().recordSeriesCount({ minute: 10, hour: 2 * SERIES_BUDGET })).toMatchObject({ topK: 0 });
});
