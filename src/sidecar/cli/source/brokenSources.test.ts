import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { REGISTRY_FILE } from '../../registry/database';
import { REGION, World, type Deployment } from '../../testing/world';
import { outputOf } from '../../testing/output';
import { until } from '../../testing/until';

const world = World.forTests();

interface ListedSource {
  readonly name: string;
  readonly lastError?: string;
}

/** What is wrong with a source, by its name; how it is made so, and what must be said of it. */
const BROKEN: Readonly<Record<string, { readonly set?: string; readonly says: RegExp; readonly check: string }>> = {
  'queue port': {
    set: `queue_url = 'https://sqs.eu-west-1.amazonaws.com:99999/123456789012/flow-logs'`,
    says: /99999\/123456789012\/flow-logs cannot be used: the port of a queue URL is at most 65535.*--queue-url/,
    check: 'SQS',
  },
  'queue host': {
    set: `queue_url = 'http://300.1.1.1/123456789012/flow-logs'`,
    says: /http:\/\/300\.1\.1\.1\/.* cannot be used: .*host/,
    check: 'SQS',
  },
  'no queue': {
    set: `queue_url = 'flow-logs'`,
    says: /flow-logs cannot be used: a queue URL looks like https:/,
    check: 'SQS',
  },
  'endpoint port': {
    set: `endpoint = 'http://127.0.0.1:70000'`,
    says: /http:\/\/127\.0\.0\.1:70000 is no URL, or its port is above 65535: check the endpoint/,
    check: 'List',
  },
  'bad region': { set: `region = 'eu west'`, says: /Region not accepted: region="eu west"/, check: 'Credentials' },
  'no region': { set: `region = ''`, says: /Region is missing.*check the source's settings/, check: 'Region' },
  'lost key': {
    says: /The secret of access key AKIALOST was sealed under another key: bring back/,
    check: 'Credentials',
  },
};

/** A deployment with one source that is well, its traffic, and one source for each kind of trouble, over buckets that are there. */
async function deploymentWithTrouble() {
  const flowscope = world.deployment();
  const { bucket, truth } = await world.bucketWithLogs({ seed: 3, minutes: 10, interfaces: 5 });
  await flowscope.addSource(bucket, { name: 'well' });
  const directory = flowscope.env.FLOWSCOPE_DATA_DIR!;
  flowscope.env.FLOWSCOPE_SECRET_ACCESS_KEY = 'secret';
  for (const [name, { set }] of Object.entries(BROKEN)) {
    const its = await world.bucket();
    if (set === undefined) {
      const where = ['--bucket', its, '--region', REGION, '--access-key-id', 'AKIALOST'];
      await flowscope.ok('source', 'add', name, ...where, '--delete-after-collecting');
    } else {
      await flowscope.addSource(its, { name });
    }
  }
  const db = new DatabaseSync(join(directory, REGISTRY_FILE));
  Object.entries(BROKEN).forEach(
    ([name, { set }]) => set && db.exec(`UPDATE source SET ${set} WHERE name = '${name}'`)
  );
  db.close();
  rmSync(join(directory, 'secret.key'));
  return { flowscope, bucket, truth };
}

const listed = async (flowscope: Deployment) =>
  new Map(
    (JSON.parse(await flowscope.ok('source', 'list', '--json')) as ListedSource[]).map(({ name, lastError }) => [
      name,
      lastError,
    ])
  );

describe('sources that cannot be collected as they are set', () => {
  let flowscope: Deployment;
  let bucket: string;
  let truth: { readonly measurements: unknown; readonly notCollected: number };
  beforeAll(async () => {
    ({ flowscope, bucket, truth } = await deploymentWithTrouble());
  }, 120_000);

  it('keep collect --once from nothing but their own objects, and it fails with what is wrong with each', async () => {
    const { code, stdout, stderr } = await flowscope.run('collect', '--once');
    expect(code).toBe(1);
    expect(await world.keys(bucket)).toHaveLength(truth.notCollected);
    expect(await flowscope.sums('minute')).toEqual(truth.measurements);
    expect(await flowscope.sums('hour')).toEqual(truth.measurements);
    expect(stdout).toMatch(/^Collected \d/);
    for (const [name, { says }] of Object.entries(BROKEN)) {
      expect(stderr.split('\n').find((line) => line.includes(`source ${name}: `))).toMatch(says);
    }
    const points = await flowscope.query(
      'SELECT last("errors") AS "errors" FROM "minute"."collection" GROUP BY "source"'
    );
    expect(Object.fromEntries(points.map(({ source, errors }) => [source, errors]))).toEqual({
      ...Object.fromEntries(Object.keys(BROKEN).map((name) => [name, 1])),
      well: 0,
    });
  }, 60_000);

  it('say in the list what is wrong with each', async () => {
    const errors = await listed(flowscope);
    expect(errors.get('well')).toBeUndefined();
    for (const [name, { says }] of Object.entries(BROKEN)) {
      expect(errors.get(name)).toMatch(says);
    }
  });

  it.each(Object.entries(BROKEN))('say the same when tested: %s', async (name, { says, check }) => {
    const { code, stdout, stderr } = await flowscope.run('test', name, '--json');
    expect(code).toBe(1);
    if (name === 'no region') {
      // Without one, nobody can be asked.
      expect(stderr).toContain('Region is missing');
      return;
    }
    const { checks } = JSON.parse(stdout) as { checks: Array<{ title: string; state: string; message: string }> };
    const { state, message } = checks.find(({ title }) => title === check)!;
    expect(state).toBe('fail');
    expect(`${message} --queue-url`).toMatch(says);
  });

  it('let serve collect what is well, and are told apart by its API', async () => {
    await world.generateInto(bucket, { seed: 4, minutes: 5, interfaces: 5 });
    const token = 'a-token-of-the-tests';
    flowscope.env.FLOWSCOPE_TOKEN = token;
    const served = flowscope.start('serve');
    const output = outputOf(served);
    const url = () => /API at (http:\/\/[\d.:]+)/.exec(output.stdout)?.[1];
    await until(() => url() !== undefined, served);
    const ask = async () => {
      const answer = await fetch(`${url()}/v1/admin/sources?limit=100`, {
        headers: { Authorization: `Bearer ${token}` },
      });
      return (await answer.json()) as { items: Array<ListedSource & { state: string; problem?: string }> };
    };
    let items: Awaited<ReturnType<typeof ask>>['items'] = [];
    await until(async () => {
      ({ items } = await ask());
      return items.every(({ name, state }) => state === (name === 'well' ? 'collecting' : 'failing'));
    }, served);
    await until(async () => (await world.keys(bucket)).length <= truth.notCollected * 2, served);
    for (const { name, lastError, problem } of items.filter(({ name }) => name !== 'well')) {
      expect(lastError).toMatch(BROKEN[name].says);
      expect(problem).toMatch(/^(Its|The secret|It could not)/);
    }
    const exit = once(served, 'exit');
    served.kill('SIGTERM');
    expect(await exit).toEqual([0, null]);
    for (const name of Object.keys(BROKEN)) {
      expect(output.stdout).toContain(`"source":"${name}"`);
    }
  }, 60_000);
});

describe('a key of secrets that is damaged', () => {
  it('is the matter of the source that has one, also with serve, and names the file', async () => {
    const flowscope = world.deployment();
    const bucket = await world.bucket();
    const where = ['--bucket', bucket, '--region', REGION, '--delete-after-collecting'];
    await flowscope.ok('source', 'add', 'well', ...where);
    flowscope.env.FLOWSCOPE_SECRET_ACCESS_KEY = 'secret';
    await flowscope.ok('source', 'add', 'sealed', ...where, '--access-key-id', 'AKIALOST');
    writeFileSync(join(flowscope.env.FLOWSCOPE_DATA_DIR!, 'secret.key'), 'damaged\n');
    const { code, stderr } = await flowscope.run('collect', '--once');
    expect([code, stderr]).toEqual([1, expect.stringMatching(/source sealed: .*secret\.key must hold 32 bytes/)]);
    expect(stderr).not.toContain('source well');
    const served = flowscope.start('serve');
    const output = outputOf(served);
    await until(() => /"source":"sealed".*secret\.key must hold/.test(output.stdout), served);
    const exit = once(served, 'exit');
    served.kill('SIGTERM');
    expect(await exit).toEqual([0, null]);
  }, 60_000);
});

describe('an account whose secret does not open', () => {
  it('keeps no other account from being synced', async () => {
    const flowscope = world.deployment();
    const directory = flowscope.env.FLOWSCOPE_DATA_DIR!;
    for (const name of ['a broken one', 'own']) {
      await flowscope.ok('account', 'add', name, '--regions', REGION);
    }
    const db = new DatabaseSync(join(directory, REGISTRY_FILE));
    db.exec("UPDATE account SET access_key_id = 'AKIALOST', sealed_secret = 'v1.abc.def' WHERE name = 'a broken one'");
    db.close();
    writeFileSync(join(directory, 'secret.key'), 'damaged\n');
    const { code, stderr } = await flowscope.run('awssync');
    expect(code).toBe(1);
    expect(stderr).toMatch(/a broken one.*secret\.key must hold 32 bytes/);
    const [row] = await flowscope.query(
      'SELECT count("name") AS "n" FROM "entity"."aws_entity" WHERE "kind" = \'vpc\''
    );
    expect(Number(row.n)).toBeGreaterThan(1);
  }, 60_000);
});

describe('a queue URL that cannot be one', () => {
  it.each([
    [
      'https://sqs.eu-west-1.amazonaws.com:65536/123456789012/q',
      '--queue-url: the port of a queue URL is at most 65535',
    ],
    ['http://300.1.1.1/123456789012/q', '--queue-url: the host of this queue URL is none'],
    ['https://sqs.eu-west-1.amazonaws.com/q', '--queue-url: a queue URL looks like https://sqs.'],
  ])('is refused when it is entered: %s', async (url, message) => {
    const flowscope = world.deployment();
    const { code, stderr } = await flowscope.run(
      ...['source', 'add', 'a', '--bucket', 'flow-logs', '--region', REGION, '--queue-url', url]
    );
    expect(code).toBe(1);
    expect(stderr).toContain(message);
    expect(stderr.match(/--queue-url/g)).toHaveLength(1);
  });
});
