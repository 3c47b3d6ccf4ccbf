import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestBed } from './testBed';
import { Round } from './round';
import { SCENARIOS } from './scenarios';
import { FaultTally } from './tally';

/** When it is enough. */
export interface Goal {
  /** Names of scenarios. */
  readonly only: readonly string[];
  readonly rounds: number;
  readonly minutes: number;
  /** Ends once there were so many of both. */
  readonly kills: number;
  readonly faults: number;
  /** Kills of a round at most. Default: all. */
  readonly killsPerRound?: number;
}

export interface RoundsResult {
  readonly tally: FaultTally;
  readonly passed: number;
  readonly failed: number;
}

/** Runs rounds on all test beds at the same time, with one seed after another, until it is enough. `say`: gets a line for each. */
export async function runRounds(
  testBeds: readonly TestBed[],
  firstSeed: number,
  { only, rounds, minutes, kills, faults, killsPerRound }: Goal,
  say: (line: string) => void
): Promise<RoundsResult> {
  const tally = new FaultTally();
  const began = performance.now();
  const seconds = () => (performance.now() - began) / 1000;
  const scenarios = SCENARIOS.filter(({ name }) => only.includes(name));
  let [begun, passed, failed] = [0, 0, 0];
  const isEnough = () =>
    begun >= rounds || seconds() > minutes * 60 || (tally.killCount >= kills && tally.faultCount >= faults);
  const work = async (testBed: TestBed) => {
    while (!isEnough()) {
      const seed = firstSeed + begun++;
      const scenario = scenarios[seed % scenarios.length];
      const started = seconds();
      const round = new Round(scenario, seed, testBed, tally, killsPerRound);
      const problems = await round.run();
      const took = `${(seconds() - started).toFixed(1)} s`;
      if (problems.length === 0) {
        passed++;
        say(`passed: seed ${seed}, ${scenario.name}, ${took}`);
      } else {
        failed++;
        const file = join(mkdtempSync(join(tmpdir(), 'flowscope-faults-')), `${seed}.txt`);
        writeFileSync(file, `${[...problems, '', ...round.events].join('\n')}\n`);
        say(`FAILED: seed ${seed}, ${scenario.name}, ${took}\n  ${problems.join('\n  ')}`);
        say(
          `  What happened: ${file}. Again: npm run test:faults -- --only ${scenario.name} --seed ${seed} --rounds 1`
        );
      }
    }
  };
  await Promise.all(testBeds.map(work));
  return { tally, passed, failed };
}
