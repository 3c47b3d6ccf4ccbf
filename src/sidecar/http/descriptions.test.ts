import type { RegionSync } from '../entities/sync';
import { UNKNOWN_PLACE } from '../registry/entities';
import { TestApi } from '../testing/api';
import { NOON } from '../testing/reference/rollUp';

const test = TestApi.forTests();

const INPUT = { name: 'prod', regions: ['eu-west-1'], roleArn: 'arn:aws:iam::111122223333:role/describer' };

describe('accounts', () => {
  it('are added, listed, changed and removed, each change under its version', async () => {
    const added = await test.send('POST', '/v1/admin/accounts', { payload: INPUT });
    expect([added.statusCode, added.headers.etag]).toEqual([201, '"1"']);
    const { id } = added.json<{ id: string }>();
    const url = `/v1/admin/accounts/${id}`;
    expect((await test.send('GET', '/v1/admin/accounts')).json()).toEqual({
      items: [{ id, ...INPUT, hasSecret: false, version: 1 }],
    });
    const keys = { accessKeyId: 'AKIA1234', secretAccessKey: 'very-secret' };
    const changed = await test.send('PUT', url, { version: 1, payload: { ...INPUT, ...keys, regions: [] } });
    expect(changed.json()).toMatchObject({ regions: [], accessKeyId: 'AKIA1234', hasSecret: true, version: 2 });
    expect(changed.body).not.toContain('very-secret');
    expect((await test.send('PUT', url, { payload: INPUT })).statusCode).toBe(428);
    expect((await test.send('PUT', url, { version: 1, payload: INPUT })).statusCode).toBe(412);
    expect((await test.send('DELETE', url, { version: 1 })).statusCode).toBe(412);
    expect((await test.send('GET', url)).headers.etag).toBe('"2"');
    expect((await test.send('DELETE', url, { version: 2 })).json()).toEqual({ stays: expect.any(String) as string });
    for (const [method, path] of [
      ['GET', ''],
      ['PUT', ''],
      ['DELETE', ''],
      ['POST', '/test'],
    ] as const) {
      const payload = method === 'PUT' ? INPUT : undefined;
      expect((await test.send(method, url + path, { version: 2, payload })).statusCode).toBe(404);
    }
    expect((await test.registry.listChanges(9)).items.map(({ action }) => action)).toEqual([
      'account.remove',
      'account.change',
      'account.add',
    ]);
    expect(JSON.stringify(await test.registry.listChanges(9))).not.toContain('very-secret');
  });

  it.each([
    ['name', { name: '' }],
    ['name', { name: 'a\nb' }],
    ['regions.0', { regions: ['Ireland'] }],
    ['regions', { regions: Array(41).fill('eu-west-1') }],
    ['roleArn', { roleArn: 'x' }],
    ['secretAccessKey', { accessKeyId: 'AKIA1234' }],
    [undefined, { unknown: 1 }],
  ])('refuse a wrong %s', async (field, change) => {
    const answer = await test.send('POST', '/v1/admin/accounts', { payload: { ...INPUT, ...change } });
    expect([answer.statusCode, answer.json<{ error: { field?: string } }>().error.field]).toEqual([400, field]);
  });

  it('may sign in as a source, and follow what it changes', async () => {
    const source = {
      name: 's',
      bucket: 'flow-logs',
      prefix: '',
      region: 'eu-west-1',
      access: { accessKeyId: 'AKIA1', sealedSecret: 'x' },
    };
    const { id } = await test.registry.addSource({ ...source, enabled: false }, NOON);
    const payload = { name: 'mine', sameAs: id };
    const added = (await test.send('POST', '/v1/admin/accounts', { payload })).json<{ id: string }>();
    expect(added).toMatchObject({ sameAs: id, accessKeyId: 'AKIA1', hasSecret: true });
    const by = { actor: 'x', now: NOON };
    await test.registry.changeSource(id, 1, { ...source, access: { roleArn: INPUT.roleArn } }, by);
    expect(await test.registry.listAccounts()).toMatchObject([
      { sameAs: id, roleArn: INPUT.roleArn, accessKeyId: undefined },
    ]);
    const removed = await test.send('DELETE', `/v1/admin/sources/${id}`, { version: 2 });
    expect([removed.statusCode, removed.body]).toEqual([
      409,
      expect.stringContaining('Account mine signs in as source s'),
    ]);
    await test.send('PUT', `/v1/admin/accounts/${added.id}`, { version: 1, payload: { name: 'mine' } });
    expect(await test.registry.listAccounts()).toMatchObject([{ sameAs: undefined, roleArn: undefined }]);
    expect((await test.send('DELETE', `/v1/admin/sources/${id}`, { version: 2 })).statusCode).toBe(200);
  });

  it('sign in as a source that is there, and in one way only', async () => {
    const unknown = await test.send('POST', '/v1/admin/accounts', { payload: { name: 'mine', sameAs: 'src-none' } });
    expect(unknown.statusCode).toBe(404);
    const both = await test.send('POST', '/v1/admin/accounts', { payload: { ...INPUT, sameAs: 'src-none' } });
    expect([both.statusCode, both.json<object>()]).toMatchObject([400, { error: { field: 'sameAs' } }]);
    expect(await test.registry.listAccounts()).toEqual([]);
  });

  it('share no name', async () => {
    await test.send('POST', '/v1/admin/accounts', { payload: INPUT });
    const answer = await test.send('POST', '/v1/admin/accounts', { payload: INPUT });
    expect([answer.statusCode, answer.json<object>()]).toMatchObject([
      409,
      { error: { code: 'taken', field: 'name' } },
    ]);
  });
});

describe('a sync', () => {
  const none = { found: 0, named: 0 };
  const region = (name: string, error?: string): RegionSync => ({
    ...{ account: 'prod', region: name, error },
    kinds: error
      ? {}
      : { interface: { found: 4, named: 3 }, instance: none, subnet: none, vpc: { found: 1, named: 1 } },
  });

  it('reports each region as it is done, then its result', async () => {
    const result = { ok: true, regions: [region('eu-west-1')], seconds: 2.1 };
    test.collector.sync = (onProgress) => {
      onProgress({ ...region('eu-west-1'), state: 'done', of: 1 });
      return Promise.resolve(result);
    };
    expect(await test.job('/v1/admin/descriptions/sync')).toMatchObject({
      ...{ kind: 'sync', state: 'done', started: NOON, finished: NOON },
      progress: [{ account: 'prod', region: 'eu-west-1', kinds: { interface: { found: 4, named: 3 } } }],
      result: { ok: true, summary: 'AWS entities synced! 4 interfaces, 0 instances, 0 subnets, 1 VPC, 2.1 s' },
    });
  });

  it('that failed says where', async () => {
    const failed = [region('eu-west-1'), region('us-east-1', 'ec2:DescribeVpcs is denied in us-east-1')];
    test.collector.sync = () => Promise.resolve({ ok: false, regions: failed, seconds: 1 });
    expect(await test.job('/v1/admin/descriptions/sync')).toMatchObject({
      state: 'done',
      result: { ok: false, summary: '1 of 2 syncs failed: ec2:DescribeVpcs is denied in us-east-1' },
    });
    test.collector.sync = () => Promise.reject(new Error('InfluxDB does not answer yet'));
    expect(await test.job('/v1/admin/descriptions/sync')).toMatchObject({
      state: 'failed',
      error: 'InfluxDB does not answer yet',
    });
  });

  it('runs once at a time: a request during a sync gets the job that runs', async () => {
    let end!: () => void;
    const ended = new Promise<void>((resolve) => (end = resolve));
    test.collector.sync = () => ended.then(() => ({ ok: true, regions: [], seconds: 0 }));
    const [first, second] = [
      await test.send('POST', '/v1/admin/descriptions/sync'),
      await test.send('POST', '/v1/admin/descriptions/sync'),
    ];
    expect(second.json()).toMatchObject({ id: first.json<{ id: string }>().id, state: 'running' });
    end();
    expect((await test.send('GET', `/v1/admin/jobs/x`)).statusCode).toBe(404);
  });

  it('is remembered, with the next one', async () => {
    expect((await test.send('GET', '/v1/admin/descriptions')).json()).toEqual({
      ...{ nextRun: NOON + 3600, hourly: true, version: 1, regions: [] },
    });
    const result = JSON.stringify({ ok: false, regions: [region('eu-west-1', 'denied')], seconds: 1 });
    await test.registry.recordSync({ started: NOON - 20, finished: NOON - 10, ok: true, result });
    await test.registry.recordSync({ started: NOON - 2, finished: NOON - 1, ok: false, result });
    expect((await test.send('GET', '/v1/admin/descriptions')).json()).toMatchObject({
      lastRun: { started: NOON - 2, finished: NOON - 1, ok: false, result: { summary: '1 of 1 syncs failed: denied' } },
      lastSuccess: NOON - 10,
    });
  });

  it('comes by itself only as long as that is wanted, which one administrator at a time decides', async () => {
    const url = '/v1/admin/descriptions/schedule';
    const off = await test.send('PUT', url, { version: 1, payload: { hourly: false } });
    expect([off.statusCode, off.headers.etag, off.json<object>()]).toEqual([200, '"2"', { hourly: false, version: 2 }]);
    const shown = await test.send('GET', '/v1/admin/descriptions');
    expect([shown.headers.etag, shown.json<object>()]).toEqual(['"2"', { hourly: false, version: 2, regions: [] }]);

    expect((await test.send('PUT', url, { payload: { hourly: true } })).statusCode).toBe(428);
    const late = await test.send('PUT', url, { version: 1, payload: { hourly: true } });
    expect([late.statusCode, late.json<object>()]).toMatchObject([412, { error: { code: 'stale' } }]);
    const wrong = await test.send('PUT', url, { version: 2, payload: { hourly: 'no' } });
    expect([wrong.statusCode, wrong.json<object>()]).toMatchObject([400, { error: { field: 'hourly' } }]);
    expect((await test.registry.listChanges(9)).items).toMatchObject([
      { action: 'descriptions.schedule', details: { hourly: false } },
    ]);
    await test.send('PUT', url, { version: 2, payload: { hourly: true } });
    expect((await test.send('GET', '/v1/admin/descriptions')).json()).toMatchObject({ nextRun: NOON + 3600 });
  });

  it('needs a policy that is there to copy', async () => {
    const { documents } = (await test.send('GET', '/v1/admin/descriptions/policies')).json<{ documents: object[] }>();
    expect(documents).toMatchObject([
      { id: 'descriptions', json: expect.stringContaining('ec2:DescribeSubnets') as string },
    ]);
  });
});

describe('entities', () => {
  const entity = (kind: 'interface' | 'vpc', id: string, description?: string) => ({
    ...UNKNOWN_PLACE,
    kind,
    id,
    description,
  });
  beforeEach(async () => {
    await test.registry.describeEntities(
      [
        entity('vpc', 'vpc-1', 'Shop_100%'),
        entity('interface', 'eni-2', 'web'),
        entity('interface', 'eni-1'),
        entity('interface', 'eni-3', 'Web B'),
      ],
      NOON
    );
  });
  const ids = async (query: string) => {
    const answer = await test.send('GET', `/v1/admin/entities?${query}`);
    const { items, next, total } = answer.json<{ items: Array<{ id: string }>; next?: string; total: number }>();
    return { ids: items.map(({ id }) => id), next, total };
  };

  it.each([
    ['', ['eni-1', 'eni-2', 'eni-3', 'vpc-1']],
    ['kind=vpc', ['vpc-1']],
    ['search=WEB', ['eni-2', 'eni-3']],
    ['search=eni-3', ['eni-3']],
    ['search=%25', ['vpc-1']],
    ['search=_', ['vpc-1']],
    ["search='", []],
    ['kind=vpc&search=web', []],
  ])('are found by %s', async (query, expected) => {
    expect(await ids(query)).toEqual({ ids: expected, next: undefined, total: expected.length });
  });

  it('come in pages', async () => {
    const first = await ids('limit=3');
    expect([first.ids, first.total]).toEqual([['eni-1', 'eni-2', 'eni-3'], 4]);
    expect(await ids(`limit=3&cursor=${first.next!}`)).toMatchObject({ ids: ['vpc-1'], next: undefined, total: 4 });
  });

  it.each(['kind=bucket', `search=${'x'.repeat(201)}`, 'limit=501', 'cursor=abc'])('refuse %s', async (query) => {
    expect((await test.send('GET', `/v1/admin/entities?${query}`)).statusCode).toBe(400);
  });
});
