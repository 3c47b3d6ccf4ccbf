import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import type { SupportFile } from '../service/support';
import { SECRET_VARIABLES } from '../service/environment';
import { until } from '../testing/until';
import { World, type Deployment } from '../testing/world';
import { outputOf } from '../testing/output';

const world = World.forTests();

/** Every secret there is: each must be in no file that people hand on. */
const PLANTED = {
  FLOWSCOPE_TOKEN: 'planted-token-0001',
  FLOWSCOPE_SECRET_KEY: 'ab'.repeat(32),
  FLOWSCOPE_INFLUX_PASSWORD: 'planted-password-0002',
  FLOWSCOPE_INFLUX_READ_PASSWORD: 'planted-password-0003',
  FLOWSCOPE_JOIN_TOKEN: 'planted-token-0004',
  AWS_SECRET_ACCESS_KEY: 'planted-aws-0005',
  AWS_SESSION_TOKEN: 'planted-session-0006',
} as const;
const OF_SOURCE = 'planted/source+secret=0007';
const OF_PROXY = 'planted%2Fproxy-0008';
const EXTERNAL_ID = 'planted-external-0009';

const supportOf = (file: string) => JSON.parse(readFileSync(file, 'utf8')) as SupportFile & { registry: object };

async function write(flowscope: Deployment, name: string): Promise<{ file: string; said: string }> {
  const file = join(world.folder, name);
  const { code, stdout, stderr } = await flowscope.run('support', file);
  expect([code, stderr]).toEqual([0, expect.stringContaining('look into it before you hand it on')]);
  return { file, said: stdout };
}

it('has no secret in it, wherever one was', async () => {
  expect(Object.keys(PLANTED)).toEqual(expect.arrayContaining([...SECRET_VARIABLES]));
  const flowscope = world.deployment({
    ...PLANTED,
    FLOWSCOPE_INFLUX_USERNAME: 'writer',
    // Nothing is there, and nothing is called through it: what is on this machine never is.
    HTTPS_PROXY: `http://someone:${OF_PROXY}@127.0.0.1:9`,
  });
  const ofSource = ['--access-key-id', 'AKIAPLANTED', '--role-arn', 'arn:aws:iam::111122223333:role/reader'];
  const added = await flowscope.told(
    `${OF_SOURCE}\n`,
    ...['source', 'add', 'prod', '--bucket', 'planted-bucket', '--region', 'eu-west-1', '--external-id', EXTERNAL_ID],
    ...ofSource
  );
  expect([added.code, added.stderr]).toEqual([0, expect.anything()]);
  // The worst case: somebody logged all of it.
  const all = [...Object.values(PLANTED), EXTERNAL_ID, OF_SOURCE, OF_PROXY, decodeURIComponent(OF_PROXY)];
  const line = { id: 1, at: 1, level: 'error', message: `All: ${all.join(' ')}`, details: JSON.stringify({ all }) };
  writeFileSync(join(flowscope.env.FLOWSCOPE_DATA_DIR!, 'log.ndjson'), `\n${JSON.stringify(line)}`);

  const { file, said } = await write(flowscope, 'planted.json');
  const text = readFileSync(file, 'utf8') + said;
  // By their ends: a part of one is one too many.
  expect(text.match(/(planted|token|password|aws|session|secret=|proxy|external)[-=]?000\d|abab/g) ?? []).toEqual([]);
  expect(text).toContain('planted-bucket');
  const { settings, log, registry } = supportOf(file);
  expect(settings).toMatchObject({ FLOWSCOPE_TOKEN: 'set', AWS_SECRET_ACCESS_KEY: 'set', AWS_REGION: 'eu-west-1' });
  expect(log).toHaveLength(1);
  expect(registry).toMatchObject({
    sources: [expect.objectContaining({ name: 'prod', access_key_id: 'AKIAPLANTED' })],
  });
});

it('has versions, states, last errors, the tail of the log and the schema, and says so', async () => {
  const flowscope = world.deployment();
  await flowscope.addSource('no-such-bucket-of-anybody', { name: 'lost', pollSeconds: 10 });
  const served = flowscope.start('serve');
  const output = outputOf(served);
  await until(() => output.stdout.includes('no-such-bucket-of-anybody'), served);
  const { file, said } = await write(flowscope, 'running.json');
  const exit = once(served, 'exit');
  served.kill('SIGTERM');
  await exit;

  const { versions, store, registry, log } = supportOf(file);
  expect(versions).toMatchObject({ flowscope: expect.stringMatching(/^\d/), node: process.version });
  expect(store).toMatchObject({ url: world.influxUrl, version: expect.stringMatching(/^1\./) });
  expect(registry).toMatchObject({
    schemaVersion: expect.any(Number),
    schema: expect.arrayContaining([expect.stringContaining('CREATE TABLE source')]),
    rows: { source: 1 },
    sources: [expect.objectContaining({ last_error: expect.stringContaining('no-such-bucket-of-anybody') })],
  });
  expect(JSON.stringify(log)).toContain('API at http://127.0.0.1:');
  for (const part of ['versions', 'settings', 'store', 'registry', 'log']) {
    expect(said).toContain(`  ${part} `);
  }
  expect(statSync(file).mode & 0o777).toBe(0o600);

  // A file that is there stays, unless that is said.
  expect((await flowscope.run('support', file)).stderr).toContain('is there already, and was left as it is');
  await flowscope.ok('support', file, '--overwrite');
  expect(JSON.stringify(supportOf(file).log)).toContain('SIGTERM');
});

it('is written although the store and the log are away, and says so', async () => {
  const flowscope = world.deployment({ FLOWSCOPE_INFLUX_URL: 'http://127.0.0.1:9' });
  await flowscope.addSource('bucket-of-nobody');
  const { file, said } = await write(flowscope, 'away.json');
  expect(said).toMatch(/^ {2}store +not read: .*127\.0\.0\.1:9/m);
  expect(supportOf(file).log).toEqual([]);
});
