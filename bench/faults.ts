/**
 * `npm run test:faults`: collects flow logs while the sidecar and InfluxDB are killed and requests to S3, SQS and InfluxDB meet faults,
 * round after round, and checks after each round that nothing was lost, counted twice, deleted too early, stuck or left unsaid.
 * The sidecar, InfluxDB and SQS (moto's) are real; S3 is a double that honours If-Match.
 */
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ServiceError, startMoto } from '../scripts/services';
import { runCommand, temporaryFolder } from './command';
import { TestBed } from './faults/testBed';
import { runRounds, type Goal } from './faults/rounds';
import { SCENARIOS } from './faults/scenarios';
import { tallyText } from './faults/tally';

/** Rounds at the same time: much of one is waiting. */
const TEST_BEDS = 4;
const GOAL = { kills: 300, faults: 700 };
const MAX_MINUTES = 20;

const HELP = `npm run test:faults [-- --seed N --minutes N --rounds N --only NAME,…]

Kills the sidecar and InfluxDB and lets requests fail while flow logs are collected; then everything must be as if nothing had been.

  --seed N       of the first round; the next one has the next number (default: another one each time)
  --rounds N     how many rounds (default: until there were ${GOAL.kills} kills and ${GOAL.faults} faults)
  --minutes N    how long; the rounds that have begun are finished (default: ${MAX_MINUTES} at most)
  --only NAME,…  some of ${SCENARIOS.map(({ name }) => name).join(', ')}
  --help         print this`;

function numberOf(name: string, text: string | undefined): number | undefined {
  if (text !== undefined && !/^\d+$/.test(text)) {
    throw new ServiceError(`--${name} ${text}: it must be a whole number.`);
  }
  return text === undefined ? undefined : Number(text);
}

runCommand(async () => {
  const { values } = parseArgs({
    options: {
      help: { type: 'boolean' },
      seed: { type: 'string' },
      rounds: { type: 'string' },
      minutes: { type: 'string' },
      only: { type: 'string' },
    },
  });
  if (values.help) {
    console.log(HELP);
    return;
  }
  const only = values.only?.split(',') ?? SCENARIOS.map(({ name }) => name);
  const unknown = only.find((name) => !SCENARIOS.some((scenario) => scenario.name === name));
  if (unknown !== undefined) {
    throw new ServiceError(`--only ${unknown}: there is ${SCENARIOS.map(({ name }) => name).join(', ')}`);
  }
  const seed = numberOf('seed', values.seed) ?? Date.now() % 1_000_000;
  const rounds = numberOf('rounds', values.rounds);
  const minutes = numberOf('minutes', values.minutes);
  const goal: Goal = {
    only,
    rounds: rounds ?? Infinity,
    minutes: minutes ?? MAX_MINUTES,
    ...(rounds === undefined && minutes === undefined ? GOAL : { kills: Infinity, faults: Infinity }),
  };
  // The sidecar starts a thousand times: its compiled code is kept.
  process.env.NODE_COMPILE_CACHE ??= resolve('node_modules/.cache/flowscope/compiled');
  const folder = temporaryFolder();
  const { url } = await startMoto({ dir: join(folder, 'moto') });
  const testBeds = await Promise.all(
    Array.from({ length: Math.min(TEST_BEDS, goal.rounds) }, (_, i) => {
      const own = join(folder, `testBed${i}`);
      mkdirSync(own);
      return TestBed.start(own, url);
    })
  );
  const result = await runRounds(testBeds, seed, goal, (line) => console.log(line));
  await Promise.all(testBeds.map((testBed) => testBed.stop()));
  console.log(`\n${tallyText(result.tally)}\n`);
  console.log(`${result.passed} passed, ${result.failed} failed`);
  process.exitCode = result.failed === 0 && result.passed > 0 ? 0 : 1;
});
