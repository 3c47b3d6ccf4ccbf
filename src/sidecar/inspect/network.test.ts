import { DescribeVpcsCommand } from '@aws-sdk/client-ec2';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Bucket } from '../aws/bucket';
import { accountClients, s3Client, sqsClient, stsClient } from '../aws/clients';
import { endpointOf } from '../aws/endpoint';
import { explainAwsError } from '../aws/errors';
import { InfluxAdmin } from '../store/admin';
import { createInfluxClient, InfluxClient } from '../store/influx';
import { certificateFile } from '../testing/certificates';
import { checkResults, KEYS } from '../testing/checkRuns';
import { FakeS3 } from '../testing/fakeS3';
import { TestProxy, withTls } from '../testing/tls';
import { agentOptions, proxyOf } from '../util/network';

const SECRET = 's@fe';
const PASSWORD = encodeURIComponent(SECRET);

let aws: FakeS3;
let proxy: TestProxy;
const stops: Array<() => void> = [];
const before = { ...process.env };
beforeAll(async () => {
  aws = await FakeS3.start({ location: 'eu-west-1' });
  const ports: Record<string, number> = { 'plain.flow.test': Number(new globalThis.URL(aws.url).port) };
  for (const name of ['server', 'expired', 'elsewhere']) {
    const front = await withTls(aws.url, name);
    ports[`${name}.flow.test`] = front.port;
    stops.push(front.stop);
  }
  proxy = await TestProxy.start((host) => ports[host] ?? ports['server.flow.test']);
  stops.push(
    () => proxy.stop(),
    () => aws.stop()
  );
});
afterAll(() => stops.forEach((stop) => stop()));

// Node's errors are none of jest's own Error, and the SDK would wrap them and lose their codes.
const instanceOf = Function.prototype[Symbol.hasInstance];
beforeAll(() =>
  Object.defineProperty(Error, Symbol.hasInstance, {
    configurable: true,
    value(this: unknown, one: unknown) {
      return this === Error
        ? Object.prototype.toString.call(one) === '[object Error]'
        : instanceOf.call(this as typeof Error, one);
    },
  })
);
afterAll(() => Reflect.deleteProperty(Error, Symbol.hasInstance));

const set = (env: Readonly<Record<string, string | undefined>>) => {
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined) {
      delete process.env[name];
    } else {
      process.env[name] = value;
    }
  }
};
beforeEach(() => {
  aws.become({ location: 'eu-west-1' });
  Object.assign(proxy, { refuses: undefined, wants: `user:${SECRET}` }).asked.length = 0;
  const url = `http://user:${PASSWORD}@127.0.0.1:${proxy.port}`;
  set({ HTTPS_PROXY: url, HTTP_PROXY: url, NO_PROXY: undefined, FLOWSCOPE_CA_FILE: certificateFile('ca.pem') });
  set({ https_proxy: undefined, http_proxy: undefined, no_proxy: undefined, AWS_REGION: 'eu-west-1' });
});
afterEach(() => {
  Object.keys(process.env).forEach((name) => !(name in before) && delete process.env[name]);
  Object.assign(process.env, before);
  // Trusts no more than Node does again.
  agentOptions({});
});

const shownProxy = () => `http://127.0.0.1:${proxy.port}`;
const messageOf = (work: Promise<unknown>) =>
  work.then(
    () => 'it worked',
    (error: Error) => error.message
  );

describe('a Test', () => {
  const checked = async () => {
    const rows = await checkResults({
      source: { bucket: 'logs', prefix: '', region: 'eu-west-1' },
      storeUrl: 'http://127.0.0.1:8086',
    });
    return new Map(rows.map((row) => [row.id, row]));
  };

  it('goes through the proxy, to an AWS of a private authority, and says so', async () => {
    set({ AWS_ENDPOINT_URL: 'https://server.flow.test' });
    const rows = await checked();
    expect(rows.get('collector')).toMatchObject({
      state: 'pass',
      notes: [
        `S3 at server.flow.test is called through the proxy ${shownProxy()} (HTTPS_PROXY)`,
        'InfluxDB at 127.0.0.1:8086 is called without a proxy',
        `Authorities in ${certificateFile('ca.pem')} are trusted, too (FLOWSCOPE_CA_FILE): 1`,
      ].map((message) => ({ state: 'note', message })),
    });
    expect([rows.get('credentials')?.state, rows.get('list')?.state]).toEqual(['pass', 'pass']);
    expect(new Set(proxy.asked)).toEqual(new Set(['CONNECT server.flow.test:443']));
    expect(JSON.stringify([...rows.values()])).not.toMatch(new RegExp(`${SECRET}|${PASSWORD}`));
  });

  it('warns of an authority that has expired', async () => {
    set({
      HTTPS_PROXY: '',
      HTTP_PROXY: '',
      FLOWSCOPE_CA_FILE: certificateFile('expired.pem'),
      AWS_ENDPOINT_URL: aws.url,
    });
    expect((await checked()).get('collector')).toMatchObject({
      state: 'warn',
      notes: [
        { state: 'note', message: expect.stringMatching(/are trusted, too \(FLOWSCOPE_CA_FILE\): 1$/) },
        {
          state: 'warn',
          message: expect.stringMatching(/^The authority CN=flowscope test expired in .* has expired \(Jan/),
        },
      ],
    });
  });

  it('says that it is the proxy that refuses', async () => {
    set({ AWS_ENDPOINT_URL: 'https://server.flow.test' });
    proxy.refuses = 502;
    const rows = await checked();
    expect(rows.get('list')).toMatchObject({
      state: 'fail',
      message: `On the way to bucket logs (eu-west-1), the proxy ${shownProxy()} cannot reach server.flow.test:443 (502)`,
      fix: { text: expect.stringMatching(/^Look at the proxy's log; name the host in NO_PROXY/) },
    });
  });

  it('says which endpoint it calls when FIPS and IPv6 are asked for', async () => {
    set({ AWS_USE_FIPS_ENDPOINT: 'true', AWS_USE_DUALSTACK_ENDPOINT: 'true', HTTP_PROXY: '' });
    proxy.refuses = 502;
    const rows = await checked();
    const host = 'logs.s3-fips.dualstack.eu-west-1.amazonaws.com';
    expect(
      rows
        .get('collector')
        ?.notes?.slice(0, 2)
        .map(({ message }) => message)
    ).toEqual([
      `S3 is called at ${host}: FIPS (AWS_USE_FIPS_ENDPOINT) and dual-stack (AWS_USE_DUALSTACK_ENDPOINT)`,
      `S3 at ${host} is called through the proxy ${shownProxy()} (HTTPS_PROXY)`,
    ]);
    expect(rows.get('list')?.fix?.text).toMatch(/AWS has endpoints with FIPS in some regions only/);
  });
});

it('a profile of IAM Identity Center signs in through the proxy', async () => {
  const home = mkdtempSync(join(tmpdir(), 'flowscope-home-'));
  const cache = join(home, '.aws', 'sso', 'cache');
  mkdirSync(cache, { recursive: true });
  const profile = [
    ...['[profile people]', 'sso_start_url = https://people.awsapps.com/start', 'sso_region = eu-west-1'],
    ...['sso_account_id = 111122223333', 'sso_role_name = reader'],
  ];
  writeFileSync(join(home, '.aws', 'config'), profile.join('\n'));
  const name = createHash('sha1').update('https://people.awsapps.com/start').digest('hex');
  writeFileSync(join(cache, `${name}.json`), '{ "accessToken": "t", "expiresAt": "2120-01-01T00:00:00Z" }');
  set({ AWS_PROFILE: 'people', AWS_CONFIG_FILE: join(home, '.aws', 'config'), HOME: home });
  set({ AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined, AWS_EC2_METADATA_DISABLED: 'true' });
  proxy.refuses = 502;
  await messageOf(stsClient('eu-west-1').send(new GetCallerIdentityCommand({})));
  rmSync(home, { recursive: true });
  expect(new Set(proxy.asked)).toEqual(new Set(['CONNECT portal.sso.eu-west-1.amazonaws.com:443']));
});

describe('what fails on the way', () => {
  it.each<[string, string, () => void, RegExp]>([
    [
      'an unknown authority',
      'server.flow.test',
      () => set({ FLOWSCOPE_CA_FILE: undefined }),
      /certificate .* signed by an authority that is not trusted.*: name the file of that authority in FLOWSCOPE_CA_FILE/,
    ],
    ['an expired certificate', 'expired.flow.test', () => undefined, /certificate .*has expired.*: renew it/],
    ['the certificate of another', 'elsewhere.flow.test', () => undefined, /certificate .*is of another host/],
    ['no TLS', 'plain.flow.test', () => undefined, /speaks no TLS.*: check whether/],
    [
      'a password that the proxy does not accept',
      'server.flow.test',
      () => (proxy.wants = 'user:other'),
      /(: |, )the proxy http:\/\/127\.0\.0\.1:\d+ asks for a user and password, .*\(407\)[.:] [Ss]et HTTPS_PROXY=http:\/\/USER:PASSWORD@127/,
    ],
    [
      'a host that it does not allow',
      'server.flow.test',
      () => (proxy.refuses = 403),
      /refuses to call server\.flow\.test:443 \(403\)/,
    ],
    [
      'a proxy without a way',
      'server.flow.test',
      () => (proxy.refuses = 502),
      /cannot reach server\.flow\.test:443 \(502\)/,
    ],
    [
      'one that hangs up',
      'server.flow.test',
      () => (proxy.refuses = 0),
      /ended the connection or did not answer in time/,
    ],
    [
      'no proxy',
      'server.flow.test',
      () => set({ HTTPS_PROXY: `http://user:${PASSWORD}@127.0.0.1:9` }),
      /(: |, )the proxy http:\/\/127\.0\.0\.1:9 does not answer \(ECONNREFUSED\)[.:] [Ss]tart it, or correct HTTPS_PROXY/,
    ],
  ])('is named: %s', async (_what, host, prepare, message) => {
    prepare();
    const url = `https://${host}`;
    const client = s3Client('eu-west-1', KEYS, { endpoint: url, pathStyle: true });
    const settings = { url, database: 'd' };
    const said = await Promise.all([
      messageOf(new Bucket(client, 'logs', 'eu-west-1').list('')),
      messageOf(new InfluxClient(settings).ping()),
      messageOf(new InfluxAdmin(settings).databases()),
    ]);
    client.destroy();
    expect(said).toEqual(said.map(() => expect.stringMatching(message)));
    expect(said.join()).not.toContain('\n');
    expect(said.join()).not.toMatch(new RegExp(`${SECRET}|${PASSWORD}`));
  });

  it('is not the proxy where that was not used', async () => {
    // The port of both is the same; Node tells the addresses alone.
    set({ HTTPS_PROXY: 'http://localhost:9' });
    expect(await messageOf(new InfluxClient({ url: 'https://127.0.0.1:9', database: 'd' }).ping())).toMatch(
      /^InfluxDB does not answer at https:\/\/127\.0\.0\.1:9 \(connect ECONNREFUSED/
    );
  });

  it('is named where the proxy answers in the place of an S3 without TLS', async () => {
    proxy.wants = 'user:other';
    const client = s3Client('eu-west-1', KEYS, { endpoint: 'http://s3.flow.test:9000', pathStyle: true });
    expect(await messageOf(new Bucket(client, 'logs', 'eu-west-1').list(''))).toMatch(/\(407\): set HTTP_PROXY=http:/);
    client.destroy();
  });

  it('is named where the proxy answers in the place of an InfluxDB without TLS', async () => {
    const settings = { url: 'http://influx.test:8086', database: 'd' };
    const client = new InfluxClient(settings);
    expect([(await client.ping()).version, proxy.asked]).toEqual(['1.8.10', ['GET http://influx.test:8086/ping']]);
    proxy.refuses = 504;
    expect(await messageOf(client.ping())).toMatch(
      /InfluxDB at .* cannot be reached: the proxy .* cannot reach influx\.test:8086 \(504\)/
    );
    proxy.refuses = 407;
    expect(await messageOf(new InfluxAdmin(settings).databases())).toMatch(/\(407\)\. Set HTTP_PROXY=http:\/\/USER:/);
  });
});

const NOT_PEM = join(tmpdir(), `flowscope-not-pem-${process.pid}`);
beforeAll(() => {
  writeFileSync(NOT_PEM, 'x');
  stops.push(() => rmSync(NOT_PEM));
});

it.each([
  [{ HTTPS_PROXY: `socks5://user:${PASSWORD}@proxy.test` }, /^HTTPS_PROXY must look like http:\/\/proxy\.example:3128/],
  [{ http_proxy: `http://user:${PASSWORD}%@proxy.test` }, /^http_proxy must look like .* with a % in either as %25/],
  [
    { FLOWSCOPE_CA_FILE: '/nowhere/ca.pem' },
    /^FLOWSCOPE_CA_FILE names \/nowhere\/ca\.pem, which cannot be read \(ENOENT\)/,
  ],
  [{ FLOWSCOPE_CA_FILE: NOT_PEM }, /^FLOWSCOPE_CA_FILE names .*, which must hold certificates as PEM/],
  [{ AWS_USE_FIPS_ENDPOINT: 'yes' }, /^AWS_USE_FIPS_ENDPOINT is true or false, not "yes"/],
])('a setting that would be ignored is refused: %#', (env, message) => {
  set(env);
  const refusals = [() => createInfluxClient(process.env), () => s3Client('eu-west-1', KEYS)].map((make) => {
    try {
      return String(make());
    } catch (error) {
      return (error as Error).message;
    }
  });
  expect(refusals).toEqual(refusals.map(() => expect.stringMatching(message)));
  expect(refusals.join()).not.toContain(PASSWORD);
});

describe('NO_PROXY', () => {
  /** Whether Node's agent sends that to the proxy, which rewrites the request. Nothing is connected. */
  const isProxied = (url: string) => {
    set({ FLOWSCOPE_CA_FILE: undefined });
    const agent = new Agent(agentOptions());
    (agent as { createConnection: unknown }).createConnection = () => new Socket().destroy();
    const sent = request(url, { agent });
    sent.on('error', () => undefined).destroy();
    return sent.path.startsWith('http://');
  };

  it.each([
    ['', 'http://influx.corp.test:8086', true],
    ['', 'http://127.0.0.1:8086', false],
    ['', 'http://localhost:8086', false],
    ['', 'http://[::1]:8086', false],
    ['*', 'http://influx.corp.test:8086', false],
    ['influx.corp.test', 'http://influx.corp.test:8086', false],
    ['other.test, CORP.test', 'http://influx.corp.test:8086', false],
    ['corp.test', 'http://corp.test', false],
    ['corp.test', 'http://notcorp.test', true],
    ['.corp.test other.test', 'http://influx.corp.test', false],
    ['*.corp.test', 'http://influx.corp.test', false],
    ['influx.corp.test:8086', 'http://influx.corp.test:8086', false],
    ['influx.corp.test:8086', 'http://influx.corp.test:8087', true],
    ['10.0.0.0/8', 'http://10.255.0.1:8086', false],
    ['10.0.0.0/8', 'http://11.0.0.1:8086', true],
    ['10.1.2.3/32', 'http://10.1.2.3', false],
    ['192.168.1.0-192.168.1.9', 'http://192.168.1.9', false],
    ['192.168.1.0-192.168.1.9', 'http://192.168.1.10', true],
  ])('"%s" for %s: through the proxy: %s', (exceptions, url, expected) => {
    set({ NO_PROXY: exceptions });
    expect([proxyOf(new globalThis.URL(url)) !== undefined, isProxied(url)]).toEqual([expected, expected]);
  });
});

describe('endpoints of AWS', () => {
  const QUEUE = 'https://sqs.us-east-1.amazonaws.com/111122223333/events';

  it.each([
    [
      '',
      '',
      [
        'logs.s3.us-east-1.amazonaws.com',
        'sqs.us-east-1.amazonaws.com',
        'ec2.us-east-1.amazonaws.com',
        'sts.us-east-1.amazonaws.com',
      ],
    ],
    [
      'true',
      '',
      [
        'logs.s3-fips.us-east-1.amazonaws.com',
        'sqs-fips.us-east-1.amazonaws.com',
        'ec2-fips.us-east-1.amazonaws.com',
        'sts-fips.us-east-1.amazonaws.com',
      ],
    ],
    [
      '',
      'true',
      [
        'logs.s3.dualstack.us-east-1.amazonaws.com',
        'sqs.us-east-1.api.aws',
        'ec2.us-east-1.api.aws',
        'sts.us-east-1.api.aws',
      ],
    ],
    [
      'true',
      'true',
      [
        'logs.s3-fips.dualstack.us-east-1.amazonaws.com',
        'sqs-fips.us-east-1.api.aws',
        'ec2-fips.us-east-1.api.aws',
        'sts-fips.us-east-1.api.aws',
      ],
    ],
  ])('are those that FIPS "%s" and dual-stack "%s" ask for', async (fips, dualStack, hosts) => {
    set({ FLOWSCOPE_CA_FILE: undefined, AWS_USE_FIPS_ENDPOINT: fips, AWS_USE_DUALSTACK_ENDPOINT: dualStack });
    const called = await Promise.all([
      endpointOf(s3Client('us-east-1', KEYS), new ListObjectsV2Command({ Bucket: 'logs' })),
      endpointOf(sqsClient(QUEUE, 'eu-west-1', KEYS), new ReceiveMessageCommand({ QueueUrl: QUEUE })),
      endpointOf(accountClients('us-east-1', KEYS).ec2('us-east-1'), new DescribeVpcsCommand({})),
      endpointOf(stsClient('us-east-1', KEYS), new GetCallerIdentityCommand({})),
    ]);
    expect(called.map(({ host }) => host)).toEqual(hosts);
  });

  it.each([
    'https://vpce-1.sqs.us-east-1.vpce.amazonaws.com/111122223333/events',
    'https://queue.test:9324/111122223333/events',
  ])('stay as a source gives them: %s', async (queue) => {
    set({ AWS_USE_FIPS_ENDPOINT: 'true' });
    const called = await Promise.all([
      endpointOf(sqsClient(queue, 'us-east-1', KEYS), new ReceiveMessageCommand({ QueueUrl: queue })),
      endpointOf(
        s3Client('us-east-1', KEYS, { endpoint: 'https://s3.test:9000', pathStyle: true }),
        new ListObjectsV2Command({ Bucket: 'logs' })
      ),
    ]);
    expect(called.map(({ host }) => host)).toEqual([new globalThis.URL(queue).host, 's3.test:9000']);
  });

  it.each([
    [
      'cn-north-1',
      undefined,
      /s3:ListBucket cannot be called in cn-north-1 as AWS_USE_FIPS_ENDPOINT .*Partition does not support FIPS/,
    ],
    [
      'us-east-1',
      'https://s3.test',
      /A custom endpoint cannot be combined with FIPS\): unset them, or AWS_ENDPOINT_URL/,
    ],
  ])('that there are none of are said: %s', async (region, endpoint, message) => {
    set({ AWS_USE_FIPS_ENDPOINT: 'true', AWS_ENDPOINT_URL: endpoint });
    const context = { action: 's3:ListBucket', bucket: 'logs', region };
    const call = s3Client(region, KEYS).send(new ListObjectsV2Command({ Bucket: 'logs' }));
    expect(await messageOf(call.catch((error: unknown) => Promise.reject(explainAwsError(error, context))))).toMatch(
      message
    );
  });
});
