/**
 * `npm run bench`: measures Flowscope against what people would reach for, as ratios in one run, beside the budgets of the
 * design. Progress goes to standard error, the tables to standard output.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ServiceError, stopAll } from '../scripts/services';
import { printEnd, runCommand, temporaryFolder } from './command';
import { decode } from './decode';
import { memory } from './memory';
import { parallel } from './parallel';
import { reportText, type Report } from './report';
import { small } from './small';
import type { Bench } from './tools';

const MEASUREMENTS: Readonly<Record<string, (bench: Bench) => Promise<Report>>> = { decode, parallel, small, memory };
const DEFAULT_ROUNDS = 7;

const HELP = `npm run bench [-- --only NAME,… --rounds N --json]

Measures Flowscope against what people would reach for, as ratios in one run, beside its budgets.

  --only NAME,…  some of the measurements: ${Object.keys(MEASUREMENTS).join(', ')} (default: all)
  --rounds N     how often contestants run, in turn; medians are shown (default: ${DEFAULT_ROUNDS})
  --json         print all of it as JSON
  --help         print this

Needs dist/sidecar (npm run build:sidecar) and a quiet machine.`;

/** What the command line asks for; undefined when it asks for help. */
function options(): { names: readonly string[]; rounds: number; json: boolean } | undefined {
  const { values } = parseArgs({
    options: {
      only: { type: 'string' },
      rounds: { type: 'string' },
      json: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) {
    return undefined;
  }
  const names = values.only?.split(',') ?? Object.keys(MEASUREMENTS);
  const unknown = names.find((name) => !Object.hasOwn(MEASUREMENTS, name));
  if (unknown !== undefined) {
    throw new ServiceError(`--only ${unknown}: there is ${Object.keys(MEASUREMENTS).join(', ')}`);
  }
  const rounds = Number(values.rounds ?? DEFAULT_ROUNDS);
  if (!Number.isInteger(rounds) || rounds < 1) {
    throw new ServiceError(`--rounds ${values.rounds}: give a whole number from 1 on`);
  }
  return { names, rounds, json: values.json === true };
}

async function main(): Promise<void> {
  const wanted = options();
  if (!wanted) {
    console.log(HELP);
    return;
  }
  const { names, rounds, json } = wanted;
  const folder = temporaryFolder();
  const reports: Report[] = [];
  for (const name of names) {
    const own = join(folder, name);
    mkdirSync(own);
    const report = await MEASUREMENTS[name]({ folder: own, rounds });
    // What one leaves running or lying about must not disturb the next.
    await stopAll();
    rmSync(own, { recursive: true });
    reports.push(report);
    if (!json) {
      console.log(`${reportText(report)}\n`);
    }
  }
  printEnd(reports, json);
}

runCommand(main);
