/**
 * `npm run bench:queries [-- --hours N --interfaces N --rounds N --json]`: fills a real InfluxDB with a day of minutes and a
 * month of hours, runs every query of every dashboard as Grafana asks it, and holds them against the budgets of the design.
 * Progress goes to standard error, the table to standard output.
 */
import { parseArgs } from 'node:util';
import { ServiceError, startInflux } from '../scripts/services';
import { generatedFiles } from '../src/dashboards/generate';
import type { DashboardJson } from '../src/dashboards/testing';
import { printEnd, runCommand, temporaryFolder } from './command';
import { PLACES } from './dataset';
import { RANGES, timesOf, type PanelTime } from './queryTimes';
import { reportText, type Report, type Row } from './report';
import { load, waitUntilCompacted, type Amount, type Loaded } from './storeLoad';
import { say } from './tools';

const DATABASE = 'flowscope';
const HOURS = 24;
const ROUNDS = 3;

function options(): Amount & { readonly rounds: number; readonly json: boolean } {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    options: { hours: text, interfaces: text, rounds: text, json: { type: 'boolean' } },
  });
  const numberOf = (name: 'hours' | 'interfaces' | 'rounds', defaultNumber: number, max: number) => {
    const number = Number(values[name] ?? defaultNumber);
    if (!Number.isInteger(number) || number < 1 || number > max) {
      throw new ServiceError(`--${name} ${values[name]}: give a whole number from 1 to ${max}`);
    }
    return number;
  };
  return {
    hours: numberOf('hours', HOURS, 6 * 24),
    interfaces: numberOf('interfaces', PLACES.length, PLACES.length),
    rounds: numberOf('rounds', ROUNDS, 100),
    json: values.json === true,
  };
}

function reportOf(amount: Amount, loaded: Loaded, rounds: number, times: readonly PanelTime[]): Report {
  const rows: Row[] = times.map(({ dashboard, panel, slowest }) => ({
    name: `${dashboard}: ${panel}`,
    figures: slowest.map(({ milliseconds }, i) => ({ value: milliseconds, unit: 'ms', atMost: RANGES[i].budget })),
  }));
  const millions = (points: number) => `${(points / 1e6).toFixed(1)} million points`;
  const missed = times.flatMap(({ dashboard, panel, slowest }) =>
    slowest.flatMap(({ refId, milliseconds, query }, i) =>
      milliseconds > RANGES[i].budget
        ? [`missed: ${dashboard}: ${panel}, ${refId} over ${RANGES[i].name}: ${milliseconds.toFixed(0)} ms: ${query}`]
        : []
    )
  );
  return {
    name: 'queries',
    title: `every query of every dashboard, nothing filtered, the slowest of each panel; medians of ${rounds}`,
    columns: RANGES.map(({ name }) => name),
    rows,
    notes: [
      `${amount.interfaces} interfaces, ${loaded.series} series: ${millions(loaded.minutePoints)} of ${amount.hours} h in ` +
        `minute, ${millions(loaded.hourPoints)} in hour, loaded in ${loaded.seconds.toFixed(0)} s`,
      'InfluxDB answers one query at a time, and the whole answer was read; variables are what a dashboard asks for when it opens',
      ...missed,
    ],
  };
}

async function main(): Promise<void> {
  const { rounds, json, ...amount } = options();
  const folder = temporaryFolder();
  const { url } = await startInflux({ dir: folder });
  const end = Math.floor(Date.now() / 60_000) * 60;
  say(`queries: ${amount.hours} h and ${amount.interfaces} interfaces`);
  const loaded = await load(url, DATABASE, amount, end);
  await waitUntilCompacted(url);
  const dashboards = [...generatedFiles().values()].map((text) => JSON.parse(text) as DashboardJson);
  const times = await timesOf(dashboards, { url, database: DATABASE, rounds, end: end * 1000 });
  const report = reportOf(amount, loaded, rounds, times);
  if (!json) {
    console.log(reportText(report));
  }
  printEnd([report], json);
}

runCommand(main);
