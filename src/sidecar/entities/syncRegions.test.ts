import { DefaultRateLimiter } from '@smithy/core/retry';
import { fakeEc2, OWN_ACCOUNT, type FakeAnswer, type FakeCall } from '../testing/fakeEc2';
import { withServer } from '../testing/influx';
import { registryForTests } from '../testing/registry';
import { InfluxClient } from '../store/influx';
import { EntityPublisher } from './publish';
import { syncEntities, syncOwners, type RegionProgress } from './sync';
import { syncFailures, syncOutcome } from './summary';

const registry = registryForTests();

const before = { ...process.env };
beforeEach(() => {
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_REGION: 'eu-west-1' });
});
afterEach(() => {
  process.env = { ...before };
});

const ROLE = 'arn:aws:iam::444455556666:role/flowscope';
const SCP = 'is not authorized to perform: ec2:DescribeVpcs with an explicit deny in a service control policy';
const denied = (message = 'You are not authorized'): FakeAnswer => ({
  ...{ status: 403, code: 'UnauthorizedOperation', message },
});

/** Syncs with an AWS that has enabled these regions. */
async function synced(regions: readonly string[], answer?: (call: FakeCall) => FakeAnswer | undefined) {
  const aws = fakeEc2(regions, answer);
  const progress: RegionProgress[] = [];
  const result = await withServer(aws.listener, (url) => {
    process.env.AWS_ENDPOINT_URL = url;
    const publisher = new EntityPublisher(registry(), new InfluxClient({ url, database: 'x' }));
    const signInOf = ({ roleArn }: { readonly roleArn?: string }) => (roleArn ? { role: { roleArn } } : {});
    return syncEntities(registry(), publisher, signInOf, (one) => progress.push(one));
  });
  return { result, progress, calls: aws.calls };
}

const eni = (id: string, address: string, name: string) =>
  `<networkInterfaceSet><item><networkInterfaceId>${id}</networkInterfaceId><vpcId>vpc-1</vpcId>
    <privateIpAddress>${address}</privateIpAddress><tagSet><item><key>Name</key><value>${name}</value></item></tagSet></item></networkInterfaceSet>`;

it('says by the clock when it began and ended', async () => {
  const began = Math.floor(Date.now() / 1000);
  await synced(['eu-west-1']);
  const { last } = await registry().lastSync();
  expect(last!.started).toBeGreaterThanOrEqual(began);
  expect(last!.finished).toBeGreaterThanOrEqual(last!.started);
});

describe('an account without regions of its own', () => {
  it('is read in all regions that it has enabled, and signed in to once', async () => {
    await registry().createAccount({ name: 'shop', roleArn: ROLE, regions: [] });
    const { result, calls } = await synced(['eu-west-1', 'us-east-1']);
    expect(result.regions.map(({ account, accountId, region }) => [account, accountId, region])).toEqual([
      ['own credentials', OWN_ACCOUNT, 'eu-west-1'],
      ['own credentials', OWN_ACCOUNT, 'us-east-1'],
      ['shop', '444455556666', 'eu-west-1'],
      ['shop', '444455556666', 'us-east-1'],
    ]);
    expect(result.ok).toBe(true);
    expect(calls.filter(({ action }) => action === 'AssumeRole')).toHaveLength(1);
  });

  it('is read in those that FLOWSCOPE_AWS_REGIONS names instead', async () => {
    process.env.FLOWSCOPE_AWS_REGIONS = 'eu-central-1, eu-north-1';
    const { result, calls } = await synced(['eu-west-1']);
    expect(result.regions.map(({ region }) => region)).toEqual(['eu-central-1', 'eu-north-1']);
    expect(calls.filter(({ action }) => action === 'DescribeRegions')).toEqual([]);
  });

  it('is read in the usual ones while it may not say which it has enabled, and says so', async () => {
    const { result } = await synced([], ({ action }) => (action === 'DescribeRegions' ? denied() : undefined));
    expect(result.ok).toBe(false);
    expect(result.regions).toMatchObject([{ region: 'eu-west-1', kinds: { vpc: { found: 0 } } }]);
    expect(syncFailures(result)).toMatchObject([
      {
        ...{ account: 'own credentials', region: 'eu-west-1', call: 'ec2:DescribeRegions', reason: 'denied' },
        message: expect.stringMatching(
          /^ec2:DescribeRegions is denied in eu-west-1 for account 111122223333: .* Until then only eu-west-1 can be read/
        ) as string,
      },
    ]);
  });
});

describe('a region that cannot be read', () => {
  it('is named as one that is not enabled, whatever EC2 calls that', async () => {
    await registry().createAccount({ name: 'shop', regions: ['eu-west-1', 'me-south-1', 'af-south-1'] });
    const codes: Readonly<Record<string, string>> = { 'me-south-1': 'AuthFailure', 'af-south-1': 'OptInRequired' };
    const { result } = await synced([], ({ action, region }) =>
      action.startsWith('Describe') && codes[region] ? { status: 401, code: codes[region] } : undefined
    );
    expect(result.regions.map(({ region, failures }) => [region, failures?.[0].reason])).toEqual([
      ['eu-west-1', undefined],
      ['me-south-1', 'region-not-enabled'],
      ['af-south-1', 'region-not-enabled'],
    ]);
    expect(syncOutcome(result)).toMatch(
      /^2 of 3 syncs failed: Account 111122223333 has not enabled region me-south-1: enable it there/
    );
  });

  it('because of the organization is left out, unless somebody wants it', async () => {
    const closed = ({ action, region }: FakeCall) =>
      region === 'us-east-1' && action.startsWith('Describe') ? denied(`User: x ${SCP}`) : undefined;
    const found = await synced(['eu-west-1', 'us-east-1'], closed);
    expect(found.result).toMatchObject({ ok: true, regions: [{}, { region: 'us-east-1', kinds: {} }] });
    expect(found.result.regions[1].leftOut).toBe(
      'ec2:DescribeVpcs is denied in us-east-1 for account 111122223333 by a service control policy of the organization: only who manages the organization can allow it.'
    );
    await registry().createAccount({ name: 'shop', regions: ['us-east-1'] });
    const wanted = await synced([], closed);
    expect(wanted.result.ok).toBe(false);
    expect(
      syncFailures(wanted.result).map(({ account, region, call, reason }) => [account, region, call, reason])
    ).toEqual(
      ['Vpcs', 'Subnets', 'Instances', 'NetworkInterfaces'].map((what) => [
        ...['shop', 'us-east-1', `ec2:Describe${what}`, 'service-control-policy'],
      ])
    );
  });

  it('keeps its old names, those of addresses that others have, too', async () => {
    const both = ({ action, region }: FakeCall) =>
      action === 'DescribeNetworkInterfaces' ? eni(`eni-${region}`, '10.0.0.1', `web ${region}`) : undefined;
    const names = async () =>
      Object.fromEntries((await registry().listEntities()).map(({ id, description }) => [id, description]));
    await synced(['eu-west-1', 'us-east-1'], both);
    const all = await names();
    expect(all).toMatchObject({ '10.0.0.1': 'web eu-west-1 or web us-east-1', 'eni-us-east-1': 'web us-east-1' });
    const { result } = await synced(['eu-west-1', 'us-east-1'], (call) =>
      call.region === 'us-east-1' && call.action === 'DescribeNetworkInterfaces' ? denied() : both(call)
    );
    expect(result.ok).toBe(false);
    expect(await names()).toEqual(all);
  });

  it('does so as an account that cannot be signed in to', async () => {
    await registry().createAccount({ name: 'shop', roleArn: ROLE, regions: [] });
    const { result } = await synced(['eu-west-1'], ({ action }) =>
      action === 'AssumeRole'
        ? {
            status: 403,
            code: 'AccessDenied',
            message: `User is not authorized to perform: sts:AssumeRole on resource: ${ROLE}`,
          }
        : undefined
    );
    expect(result.regions).toMatchObject([
      { account: 'own credentials' },
      { account: 'shop', region: 'eu-west-1', failures: [{ call: 'sts:GetCallerIdentity', reason: 'denied' }] },
    ]);
    expect(result.regions[1].error).toMatch(`These credentials may not take on ${ROLE}`);
  });
});

it('tells how far it is: each region when it is begun, after each page, and when it is read', async () => {
  const { progress } = await synced(['eu-west-1', 'us-east-1'], ({ action }) =>
    action === 'DescribeNetworkInterfaces' ? eni('eni-1', '10.0.0.1', 'web') : undefined
  );
  const of = (wanted: string) => progress.filter(({ region }) => region === wanted);
  expect(new Set(progress.map(({ of: all }) => all))).toEqual(new Set([2]));
  expect(of('us-east-1').map(({ state }) => state)).toEqual(['reading', ...Array<string>(4).fill('reading'), 'done']);
  expect(of('us-east-1').at(-2)!.kinds).toMatchObject({ interface: { found: 1 } });
  expect(of('us-east-1').at(-1)!.kinds).toMatchObject({ interface: { found: 1, named: 1 }, vpc: { found: 0 } });
});

it('reads nothing but interfaces, VPCs and subnets for whose addresses there are', async () => {
  const aws = fakeEc2(['eu-west-1']);
  await withServer(aws.listener, (url) => {
    process.env.AWS_ENDPOINT_URL = url;
    return syncOwners(
      registry(),
      () => ({}),
      () => undefined
    );
  });
  expect(aws.calls.map(({ action }) => action).filter((action) => action.startsWith('Describe'))).toEqual(
    ['Regions', 'Vpcs', 'Subnets', 'NetworkInterfaces'].map((what) => `Describe${what}`)
  );
});

describe('an EC2 that throttles', () => {
  const { setTimeoutFn } = DefaultRateLimiter as unknown as { setTimeoutFn: typeof setTimeout };
  const limiter = DefaultRateLimiter.prototype as unknown as { getCurrentTimeInSeconds(): number };
  let waited: number;
  beforeEach(() => {
    waited = 0;
    // The client waits by this clock, which goes on as soon as it does.
    jest.spyOn(limiter, 'getCurrentTimeInSeconds').mockImplementation(() => 1000 + waited);
    const atOnce = (work: () => void, ms: number) => {
      waited += ms / 1000;
      setImmediate(work);
    };
    Object.assign(DefaultRateLimiter, { setTimeoutFn: atOnce });
    jest.spyOn(Math, 'random').mockReturnValue(0.001);
  });
  afterEach(() => {
    Object.assign(DefaultRateLimiter, { setTimeoutFn });
    jest.restoreAllMocks();
  });

  const throttling = (times: number, code: string) => {
    let left = times;
    return ({ action }: FakeCall): FakeAnswer | undefined =>
      action === 'DescribeNetworkInterfaces' && left-- > 0 ? { status: 503, code } : undefined;
  };

  it.each(['RequestLimitExceeded', 'Throttling'])('is asked again, more slowly: %s', async (code) => {
    const { result, calls } = await synced(['eu-west-1'], throttling(4, code));
    expect(result.ok).toBe(true);
    expect(calls.filter(({ action }) => action === 'DescribeNetworkInterfaces')).toHaveLength(5);
    // The client holds its calls back by itself, besides the pause after each that was throttled.
    expect(waited).toBeGreaterThan(0.5);
  });

  it('for good is named as that', async () => {
    const { result } = await synced(['eu-west-1'], throttling(Infinity, 'RequestLimitExceeded'));
    expect(syncFailures(result)).toMatchObject([
      { call: 'ec2:DescribeNetworkInterfaces', reason: 'throttled', region: 'eu-west-1' },
    ]);
  });
});
