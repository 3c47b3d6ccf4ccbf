import { scanSource } from '../../src/sidecar/collect/scanSource';
import { writeCollectionPoints } from '../../src/sidecar/collect/metrics/collectionPoints';
import { FlowRates } from '../../src/sidecar/collect/metrics/flowRates';
import { Permits } from '../../src/sidecar/collect/permits';
import { SourceProgress } from '../../src/sidecar/collect/sourceProgress';
import { UNKNOWN_PLACE } from '../../src/sidecar/registry/entities';
import { openRegistry } from '../../src/sidecar/registry/registry';
import type { Source } from '../../src/sidecar/registry/sources';
import type { InfluxClient } from '../../src/sidecar/store/influx';
import { takeOverStore } from '../../src/sidecar/store/claim';
import { collectorForTests } from '../../src/sidecar/testing/collector';
import { SimulatedBucket } from '../../src/sidecar/testing/simulatedBucket';

const MINUTE = 60;
/** Simulated time before the present, minutes. */
const PAST = 180;
const SOURCE: Source = {
  id: 'src-simulated',
  name: 'simulated',
  bucket: 'b',
  prefix: '',
  region: 'eu-west-1',
  enabled: true,
};

/** Interfaces, each named for what it does in times of trouble: see {@link linesOf}. */
export const INTERFACES = { steady: 'eni-5', stops: 'eni-6', refuses: 'eni-7', floods: 'eni-8' } as const;

/** What the simulated network does. */
export interface Simulation {
  /** Interfaces stop, refuse and flood, as they are called. */
  readonly isTrouble: boolean;
  /** For how many minutes nothing has arrived. */
  readonly lateMinutes: number;
}

/** Flow-log lines of one minute, that many minutes ago (negative). */
function linesOf(start: number, ago: number, isTrouble: boolean): string {
  const line = (id: string, bytes: number, action = 'ACCEPT') =>
    `${id} vpc-1 ${bytes} 10 ${start} ${start + 59} ${action} OK\n`;
  const hasStopped = isTrouble && ago >= -50;
  const refused = isTrouble && ago >= -35 ? 700 : 1;
  return (
    line(INTERFACES.steady, 60_000) +
    (hasStopped ? '' : line(INTERFACES.stops, 60_000)) +
    line(INTERFACES.refuses, 40, 'REJECT').repeat(refused) +
    line(INTERFACES.floods, isTrouble && ago >= -35 ? 8_000_000_000 : 60_000)
  );
}

/**
 * Runs the collector over three hours of simulated time up to `now` (Unix seconds), minute by minute, as `serve` does: it
 * scans a bucket into which flow logs are delivered ten minutes late, and writes `collection` and `flow_rate`.
 */
export async function simulate(
  client: InfluxClient,
  now: number,
  { isTrouble, lateMinutes }: Simulation
): Promise<void> {
  const begin = now - (now % 300) - PAST * MINUTE;
  const bucket = new SimulatedBucket(begin);
  const minutes = Math.floor((now - begin) / MINUTE);
  for (let slot = 0; slot < minutes; slot += 5) {
    const text = Array.from({ length: 5 }, (_, i) =>
      linesOf(begin + (slot + i) * MINUTE - 1, slot + i - minutes, isTrouble)
    );
    if (slot + 15 <= minutes - lateMinutes) {
      bucket.deliver(slot, { text: text.join('') });
    }
  }
  await client.write('minute', yesterday(now).join('\n'));
  const registry = openRegistry(':memory:');
  try {
    // Each simulation has a registry of its own, and what an earlier one wrote is gone.
    await takeOverStore(client, await registry.registryId());
    await client.query('DROP MEASUREMENT "registry"');
    const entities = Object.entries(INTERFACES).map(
      ([name, id]) => ({ ...UNKNOWN_PLACE, kind: 'interface', id, description: `the one that ${name}` }) as const
    );
    await registry.describeEntities(entities, begin);
    let clock = begin;
    const deps = collectorForTests(registry, client, () => clock);
    const permits = new Permits(1e9);
    const tools = { bucketOf: () => Promise.resolve(bucket.bucketAt(() => clock)), permits, deps };
    const points = { registry, client, writer: deps.writer };
    const progress = new SourceProgress();
    const rates = new FlowRates(points);
    for (; clock <= now; clock += MINUTE) {
      await scanSource(SOURCE, progress, tools);
      await rates.write(await writeCollectionPoints(points, [{ source: SOURCE, progress }], clock), clock);
    }
  } finally {
    await registry.close();
  }
}

/** Traffic of yesterday around this time: as usual. */
function yesterday(now: number): string[] {
  const begin = now - (now % 60) - 86_400 - 90 * MINUTE;
  return Object.values(INTERFACES).flatMap((id) =>
    Array.from({ length: 150 }, (_, i) => {
      const action = id === INTERFACES.refuses ? 'REJECT' : 'ACCEPT';
      const tags = `account=111122223333,action=${action},direction=unknown,interface=${id}`;
      return `flow_interface,${tags} bytes=60000i,packets=10i,flows=1i ${begin + i * MINUTE}000000001`;
    })
  );
}
