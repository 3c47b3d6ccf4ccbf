import type { RequestListener } from 'node:http';
import { withServer } from '../testing/influx';
import { InfluxClient, InfluxError } from './influx';

/** An answer to /ping as each store gives it, and to /health where that is asked for. Sources: see `STORE_KINDS`. */
interface Double {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  readonly health?: string;
}

const V3 = '{"version":"3.4.1","revision":"abc","process_id":"0199"}';

const REFUSED: ReadonlyArray<readonly [name: string, kind: RegExp, double: Double]> = [
  ['InfluxDB 2.7', /InfluxDB 2, .*SELECT … INTO/, headers('v2.7.11', 'OSS')],
  ['InfluxDB 2.0', /InfluxDB 2, /, headers('2.0.4', 'OSS')],
  ['InfluxDB 2 built from source', /InfluxDB 2, /, headers('dev', 'OSS')],
  ['InfluxDB 3 Core', /InfluxDB 3, .*no retention policies/, { ...headers('3.4.1', 'Core'), status: 200, body: V3 }],
  ['InfluxDB 3 Enterprise', /InfluxDB 3, /, { ...headers('3.4.1', 'Enterprise'), status: 200, body: V3 }],
  ['InfluxDB 3 without a token', /InfluxDB 3, /, { status: 401, body: '{"error": "no token"}' }],
  ['VictoriaMetrics', /VictoriaMetrics, .*none of its queries/, { headers: {}, health: 'OK' }],
];

const TAKEN: ReadonlyArray<readonly [name: string, identity: { name: string; version: string }, double: Double]> = [
  ['InfluxDB 1.6 of Debian', { name: 'InfluxDB', version: '1.6.7~rc0' }, headers('1.6.7~rc0', 'OSS')],
  ['InfluxDB 1.12', { name: 'InfluxDB', version: 'v1.12.4' }, headers('v1.12.4', 'OSS')],
  ['InfluxDB Enterprise', { name: 'InfluxDB', version: '1.8.10-c1.8.10' }, headers('1.8.10-c1.8.10', 'ENT')],
  ['openGemini', { name: 'openGemini', version: 'v1.5.3' }, { headers: { 'X-Geminidb-Version': 'v1.5.3' } }],
  [
    'InfluxDB 1 behind a proxy that takes its headers away',
    { name: 'InfluxDB', version: 'unknown' },
    { health: '{"name":"influxdb","message":"ready for queries and writes","status":"pass","version":"1.8.10"}' },
  ],
  [
    'a proxy that asks for a password',
    { name: 'InfluxDB', version: 'unknown' },
    { status: 401, headers: { 'WWW-Authenticate': 'Basic realm="metrics"' } },
  ],
];

function headers(version: string, build: string): Double {
  return { headers: { 'X-Influxdb-Version': version, 'X-Influxdb-Build': build } };
}

const answering =
  ({ status = 204, headers, body, health }: Double): RequestListener =>
  ({ url }, response) =>
    url === '/health'
      ? response.writeHead(health === undefined ? 404 : 200).end(health)
      : response.writeHead(status, headers).end(body);

it.each(REFUSED)('%s is refused, with the reason and what to use instead', async (_name, kind, double) => {
  await withServer(answering(double), async (url) => {
    const error = await new InfluxClient({ url, database: 'd' }).ping().then(
      () => undefined,
      (thrown: unknown) => thrown as InfluxError
    );
    expect(error).toMatchObject({ name: 'InfluxError', failure: 'refused' });
    expect(error!.message).toMatch(kind);
    expect(error!.message).toMatch(new RegExp(`^At ${url}: This is .*Use InfluxDB 1\\.x .* or openGemini`));
    expect(error!.reason).toMatch(/^This is /);
  });
});

it.each(TAKEN)('%s is taken', async (_name, identity, double) => {
  await withServer(answering(double), async (url) => {
    expect(await new InfluxClient({ url, database: 'd' }).ping()).toEqual(identity);
  });
});
