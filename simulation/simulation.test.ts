import { readFileSync } from 'node:fs';
import { PLANTED_FAULTS } from './planted';
import { runSeeds } from './run';

/** How many seeds `npm test` runs. `npm run simulate` runs more. */
const SEEDS = 20;

it('finds nothing lost, counted twice, stuck or unsaid', async () => {
  const { seeds, failed } = await runSeeds({ first: 1, seeds: SEEDS });
  expect(failed.map(({ seed, violations }) => ({ seed, violations }))).toEqual([]);
  expect(seeds).toBe(SEEDS);
}, 600_000);

it('does the same events with the same seed, whatever ran before it', async () => {
  const [alone, behind] = [
    await runSeeds({ first: 7, seeds: 1, workers: 1 }),
    await runSeeds({ first: 5, seeds: 3, workers: 1 }),
  ];
  expect(behind.fingerprints.get(7)).toBe(alone.fingerprints.get(7));
  expect(new Set(behind.fingerprints.values()).size).toBe(3);
}, 120_000);

it('notices a fault that is planted', async () => {
  const { patches } = PLANTED_FAULTS.find(({ name }) => name === 'no If-Match')!;
  const { failed } = await runSeeds({ first: 1, seeds: 20, patches, stopsEarly: true });
  expect(failed[0].violations[0]).toMatch(/^deleted before /);
}, 120_000);

it('plants nothing where the code is another one', async () => {
  const patches = [{ file: 'src/sidecar/aws/bucket.ts', find: 'no such code', put: '' }];
  await expect(runSeeds({ first: 1, seeds: 1, patches })).rejects.toThrow('does not have once: no such code');
});

it.each(PLANTED_FAULTS)('knows the code into which it plants: $name', ({ patches }) => {
  patches.forEach(({ file, find }) => expect(readFileSync(file, 'utf8').split(find)).toHaveLength(2));
});
