import { gzipSync } from 'node:zlib';
import { openRegistry } from '../../registry/registry';
import { REGION, World, type Deployment } from '../../testing/world';

const world = World.forTests();

const CONSENT = '--delete-after-collecting';

/** A deployment with a source `a`. */
async function deployment(...options: string[]): Promise<Deployment> {
  const flowscope = world.deployment({ FLOWSCOPE_SECRET_ACCESS_KEY: 'first' });
  await flowscope.ok('source', 'add', 'a', '--bucket', 'flow-logs', '--region', REGION, ...options);
  return flowscope;
}

const listed = async (flowscope: Deployment) =>
  (JSON.parse(await flowscope.ok('source', 'list', '--json')) as Array<Record<string, unknown>>)[0];

const edit = (flowscope: Deployment, ...options: string[]) => flowscope.ok('source', 'edit', 'a', ...options);

/** The sealed secret of the source. */
async function sealed(flowscope: Deployment): Promise<string | undefined> {
  const registry = openRegistry(flowscope.env.FLOWSCOPE_DATA_DIR!);
  const [source] = await registry.listSources();
  await registry.close();
  return source.access.sealedSecret;
}

describe('flowscope source edit', () => {
  it('changes what is named, and leaves the rest', async () => {
    const role = ['--role-arn', 'arn:aws:iam::111122223333:role/reader', '--external-id', 'xyz'];
    const queue = ['--queue-url', 'https://sqs.eu-west-1.amazonaws.com/111122223333/flow-logs'];
    const where = ['--prefix', 'prod', '--endpoint', 'https://s3.example.com', '--path-style'];
    const flowscope = await deployment(...role, ...queue, ...where, '--objects-in-flight', '9', CONSENT);
    const before = await listed(flowscope);

    expect(await edit(flowscope, '--region', 'eu-central-1', '--objects-in-flight', '16')).toBe(
      'Changed source a: s3://flow-logs/prod/ in eu-central-1.\n' +
        '  --region: eu-west-1 → eu-central-1\n  --objects-in-flight: 9 → 16\n'
    );
    const changes = { region: 'eu-central-1', objectsInFlight: 16, version: 2 };
    expect(await listed(flowscope)).toEqual({ ...before, ...changes });

    expect(await edit(flowscope, '--name', 'b', '--no-path-style')).toMatch(
      /\n {2}the name: a → b\n {2}--path-style: yes → no\n$/
    );
    expect(await listed(flowscope)).toEqual({ ...before, ...changes, name: 'b', pathStyle: false, version: 3 });
  });

  it('takes away what is given as empty; an external id goes with its role', async () => {
    const role = ['--role-arn', 'arn:aws:iam::111122223333:role/reader', '--external-id', 'xyz'];
    const queue = ['--queue-url', 'https://sqs.eu-west-1.amazonaws.com/111122223333/flow-logs-2'];
    const flowscope = await deployment(...role, ...queue, '--prefix', 'prod');
    const changed = await edit(flowscope, '--role-arn', '', '--queue-url', '', '--prefix', '');
    expect(changed.split('\n').slice(1)).toEqual([
      '  --prefix: prod/ → none',
      `  --queue-url: ${queue[1]} → none`,
      `  --role-arn: ${role[1]} → none`,
      '  --external-id: xyz → none',
      '',
    ]);
    const source = await listed(flowscope);
    expect(source).toMatchObject({ prefix: '' });
    expect(Object.keys(source)).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/roleArn|externalId|queueUrl/)])
    );
  });

  it('keeps the secret of an access key until the key is named', async () => {
    const flowscope = await deployment('--access-key-id', 'AKIAONE');
    const first = await sealed(flowscope);
    await edit(flowscope, '--prefix', 'prod');
    expect([first, await sealed(flowscope)]).toEqual([expect.any(String), first]);
    expect(await edit(flowscope, '--access-key-id', 'AKIATWO')).toMatch(
      /\n {2}--access-key-id: AKIAONE → AKIATWO\n {2}the secret access key: replaced\n$/
    );
    expect(await listed(flowscope)).toMatchObject({ accessKeyId: 'AKIATWO', hasSecret: true });
    expect(await sealed(flowscope)).not.toBe(first);
    await edit(flowscope, '--access-key-id', '');
    expect(await listed(flowscope)).toMatchObject({ hasSecret: false });
    expect(await sealed(flowscope)).toBeUndefined();
  });

  it('asks for consent again when it is to read elsewhere', async () => {
    const flowscope = await deployment(CONSENT);
    const { stdout, stderr } = await flowscope.run('source', 'edit', 'a', '--bucket', 's3://other-logs/lab');
    expect(stdout).toBe(
      `Changed source a: s3://other-logs/lab/ in ${REGION}.\n  --bucket: flow-logs → other-logs\n  --prefix: none → lab/\n`
    );
    const advice = 'flowscope source enable "a" --delete-after-collecting';
    const deleted = 'Collected objects are deleted from the bucket. Enable it with:';
    expect(stderr).toBe(`It was switched off, since it is to read elsewhere. ${deleted} ${advice}\n`);
    expect(await listed(flowscope)).toMatchObject({ bucket: 'other-logs', prefix: 'lab/', enabled: false });

    // A bucket's name says nothing of the prefix.
    const again = await flowscope.run('source', 'edit', 'a', '--bucket', 'third-logs');
    expect(again.stderr).toBe(`It is disabled. ${deleted} ${advice}\n`);
    expect(await listed(flowscope)).toMatchObject({ bucket: 'third-logs', prefix: 'lab/', enabled: false });
    await edit(flowscope, '--bucket', 's3://third-logs');
    expect(await listed(flowscope)).toMatchObject({ prefix: '', enabled: false });
  });

  it('says so when nothing is different', async () => {
    const flowscope = await deployment();
    expect(await edit(flowscope, '--region', REGION)).toBe(
      `Nothing is different in source a: s3://flow-logs/ in ${REGION}.\n`
    );
  });

  it('keeps what has a name from before control characters were refused, and changes it with its name', async () => {
    const flowscope = world.deployment();
    const registry = openRegistry(flowscope.env.FLOWSCOPE_DATA_DIR!);
    const name = 'a\x07b';
    await registry.addSource({ name, bucket: 'flow-logs', prefix: '', region: REGION, enabled: true }, 0);
    await registry.close();
    await flowscope.ok('source', 'disable', name);
    await flowscope.ok('source', 'enable', name, CONSENT);
    expect(await listed(flowscope)).toMatchObject({ name, enabled: true });
    const refused = await flowscope.run('source', 'edit', name, '--poll-seconds', '10');
    expect(refused.stderr).toBe('flowscope: the name: must have no control characters\n');
    await flowscope.ok('source', 'edit', name, '--poll-seconds', '10', '--name', 'ab');
    expect(await listed(flowscope)).toMatchObject({ name: 'ab', enabled: true, pollSeconds: 10 });
  });

  it('does not move a source that collected', async () => {
    const bucket = await world.bucket();
    const flowscope = world.deployment();
    await world.put(bucket, '1.log.gz', gzipSync('no header\n'));
    await flowscope.ok('source', 'add', 'a', '--bucket', bucket, '--region', REGION, CONSENT);
    await flowscope.ok('collect', '--once');
    const { code, stderr } = await flowscope.run('source', 'edit', 'a', '--prefix', 'prod');
    expect([code, stderr]).toEqual([1, expect.stringMatching(/bucket, prefix and endpoint stay: add another source/)]);
    expect(await listed(flowscope)).toMatchObject({ prefix: '', enabled: true, version: 1 });
  });

  it.each([
    [['a'], /Say what to change/],
    [['b', '--prefix', 'prod'], /There is no source "b"\. There are: a\./],
    [['a', '--bucket', 'Flow_Logs'], /bucket: that is no valid bucket name/],
    [['a', '--bucket', ''], /bucket: that is no valid bucket name/],
    [
      ['a', '--bucket', 'arn:aws-us-gov:s3:us-gov-west-1:111122223333:accesspoint/logs'],
      /bucket: that is the ARN of an access point: enter its alias, which ends with -s3alias/,
    ],
    [['a', '--objects-in-flight', '65'], /objects in flight are a whole number from 1 to 64/],
    [['a', '--external-id', 'xyz'], /an external id belongs to a role/],
    [['a', '--bucket', 's3://flow-logs/x', '--prefix', 'y'], /s3:\/\/flow-logs\/x has a prefix in it/],
  ])('refuses %j, and changes nothing', async (args, message) => {
    const flowscope = await deployment();
    const before = await listed(flowscope);
    const { code, stdout, stderr } = await flowscope.run('source', 'edit', ...args);
    expect([code, stdout, stderr]).toEqual([1, '', expect.stringMatching(message)]);
    expect(await listed(flowscope)).toEqual(before);
  });
});
