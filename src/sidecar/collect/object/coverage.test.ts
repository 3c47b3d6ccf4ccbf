import { FACT_BATCH_SIZE } from '../../registry/ownerFacts';
import type { CoveredInterface } from '../../rollup/summary';
import { NOON } from '../../testing/reference/rollUp';
import { Coverage } from './coverage';

let now: number;
let batches: string[][];
let coverage: Coverage;
const registry = {
  noteCoverage: (covered: readonly CoveredInterface[]) => {
    batches.push(covered.map(({ interface: id, action, since, until }) => [id, action, since, until].join(' ')));
    return Promise.resolve();
  },
};
beforeEach(() => {
  now = NOON;
  batches = [];
  coverage = new Coverage(registry, () => now);
});

const covered = (changes: Partial<CoveredInterface> = {}): CoveredInterface => ({
  ...{ interface: 'eni-1', action: 'ACCEPT', since: NOON, until: NOON, exporter: '1/vpc-1' },
  ...changes,
});

it('is noted in batches, and nothing where there is none', async () => {
  await coverage.note(Array.from({ length: 2 * FACT_BATCH_SIZE + 1 }, (_, i) => covered({ interface: `eni-${i}` })));
  await coverage.note([]);
  expect(batches.map(({ length }) => length)).toEqual([FACT_BATCH_SIZE, FACT_BATCH_SIZE, 1]);
});

it('is noted once in ten minutes, unless there is something new in it', async () => {
  const said = async (changes: Partial<CoveredInterface>) => {
    batches = [];
    await coverage.note([covered(changes)]);
    return batches.length;
  };
  expect(await said({})).toBe(1);
  now += 599;
  expect(await said({ since: NOON + 300, until: NOON + 599 })).toBe(0);
  expect(await said({ action: 'REJECT' })).toBe(1);
  expect(await said({ interface: 'eni-2' })).toBe(1);
  expect(await said({ exporter: '1/vpc-2' })).toBe(1);
  expect(await said({ exporter: '1/vpc-2', since: NOON - 1 })).toBe(1);
  expect(await said({ exporter: '1/vpc-2', until: NOON + 600 })).toBe(1);
  now += 1;
  expect(await said({ exporter: '1/vpc-2', until: NOON + 600 })).toBe(1);
  expect(await said({ exporter: '1/vpc-2', until: NOON + 600 })).toBe(0);
});

it('of many interfaces is noted once, as far as they are remembered', async () => {
  const many = (count: number) => Array.from({ length: count }, (_, i) => covered({ interface: `eni-${i}` }));
  await coverage.note(many(3));
  await coverage.note(many(3));
  expect(batches.map(({ length }) => length)).toEqual([3]);
  // Nobody knows how many there will be, and memory is bounded.
  await coverage.note(many(100_002));
  batches = [];
  await coverage.note(many(3));
  expect(batches.map(({ length }) => length)).toEqual([3]);
});

it('is noted again after a failure', async () => {
  const failing = { noteCoverage: jest.fn(registry.noteCoverage).mockRejectedValueOnce(new Error('locked')) };
  coverage = new Coverage(failing, () => now);
  await expect(coverage.note([covered()])).rejects.toThrow('locked');
  await coverage.note([covered()]);
  expect(batches).toHaveLength(1);
});
