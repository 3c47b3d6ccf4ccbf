import type { SourceView } from '../../contract/sources';
import { grafanaId, TestApi } from '../testing/api';
import { NOON } from '../testing/reference/rollUp';

const test = TestApi.forTests();

const INPUT = { name: 'prod', bucket: 'flow-logs', region: 'eu-west-1', prefix: '/a/b/' };
const QUEUE = 'https://sqs.eu-west-1.amazonaws.com/111122223333/flow-logs';
const SECRET = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
const KEYS = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: SECRET };
const ROLE = { roleArn: 'arn:aws:iam::111122223333:role/reader', externalId: 'ext-1234' };

async function add(input: object = INPUT): Promise<SourceView> {
  const answer = await test.send('POST', '/v1/admin/sources', { payload: input });
  expect([answer.statusCode, answer.body]).toEqual([201, expect.any(String)]);
  return answer.json<SourceView>();
}

describe('adding a source', () => {
  it('saves it disabled, under a version', async () => {
    const answer = await test.send('POST', '/v1/admin/sources', { payload: { ...INPUT, ...ROLE } });
    expect(answer.statusCode).toBe(201);
    expect(answer.headers.etag).toBe('"1"');
    expect(answer.json()).toMatchObject({
      ...{ name: 'prod', bucket: 'flow-logs', prefix: 'a/b/', region: 'eu-west-1' },
      ...{ enabled: false, state: 'disabled', collector: 'primary', pollSeconds: 60, pathStyle: false },
      objectsInFlight: 8,
      ...{ ...ROLE, hasSecret: false, version: 1, created: NOON, exporters: 0, objects: [], left: [] },
    });
  });

  it.each([
    ['name', { name: '' }, 'must not be empty'],
    ['name', { name: 'x'.repeat(65) }, 'must have at most 64 characters'],
    ['name', { name: ' x' }, 'no space at its ends'],
    ['name', { name: 'a\nb' }, 'must be one line of text'],
    ['name', { name: 'a\x1b[31mb' }, 'must have no control characters'],
    ['bucket', { bucket: 'Flow_Logs' }, '3 to 63 lower-case letters'],
    ['region', { region: 'Ireland' }, 'it looks like eu-west-1'],
    ['prefix', { prefix: 'x'.repeat(1001) }, '1000'],
    ['accessKeyId', { accessKeyId: 'no spaces' }, 'that is no access key id'],
    ['accessKeyId', { accessKeyId: 'ASIAIOSFODNN7EXAMPLE' }, 'a key that begins with ASIA is temporary'],
    ['secretAccessKey', { accessKeyId: 'AKIA1234' }, 'enter the secret'],
    ['accessKeyId', { secretAccessKey: 'x' }, 'a secret needs its access key id'],
    ['roleArn', { roleArn: 'reader' }, 'that is no role ARN'],
    ['roleArn', { externalId: 'abc' }, 'belongs to a role'],
    ['endpoint', { endpoint: 'ftp://x' }, 'an endpoint looks like'],
    ['endpoint', { endpoint: 'http://me:secret@x' }, 'no credentials'],
    ['pollSeconds', { pollSeconds: 9 }, '10'],
    ['objectsInFlight', { objectsInFlight: 65 }, 'whole number from 1 to 64'],
    ['queueUrl', { queueUrl: 'flow-logs' }, 'a queue URL looks like https://sqs.eu-west-1'],
    ['queueUrl', { queueUrl: 'http://sqs.eu-west-1.amazonaws.com/111122223333/q' }, 'a queue URL looks like'],
    [
      'queueUrl',
      { queueUrl: 'https://me:secret@sqs.eu-west-1.amazonaws.com/111122223333/q' },
      'a queue URL looks like',
    ],
    ['queueUrl', { queueUrl: 'https://sqs.eu-west-1.amazonaws.com/111122223333/q?a=b' }, 'a queue URL looks like'],
    ['queueUrl', { queueUrl: 'arn:aws:sqs:eu-west-1:111122223333:q' }, 'a queue URL looks like'],
    [undefined, { enabled: true }, 'enabled'],
  ])('refuses a wrong %s: %j', async (field, change, message) => {
    const answer = await test.send('POST', '/v1/admin/sources', { payload: { ...INPUT, ...change } });
    expect(answer.statusCode).toBe(400);
    const said = expect.stringContaining(message) as string;
    expect(answer.json()).toEqual({
      error: { code: 'invalid', message: said, ...(field && { field, reason: said }) },
    });
    expect(await test.registry.listSources()).toEqual([]);
  });

  it.each([
    QUEUE,
    'http://127.0.0.1:5000/123456789012/flow-logs',
    'https://sqs.cn-north-1.amazonaws.com.cn/111122223333/a_b-1.fifo',
  ])('takes queue %s, and shows it to administrators', async (queueUrl) => {
    const { id } = await add({ ...INPUT, queueUrl });
    expect((await test.send('GET', `/v1/admin/sources/${id}`)).json()).toMatchObject({ queueUrl });
    expect((await test.send('GET', '/v1/collection')).body).not.toContain(queueUrl);
  });

  it('refuses a queue that another source reads: a message goes to one of them only', async () => {
    const { id } = await add({ ...INPUT, queueUrl: QUEUE });
    const payload = { ...INPUT, name: 'other', queueUrl: QUEUE };
    const answer = await test.send('POST', '/v1/admin/sources', { payload });
    expect(answer.json()).toMatchObject({
      error: { code: 'taken', field: 'queueUrl', message: expect.stringContaining('Source "prod" reads') as string },
    });
    const headers = { 'if-match': '"1"' };
    const changed = await test.send('PUT', `/v1/admin/sources/${id}`, {
      payload: { ...INPUT, queueUrl: QUEUE },
      headers,
    });
    expect(changed.statusCode).toBe(200);
    await test.send('PUT', `/v1/admin/sources/${id}`, { payload: INPUT, headers: { 'if-match': '"2"' } });
    expect((await test.send('POST', '/v1/admin/sources', { payload })).statusCode).toBe(201);
  });

  it('refuses a name that is taken', async () => {
    await add();
    const answer = await test.send('POST', '/v1/admin/sources', { payload: INPUT });
    expect(answer.statusCode).toBe(409);
    expect(answer.json()).toMatchObject({
      error: { code: 'taken', field: 'name', message: expect.stringContaining('This name is taken') as string },
    });
  });
});

describe('secrets', () => {
  it('are sealed, and never shown again', async () => {
    const { id, ...shown } = await add({ ...INPUT, ...KEYS });
    expect(shown).toMatchObject({ accessKeyId: KEYS.accessKeyId, hasSecret: true });
    const bodies = await Promise.all(
      ['sources', `sources/${id}`, 'audit', `sources/${id}/policies`].map((path) =>
        test.send('GET', `/v1/admin/${path}`)
      )
    );
    const { access } = await test.registry.sourceById(id);
    for (const body of [JSON.stringify(shown), ...bodies.map((answer) => answer.body), JSON.stringify(access)]) {
      expect(body).not.toContain(SECRET);
      expect(body).not.toContain(Buffer.from(SECRET).toString('base64url'));
    }
    for (const { body } of bodies) {
      expect(body).not.toContain(access.sealedSecret);
    }
  });

  it('are kept while the access key id stays, and asked for when it changes', async () => {
    const { id } = await add({ ...INPUT, ...KEYS });
    const before = await test.registry.sourceById(id);
    const { accessKeyId } = KEYS;
    const kept = await test.send('PUT', `/v1/admin/sources/${id}`, { version: 1, payload: { ...INPUT, accessKeyId } });
    expect(kept.json()).toMatchObject({ hasSecret: true, version: 2 });
    expect((await test.registry.sourceById(id)).access).toEqual(before.access);
    const other = { ...INPUT, accessKeyId: 'AKIAOTHER' };
    const refused = await test.send('PUT', `/v1/admin/sources/${id}`, { version: 2, payload: other });
    expect([refused.statusCode, refused.json<{ error: object }>().error]).toMatchObject([
      400,
      {
        message: 'secretAccessKey: enter the secret of this access key id.',
        field: 'secretAccessKey',
        reason: 'enter the secret of this access key id.',
      },
    ]);
  });

  it('say what is wrong apart from the name of the input, also where another field shows it', async () => {
    const errorOf = async (changes: object) =>
      (await test.send('POST', '/v1/admin/sources', { payload: { ...INPUT, ...changes } })).json<object>();
    expect(await errorOf({ externalId: 'xyz' })).toEqual({
      error: {
        code: 'invalid',
        message: 'externalId: an external id belongs to a role: enter its ARN too.',
        field: 'roleArn',
        reason: 'an external id belongs to a role: enter its ARN too.',
      },
    });
    expect(await errorOf({ region: 'europe' })).toEqual({
      error: {
        code: 'invalid',
        message: 'region: that is no region: it looks like eu-west-1',
        field: 'region',
        reason: 'that is no region: it looks like eu-west-1',
      },
    });
  });
});

describe('changing a source', () => {
  it('needs the version it is meant for', async () => {
    const { id } = await add();
    const url = `/v1/admin/sources/${id}`;
    const change = (version?: number, headers?: Record<string, string>) =>
      test.send('PUT', url, { version, headers, payload: { ...INPUT, name: 'other' } });
    expect((await change()).statusCode).toBe(428);
    expect((await change(undefined, { 'if-match': '*' })).statusCode).toBe(400);
    expect((await change(1)).headers.etag).toBe('"2"');
    const late = await change(1);
    expect(late.statusCode).toBe(412);
    expect(late.json()).toMatchObject({
      error: { code: 'stale', message: expect.stringContaining('changed by somebody else') as string },
    });
    for (const [method, path] of [
      ['DELETE', url],
      ['POST', `${url}/enable`],
      ['POST', `${url}/disable`],
    ] as const) {
      const payload = path.endsWith('enable') ? { deleteAfterCollecting: true } : undefined;
      expect((await test.send(method, path, { version: 1, payload })).statusCode).toBe(412);
    }
  });

  it('of two at once lets one through', async () => {
    const { id } = await add();
    const both = await Promise.all(
      ['a', 'b'].map((name) => test.send('PUT', `/v1/admin/sources/${id}`, { version: 1, payload: { ...INPUT, name } }))
    );
    expect(both.map(({ statusCode }) => statusCode).sort()).toEqual([200, 412]);
  });

  it('asks for the consent before it enables, and again when it reads elsewhere', async () => {
    const { id } = await add();
    const url = `/v1/admin/sources/${id}`;
    for (const payload of [undefined, {}, { deleteAfterCollecting: false }]) {
      expect((await test.send('POST', `${url}/enable`, { version: 1, payload })).statusCode).toBe(400);
    }
    const enabled = await test.send('POST', `${url}/enable`, { version: 1, payload: { deleteAfterCollecting: true } });
    expect(enabled.json()).toMatchObject({ enabled: true, state: 'new', version: 2 });
    const renamed = await test.send('PUT', url, { version: 2, payload: { ...INPUT, name: 'renamed' } });
    expect(renamed.json()).toMatchObject({ enabled: true, version: 3 });
    const moved = await test.send('PUT', url, { version: 3, payload: { ...INPUT, bucket: 'another' } });
    expect(moved.json()).toMatchObject({ enabled: false, version: 4 });
    const entry = { sourceId: id, key: 'a.gz', etag: 'e', size: 1, state: 'stored' } as const;
    await test.registry.setLedgerEntry(entry, NOON);
    for (const change of [{ bucket: 'third' }, { prefix: 'other' }, { endpoint: 'http://127.0.0.1:9000' }]) {
      const refused = await test.send('PUT', url, { version: 4, payload: { ...INPUT, bucket: 'another', ...change } });
      expect([refused.statusCode, refused.json<object>()]).toMatchObject([
        409,
        { error: { code: 'conflict', field: 'bucket' } },
      ]);
    }
    await test.send('POST', `${url}/enable`, { version: 4, payload: { deleteAfterCollecting: true } });
    const disabled = await test.send('POST', `${url}/disable`, { version: 5 });
    expect(disabled.json()).toMatchObject({ enabled: false, state: 'disabled' });
  });

  it('is not possible once it is gone', async () => {
    const { id } = await add();
    const removed = await test.send('DELETE', `/v1/admin/sources/${id}`, { version: 1 });
    expect(removed.json()).toEqual({ stays: expect.stringContaining('flow-logs') as string });
    for (const [method, path] of [
      ['GET', ''],
      ['PUT', ''],
      ['DELETE', ''],
      ['GET', '/policies'],
      ['POST', '/test'],
      ['POST', '/preview'],
    ] as const) {
      const payload = method === 'PUT' ? INPUT : undefined;
      const answer = await test.send(method, `/v1/admin/sources/${id}${path}`, { version: 1, payload });
      expect([path, answer.statusCode, answer.json<{ error: { code: string } }>().error.code]).toEqual([
        path,
        404,
        'not-found',
      ]);
    }
  });
});

describe('how a source stands', () => {
  it('is told with reason, backlog and age', async () => {
    const { id } = await add();
    await test.registry.switchSource(id, 1, true, { actor: 'x', now: NOON });
    await test.registry.recordScan(id, NOON - 5, 'Bucket flow-logs does not exist: check its name.', 'NoSuchBucket');
    test.statuses[id] = { backlog: 12, oldest: NOON - 90 };
    const { items } = (await test.send('GET', '/v1/admin/sources')).json<{ items: SourceView[] }>();
    expect(items).toMatchObject([
      {
        state: 'failing',
        lastRun: NOON - 5,
        backlog: 12,
        oldestAge: 90,
        lastError: expect.stringContaining('flow-logs') as string,
      },
    ]);
    await test.registry.recordScan(id, NOON, undefined);
    expect((await test.send('GET', `/v1/admin/sources/${id}`)).json()).toMatchObject({ state: 'collecting' });
  });

  it('is listed in pages', async () => {
    for (const name of ['c', 'a', 'b']) {
      await add({ ...INPUT, name });
    }
    const page = async (query: string) => {
      const answer = await test.send('GET', `/v1/admin/sources?${query}`);
      return answer.json<{ items: SourceView[]; next?: string; total: number }>();
    };
    const first = await page('limit=2');
    expect([first.items.map(({ name }) => name), first.total]).toEqual([['a', 'b'], 3]);
    const second = await page(`limit=2&cursor=${first.next!}`);
    expect([second.items.map(({ name }) => name), second.next]).toEqual([['c'], undefined]);
    await test.registry.removeSource('b');
    const gone = await test.send('GET', `/v1/admin/sources?cursor=${first.next!}`);
    expect([gone.statusCode, gone.body]).toEqual([400, expect.stringContaining('begin again')]);
    for (const query of ['limit=0', 'limit=501', 'limit=x', 'cursor=x', 'limit=1&limit=2']) {
      expect([query, (await test.send('GET', `/v1/admin/sources?${query}`)).statusCode]).toEqual([query, 400]);
    }
  });
});

describe('the policies of a source', () => {
  type Documents = { documents: Array<{ id: string; json: string; terraform: string; awsCli: string }> };
  const kmsKeyArn = 'arn:aws:kms:eu-west-1:111122223333:key/abc';
  const principalArn = 'arn:aws:iam::444455556666:user/collector';

  it('are those of what is saved, and of what stands in a form', async () => {
    const { id } = await add({ ...INPUT, ...ROLE });
    const query = new URLSearchParams({ kmsKeyArn, principalArn });
    const saved = (await test.send('GET', `/v1/admin/sources/${id}/policies?${query}`)).json<Documents>();
    expect(saved.documents.map((document) => document.id)).toEqual(['source', 'trust', 'bucket', 'descriptions']);
    const [source, trust] = saved.documents;
    expect(source.json).toContain('arn:aws:s3:::flow-logs/a/b/*');
    expect(source.json).toContain(kmsKeyArn);
    expect(trust.json).toContain(principalArn);
    expect(trust.json).toContain(ROLE.externalId);
    const payload = { source: { ...INPUT, ...ROLE }, options: { kmsKeyArn, principalArn } };
    expect((await test.send('POST', '/v1/admin/drafts/policies', { payload })).json()).toEqual(saved);
  });

  it.each([
    [{ kmsKeyArn: 'x' }, 'kmsKeyArn'],
    [{ queueKmsKeyArn: 'x' }, 'queueKmsKeyArn'],
    [{ principalArn: 'x' }, 'principalArn'],
  ])('refuse %j', async (options, field) => {
    const { id } = await add();
    const query = new URLSearchParams(options as Record<string, string>);
    const asked = await test.send('GET', `/v1/admin/sources/${id}/policies?${query}`);
    expect([asked.statusCode, asked.json<object>()]).toMatchObject([400, { error: { field } }]);
    const drafted = await test.send('POST', '/v1/admin/drafts/policies', { payload: { source: INPUT, options } });
    expect([drafted.statusCode, drafted.json<object>()]).toMatchObject([400, { error: { field: `options.${field}` } }]);
  });
});

describe('how to make a flow log', () => {
  const ask = (payload: object) => test.send('POST', '/v1/admin/drafts/flow-log', { payload });

  it('is said for a bucket, in every way', async () => {
    const answer = await ask({ bucket: 'flow-logs', prefix: 'a/b', region: 'cn-north-1', queue: false });
    const { ways } = answer.json<{ ways: Array<{ id: string; steps: object[] }> }>();
    expect(ways.map(({ id }) => id)).toEqual(['console', 'awsCli', 'cloudFormation', 'terraform']);
    expect(JSON.stringify(ways)).toContain('arn:aws-cn:s3:::flow-logs/a/b/');
  });

  it.each([
    [{ bucket: 'X' }, 'bucket'],
    [{ bucket: 'logs-s3alias' }, 'bucket'],
    [{ region: 'nowhere' }, 'region'],
    [{ scope: 'world' }, 'scope'],
    [{ principalArn: 'x' }, 'principalArn'],
  ])('is refused for %j', async (wrong, field) => {
    const answer = await ask({ bucket: 'flow-logs', region: 'eu-west-1', ...wrong });
    expect([answer.statusCode, answer.json<object>()]).toMatchObject([400, { error: { field } }]);
  });
});

describe('a form that is not saved', () => {
  it.each(['/v1/admin/drafts/test', '/v1/admin/drafts/preview'])('is looked at before %s begins', async (url) => {
    const refused = async (payload: object) => {
      const answer = await test.send('POST', url, { payload });
      return [answer.statusCode, answer.json<{ error: { field?: string } }>().error.field];
    };
    expect(await refused({ source: { ...INPUT, bucket: 'X' } })).toEqual([400, 'source.bucket']);
    expect(await refused({ source: { ...INPUT, accessKeyId: 'AKIA1234' } })).toEqual([400, 'secretAccessKey']);
    expect(await refused({ source: INPUT, id: 'src-none' })).toEqual([404, undefined]);
    expect(await test.registry.listSources()).toEqual([]);
  });
});

describe('the audit trail', () => {
  it('says who changed what, with the change and never without', async () => {
    const headers = { 'x-grafana-id': grafanaId({ displayName: 'Ada', username: 'ada', role: 'Admin' }) };
    const added = await test.send('POST', '/v1/admin/sources', { headers, payload: { ...INPUT, ...KEYS } });
    const { id } = added.json<SourceView>();
    const { accessKeyId } = KEYS;
    const payload = { ...INPUT, accessKeyId, region: 'eu-central-1' };
    await test.send('PUT', `/v1/admin/sources/${id}`, { version: 1, headers, payload });
    await test.send('PUT', `/v1/admin/sources/${id}`, { version: 1, headers, payload });
    await test.send('POST', `/v1/admin/sources/${id}/enable`, { version: 2, payload: { deleteAfterCollecting: true } });
    await test.registry.removeSource('prod');
    const answer = await test.send('GET', '/v1/admin/audit');
    expect(answer.json()).toMatchObject({
      total: 4,
      items: [
        { action: 'source.remove', actor: 'command line', target: 'prod' },
        { action: 'source.enable', actor: 'unknown, by the API token', at: NOON },
        {
          action: 'source.change',
          actor: 'Ada (ada)',
          role: 'Admin',
          details: { region: { before: 'eu-west-1', after: 'eu-central-1' }, isNewSecret: false },
        },
        { action: 'source.add', actor: 'Ada (ada)', details: { bucket: 'flow-logs', hasSecret: true } },
      ],
    });
  });

  it.each([
    ['nothing', undefined],
    ['no token', 'x'],
    ['no JSON', 'a.!!!.c'],
    ['JSON of another kind', `a.${Buffer.from('[1]').toString('base64url')}.c`],
    ['no name', grafanaId({ role: 'Admin' })],
  ])('takes %s for an unknown', async (_case, token) => {
    await test.send('POST', '/v1/admin/sources', {
      payload: INPUT,
      headers: token === undefined ? {} : { 'x-grafana-id': token },
    });
    expect((await test.registry.listChanges(1)).items).toMatchObject([{ actor: 'unknown, by the API token' }]);
  });

  it('comes in pages, newest first', async () => {
    for (const name of ['a', 'b', 'c']) {
      await add({ ...INPUT, name });
    }
    const first = (await test.send('GET', '/v1/admin/audit?limit=2')).json<{
      items: Array<{ target: string }>;
      next: string;
    }>();
    const second = (await test.send('GET', `/v1/admin/audit?limit=2&cursor=${first.next}`)).json<typeof first>();
    expect([...first.items, ...second.items].map(({ target }) => target)).toEqual(['c', 'b', 'a']);
    expect(second.next).toBeUndefined();
  });
});
