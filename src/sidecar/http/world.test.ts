import { once } from 'node:events';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { ChildProcess } from 'node:child_process';
import type { CheckResult } from '../../contract/checks';
import type { Job } from '../../contract/jobs';
import { HEADER_V2, recordV2 } from '../testing/lines';
import { REGION, World, type Deployment } from '../testing/world';
import { outputOf, type Output } from '../testing/output';
import { until } from '../testing/until';

const TOKEN = 'token-of-the-world-test';
const SECRET = 'a-secret-that-must-never-show';

const world = World.forTests();

/** `flowscope serve`, with its API. */
class Served {
  url = '';
  private readonly printed: Output;

  private constructor(
    readonly child: ChildProcess,
    private readonly token: string
  ) {
    this.printed = outputOf(child);
  }

  static async start(flowscope: Deployment, token = TOKEN): Promise<Served> {
    const served = new Served(flowscope.start('serve'), token);
    await until(() => {
      served.url = /API at (http:\/\/[^"\s]+)/.exec(served.output)?.[1] ?? '';
      return served.url !== '';
    }, served.child);
    return served;
  }

  get output(): string {
    return this.printed.all;
  }

  async ask<T>(method: string, path: string, body?: object, version?: number): Promise<{ status: number; body: T }> {
    const response = await fetch(this.url + path, {
      method,
      body: body && JSON.stringify(body),
      headers: {
        authorization: `Bearer ${this.token}`,
        ...(body && { 'content-type': 'application/json' }),
        ...(version !== undefined && { 'if-match': `"${version}"` }),
      },
    });
    return { status: response.status, body: (await response.json()) as T };
  }

  async job<K extends Job['kind']>(path: string, body?: object): Promise<Extract<Job, { kind: K }>> {
    let { body: job, status } = await this.ask<Job>('POST', path, body);
    expect(status).toBe(202);
    await until(async () => {
      ({ body: job } = await this.ask<Job>('GET', `/v1/admin/jobs/${job.id}`));
      return job.state !== 'running';
    }, this.child);
    return job as Extract<Job, { kind: K }>;
  }

  async stop(): Promise<void> {
    const exit = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    expect(await exit).toEqual([0, null]);
  }
}

const bucketWithLogs = () => world.bucketWithLogs({ seed: 3, minutes: 5, interfaces: 10 });

describe('a source, from its first Test to its objects collected', () => {
  it('works through the API of flowscope serve alone', async () => {
    const { bucket, truth } = await bucketWithLogs();
    const flowscope = world.deployment({ FLOWSCOPE_TOKEN: TOKEN });
    const served = await Served.start(flowscope);
    const before = await world.keys(bucket);
    const input = {
      ...{ name: 'prod', bucket, region: REGION, pollSeconds: 10 },
      ...{ accessKeyId: 'AKIATEST', secretAccessKey: SECRET },
    };

    const draft = await served.job<'test'>('/v1/admin/drafts/test', { source: input });
    expect(draft.progress.filter(({ state }) => state === 'fail')).toEqual([]);
    expect(draft.result).toEqual({ passed: true });
    expect(draft.progress.find(({ id }) => id === 'store')!.message).toMatch(/^InfluxDB accepts writes/);

    const { body: added } = await served.ask<{ id: string; version: number }>('POST', '/v1/admin/sources', input);
    const url = `/v1/admin/sources/${added.id}`;
    const wrong = { source: { ...input, region: 'eu-central-1', secretAccessKey: undefined }, id: added.id };
    const elsewhere = await served.job<'test'>('/v1/admin/drafts/test', wrong);
    expect(elsewhere.result).toEqual({ passed: false });
    expect(elsewhere.progress.find(({ id }) => id === 'region')).toMatchObject({
      ...{ state: 'fail', message: `Bucket is in ${REGION}, not eu-central-1` },
      fix: { field: 'region', value: REGION },
    });
    expect(elsewhere.progress).toHaveLength(13);

    const unseen = await served.job<'preview'>('/v1/admin/drafts/preview', wrong);
    expect(unseen).toMatchObject({
      state: 'failed',
      error: `Bucket is in ${REGION}, not eu-central-1. Use ${REGION}.`,
    });

    const preview = await served.job<'preview'>(`${url}/preview`);
    expect(preview.result!.exporters.length).toBeGreaterThan(0);
    expect(preview.result!.exporters.every(({ isNew, decision }) => isNew && decision === 'count')).toBe(true);
    expect(preview.result!.looked).toBe(Math.min(20, before.length));
    expect(preview.result!.series.total).toBeGreaterThan(0);
    // Nothing was changed so far, neither in the bucket nor in the store.
    expect(await world.keys(bucket)).toEqual(before);
    expect((await flowscope.sums('minute')).flow_interface.flows).toBe('0');

    await served.ask('POST', `${url}/enable`, { deleteAfterCollecting: true }, 1);
    await until(async () => (await world.keys(bucket)).length <= truth.notCollected, served.child);
    await served.stop();
    expect(await flowscope.sums('minute')).toEqual(truth.measurements);
    expect(served.output).not.toContain(SECRET);
    expect(served.output).not.toContain(TOKEN);
    expect(readFileSync(join(flowscope.env.FLOWSCOPE_DATA_DIR!, 'registry.sqlite')).includes(SECRET)).toBe(false);
  });
});

describe('a preview', () => {
  it('counts what collecting the same objects then stores, to the record', async () => {
    const { bucket } = await bucketWithLogs();
    const flowscope = world.deployment({ FLOWSCOPE_TOKEN: TOKEN });
    const served = await Served.start(flowscope);
    const input = { name: 'prod', bucket, region: REGION };
    const { result } = await served.job<'preview'>('/v1/admin/drafts/preview', { source: input });
    await served.stop();
    expect(result!.hasMore).toBe(false);
    await flowscope.addSource(bucket, { name: 'prod' });
    const counts = JSON.parse(await flowscope.ok('collect', '--once', '--json')) as Record<string, unknown>;
    expect(counts).toMatchObject(result!.counts);
    const series = await flowscope.query('SHOW SERIES');
    const flows = series.filter(({ key }) => /^flow_/.test(String(key)));
    expect(flows).toHaveLength(result!.series.total);
  });

  it('takes any region of a store that is not AWS', async () => {
    const { bucket } = await bucketWithLogs();
    const served = await Served.start(world.deployment({ FLOWSCOPE_TOKEN: TOKEN }));
    const source = { name: 'x', bucket, region: 'us-west-2', endpoint: world.awsUrl, pathStyle: true };
    const { result } = await served.job<'preview'>('/v1/admin/drafts/preview', { source });
    await served.stop();
    expect(result!.exporters.length).toBeGreaterThan(0);
  });

  it('fails when none of the newest records can be read, and shows the line; so does Test', async () => {
    const bucket = await world.bucket();
    const time = Math.floor(Date.now() / 1000) - 600;
    const inMilliseconds = recordV2(time).replace(` ${time} ${time + 5} `, ` ${time}000 ${time + 5}000 `);
    const body = gzipSync(`${[HEADER_V2, ...Array<string>(120).fill(inMilliseconds)].join('\n')}\n`);
    await world.put(bucket, 'a.log.gz', body);
    const nodata = '2 123456789012 eni-0a1b2c3d - - - - - - - 1 2 - NODATA';
    await world.put(bucket, 'quiet.log.gz', gzipSync(`${HEADER_V2}\n${nodata}\n`));
    const served = await Served.start(world.deployment({ FLOWSCOPE_TOKEN: TOKEN }));
    const source = { name: 'x', bucket, region: REGION };
    const preview = await served.job<'preview'>('/v1/admin/drafts/preview', { source });
    expect(preview.state).toBe('failed');
    expect(preview.error).toMatch(/^None of the newest records can be read\. a\.log\.gz: 120 of its 120 records/);
    expect(preview.error).toContain(`"${inMilliseconds}"`);
    const test = await served.job<'test'>('/v1/admin/drafts/test', { source });
    expect(test.result).toEqual({ passed: false });
    const format = test.progress.find(({ id }) => id === 'format')!;
    expect(format.state).toBe('fail');
    expect(format.message).toContain(`None of its first 120 records can be read: "${inMilliseconds}". start or end`);

    // One that can be read among them, and both go through.
    await world.put(bucket, 'b.log.gz', gzipSync(`${HEADER_V2}\n${recordV2(time)}\n`));
    expect((await served.job<'preview'>('/v1/admin/drafts/preview', { source })).state).toBe('done');
    expect((await served.job<'test'>('/v1/admin/drafts/test', { source })).result).toEqual({ passed: true });
    await served.stop();
  });

  it('of a bucket that cannot be read says why', async () => {
    const served = await Served.start(world.deployment({ FLOWSCOPE_TOKEN: TOKEN }));
    const source = { name: 'x', bucket: 'no-such-bucket', region: REGION };
    const job = await served.job<'preview'>('/v1/admin/drafts/preview', { source });
    expect(job).toMatchObject({ state: 'failed', error: expect.stringContaining('does not exist') as string });
    await served.stop();
  });
});

describe('descriptions', () => {
  it('are synced, and each call of an account is tested', async () => {
    const served = await Served.start(world.deployment({ FLOWSCOPE_TOKEN: TOKEN }));
    const account = { name: 'mine', regions: [REGION], accessKeyId: 'AKIATEST', secretAccessKey: SECRET };
    const { body } = await served.ask<{ id: string }>('POST', '/v1/admin/accounts', account);
    const tested = await served.job<'account-test'>(`/v1/admin/accounts/${body.id}/test`);
    expect(tested.result).toEqual({ passed: true });
    expect(tested.progress).toHaveLength(4);
    expect(tested.progress[0].message).toBe(
      `ec2:DescribeNetworkInterfaces allowed in ${REGION} for account 123456789012`
    );
    // It begins as soon as the store is ready; until then a sync says so.
    let sync = await served.job<'sync'>('/v1/admin/descriptions/sync');
    await until(async () => {
      sync = sync.state === 'failed' ? await served.job<'sync'>('/v1/admin/descriptions/sync') : sync;
      return sync.state !== 'failed';
    });
    expect(sync.result!.summary).toMatch(/^AWS entities synced! \d+ interfaces/);
    expect(sync.result!.regions.map(({ account: name }) => name)).toContain('mine');
    await served.stop();
  });
});

describe('flowscope serve', () => {
  it('makes a token when none is given, and keeps it to itself', async () => {
    const flowscope = world.deployment();
    const first = await Served.start(flowscope, 'x');
    const file = join(flowscope.env.FLOWSCOPE_DATA_DIR!, 'api-token');
    const token = readFileSync(file, 'utf8').trim();
    expect(token).toMatch(/^[\w-]{43}$/);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(first.output).not.toContain(token);
    expect((await first.ask('GET', '/v1/health')).status).toBe(401);
    await first.stop();
    const second = await Served.start(flowscope, token);
    expect((await second.ask('GET', '/v1/health')).status).toBe(200);
    await second.stop();
  });

  it.each([
    [
      'a port that is taken',
      { FLOWSCOPE_LISTEN: 'taken' },
      /The API cannot listen at 127.0.0.1:\d+: another process has it/,
    ],
    ['an address that is none', { FLOWSCOPE_LISTEN: '9555' }, /look like 127.0.0.1:9555, not "9555"/],
    [
      'an address that others reach',
      { FLOWSCOPE_LISTEN: '[::]:0' },
      /would listen at \[::\]:0 without TLS.*Set FLOWSCOPE_TLS_CERT and FLOWSCOPE_TLS_KEY.*FLOWSCOPE_ALLOW_PLAIN_HTTP=yes/,
    ],
    ['a host by its name', { FLOWSCOPE_LISTEN: 'sidecar.test:9555' }, /would listen at sidecar\.test:9555 without TLS/],
    ['what is neither yes nor no', { FLOWSCOPE_ALLOW_PLAIN_HTTP: 'true' }, /_HTTP is yes, no or not set, not "true"/],
    ['a certificate without a key', { FLOWSCOPE_TLS_CERT: 'x' }, /FLOWSCOPE_TLS_KEY is not/],
    ['a short token', { FLOWSCOPE_TOKEN: 'short' }, /FLOWSCOPE_TOKEN must have 16 to 256 characters/],
    ['a key that is none', { FLOWSCOPE_SECRET_KEY: 'short' }, /FLOWSCOPE_SECRET_KEY must hold 32 bytes/],
  ])('says in one line that %s cannot be', async (_case, env: Record<string, string>, message) => {
    const taken = new globalThis.URL(world.influxUrl).host;
    const listen = env.FLOWSCOPE_LISTEN === 'taken' ? { FLOWSCOPE_LISTEN: taken } : {};
    const { code, stderr } = await world.deployment({ ...env, ...listen }).run('serve');
    expect([code, stderr]).toEqual([1, expect.stringMatching(message)]);
    const failure = stderr.replace(/^Making a new registry in .*\n/, '');
    expect(failure.trim().split('\n')).toHaveLength(1);
  });

  it('answers while InfluxDB does not, and says so', async () => {
    const served = await Served.start(
      world.deployment({ FLOWSCOPE_TOKEN: TOKEN, FLOWSCOPE_INFLUX_URL: 'http://127.0.0.1:9' })
    );
    expect((await served.ask('GET', '/v1/health')).body).toMatchObject({ store: 'unavailable', isCollecting: false });
    await served.stop();
  });
});

describe('the command line', () => {
  it('takes the secret from the environment or standard input, never as an argument', async () => {
    const { bucket } = await bucketWithLogs();
    const flowscope = world.deployment({ AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined });
    const args = (name: string) => [
      'source',
      'add',
      name,
      '--bucket',
      bucket,
      '--region',
      REGION,
      '--access-key-id',
      'AKIATEST',
    ];
    flowscope.env.FLOWSCOPE_SECRET_ACCESS_KEY = SECRET;
    await flowscope.ok(...args('a'));
    delete flowscope.env.FLOWSCOPE_SECRET_ACCESS_KEY;
    // Standard input is empty here: no secret is no source.
    const { code, stderr } = await flowscope.run(...args('b'));
    expect([code, stderr]).toEqual([1, expect.stringContaining('FLOWSCOPE_SECRET_ACCESS_KEY or standard input: ')]);
    const listed = await flowscope.ok('source', 'list', '--json');
    expect(JSON.parse(listed)).toMatchObject([{ name: 'a', accessKeyId: 'AKIATEST', hasSecret: true }]);
    expect(listed).not.toMatch(new RegExp(`${SECRET}|sealed`));
    // The machine has no credentials: what signs in is the key of the source.
    const tested = await flowscope.ok('test', 'a');
    expect(tested).toMatch(/^ok {7}Credentials: Signed in as arn:aws/m);
    expect(tested).toMatch(/^ok {7}Delete: s3:DeleteObject allowed/m);
    const refused = await flowscope.run('source', 'enable', 'a');
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('--delete-after-collecting')]);
    await flowscope.ok('source', 'enable', 'a', '--delete-after-collecting');
    const again = await flowscope.run('source', 'enable', 'a');
    expect([again.code, again.stderr]).toEqual([1, expect.not.stringContaining('is disabled')]);
    expect(await flowscope.ok('collect', '--once')).toMatch(/^Collected [1-9]/);
  });

  it('test of an AWS that does not answer says so, and goes on', async () => {
    const flowscope = world.deployment({ AWS_ENDPOINT_URL: 'http://127.0.0.1:9' });
    await flowscope.ok('source', 'add', 'a', '--bucket', 'flow-logs', '--region', REGION);
    const { code, stdout } = await flowscope.run('test', 'a', '--json');
    const { checks } = JSON.parse(stdout) as { checks: CheckResult[] };
    expect([code, checks.map(({ id, state }) => `${id} ${state}`)]).toEqual([
      1,
      expect.arrayContaining([
        'credentials warn',
        'clock not-checked',
        'region not-checked',
        'list fail',
        'store pass',
      ]),
    ]);
    expect(checks.find(({ id }) => id === 'list')!.message).toMatch(/^AWS does not answer for bucket flow-logs/);
  });

  it('test says what is wrong, with exit code 1', async () => {
    const flowscope = world.deployment();
    await flowscope.ok('source', 'add', 'a', '--bucket', 'no-such-bucket', '--region', REGION);
    const { code, stdout, stderr } = await flowscope.run('test', 'a', '--json');
    const { passed, checks } = JSON.parse(stdout) as { passed: boolean; checks: CheckResult[] };
    expect([code, passed, checks.length]).toEqual([1, false, 13]);
    expect(checks.find(({ id }) => id === 'list')).toMatchObject({ state: 'fail', message: 'Bucket does not exist' });
    expect(stderr).toMatch(/^flowscope: Source a cannot be collected as it is: List/);
  });
});
