/**
 * Every alert in a real Grafana over a real InfluxDB: none fires while all is well, each fires when it should and about
 * whom it should, each resolves, and none fires because flow logs are delivered late. Needs GRAFANA_HOME.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startInflux, stopAll, type Service } from '../../scripts/services';
import { COLLECTION_ALERTS } from '../../src/dashboards/collectionAlerts';
import { TRAFFIC_ALERTS } from '../../src/dashboards/trafficAlerts';
import { InfluxClient } from '../../src/sidecar/store/influx';
import { ensureSchema } from '../../src/sidecar/store/schema';
import { collectionLines } from './collection';
import { AlertingGrafana, type Firing } from './grafana';
import { INTERFACES, simulate, type Simulation } from './traffic';

/** The interface that makes each rule fire. */
const CULPRITS: Readonly<Record<string, string>> = {
  'refused-surge': INTERFACES.refuses,
  'traffic-stopped': INTERFACES.stops,
  'traffic-high': INTERFACES.floods,
  'traffic-unusual': INTERFACES.floods,
};

/** The source, collector or interface that each rule must name while there is trouble. */
const EXPECTED: ReadonlyArray<{ readonly rule: string; readonly is: (labels: Firing['labels']) => boolean }> = [
  ...COLLECTION_ALERTS.map(({ name, title }) => ({
    rule: title,
    is: ({ source, collector }: Firing['labels']) => source === name || collector === name,
  })),
  ...TRAFFIC_ALERTS.map(({ name, title }) => ({
    rule: title,
    is: ({ interface: id }: Firing['labels']) => id === CULPRITS[name],
  })),
];

const isMet = (firing: readonly Firing[]) =>
  EXPECTED.every(({ rule, is }) => firing.some((one) => one.rule === rule && is(one.labels)));
const none = (firing: readonly Firing[]) => firing.length === 0;
const titles = (firing: readonly Firing[]) => [...new Set(firing.map(({ rule }) => rule))].sort();

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

async function main(home: string, dir: string): Promise<void> {
  let influx: Service = await startInflux({ dir: join(dir, 'influx') });
  const client = new InfluxClient({ url: influx.url, database: 'flowscope' });
  await ensureSchema(client);
  const grafana = await AlertingGrafana.start(home, dir, influx.url);

  const write = async (simulation: Simulation) => {
    for (const measurement of ['collection', 'new_exporter', 'flow_rate', 'flow_interface']) {
      await client.query(`DROP MEASUREMENT "${measurement}"`);
    }
    await simulate(client, Math.floor(Date.now() / 1000), simulation);
    await client.write('minute', collectionLines(Math.floor(Date.now() / 1000), simulation.isTrouble).join('\n'));
  };

  await write({ isTrouble: false, lateMinutes: 0 });
  await grafana.firing(none);
  say('All is well: none fires.');

  await write({ isTrouble: true, lateMinutes: 0 });
  const firing = await grafana.firing(isMet);
  const blamed = firing.filter(({ labels }) =>
    [labels.source, labels.interface].some((one) => one === 'well' || one === INTERFACES.steady)
  );
  if (blamed.length > 0) {
    throw new Error(`Fires where all is well: ${JSON.stringify(blamed)}`);
  }
  for (const { rule, is } of EXPECTED) {
    say(`  ${rule}: ${firing.find((one) => one.rule === rule && is(one.labels))!.summary}`);
  }
  say(`In trouble: all ${EXPECTED.length} fire, and none where all is well.`);

  await write({ isTrouble: false, lateMinutes: 0 });
  await grafana.firing(none);
  say('All is well again: each has resolved.');

  await write({ isTrouble: false, lateMinutes: 25 });
  await grafana.firing(none);
  say('Nothing delivered for 25 minutes: none fires.');

  await write({ isTrouble: false, lateMinutes: 50 });
  const late = await grafana.firing((some) => titles(some).join() === 'No new objects');
  say(`Nothing delivered for 50 minutes: only ${late[0].rule}, which says: ${late[0].summary}`);

  await client.query('DROP MEASUREMENT "collection"');
  const silent = await grafana.firing((some) =>
    ['Sidecar silent', 'Store unreachable or refusing'].every((rule) => titles(some).includes(rule))
  );
  for (const rule of titles(silent)) {
    say(`  ${rule}: ${silent.find((one) => one.rule === rule)!.summary}`);
  }
  say('No points of the last hour: these fire.');

  const { port } = influx;
  await influx.stop();
  const away = await grafana.firing((some) => titles(some).includes('Store unreachable or refusing'));
  say(`No InfluxDB: ${titles(away).join(', ')}: ${away[0].summary}`);

  influx = await startInflux({ dir: join(dir, 'influx'), port });
  await write({ isTrouble: false, lateMinutes: 0 });
  await grafana.firing(none);
  say('InfluxDB is back: each has resolved.');
}

const home = process.env.GRAFANA_HOME;
if (home === undefined) {
  say('GRAFANA_HOME is not set: point it at an unpacked Grafana 12.3 or newer to see the alerts fire and resolve.');
} else {
  const dir = mkdtempSync(join(tmpdir(), 'flowscope-alerts-'));
  main(home, dir)
    .catch((error: unknown) => {
      process.exitCode = 1;
      process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    })
    .finally(async () => {
      await stopAll();
      rmSync(dir, { recursive: true, force: true });
      process.exit();
    });
}
