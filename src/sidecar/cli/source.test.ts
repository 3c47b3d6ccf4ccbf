import { gzipSync } from 'node:zlib';
import { REGION, World } from '../testing/world';

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
    ['--objects-in-flight', '0', 'objectsInFlight: objects in flight are a whole number from 1 to 64'],
    ['--objects-in-flight', '65', 'objectsInFlight: objects in flight are a whole number from 1 to 64'],
    ['--objects-in-flight', 'many', 'objectsInFlight: objects in flight are a whole number from 1 to 64'],
    ['--poll-seconds', '9', 'pollSeconds: seconds between two looks are a whole number from 10 to 3600'],
    ['--poll-seconds', 'often', 'pollSeconds: seconds between two looks are a whole number from 10 to 3600'],
    ['--endpoint', 's3.example.com', 'endpoint: an endpoint looks like https://host:9000'],
    ['--endpoint', 'https://me:secret@s3.example.com', 'endpoint: an endpoint has no credentials in it'],
  ])('refuses %s %s in words, and adds nothing', async (option, value, message) => {
    const flowscope = world.deployment();
    const add = ['source', 'add', 'bad', '--bucket', 'flow-logs', '--region', REGION];
    const { code, stderr } = await flowscope.run(...add, option, value);
    expect([code, stderr]).toEqual([1, expect.stringContaining(message)]);
    expect((await flowscope.run('source', 'list')).stderr).toMatch(/There is no registry/);
  });
});
