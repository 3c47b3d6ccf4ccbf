import { influxForTests } from '../testing/influx';
import { TestApi } from '../testing/api';
import { NOON } from '../testing/reference/rollUp';
import type { InfluxClient } from '../store/influx';

const newStore = influxForTests();
let store: InfluxClient;
beforeAll(async () => {
  store = await newStore();
});

describe('health', () => {
  const test = TestApi.forTests(() => ({ store }));

  it('says that all works', async () => {
    const basics = { version: '1.2.3', store: 'ok', isCollecting: true, started: NOON };
    expect((await test.send('GET', '/v1/health')).json()).toEqual(basics);
    expect((await test.send('GET', '/v1/admin/health')).json()).toEqual({
      ...basics,
      storeUrl: store.settings.url,
      storeName: expect.stringMatching(/^(InfluxDB|openGemini)$/) as string,
      storeVersion: expect.stringMatching(/^v?\d+\.\d+/) as string,
      warnings: [],
    });
  });

  it('warns of settings that will refuse data', async () => {
    await store.query(`ALTER RETENTION POLICY "minute" ON "${store.settings.database}" DURATION 24h SHARD DURATION 1d`);
    const { warnings } = (await test.send('GET', '/v1/admin/health')).json<{ warnings: string[] }>();
    expect(warnings).toEqual([expect.stringMatching(/^Retention policy minute keeps 24h0m0s, not 168h/)]);
  });
});

describe('health of names', () => {
  const test = TestApi.forTests(() => ({ store }));

  it('says what the last sync could not read, and nothing once it could', async () => {
    const region = {
      account: 'shop',
      region: 'eu-west-1',
      kinds: {},
      error: 'ec2:DescribeVpcs is denied in eu-west-1.',
    };
    const sync = (ok: boolean, regions: object[]) => ({
      ...{ started: NOON, finished: NOON, ok },
      result: JSON.stringify({ ok, regions, seconds: 1 }),
    });
    const warnings = async () => (await test.send('GET', '/v1/admin/health')).json<{ warnings: string[] }>().warnings;
    await test.registry.recordSync(sync(false, [region]));
    expect(await warnings()).toContain('Names: 1 of 1 syncs failed: ec2:DescribeVpcs is denied in eu-west-1.');
    await test.registry.recordSync(sync(true, []));
    expect((await warnings()).filter((text) => text.startsWith('Names'))).toEqual([]);
  });
});

describe('health without a store', () => {
  const test = TestApi.forTests();

  it('says so, and to administrators where and why', async () => {
    test.collector.isCollecting = () => false;
    const basics = { version: '1.2.3', store: 'unavailable', isCollecting: false, started: NOON };
    expect((await test.send('GET', '/v1/health')).json()).toEqual(basics);
    expect((await test.send('GET', '/v1/admin/health')).json()).toEqual({
      ...basics,
      storeUrl: 'http://127.0.0.1:9',
      storeError: expect.stringMatching(/^InfluxDB does not answer at http:\/\/127\.0\.0\.1:9/) as string,
      storeReason: expect.stringMatching(
        /^(?!InfluxDB).*ECONNREFUSED.*\. Start it, or set FLOWSCOPE_INFLUX_URL/
      ) as string,
      warnings: [],
    });
  });
});
