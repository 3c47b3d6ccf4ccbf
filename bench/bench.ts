/**
 * `npm run bench`: measures Flowscope against the tools people would use instead, as ratios within one run, next to the budgets of the
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
import { registry } from './registry';
import { reportText, type Report } from './report';
import { small } from './small';
import { soak } from './soak';
import { steady } from './steady';
import { sync } from './sync';
import type { Bench } from './tools';

const MEASUREMENTS: Readonly<Record<string, (bench: Bench) => Promise<Report | readonly Report[]>>> = {
  decode,
  parallel,
  small,
  memory,
  registry,
  steady,
  soak,
  sync,
};
const DEFAULT_ROUNDS = 7;
const DEFAULT_OBJECTS = 1_000_000;
const DEFAULT_INTERFACES = 200;
const DEFAULT_HOURS = 24;

const HELP = `npm run bench [-- --only NAME,… --rounds N --objects N --interfaces N --hours N --json]

Measures Flowscope against the tools people would use instead, as ratios within one run, next to its budgets.

  --only NAME,…  some of the measurements: ${Object.keys(MEASUREMENTS).join(', ')} (default: all)
  --rounds N     how often contestants run, in turn; medians are shown (default: ${DEFAULT_ROUNDS})
  --objects N    ledger rows in the registry that is measured, with ten plans for each (default: ${DEFAULT_OBJECTS})
  --interfaces N of the network whose steady traffic is collected (default: ${DEFAULT_INTERFACES})
  --hours N      simulated, of the soak (default: ${DEFAULT_HOURS})
  --json         print all of it as JSON
  --help         print this

Needs dist/sidecar (npm run build:sidecar), a quiet machine, and 12 GB of disk for the registry.`;

/** What the command line asks for; undefined when it asks for help. */
function options(): (Omit<Bench, 'folder'> & { names: readonly string[]; json: boolean }) | undefined {
  const { values } = parseArgs({
    options: {
      only: { type: 'string' },
      rounds: { type: 'string' },
      objects: { type: 'string' },
      interfaces: { type: 'string' },
      hours: { type: 'string' },
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
  return {
    names,
    rounds: wholeNumber('rounds', values.rounds, 1) ?? DEFAULT_ROUNDS,
    objects: wholeNumber('objects', values.objects, 1000) ?? DEFAULT_OBJECTS,
    interfaces: wholeNumber('interfaces', values.interfaces, 10) ?? DEFAULT_INTERFACES,
    hours: wholeNumber('hours', values.hours, 4) ?? DEFAULT_HOURS,
    json: values.json === true,
  };
}

function wholeNumber(name: string, text: string | undefined, least: number): number | undefined {
  const value = text === undefined ? undefined : Number(text);
  if (value !== undefined && (!Number.isInteger(value) || value < least)) {
    throw new ServiceError(`--${name} ${text}: give a whole number from ${least} on`);
  }
  return value;
}

async function main(): Promise<void> {
  const wanted = options();
  if (!wanted) {
    console.log(HELP);
    return;
  }
  const { names, json, ...sizes } = wanted;
  const folder = temporaryFolder();
  const reports: Report[] = [];
  for (const name of names) {
    const own = join(folder, name);
    mkdirSync(own);
    const measured = [await MEASUREMENTS[name]({ folder: own, ...sizes })].flat();
    // What one leaves running or lying about must not disturb the next.
    await stopAll();
    rmSync(own, { recursive: true });
    reports.push(...measured);
    if (!json) {
      measured.forEach((report) => console.log(`${reportText(report)}\n`));
    }
  }
  printEnd(reports, json);
}

runCommand(main);
