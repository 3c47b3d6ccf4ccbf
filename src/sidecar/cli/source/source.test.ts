import { gzipSync } from 'node:zlib';
import { REGION, World } from '../../testing/world';

const world = World.forTests();

const RECORD = `111122223333 eni-1 10 1 ${Math.floor(Date.now() / 1000)} ACCEPT OK`;
const OBJECT = gzipSync(`account-id interface-id bytes packets start action log-status\n${RECORD}\n`);

describe('flowscope source add', () => {
  it('takes an endpoint and path style, and collects from there: nothing else says where S3 is', async () => {
    const bucket = await world.bucket();
    await world.put(bucket, '1.log.gz', OBJECT);
    const flowscope = world.deployment({ AWS_ENDPOINT_URL: undefined });
    const where = ['--bucket', bucket, '--region', REGION, '--endpoint', world.awsUrl, '--path-style'];
    await flowscope.ok('source', 'add', 'own', ...where, '--delete-after-collecting');
    const listed = JSON.parse(await flowscope.ok('source', 'list', '--json')) as unknown;
    expect(listed).toMatchObject([{ endpoint: world.awsUrl, pathStyle: true, objectsInFlight: 8 }]);
    const counts = JSON.parse(await flowscope.ok('collect', '--once', '--json')) as unknown;
    expect(counts).toMatchObject({ collected: 1, ok: 1, bytes: '10' });
    expect(await world.keys(bucket)).toEqual([]);
  });

  it('takes how many objects are in flight, and how often to look', async () => {
    const flowscope = world.deployment();
    const add = ['source', 'add', 'far', '--bucket', 'flow-logs', '--region', REGION];
    await flowscope.ok(...add, '--objects-in-flight', '64', '--poll-seconds', '10');
    const listed = JSON.parse(await flowscope.ok('source', 'list', '--json')) as unknown;
    expect(listed).toMatchObject([{ name: 'far', pathStyle: false, objectsInFlight: 64, pollSeconds: 10 }]);
  });

  it.each([
    [['--bucket', 's3://flow-logs/prod/eu'], 'prod/eu/'],
    [['--bucket', 'arn:aws:s3:::flow-logs/*'], ''],
    [['--bucket', 's3://flow-logs', '--prefix', 'lab'], 'lab/'],
  ])('splits %j as the page does', async (where, prefix) => {
    const flowscope = world.deployment();
    const added = await flowscope.ok('source', 'add', 'far', ...where, '--region', REGION);
    expect(added).toBe(`Added source far: s3://flow-logs/${prefix} in ${REGION}.\n`);
    expect(JSON.parse(await flowscope.ok('source', 'list', '--json'))).toMatchObject([{ bucket: 'flow-logs', prefix }]);
  });

  it('wants a bucket and its region, and one prefix at most', async () => {
    const flowscope = world.deployment();
    expect((await flowscope.run('source', 'add', 'a', '--region', REGION)).stderr).toMatch(/'--bucket <bucket>'/);
    expect((await flowscope.run('source', 'add', 'a', '--bucket', 'flow-logs')).stderr).toMatch(/'--region <region>'/);
    const both = ['--bucket', 's3://flow-logs/prod', '--prefix', 'lab', '--region', REGION];
    const { code, stderr } = await flowscope.run('source', 'add', 'a', ...both);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/s3:\/\/flow-logs\/prod has a prefix in it/)]);
  });

  it.each([
    ['--objects-in-flight', '0', '--objects-in-flight: objects in flight are a whole number from 1 to 64'],
    ['--objects-in-flight', '65', '--objects-in-flight: objects in flight are a whole number from 1 to 64'],
    ['--objects-in-flight', 'many', '--objects-in-flight: objects in flight are a whole number from 1 to 64'],
    ['--poll-seconds', '9', '--poll-seconds: seconds between two scans are a whole number from 10 to 3600'],
    ['--poll-seconds', 'often', '--poll-seconds: seconds between two scans are a whole number from 10 to 3600'],
    ['--endpoint', 's3.example.com', '--endpoint: an endpoint looks like https://host:9000'],
    ['--external-id', 'xyz', '--external-id: an external id belongs to a role'],
    [
      '--access-key-id',
      'AKIA1234',
      'FLOWSCOPE_SECRET_ACCESS_KEY or standard input: the secret access key has 1 to 256',
    ],
    ['--endpoint', 'https://me:secret@s3.example.com', '--endpoint: an endpoint has no credentials in it'],
  ])('refuses %s %s in words, and adds nothing', async (option, value, message) => {
    const flowscope = world.deployment();
    const add = ['source', 'add', 'bad', '--bucket', 'flow-logs', '--region', REGION];
    const { code, stderr } = await flowscope.run(...add, option, value);
    expect([code, stderr]).toEqual([1, expect.stringContaining(`flowscope: ${message}`)]);
    expect((await flowscope.run('source', 'list')).stderr).toMatch(/There is no registry/);
  });

  it.each([
    ['a\nb', 'must be one line of text'],
    ['a\x1b[31mb', 'must have no control characters'],
    [' a', 'must have no space at its ends'],
    ['', 'must not be empty'],
  ])('refuses %j as a name, as accounts do', async (name, message) => {
    const flowscope = world.deployment();
    const refused = { code: 1, stderr: `flowscope: the name: ${message}\n` };
    expect(await flowscope.run('source', 'add', name, '--bucket', 'flow-logs', '--region', REGION)).toMatchObject(
      refused
    );
    expect(await flowscope.run('account', 'add', name)).toMatchObject(refused);
  });

  it('warns of a source that reads the same objects, in the words of the test', async () => {
    const bucket = await world.bucket();
    const flowscope = world.deployment();
    const add = (name: string, ...where: string[]) =>
      flowscope.run('source', 'add', name, '--region', REGION, '--delete-after-collecting', ...where);
    expect(await add('whole', '--bucket', bucket)).toMatchObject({ stderr: expect.not.stringContaining('Warning') });
    const overlapping = await add('part', '--bucket', bucket, '--prefix', 'prod');
    expect(overlapping).toMatchObject({
      code: 0,
      stderr: 'Warning: Source whole (the whole bucket) is set to read this, too: each object is counted once.\n',
    });
    expect((await flowscope.run('test', 'part')).stdout).toContain(
      'warning  Overlap: Source whole (the whole bucket) is set to read this, too: each object is counted once\n'
    );
    expect(await add('other', '--bucket', 'flow-logs', '--prefix', 'prod')).toMatchObject({
      code: 0,
      stderr:
        'Its objects could not be listed: Bucket flow-logs does not exist: check its name. See flowscope test "other".\n',
    });
    const moved = await flowscope.run('source', 'edit', 'other', '--bucket', bucket);
    expect(moved.stderr).toMatch(
      /^Warning: Sources part \(prefix prod\/\), whole \(the whole bucket\) are set to read this, too: each object is counted once\.\n/
    );
  });
});

describe('enabling a source', () => {
  it.each([
    ['by source add', ['source', 'add', 'old', '--delete-after-collecting']],
    ['by source enable', ['source', 'enable', 'old', '--delete-after-collecting']],
  ])('%s says how many objects are older than what is kept', async (_case, [, verb, ...args]) => {
    const flowscope = world.deployment();
    const bucket = await world.bucket();
    for (const day of ['20200101', '20200102', new Date().toISOString().slice(0, 10).replaceAll('-', '')]) {
      await world.put(bucket, `111122223333_vpcflowlogs_eu-west-1_fl-0a_${day}T0000Z_1.log.gz`, OBJECT);
    }
    const where = ['--bucket', bucket, '--region', REGION];
    if (verb === 'enable') {
      expect(await flowscope.run('source', 'add', 'old', ...where)).toMatchObject({
        stderr: expect.not.stringContaining('older') as string,
      });
    }
    expect(await flowscope.run('source', verb, ...args, ...(verb === 'add' ? where : []))).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(
        /^Warning: 2 of the 3 objects listed are older than the 395 days that Flowscope keeps: they are not collected and stay in the bucket\.$/m
      ) as string,
    });
    expect((await flowscope.run('test', 'old')).stdout).toContain(
      'warning  Objects: 3 flow-log objects from 111122223333\n         2 of the 3 objects listed are older than the 395 days'
    );
  });
});
