import { TestApi } from '../testing/api';
import { logTwice, OVERLAP } from '../testing/flowLogs';
import { NOON } from '../testing/reference/rollUp';
import { UNKNOWN_PLACE } from '../registry/entities';

const test = TestApi.forTests(() => ({ now: () => NOON }));
const URL = '/v1/admin/flow-logs';

beforeEach(() => logTwice(test.registry, NOON));

const list = async (query = '') =>
  (await test.send('GET', `${URL}${query}`)).json<{
    items: Array<{ id: string; enabled: boolean }>;
    next?: string;
    overlaps: object[];
    leftOut: object[];
  }>();
const metrics = async () =>
  (await test.send('GET', '/metrics')).body.split('\n').filter((line) => /^flowscope_.*flow_log=/.test(line));
const ofBoth = (...enabled: readonly number[]) =>
  ['fl-a', 'fl-b'].map(
    (id, i) => `flowscope_flow_log_enabled{flow_log="${id}",account="111122223333",region="eu-west-1"} ${enabled[i]}`
  );

describe('flow logs', () => {
  it('are listed with what they have, and those that log the same', async () => {
    const account = { ...UNKNOWN_PLACE, kind: 'account' as const, id: '111122223333', description: 'production' };
    await test.registry.describeEntities([account], NOON);
    const answer = await test.send('GET', URL);
    expect(answer.headers.etag).toBe('"1"');
    expect(answer.json()).toMatchObject({
      ...{ total: 2, version: 1, overlaps: [OVERLAP], leftOut: [] },
      items: [
        {
          ...{ id: 'fl-a', account: '111122223333', accountName: 'production', region: 'eu-west-1' },
          ...{ columns: ['start', 'action', 'tcp-flags'], interval: 60, enabled: true, health: 'receiving' },
        },
        { id: 'fl-b' },
      ],
    });
  });

  it('come in pages', async () => {
    const first = await list('?limit=1');
    const second = await list(`?limit=1&cursor=${first.next!}`);
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(['fl-a', 'fl-b']);
  });

  it('are disabled and enabled, which ends what they log twice, and is told everywhere', async () => {
    const viewers = async () =>
      (await test.send('GET', '/v1/collection')).json<{ overlaps?: object; leftOut?: object }>();
    expect(await viewers()).toMatchObject({ overlaps: [OVERLAP] });
    expect(await metrics()).toEqual([
      ...ofBoth(1, 1),
      'flowscope_counted_twice_interfaces{flow_log="fl-a",other="fl-b"} 1',
    ]);
    const disabled = await test.send('PATCH', URL, { version: 1, payload: { ids: ['fl-b'], enabled: false } });
    expect([disabled.statusCode, disabled.headers.etag, disabled.json<object>()]).toEqual([200, '"2"', { version: 2 }]);
    expect((await list()).items.map(({ enabled }) => enabled)).toEqual([true, false]);
    expect(Object.keys(await viewers())).toEqual(expect.not.arrayContaining(['overlaps', 'leftOut']));

    await logTwice(test.registry, NOON + 600);
    const left = { flowLog: 'fl-b', interfaces: 1, examples: ['eni-2'], since: NOON, until: NOON + 540 };
    expect(await viewers()).toMatchObject({ leftOut: [left] });
    expect(await list()).toMatchObject({ overlaps: [], leftOut: [left] });
    expect(await metrics()).toEqual([...ofBoth(1, 0), 'flowscope_left_out_interfaces{flow_log="fl-b"} 1']);
    await test.send('PATCH', URL, { version: 2, payload: { ids: ['fl-b'], enabled: true } });
    expect(await viewers()).not.toHaveProperty('leftOut');
    expect((await test.registry.listChanges(9)).items).toMatchObject([
      { action: 'flow-log.enable', details: { ids: ['fl-b'] } },
      { action: 'flow-log.disable', details: { ids: ['fl-b'] } },
    ]);
  });

  it('are changed by one administrator at a time, and not where one is unknown', async () => {
    const payload = { ids: ['fl-a'], enabled: false };
    expect((await test.send('PATCH', URL, { payload })).statusCode).toBe(428);
    await test.registry.enableFlowLogs(['fl-a'], true);
    const late = await test.send('PATCH', URL, { version: 1, payload });
    expect([late.statusCode, late.json<object>()]).toMatchObject([412, { error: { code: 'stale' } }]);
    const unknown = await test.send('PATCH', URL, { version: 2, payload: { ids: ['fl-a', 'fl-9'], enabled: false } });
    expect([unknown.statusCode, unknown.body]).toEqual([404, expect.stringContaining('fl-9')]);
    expect((await list()).items.every(({ enabled }) => enabled)).toBe(true);
  });

  it.each([
    [{ ids: [], enabled: true }, 'ids'],
    [{ ids: Array(1001).fill('fl-a'), enabled: true }, 'ids'],
    [{ ids: ['fl-a'], enabled: 'no' }, 'enabled'],
  ])('PATCH refuses %j', async (payload, field) => {
    const answer = await test.send('PATCH', URL, { version: 1, payload });
    expect([answer.statusCode, answer.json<{ error: { field: string } }>().error.field]).toEqual([400, field]);
  });
});
