import { TestApi, TOKEN } from '../testing/api';
import { NOON } from '../testing/reference/rollUp';

const test = TestApi.forTests();
const URL = '/v1/admin/hold';
const put = (payload: object) => test.send('PUT', URL, { payload });
const forViewers = async (url: string) => {
  const answer = await test.api.inject({ method: 'GET', url, headers: { authorization: `Viewer ${TOKEN}` } });
  return answer.statusCode === 200 ? answer.json<Record<string, unknown>>() : answer.statusCode;
};

describe('the hold on deletion', () => {
  it('is set, shown to everybody without who asked for it, and released', async () => {
    expect((await test.send('GET', URL)).json()).toEqual({});
    const set = await put({ reason: 'the store looks odd' });
    expect([set.statusCode, set.json()]).toMatchObject([200, { hold: { since: NOON, reason: 'the store looks odd' } }]);
    expect((await test.send('GET', URL)).json()).toEqual(set.json());
    expect(await forViewers('/v1/collection')).toMatchObject({ hold: { since: NOON, reason: 'the store looks odd' } });
    expect(JSON.stringify(await forViewers('/v1/collection'))).not.toContain('actor');
    expect((await test.send('GET', '/metrics')).body).toContain('flowscope_deletion_on_hold 1');

    expect((await test.send('DELETE', URL)).json()).toEqual({});
    expect((await test.send('GET', URL)).json()).toEqual({});
    expect(await forViewers('/v1/collection')).not.toHaveProperty('hold');
    expect((await test.send('GET', '/metrics')).body).toContain('flowscope_deletion_on_hold 0');
  });

  it.each([[{ reason: '' }], [{ reason: 'x'.repeat(201) }], [{ reason: 'two\nlines' }]])(
    'refuses %j',
    async (payload) => {
      const answer = await put(payload);
      expect([answer.statusCode, answer.json<{ error: { field: string } }>().error.field]).toEqual([400, 'reason']);
      expect((await test.send('GET', URL)).json()).toEqual({});
    }
  );

  it('refuses what it does not know', async () => {
    expect((await put({ until: 1 })).statusCode).toBe(400);
  });

  it('is for administrators', async () => {
    expect(await forViewers(URL)).toBe(403);
  });
});
