/**
 * `npm run fuzz:api`: sends thousands of requests that schemathesis makes up from the API's description, as an administrator, as a
 * viewer and as nobody. None may be answered with a 5xx or with what the description does not say; viewers and nobody may not
 * get anything that is not theirs; and the log may not hold the token.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { capture, ensureSchemathesis, Flowscope, ServiceError, startInflux, startMoto } from '../scripts/services';
import { runCommand, temporaryFolder } from './command';

const HELP = `npm run fuzz:api [-- --requests N --seed N]

Sends made-up requests to the API, as an administrator, a viewer and nobody; installs schemathesis if it is missing.

  --requests N  at least so many as each of them (default: 3000)
  --seed N      the same seed gives the same requests (default: another one each time)
  --help        print this`;

const TOKEN = 'a-token-of-the-fuzzer-0123456789abcdef';
const OUTPUT_LINES = 60;

/** Who asks, and which answers of 2xx are a fault. */
interface Role {
  readonly name: string;
  readonly authorization?: string;
  readonly isRefused: (method: string, path: string) => boolean;
}

const ROLES: readonly Role[] = [
  { name: 'an administrator', authorization: `Bearer ${TOKEN}`, isRefused: () => false },
  {
    name: 'a viewer',
    authorization: `Viewer ${TOKEN}`,
    isRefused: (method, path) => path !== '/healthz' && (method !== 'GET' || path.startsWith('/v1/admin')),
  },
  { name: 'nobody', isRefused: (_method, path) => path !== '/healthz' },
];

/** A request and how it was answered, as a HAR file has it. */
interface Entry {
  readonly request: { readonly method: string; readonly url: string };
  readonly response: { readonly status: number };
}

/**
 * The description as the fuzzer reads it: without addresses outside this machine that a source could be given, and without
 * patterns that Python does not know, for which it would make up nothing.
 */
function forFuzzing(schema: unknown): unknown {
  if (Array.isArray(schema)) {
    return schema.map(forFuzzing);
  }
  if (typeof schema !== 'object' || schema === null) {
    return schema;
  }
  const isLeftOut = ([key, value]: [string, unknown]) =>
    ['endpoint', 'queueUrl'].includes(key) || (key === 'pattern' && /\\[pP]\{/.test(String(value)));
  return Object.fromEntries(
    Object.entries(schema)
      .filter((entry) => !isLeftOut(entry))
      .map(([key, value]) => [
        key,
        key === 'required' && Array.isArray(value)
          ? value.filter((name) => !['endpoint', 'queueUrl'].includes(name as string))
          : forFuzzing(value),
      ])
  );
}

/** Sends requests as one of the roles. Throws a ServiceError that says which were answered wrongly. */
async function attack(
  { name, authorization, isRefused }: Role,
  { url, folder, command, seed, examples }: Readonly<Record<'url' | 'folder' | 'command' | 'seed' | 'examples', string>>
): Promise<void> {
  const har = join(folder, `${name.replaceAll(' ', '-')}.har`);
  const started = performance.now();
  const { code, output } = await capture(
    command,
    [
      ...['run', join(folder, 'openapi.json'), '--url', url, '--no-color', '--continue-on-failure'],
      ...['--phases', 'examples,coverage,fuzzing', '--max-examples', examples, '--seed', seed],
      ...['--checks', 'not_a_server_error,response_schema_conformance,content_type_conformance'],
      ...['--suppress-health-check', 'all', '--warnings', 'off', '--report', 'har', '--report-har-path', har],
      ...(authorization === undefined ? [] : ['--header', `Authorization: ${authorization}`]),
    ],
    { cwd: folder }
  );
  if (code !== 0) {
    throw new ServiceError(
      `as ${name}, seed ${seed}:\n${output.trimEnd().split('\n').slice(-OUTPUT_LINES).join('\n')}`
    );
  }
  const { entries } = (JSON.parse(readFileSync(har, 'utf8')) as { log: { entries: Entry[] } }).log;
  const statuses = new Map<number, number>();
  for (const { request, response } of entries) {
    const { pathname } = new URL(request.url);
    if (response.status >= 500 || (response.status < 400 && isRefused(request.method, pathname))) {
      throw new ServiceError(`as ${name}, seed ${seed}: ${request.method} ${request.url} answered ${response.status}`);
    }
    statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
  }
  const counts = [...statuses].sort(([a], [b]) => a - b).map(([status, count]) => `${count} × ${status}`);
  const seconds = Math.round((performance.now() - started) / 1000);
  console.log(`${entries.length} requests as ${name} in ${seconds} s: ${counts.join(', ')}`);
}

async function fuzzApi(): Promise<void> {
  const { values } = parseArgs({
    options: {
      help: { type: 'boolean' },
      requests: { type: 'string', default: '3000' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    },
  });
  if (values.help) {
    console.log(HELP);
    return;
  }
  const wrong = Object.entries(values).find(([, value]) => typeof value === 'string' && !/^\d{1,9}$/.test(value));
  if (wrong) {
    throw new ServiceError(`--${wrong[0]} ${String(wrong[1])}: give a whole number`);
  }
  const command = await ensureSchemathesis();
  const folder = temporaryFolder();
  const [influx, moto] = await Promise.all([
    startInflux({ dir: join(folder, 'influx') }),
    startMoto({ dir: join(folder, 'moto') }),
  ]);
  const flowscope = new Flowscope({
    FLOWSCOPE_INFLUX_URL: influx.url,
    FLOWSCOPE_DATA_DIR: join(folder, 'data'),
    FLOWSCOPE_TOKEN: TOKEN,
    FLOWSCOPE_AWS_REGIONS: 'eu-west-1',
    AWS_ENDPOINT_URL: moto.url,
    AWS_ACCESS_KEY_ID: 'fuzz',
    AWS_SECRET_ACCESS_KEY: 'fuzz',
    AWS_REGION: 'eu-west-1',
    AWS_EC2_METADATA_DISABLED: 'true',
  });
  const served = await flowscope.serve({ logFile: join(folder, 'serve.log') });
  const answer = await fetch(`${served.url}/v1/openapi.json`, { headers: { authorization: `Bearer ${TOKEN}` } });
  const description = (await answer.json()) as { paths: Record<string, object> };
  writeFileSync(join(folder, 'openapi.json'), JSON.stringify(forFuzzing(description)));
  const operations = Object.values(description.paths).reduce((sum, path) => sum + Object.keys(path).length, 0);
  const examples = String(Math.ceil(Number(values.requests) / operations));
  console.log(`Seed ${values.seed}: ${operations} operations of the API`);
  for (const role of ROLES) {
    await attack(role, { url: served.url, folder, command, seed: values.seed, examples });
  }
  if (served.hasExited()) {
    throw new ServiceError('flowscope serve has ended');
  }
  if (readFileSync(served.logFile, 'utf8').includes(TOKEN)) {
    throw new ServiceError('the log of flowscope serve holds the token');
  }
  console.log('None was answered with a 5xx, or with what its description or its role does not allow');
}

runCommand(fuzzApi);
