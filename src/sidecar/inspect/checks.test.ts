import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { CheckId, CheckResult } from '../../contract/checks';
import type { FlowLogOverlap } from '../../contract/flowLogs';
import { REPORTS } from '../../reports/reports';
import { checkResults, KEYS } from '../testing/checkRuns';
import {
  ACCESS_DENIED,
  FakeS3,
  type FakeAnswer,
  type FakeBucket,
  type FakeCall,
  type FakeError,
  type FakeRequest,
} from '../testing/fakeS3';
import { OTHER_STORES } from '../testing/otherStores';
import { failedOutcome } from './checkFaults';
import type { CheckTools } from './checkRun';
import { sqsClient } from '../aws/clients';
import type { SignIn } from '../util/signIn';

let fake: FakeS3;
beforeAll(async () => {
  fake = await FakeS3.start({});
  process.env.AWS_ENDPOINT_URL = fake.url;
});
afterAll(() => {
  delete process.env.AWS_ENDPOINT_URL;
  fake.stop();
});

const COLUMNS =
  'version account-id interface-id vpc-id srcaddr dstaddr bytes packets start end action flow-direction log-status';
const record = (seconds = 60) =>
  `5 111122223333 eni-1 vpc-1 10.0.0.1 10.0.0.2 1 1 1700000000 ${1_700_000_000 + seconds} ACCEPT ingress OK`;
const body = (columns = COLUMNS, ...records: string[]) => gzipSync(`${[columns, ...records].join('\n')}\n`);
const PREFIX = 'prod/';
const KEY = `${PREFIX}AWSLogs/111122223333/vpcflowlogs/eu-west-1/2026/11/24/111122223333_vpcflowlogs_eu-west-1_fl-1_20261124T0000Z_a1.log.gz`;
const GOOD: FakeBucket = { objects: { [KEY]: body(COLUMNS, record()) } };

interface Tried {
  readonly bucket?: FakeBucket;
  readonly source?: { bucket?: string; roleArn?: string; endpoint?: string; queueUrl?: string; region?: string };
  readonly signIn?: SignIn;
  readonly overlaps?: ReadonlyArray<{ readonly name: string; readonly prefix: string }>;
  readonly store?: () => Promise<readonly string[]>;
  readonly compare?: CheckTools['compare'];
}

async function checked({
  bucket = GOOD,
  source = {},
  signIn,
  overlaps = [],
  store,
  compare = () => Promise.resolve([]),
}: Tried): Promise<Map<CheckId, CheckResult>> {
  fake.become(bucket);
  const results = await checkResults(
    {
      source: { bucket: 'flow-logs', prefix: PREFIX, region: 'eu-west-1', ...source },
      overlaps: () => Promise.resolve(overlaps),
      compare,
      tryStore: store ?? (() => Promise.resolve([])),
    },
    signIn
  );
  return new Map(results.map((result) => [result.id, result]));
}

const states = (results: Map<CheckId, CheckResult>) =>
  Object.fromEntries([...results.values()].map(({ id, state }) => [id, state]));
const refusing = (call: FakeCall, error: FakeError): FakeBucket => ({
  ...GOOD,
  refuse: (request) => (request.call === call ? error : undefined),
});
const always = (error: FakeError, ...but: FakeCall[]): FakeBucket => ({
  ...GOOD,
  refuse: ({ call }) => (but.includes(call) ? undefined : error),
});

describe('a source in order', () => {
  it('passes every check, in the order of the page, and SQS is not checked', async () => {
    const results = await checked({});
    expect([...results.values()].map(({ title, state, message }) => `${title} ${state}: ${message}`)).toEqual([
      'Collector pass: Collector primary answers, version 1.0.0',
      'Credentials pass: Signed in as arn:aws:iam::111122223333:user/flowscope',
      'Clock pass: Right to the second',
      'Region pass: Bucket is in eu-west-1',
      'List pass: s3:ListBucket allowed on prod/',
      'Objects pass: 1 flow-log object from 111122223333',
      'Read pass: s3:GetObject allowed',
      'Format pass: Version 5, 13 fields',
      'Delete pass: s3:DeleteObject allowed on prod/',
      'Versioning and Object Lock pass: Neither versioned nor locked',
      'Overlap pass: No other source reads this',
      'SQS not-checked: Not checked: this source lists its bucket',
      'Store pass: InfluxDB accepts writes',
    ]);
    expect(results.get('credentials')!.signedInAs).toBe('arn:aws:iam::111122223333:user/flowscope');
    expect(results.get('sqs')!.reason).toBe('this source lists its bucket');
  });

  it('keeps its objects: only random keys that do not exist were deleted', async () => {
    await checked({});
    const deletions = fake.requests.filter(({ call }) => call === 'DeleteObject' || call === 'DeleteObjects');
    const keys = deletions.flatMap(({ key, body }) =>
      key === '' ? [...body.matchAll(/<Key>(.*?)<\/Key>/g)].map(([, one]) => one) : [key]
    );
    expect(keys).toHaveLength(4);
    keys.forEach((key) => expect(key).toMatch(/^prod\/flowscope-test-[0-9a-f-]{36}(-[12])?$/));
    expect([...fake.objects.keys()]).toEqual([KEY]);
    expect(new Set(fake.requests.map(({ call }) => call))).not.toContain('PutObject');
  });
});

describe('what AWS refuses', () => {
  it.each<[string, FakeBucket, CheckId, string, RegExp, string | undefined]>([
    [
      'unknown key id',
      always({ status: 403, code: 'InvalidClientTokenId' }),
      'credentials',
      'fail',
      /^AWS does not know this access key id$/,
      'accessKeyId',
    ],
    [
      'wrong secret',
      always({ status: 403, code: 'SignatureDoesNotMatch' }),
      'credentials',
      'fail',
      /^The secret does not match$/,
      'secretAccessKey',
    ],
    [
      'expired',
      always({ status: 403, code: 'ExpiredToken' }),
      'credentials',
      'fail',
      /^The AWS session has expired$/,
      undefined,
    ],
    [
      'region elsewhere',
      { ...GOOD, location: 'eu-central-1' },
      'region',
      'fail',
      /^Bucket is in eu-central-1, not eu-west-1$/,
      'region',
    ],
    ['oldest region', { ...GOOD, location: '' }, 'region', 'fail', /^Bucket is in us-east-1, not eu-west-1$/, 'region'],
    [
      'redirected',
      always(
        { status: 301, code: 'PermanentRedirect', headers: { 'x-amz-bucket-region': 'us-east-2' } },
        'GetCallerIdentity'
      ),
      'region',
      'fail',
      /^Bucket is in us-east-2, not eu-west-1$/,
      'region',
    ],
    [
      'location denied',
      refusing('GetBucketLocation', ACCESS_DENIED),
      'region',
      'warn',
      /^s3:GetBucketLocation denied on flow-logs$/,
      undefined,
    ],
    [
      'no bucket',
      always({ status: 404, code: 'NoSuchBucket' }, 'GetCallerIdentity'),
      'list',
      'fail',
      /^Bucket does not exist$/,
      'bucket',
    ],
    [
      'list denied',
      refusing('ListObjectsV2', ACCESS_DENIED),
      'list',
      'fail',
      /^s3:ListBucket denied on prod\/$/,
      undefined,
    ],
    ['read denied', refusing('GetObject', ACCESS_DENIED), 'read', 'fail', /^s3:GetObject denied on prod\/$/, undefined],
    [
      'key denied',
      refusing('GetObject', {
        ...ACCESS_DENIED,
        message:
          'User: u is not authorized to perform: kms:Decrypt on resource: arn:aws:kms:eu-west-1:111122223333:key/k1 because no policy allows it',
      }),
      'read',
      'fail',
      /^kms:Decrypt denied on arn:aws:kms:eu-west-1:111122223333:key\/k1$/,
      undefined,
    ],
    [
      'delete denied',
      refusing('DeleteObject', ACCESS_DENIED),
      'delete',
      'fail',
      /^s3:DeleteObject denied on flow-logs$/,
      undefined,
    ],
    [
      'versioning denied',
      refusing('GetBucketVersioning', ACCESS_DENIED),
      'versioning',
      'warn',
      /^s3:GetBucketVersioning denied/,
      undefined,
    ],
    [
      'lock denied',
      refusing('GetObjectLockConfiguration', ACCESS_DENIED),
      'versioning',
      'warn',
      /^s3:GetBucketObjectLockConfiguration denied/,
      undefined,
    ],
    [
      'another error',
      refusing('ListObjectsV2', { status: 400, code: 'Strange', message: 'very' }),
      'list',
      'fail',
      /s3:ListBucket failed .*Strange .*very/,
      undefined,
    ],
  ])('%s', async (_case, bucket, id, state, message, field) => {
    const results = await checked({ bucket });
    const { fix, ...check } = results.get(id)!;
    expect(check).toMatchObject({ state, message: expect.stringMatching(message) as string });
    expect(fix?.field).toBe(field);
    // What AWS's documentation does not know has no fix either.
    expect(fix === undefined).toBe(_case === 'another error');
    // The other rows are there all the same.
    expect(results.size).toBe(13);
    expect(results.get('store')!.state).toBe('pass');
  });

  it('is said once: what depends on it is not checked, what does not is', async () => {
    const wrongRegion = await checked({ bucket: { ...GOOD, location: 'us-east-2' } });
    expect(states(wrongRegion)).toMatchObject({
      ...{ credentials: 'pass', region: 'fail', list: 'not-checked', objects: 'not-checked', read: 'not-checked' },
      ...{ format: 'not-checked', delete: 'not-checked', versioning: 'not-checked', overlap: 'pass', store: 'pass' },
    });
    expect(wrongRegion.get('read')).toMatchObject({
      message: 'Not checked: first Region must pass',
      reason: 'first Region must pass',
    });
    expect(wrongRegion.get('region')!.fix).toEqual({ text: 'Use us-east-2', field: 'region', value: 'us-east-2' });
    const noBucket = await checked({ bucket: always({ status: 404, code: 'NoSuchBucket' }, 'GetCallerIdentity') });
    expect(states(noBucket)).toMatchObject({ list: 'fail', delete: 'not-checked', versioning: 'not-checked' });
    const noList = await checked({ bucket: refusing('ListObjectsV2', ACCESS_DENIED) });
    expect(states(noList)).toMatchObject({ list: 'fail', read: 'not-checked', delete: 'pass', versioning: 'pass' });
  });

  describe('a role', () => {
    const role = { roleArn: 'arn:aws:iam::111122223333:role/reader', externalId: 'ext-1' };
    const source = { roleArn: role.roleArn };

    it('is taken on with its external id, by every call', async () => {
      const results = await checked({ source, signIn: { ...KEYS, role } });
      expect(results.get('credentials')!.state).toBe('pass');
      const taken = fake.requests.filter(({ call }) => call === 'AssumeRole');
      // Once for each client, which then keep what they got.
      expect(taken).toHaveLength(2);
      for (const { form } of taken) {
        expect(Object.fromEntries(form)).toMatchObject({ RoleArn: role.roleArn, ExternalId: 'ext-1' });
      }
    });

    it('that may not be taken on', async () => {
      const bucket = refusing('AssumeRole', ACCESS_DENIED);
      const results = await checked({ bucket, source, signIn: { ...KEYS, role } });
      expect(results.get('credentials')).toMatchObject({
        state: 'fail',
        message: 'sts:AssumeRole denied on arn:aws:iam::111122223333:role/reader',
        fix: { field: 'roleArn' },
      });
      expect(states(results)).toMatchObject({ region: 'not-checked', list: 'not-checked', store: 'pass' });
    });
  });

  describe('everything', () => {
    const before = { ...process.env };
    afterEach(() => {
      Object.keys(process.env).forEach((name) => delete process.env[name]);
      Object.assign(process.env, before, { AWS_ENDPOINT_URL: fake.url });
    });

    const withoutCredentials = (more: Record<string, string> = {}) => {
      Object.keys(process.env)
        .filter((name) => /^AWS_/.test(name) && name !== 'AWS_ENDPOINT_URL')
        .forEach((name) => delete process.env[name]);
      const none = {
        AWS_EC2_METADATA_DISABLED: 'true',
        AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
        AWS_CONFIG_FILE: '/dev/null',
      };
      Object.assign(process.env, none, more);
    };

    it('because the machine has no credentials', async () => {
      withoutCredentials();
      const results = await checked({ signIn: {} });
      expect(results.get('credentials')).toMatchObject({
        state: 'fail',
        message: 'No role found on primary',
        fix: { text: expect.stringContaining('access key') as string },
      });
    });

    describe('because of AWS_PROFILE', () => {
      const folder = mkdtempSync(join(tmpdir(), 'flowscope-profile-'));
      const config = join(folder, 'config');
      beforeAll(() =>
        writeFileSync(
          config,
          '[profile sso]\nsso_session = s\nsso_account_id = 111122223333\nsso_role_name = reader\n' +
            '[sso-session s]\nsso_region = eu-west-1\nsso_start_url = https://flowscope.invalid/start\n'
        )
      );
      afterAll(() => rmSync(folder, { recursive: true }));

      it.each([
        ['nobody', 'Could not load credentials from any providers'],
        ['sso', expect.stringMatching(/SSO session.*aws sso login/)],
      ])('%s', async (profile, said) => {
        withoutCredentials({ AWS_PROFILE: profile, AWS_CONFIG_FILE: config, HOME: folder });
        const { message, ...credentials } = (await checked({ signIn: {} })).get('credentials')!;
        const [what, why] = message.split(': ');
        expect([what, why]).toEqual([`No credentials from profile ${profile} (AWS_PROFILE) on primary`, said]);
        expect(credentials).toMatchObject({
          state: 'fail',
          fix: { text: `Create or renew profile ${profile}, or unset AWS_PROFILE, where the sidecar runs.` },
        });
      });
    });

    it('and never the command that a profile runs', () => {
      withoutCredentials({ AWS_PROFILE: 'process' });
      const error = { name: 'CredentialsProviderError', message: 'Command failed: get-key --secret hunter2' };
      const at = { action: 's3:ListBucket', bucket: 'b', region: 'eu-west-1', prefix: '', collector: 'primary' };
      expect(failedOutcome(error, at).message).toBe(
        'No credentials from profile process (AWS_PROFILE) on primary: Command failed'
      );
    });
  });

  it('neither who one is nor the region is asked of a store that is not AWS', async () => {
    const results = await checked({ source: { endpoint: fake.url, region: 'us-west-2' } });
    expect(states(results)).toMatchObject({
      credentials: 'not-checked',
      clock: 'pass',
      region: 'not-checked',
      delete: 'pass',
    });
    expect(fake.requests.map(({ call }) => call)).not.toContain('GetCallerIdentity');
  });
});

describe('the clock', () => {
  const apart = (seconds: number) =>
    new RegExp(
      `^This machine's clock says .* UTC, that of S3 with bucket flow-logs .* UTC, ${seconds / 3600} h (later|earlier)`
    );

  it.each([
    [30, 'pass', /^(29|30|31) s off; collecting stops beyond 300 s$/],
    [-290, 'warn', /^(289|290|291) s off; collecting stops beyond 300 s$/],
    [3 * 3600, 'fail', apart(3 * 3600)],
    [-3 * 3600, 'fail', apart(3 * 3600)],
  ])('%d s off', async (skew, state, message) => {
    const clock = (await checked({ bucket: { ...GOOD, skew } })).get('clock')!;
    expect([clock.state, clock.message]).toEqual([state, expect.stringMatching(message)]);
  });

  it('is judged by three answers of S3', async () => {
    let answers = 0;
    const date = ({ call }: FakeRequest) =>
      new Date(Date.now() + (call !== 'GetCallerIdentity' && ++answers === 1 ? 7_200_000 : 0)).toUTCString();
    expect((await checked({ bucket: { ...GOOD, date } })).get('clock')).toMatchObject({ state: 'pass' });
  });

  it('is judged by S3, not by STS', async () => {
    const date = ({ call }: FakeRequest) =>
      new Date(Date.now() + (call === 'GetCallerIdentity' ? 0 : 7_200_000)).toUTCString();
    expect((await checked({ bucket: { ...GOOD, date } })).get('clock')).toMatchObject({ state: 'fail' });
  });

  it('is wrong when an object is newer', async () => {
    const modified = () => Math.floor(Date.now() / 1000) + 7200;
    const clock = (await checked({ bucket: { ...GOOD, modified } })).get('clock')!;
    expect([clock.state, clock.message]).toEqual(['fail', expect.stringContaining(`${KEY} in bucket flow-logs`)]);
  });

  it('is not judged when no answer has a time', async () => {
    expect((await checked({ bucket: { ...GOOD, date: () => undefined } })).get('clock')).toMatchObject({
      state: 'not-checked',
      message: expect.stringMatching(
        /^Not checked: no answer names its time \(Date\): .* keep this machine's clock/
      ) as string,
    });
  });
});

describe('a store that answers with what is not S3', () => {
  const instead = (call: FakeCall, lie: FakeAnswer): FakeBucket => ({
    ...GOOD,
    lie: (request) => (request.call === call ? lie : undefined),
  });
  const [object] = Object.values(GOOD.objects!);

  it.each<[string, CheckId, FakeBucket, RegExp]>([
    [
      'nothing for a listing',
      'list',
      instead('ListObjectsV2', {}),
      /^s3:ListBucket on .* with nothing at all: that is no/,
    ],
    [
      'a page for a listing',
      'list',
      instead('ListObjectsV2', { body: '<html><br>' }),
      /an HTML page: that is no answer/,
    ],
    [
      'a part of an object',
      'read',
      instead('GetObject', { status: 206, body: 'x' }),
      /^S3 does not give prod\/.*HTTP 206/,
    ],
    [
      'another object',
      'read',
      instead('GetObject', { headers: { 'Content-Length': object.length, ETag: '"1"' }, body: object }),
      /^S3 does not give prod\/.* ETag "1" instead of/,
    ],
    [
      'that an object is archived',
      'read',
      {
        ...GOOD,
        refuse: ({ call }) => (call === 'GetObject' ? { status: 403, code: 'InvalidObjectState' } : undefined),
      },
      /^prod\/.* is archived: S3 gives it only after a restore$/,
    ],
    ['404 for a listed object', 'read', instead('GetObject', { status: 404 }), /^S3 lists prod\/.*\(404\)/],
  ])('%s fails', async (_case, id, bucket, message) => {
    const { state, message: said } = (await checked({ bucket })).get(id)!;
    expect([state, said]).toEqual(['fail', expect.stringMatching(message)]);
  });
});

describe('a store that is not AWS', () => {
  it.each(Object.entries(OTHER_STORES))('is told what it cannot do before it is enabled: %s', async (_name, store) => {
    const results = await checked({ bucket: { ...GOOD, ...store.bucket }, source: { endpoint: fake.url } });
    const { state, message, notes = [], fix } = results.get('delete')!;
    expect(`${message} ${notes.map((note) => note.message).join()}`).toMatch(store.said);
    expect(state).toBe(store.deletes === 'nothing' ? 'warn' : 'pass');
    expect(fix?.text ?? '').toMatch(store.deletes === 'nothing' ? /stay in the bucket.*expire.*later than/ : /^$/);
    // Whatever it does, it is read, and loses nothing.
    expect(states(results)).toMatchObject({ list: 'pass', objects: 'pass', read: 'pass', format: 'pass' });
    expect([...fake.objects.keys()]).toEqual([KEY]);
  });
});

describe('what lies in the bucket', () => {
  it.each<[string, Record<string, Buffer>, object]>([
    [
      'nothing',
      {},
      {
        state: 'warn',
        message: 'Readable, but no flow logs here; nothing is here yet. Check the prefix',
      },
    ],
    [
      'something else',
      { 'prod/readme.txt': Buffer.from('x') },
      {
        state: 'warn',
        message: 'Readable, but no flow logs here; found prod/readme.txt. Check the prefix',
      },
    ],
    [
      'other logs of AWS',
      { 'prod/AWSLogs/111122223333/CloudTrail/eu-west-1/x.json.gz': Buffer.from('x') },
      {
        state: 'warn',
        message: 'Readable, but no flow logs here; found logs of CloudTrail. Check the prefix',
        fix: { field: 'prefix', text: expect.stringContaining('leaves other logs out') },
      },
    ],
  ])('%s', async (_case, objects, expected) => {
    const results = await checked({ bucket: { objects } });
    expect(results.get('objects')).toMatchObject(expected);
    expect(results.get('objects')!.isEmpty ?? false).toBe(Object.keys(objects).length === 0);
    expect(states(results)).toMatchObject({ read: 'not-checked', format: 'not-checked', delete: 'pass' });
  });

  it('is said to be too old where it is, by the slot in the name before the time of writing', async () => {
    const old = KEY.replaceAll('2026/11/24', '2025/10/24').replace('20261124T', '20251024T');
    const objects = { [KEY]: body(COLUMNS, record()), [old]: body(COLUMNS, record()) };
    expect((await checked({ bucket: { objects } })).get('objects')).toMatchObject({
      ...{ state: 'warn', message: '2 flow-log objects from 111122223333' },
      notes: [
        {
          state: 'warn',
          message:
            '1 of the 2 objects listed is older than the 395 days that Flowscope keeps: it is not collected and stays in the bucket.',
        },
      ],
    });
    expect((await checked({})).get('objects')).toMatchObject({ state: 'pass' });
  });

  it.each<[string, Buffer, object]>([
    [
      'log-status missing',
      body(COLUMNS.replace(' log-status', '')),
      { state: 'fail', message: 'log-status missing: will not be collected. Recreate the flow log with it' },
    ],
    [
      'no header',
      gzipSync('2 1 eni-1\n'),
      { state: 'fail', message: expect.stringContaining('not a header') as string },
    ],
    [
      'vpc-id missing',
      body(COLUMNS.replace(' vpc-id', '')),
      {
        state: 'warn',
        message: 'Version 5, 12 fields',
        notes: expect.arrayContaining([
          {
            state: 'warn',
            message: 'vpc-id missing: each interface counts as its own exporter, unless EC2 names its VPC',
          },
        ]) as object,
      },
    ],
    [
      'flow-direction missing',
      body(COLUMNS.replace(' flow-direction', '')),
      {
        state: 'warn',
        notes: expect.arrayContaining([
          { state: 'warn', message: 'flow-direction missing: In and Out only where EC2 says whose the addresses are' },
        ]) as object,
      },
    ],
    [
      'ten minutes',
      body(COLUMNS, record(600)),
      {
        state: 'pass',
        notes: expect.arrayContaining([
          { state: 'note', message: expect.stringMatching(/^10-minute aggregation: figures come later/) as string },
        ]) as object,
      },
    ],
    [
      'reports that lack a field',
      body(COLUMNS.replace(' srcaddr', '')),
      {
        notes: expect.arrayContaining([
          {
            state: 'note',
            message: expect.stringMatching(
              new RegExp(`^Feeds 4 of ${REPORTS.length} reports; not .*srcaddr`)
            ) as string,
          },
        ]) as object,
      },
    ],
    ['damaged', Buffer.from('no gzip'), { state: 'fail', message: 'The newest objects are damaged' }],
  ])('%s', async (_case, object, expected) => {
    expect((await checked({ bucket: { objects: { [KEY]: object } } })).get('format')).toMatchObject(expected);
  });

  it('of which some lack log-status', async () => {
    const objects = { [KEY]: body(), [`${PREFIX}b.log.gz`]: body(COLUMNS.replace(' log-status', '')) };
    expect((await checked({ bucket: { objects } })).get('format')).toMatchObject({
      state: 'warn',
      notes: expect.arrayContaining([
        {
          state: 'warn',
          message: 'Folder prod/: log-status missing: will not be collected. Recreate it with the field',
        },
      ]) as object,
    });
  });

  describe('of several flow logs', () => {
    const keyOf = (flowLog: string, n: number) =>
      KEY.replace('fl-1_20261124T0000Z_a1', `${flowLog}_20261124T0000Z_${String(n).padStart(4, '0')}`);
    const many = (flowLog: string, columns = COLUMNS, count = 1) =>
      Array.from({ length: count }, (_, n): [string, Buffer] => [keyOf(flowLog, n), body(columns)]);

    it.each([
      ['log-status', 'log-status missing: will not be collected. Recreate it with the field'],
      ['vpc-id', 'vpc-id missing: each interface counts as its own exporter, unless EC2 names its VPC'],
    ])('of which one lacks %s, though all the newest objects are of another', async (field, message) => {
      const objects = Object.fromEntries([
        ...many('fl-0a', COLUMNS, 20),
        ...many('fl-0b', COLUMNS.replace(` ${field}`, ''), 2),
      ]);
      const format = (await checked({ bucket: { objects } })).get('format')!;
      expect(format.state).toBe('warn');
      expect(format.notes!.filter(({ state }) => state === 'warn')).toEqual([
        { state: 'warn', message: `Flow log fl-0b: ${message}` },
      ]);
    });

    it('that log the same interface', async () => {
      const compare = (samples: Parameters<CheckTools['compare']>[0]) => {
        const logged = samples.flatMap(({ logged }) => logged);
        expect(logged[0]).toEqual({ interface: 'eni-1', action: 'ACCEPT', since: 1_699_999_980, until: 1_699_999_980 });
        expect(samples[0].columns).toEqual(COLUMNS.split(' '));
        const only = { fields: [], actions: [], interfaces: 0, examples: [] };
        const found = { interfaces: 1, examples: ['eni-1'], actions: ['ACCEPT'], since: 0, until: 0 };
        return Promise.resolve([
          { flowLogs: ['fl-0a', 'fl-1'], ...found, only: [only, only] } satisfies FlowLogOverlap,
        ]);
      };
      const { state, notes } = (await checked({ compare })).get('format')!;
      expect([state, notes![0].state]).toEqual(['warn', 'warn']);
      expect(notes![0].message).toMatch(
        /^Counted by two flow logs: sums are doubled\. fl-0a and fl-1 both log the interface eni-1 .* Disable one of them/
      );
    });

    it('more than are looked at', async () => {
      const objects = Object.fromEntries(Array.from({ length: 12 }, (_, n) => many(`fl-${n}`)[0]));
      const { notes } = (await checked({ bucket: { objects } })).get('format')!;
      expect(notes).toContainEqual({ state: 'note', message: 'Looked at 10 of 12 flow logs' });
    });
  });
});

describe('deletion', () => {
  it.each(['Enabled', 'Suspended'] as const)('is not tried in a bucket whose versioning is %s', async (versioning) => {
    const results = await checked({ bucket: { ...GOOD, versioning } });
    expect(results.get('delete')).toMatchObject({
      state: 'not-checked',
      message: 'Not checked: the bucket is versioned',
    });
    expect(results.get('versioning')).toMatchObject({
      state: 'warn',
      message: 'Versioned: deleted data keeps costing',
    });
    expect(fake.requests.map(({ call }) => call)).not.toContain('DeleteObject');
  });

  it('is not tried where versions cannot be seen', async () => {
    const results = await checked({ bucket: refusing('GetBucketVersioning', ACCESS_DENIED) });
    expect(results.get('delete')!.state).toBe('not-checked');
    expect(fake.requests.map(({ call }) => call)).not.toContain('DeleteObject');
  });

  it('will fail in a locked bucket', async () => {
    const results = await checked({ bucket: { ...GOOD, versioning: 'Enabled', isLocked: true } });
    expect(results.get('versioning')).toMatchObject({ state: 'fail', message: 'Object Lock will refuse deletion' });
  });
});

describe('beside the bucket', () => {
  it('another source that reads the same, and a store that will refuse data', async () => {
    const overlaps = [{ name: 'old', prefix: 'AWSLogs/' }];
    const results = await checked({ overlaps, store: () => Promise.resolve(['max-values-per-tag = 100000']) });
    expect(results.get('overlap')).toMatchObject({
      state: 'warn',
      message: expect.stringMatching(/^Source old \(prefix AWSLogs\/\) is set to read this, too/) as string,
    });
    expect(results.get('store')).toMatchObject({
      state: 'warn',
      notes: [{ state: 'warn', message: 'max-values-per-tag = 100000' }],
    });
  });

  it('a store that does not answer', async () => {
    const store = () => Promise.reject(new Error('InfluxDB does not answer at http://127.0.0.1:9'));
    expect((await checked({ store })).get('store')).toMatchObject({
      state: 'fail',
      message: expect.stringContaining('does not answer') as string,
    });
  });
});

describe('a queue', () => {
  const ARN = 'arn:aws:sqs:eu-west-1:111122223333:flow-logs';
  const notifying = (arn = ARN, event = 's3:ObjectCreated:*', prefix = '') =>
    `<QueueConfiguration><Id>1</Id><Queue>${arn}</Queue><Event>${event}</Event>` +
    `<Filter><S3Key><FilterRule><Name>Prefix</Name><Value>${prefix}</Value></FilterRule></S3Key></Filter></QueueConfiguration>`;
  const message = (bucket: string) => JSON.stringify({ Event: 's3:TestEvent', Bucket: bucket });
  const TOLD = { ...GOOD, notifications: notifying(), message: message('flow-logs') };
  const sqs = async (bucket: FakeBucket) => {
    const results = await checked({ bucket, source: { queueUrl: `${fake.url}/111122223333/flow-logs` } });
    return results.get('sqs')!;
  };
  const denying = (...calls: string[]): FakeBucket => ({
    ...TOLD,
    refuse: ({ call }) => (calls.includes(call) ? ACCESS_DENIED : undefined),
  });

  it('that tells of the bucket passes; its messages are neither hidden from others nor deleted', async () => {
    expect(await sqs(TOLD)).toEqual({
      ...{ id: 'sqs', title: 'SQS', state: 'pass' },
      ...{ message: 'sqs:ReceiveMessage allowed on flow-logs', notes: [] },
    });
    const received = fake.requests.filter(({ call }) => call === 'ReceiveMessage');
    expect(received.map(({ body: sent }) => JSON.parse(sent) as object)).toMatchObject([
      { VisibilityTimeout: 0, MaxNumberOfMessages: 1 },
    ]);
    const changed = fake.requests.filter(({ call }) => call === 'DeleteMessage' || call === 'ChangeMessageVisibility');
    expect(changed.map(({ body: sent }) => JSON.parse(sent) as object)).toMatchObject(
      Array(2).fill({ ReceiptHandle: 'flowscope-test' })
    );
  });

  it('of another region cannot be told by S3 itself', async () => {
    fake.become(TOLD);
    const sqs = sqsClient(`${fake.url}/111122223333/flow-logs`, 'us-east-1', KEYS);
    const queueUrl = 'https://sqs.us-east-1.amazonaws.com/111122223333/flow-logs';
    const source = { bucket: 'flow-logs', prefix: PREFIX, region: 'eu-west-1', queueUrl };
    const results = await checkResults({ source, sqs });
    sqs.destroy();
    expect(results.find(({ id }) => id === 'sqs')).toMatchObject({
      state: 'warn',
      notes: expect.arrayContaining([
        {
          state: 'warn',
          message: 'Queue is in us-east-1, the bucket in eu-west-1: S3 itself notifies queues of its own region only',
        },
      ]) as object,
    });
  });

  it.each<[string, FakeBucket, RegExp]>([
    ['ReceiveMessage', denying('ReceiveMessage'), /^sqs:ReceiveMessage denied on flow-logs$/],
    [
      'several calls',
      denying('ReceiveMessage', 'DeleteMessage', 'ChangeMessageVisibility', 'GetQueueAttributes'),
      /^sqs:ReceiveMessage, sqs:DeleteMessage, sqs:ChangeMessageVisibility, sqs:GetQueueAttributes denied on flow-logs$/,
    ],
  ])('denies %s', async (_case, bucket, expected) => {
    expect(await sqs(bucket)).toMatchObject({
      state: 'fail',
      message: expect.stringMatching(expected) as string,
      fix: {
        text: expect.stringMatching(/policy of these credentials.*policy of the queue.*see Permissions/) as string,
      },
    });
  });

  it.each([
    [
      'arn:aws:kms:eu-west-1:111122223333:key/k2',
      [
        'Its messages are encrypted with KMS key arn:aws:kms:eu-west-1:111122223333:key/k2: kms:Decrypt is needed on it, too',
      ],
    ],
    [
      'alias/mine',
      [
        'Its messages are encrypted with KMS key alias/mine: kms:Decrypt is needed on it, too: enter its key ARN in Permissions',
      ],
    ],
  ])('that is encrypted with %s says what else that takes', async (queueKey, notes) => {
    const result = await sqs({ ...TOLD, queueKey });
    expect(result).toMatchObject({ state: 'pass' });
    expect(result.notes!.map(({ message: note }) => note)).toEqual(notes);
  });

  it.each(['alias/aws/sqs', 'arn:aws:kms:eu-west-1:111122223333:alias/aws/sqs'])(
    'that is encrypted with %s cannot be told by S3',
    async (queueKey) => {
      const message = 'S3 cannot send to a queue encrypted with alias/aws/sqs: use a key of your own, or SSE-SQS';
      expect(await sqs({ ...TOLD, queueKey })).toMatchObject({ state: 'warn', notes: [{ state: 'warn', message }] });
    }
  );

  it('whose key may not be used names it', async () => {
    const refuse = ({ call }: { call: FakeCall }) =>
      call === 'ReceiveMessage' ? { status: 400, code: 'KmsAccessDenied', message: 'no' } : undefined;
    expect(await sqs({ ...TOLD, queueKey: 'k2', refuse })).toMatchObject({
      state: 'fail',
      message: 'kms:Decrypt (of its messages) denied on flow-logs',
      notes: [
        { message: expect.stringMatching(/KMS key k2: kms:Decrypt .* enter its key ARN in Permissions$/) as string },
      ],
      fix: { text: expect.stringMatching(/policy of the queue or key .*see Permissions/) as string },
    });
  });

  it('does not exist', async () => {
    const refuse = ({ call }: { call: FakeCall }) =>
      call === 'ReceiveMessage' ? { status: 400, code: 'QueueDoesNotExist', message: 'none' } : undefined;
    expect(await sqs({ ...TOLD, refuse })).toMatchObject({
      state: 'fail',
      message: 'Queue flow-logs does not exist in eu-west-1',
      fix: { field: 'queueUrl' },
    });
  });

  it('of an access point tells of the bucket behind it', async () => {
    const bucket = { ...TOLD, message: message('flow-logs') };
    const source = { queueUrl: `${fake.url}/111122223333/flow-logs`, bucket: 'logs-s3alias' };
    expect((await checked({ bucket, source })).get('sqs')).toMatchObject({ state: 'pass', notes: [] });
  });

  it('that fails otherwise is what failed, and not the bucket', async () => {
    const refuse = ({ call }: { call: FakeCall }) =>
      call === 'ReceiveMessage' ? { status: 400, code: 'Teapot', message: 'no' } : undefined;
    expect(await sqs({ ...TOLD, refuse })).toMatchObject({
      state: 'fail',
      message: 'sqs:ReceiveMessage failed for queue flow-logs (eu-west-1): Teapot (HTTP 400), no',
    });
  });

  it.each<[string, FakeBucket, string, RegExp]>([
    ['nothing', { ...TOLD, notifications: '' }, 'warn', /^Bucket does not notify this queue of new objects$/],
    [
      'another queue',
      { ...TOLD, notifications: notifying(`${ARN}-2`) },
      'warn',
      /^Bucket does not notify this queue of new objects$/,
    ],
    [
      'deletions only',
      { ...TOLD, notifications: notifying(ARN, 's3:ObjectRemoved:*') },
      'warn',
      /^Bucket does not notify this queue of new objects$/,
    ],
    [
      'another folder',
      { ...TOLD, notifications: notifying(ARN, 's3:ObjectCreated:Put', 'dev/') },
      'warn',
      /^Bucket does not notify this queue of new objects$/,
    ],
    ['EventBridge', { ...TOLD, notifications: '<EventBridgeConfiguration/>' }, 'pass', /^Bucket notifies SNS or Event/],
    [
      'what may not be known',
      denying('GetBucketNotificationConfiguration'),
      'pass',
      /^Whether the bucket notifies this queue is not known: s3:GetBucketNotification is not allowed$/,
    ],
    [
      'in no way that this S3 knows',
      {
        ...TOLD,
        refuse: ({ call }) =>
          call === 'GetBucketNotificationConfiguration' ? { status: 501, code: 'NotImplemented' } : undefined,
      },
      'pass',
      /^Whether the bucket notifies this queue is not known: What answers for bucket flow-logs .* does not know s3:GetBucketNotification/,
    ],
    [
      'another bucket',
      { ...TOLD, message: message('other') },
      'warn',
      /^A message in it will be left there: it is about other$/,
    ],
    ['something else', { ...TOLD, message: 'hello' }, 'warn', /^A message in it will be left there: it is not JSON$/],
  ])('of which the bucket tells %s', async (_case, bucket, state, note) => {
    const { notes, ...result } = await sqs(bucket);
    expect(result).toMatchObject({ state, message: 'sqs:ReceiveMessage allowed on flow-logs' });
    expect(notes!.map((one) => one.message)).toEqual([expect.stringMatching(note)]);
  });
});
