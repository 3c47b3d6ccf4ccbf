import { gzipSync } from 'node:zlib';
import { IDLE_SECONDS } from '../../registry/exporters';
import type { InfluxClient } from '../../store/influx';
import { collectorForTests, objectWith } from '../../testing/collector';
import { bytesByExporter } from '../../testing/exporters';
import { influxForTests } from '../../testing/influx';
import { registryForTests } from '../../testing/registry';
import { collectObject } from './pipeline';

const database = influxForTests();
const registry = registryForTests();

const NOW = Math.floor(Date.now() / 1000);
let clock: number;
let objects = 0;

/** A collector that goes on, as `serve` does, while others change what the registry says. */
function collector(client: InfluxClient) {
  clock = NOW;
  const deps = collectorForTests(registry(), client, () => clock);
  return async (bytes: number, ...vpcs: string[]) => {
    const records = vpcs.map((vpc) => `eni-${vpc} ${vpc} ${bytes} 1 ${NOW - 60} ACCEPT OK\n`);
    const header = 'interface-id vpc-id bytes packets start action log-status';
    const body = gzipSync(`${header}\n${records.join('')}`);
    const key = `AWSLogs/111122223333/${++objects}.log.gz`;
    const { state, summary } = await collectObject(objectWith(body, key), deps);
    expect(state).toBe('stored');
    return summary!.reasons;
  };
}

const bytesOf = (client: InfluxClient, policy = 'minute') =>
  bytesByExporter((influxql) => client.query(influxql), policy);

const id = (vpc: string) => `111122223333/${vpc}`;

describe('a running collector', () => {
  it('follows when an exporter is disabled and enabled', async () => {
    const client = await database();
    const collect = collector(client);
    await collect(1, 'vpc-1', 'vpc-2');
    await registry().enableExporters([id('vpc-2')], false);
    expect(await collect(10, 'vpc-1', 'vpc-2')).toEqual({ 'exporter-disabled': 1 });
    await registry().enableExporters([id('vpc-2')], true);
    expect(await collect(100, 'vpc-1', 'vpc-2')).toEqual({});
    expect(await bytesOf(client)).toEqual({ 'vpc-1': 111, 'vpc-2': 101 });
  });

  it('follows when the limit changes', async () => {
    const client = await database();
    const collect = collector(client);
    await registry().setExporterLimit(1);
    await collect(1, 'vpc-1', 'vpc-2', 'vpc-3');
    await registry().setExporterLimit(2);
    await collect(10, 'vpc-1', 'vpc-2', 'vpc-3');
    expect(await bytesOf(client)).toEqual({ 'vpc-1': 11, 'vpc-2': 10, overflow: 2 + 10 });
  });

  it('follows when an exporter falls idle and its place goes to another', async () => {
    const client = await database();
    const collect = collector(client);
    await registry().setExporterLimit(1);
    await collect(1, 'vpc-1');
    await collect(10, 'vpc-2');
    clock += IDLE_SECONDS;
    await collect(100, 'vpc-2');
    await collect(1000, 'vpc-1');
    expect(await bytesOf(client)).toEqual({ 'vpc-1': 1, overflow: 10 });
    expect(await bytesOf(client, 'hour')).toEqual({ 'vpc-2': 100, overflow: 1000 });
  });
});
