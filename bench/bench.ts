/**
 * `npm run bench [-- --only NAME,… --rounds N --json]`: measures Flowscope against what people would reach for, as ratios
 * in one run, beside the budgets of the design. Progress goes to standard error, the tables to standard output.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ServiceError, stopAll } from '../scripts/services.mjs';
import { printEnd, runCommand, temporaryFolder } from './command';
import { decode } from './decode';
import { memory } from './memory';
import { parallel } from './parallel';
import { reportText, type Report } from './report';
import { small } from './small';
import type { Bench } from './tools';

const MEASUREMENTS: Readonly<Record<string, (bench: Bench) => Promise<Report>>> = { decode, parallel, small, memory };
const DEFAULT_ROUNDS = 7;

function options(): { names: readonly string[]; rounds: number; json: boolean } {
  const { values } = parseArgs({
    options: { only: { type: 'string' }, rounds: { type: 'string' }, json: { type: 'boolean' } },
  });
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
  const { names, rounds, json } = options();
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
