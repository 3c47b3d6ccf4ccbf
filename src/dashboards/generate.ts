import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { REPORTS } from '../reports/reports';
import { alertFiles } from './alerts';
import { healthDashboard } from './collectionHealth';
import { hostDashboard } from './host';
import { moversDashboard } from './movers';
import { overviewDashboard } from './overview';
import { refusedDashboard } from './refused';
import { reportDashboard } from './reportDashboard';

const PROVISIONING = resolve(__dirname, '../../provisioning');

/** What the builders write of their own, and Grafana's schema does not know: of variables that are no intervals, and of old tables. */
const OF_INTERVALS = ['auto', 'auto_min', 'auto_count'];
const isVariable = (of: object) => 'type' in of && 'name' in of;
const isOldFooter = (value: unknown) => typeof value === 'object' && value !== null && 'countRows' in value;

function withoutUnknownFields(this: object, key: string, value: unknown): unknown {
  return (isVariable(this) && OF_INTERVALS.includes(key)) || isOldFooter(value) ? undefined : value;
}

/** Every generated dashboard, by its path below provisioning/; the same input gives the same bytes. */
export function generatedFiles(): Map<string, string> {
  const dashboards = [
    overviewDashboard(),
    healthDashboard(),
    hostDashboard(),
    moversDashboard(),
    refusedDashboard(),
    ...REPORTS.map(reportDashboard),
  ];
  return new Map(
    dashboards.map((dashboard) => [
      `dashboards/${dashboard.uid}.json`,
      `${JSON.stringify(dashboard, withoutUnknownFields, 2)}\n`,
    ])
  );
}

if (require.main === module) {
  for (const [path, text] of [...generatedFiles(), ...alertFiles()]) {
    const file = resolve(PROVISIONING, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    process.stdout.write(`${path}\n`);
  }
}
