import { UNKNOWN_PLACE } from '../registry/entities';
import { TestApi } from '../testing/api';
import { exporter, proposal } from '../testing/registry';
import { NOON } from '../testing/reference/rollUp';

const test = TestApi.forTests();
const URL = '/v1/admin/exporters';
const IDS = ['111122223333/vpc-1', '111122223333/vpc-2', '111122223333/subnet-9'];

beforeEach(async () => {
  const exporters = IDS.map((id) => ({
    ...exporter(id),
    from: id.includes('subnet') ? ('subnet' as const) : ('vpc' as const),
  }));
  await test.registry.grantPlan(proposal({ exporters }), NOON);
  const described = [
    { ...UNKNOWN_PLACE, kind: 'vpc' as const, id: 'vpc-1', description: 'shop' },
    { ...UNKNOWN_PLACE, kind: 'account' as const, id: '111122223333', description: 'production' },
  ];
  await test.registry.describeEntities(described, NOON);
});

const list = async (query = '') =>
  (await test.send('GET', `${URL}${query}`)).json<{
    items: Array<{ id: string; enabled: boolean; alias?: string }>;
    next?: string;
    version: number;
  }>();

describe('exporters', () => {
  it('are listed with name, state, limit and what they fall back to', async () => {
    const answer = await test.send('GET', URL);
    expect(answer.headers.etag).toBe('"1"');
    expect(answer.json()).toMatchObject({
      ...{ limit: 500, counted: 3, total: 3, fallbacks: 1, version: 1 },
      overflow: { exporters: 0, records: 0, examples: [] },
      items: [
        { id: IDS[2], from: 'subnet', state: 'counted' },
        {
          id: IDS[0],
          name: 'shop',
          account: '111122223333',
          accountName: 'production',
          firstSeen: NOON,
          enabled: true,
        },
        { id: IDS[1] },
      ],
    });
  });

  it('come in pages', async () => {
    const first = await list('?limit=2');
    const second = await list(`?limit=2&cursor=${first.next!}`);
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual([...IDS].sort());
    expect(second.next).toBeUndefined();
  });

  it('are disabled and enabled, many at once', async () => {
    const ids = IDS.slice(0, 2);
    const disabled = await test.send('PATCH', URL, { version: 1, payload: { ids, enabled: false } });
    expect([disabled.statusCode, disabled.headers.etag, disabled.json<object>()]).toEqual([200, '"2"', { version: 2 }]);
    expect((await list()).items.filter(({ enabled }) => !enabled).map(({ id }) => id)).toEqual(ids);
    await test.send('PATCH', URL, { version: 2, payload: { ids: [IDS[0]], enabled: true } });
    expect((await list()).items.filter(({ enabled }) => !enabled).map(({ id }) => id)).toEqual([IDS[1]]);
  });

  it('take an alias, and give it up', async () => {
    await test.send('PUT', `${URL}/alias`, { version: 1, payload: { id: IDS[0], alias: 'Shop, production' } });
    expect((await list()).items.find(({ id }) => id === IDS[0])).toMatchObject({ alias: 'Shop, production' });
    await test.send('PUT', `${URL}/alias`, { version: 2, payload: { id: IDS[0], alias: '' } });
    expect((await list()).items.find(({ id }) => id === IDS[0])).not.toHaveProperty('alias');
  });

  it('have a limit', async () => {
    await test.send('PUT', `${URL}/limit`, { version: 1, payload: { limit: 2 } });
    expect(await list()).toMatchObject({ limit: 2, counted: 3, version: 2 });
  });

  it('are changed by one administrator at a time, also from the command line', async () => {
    await test.registry.setExporterLimit(10);
    for (const [method, path, payload] of [
      ['PATCH', '', { ids: [IDS[0]], enabled: false }],
      ['PUT', '/alias', { id: IDS[0], alias: 'x' }],
      ['PUT', '/limit', { limit: 3 }],
    ] as const) {
      expect((await test.send(method, URL + path, { payload })).statusCode).toBe(428);
      const late = await test.send(method, URL + path, { version: 1, payload });
      expect([late.statusCode, late.json<object>()]).toMatchObject([412, { error: { code: 'stale' } }]);
    }
    expect(await list()).toMatchObject({ limit: 10, version: 2 });
  });

  it('that are unknown change nothing', async () => {
    const payload = { ids: [IDS[0], '1/vpc-x'], enabled: false };
    const answer = await test.send('PATCH', URL, { version: 1, payload });
    expect([answer.statusCode, answer.body]).toEqual([404, expect.stringContaining('1/vpc-x')]);
    expect(
      (await test.send('PUT', `${URL}/alias`, { version: 1, payload: { id: '1/vpc-x', alias: 'x' } })).statusCode
    ).toBe(404);
    expect((await list()).items.every(({ enabled }) => enabled)).toBe(true);
    expect((await test.registry.listChanges(9)).total).toBe(0);
  });

  it.each([
    ['PATCH', '', { ids: [], enabled: true }, 'ids'],
    ['PATCH', '', { ids: Array(1001).fill('1/vpc-1'), enabled: true }, 'ids'],
    ['PATCH', '', { ids: [IDS[0]], enabled: 'no' }, 'enabled'],
    ['PUT', '/alias', { id: IDS[0], alias: 'x'.repeat(65) }, 'alias'],
    ['PUT', '/alias', { id: IDS[0], alias: 'two\nlines' }, 'alias'],
    ['PUT', '/limit', { limit: 0 }, 'limit'],
    ['PUT', '/limit', { limit: 10_001 }, 'limit'],
    ['PUT', '/limit', { limit: 1.5 }, 'limit'],
  ] as const)('%s %s refuses %j', async (method, path, payload, field) => {
    const answer = await test.send(method, URL + path, { version: 1, payload });
    expect([answer.statusCode, answer.json<{ error: { field: string } }>().error.field]).toEqual([400, field]);
  });

  it('leave a trail of who changed what', async () => {
    await test.send('PATCH', URL, { version: 1, payload: { ids: [IDS[0]], enabled: false } });
    await test.send('PUT', `${URL}/alias`, { version: 2, payload: { id: IDS[0], alias: 'x' } });
    await test.send('PUT', `${URL}/limit`, { version: 3, payload: { limit: 5 } });
    expect((await test.registry.listChanges(9)).items).toMatchObject([
      { action: 'exporter.limit', details: { limit: 5 } },
      { action: 'exporter.alias', target: IDS[0], details: { alias: 'x' } },
      { action: 'exporter.disable', details: { ids: [IDS[0]] } },
    ]);
  });
});
