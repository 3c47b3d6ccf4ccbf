import { TestApi, TOKEN } from '../testing/api';
import { NOON } from '../testing/reference/rollUp';

const test = TestApi.forTests();
const URL = '/v1/admin/networks';
const add = (cidr: string, name = 'Office', note?: string) => test.send('POST', URL, { payload: { cidr, name, note } });

describe('named networks', () => {
  it('are added, listed by pages and removed', async () => {
    const added = await add('10.0.0.0/8', 'Data centre, "east"');
    expect([added.statusCode, added.json()]).toEqual([
      201,
      { cidr: '10.0.0.0/8', name: 'Data centre, "east"', note: '', added: NOON, version: 1 },
    ]);
    await add('2001:db8::/32');
    const first = (await test.send('GET', `${URL}?limit=1`)).json<{ items: object[]; next: string; total: number }>();
    expect(first).toMatchObject({ total: 2, items: [{ cidr: '10.0.0.0/8' }] });
    const second = await test.send('GET', `${URL}?limit=1&cursor=${first.next}`);
    expect(second.json()).toMatchObject({ total: 2, items: [{ cidr: '2001:db8::/32', name: 'Office' }] });

    const removed = await test.send('DELETE', `${URL}?cidr=10.0.0.0/8`);
    expect([removed.statusCode, removed.json()]).toEqual([
      200,
      { stays: 'Traffic that was collected under it keeps it, with its name.' },
    ]);
    expect((await test.send('GET', URL)).json()).toMatchObject({ total: 1 });
  });

  it('get another name or note, at the version that was read', async () => {
    await add('10.0.0.0/8', 'Office', 'First floor');
    const change = (etag: string, payload: object) => test.send('PUT', URL, { payload, headers: { 'if-match': etag } });
    const payload = { cidr: '10.0.0.0/8', name: 'Head office', note: 'Leased until May' };
    const changed = await change('"1"', payload);
    expect([changed.statusCode, changed.headers.etag, changed.json()]).toEqual([
      200,
      '"2"',
      { ...payload, added: NOON, version: 2 },
    ]);
    expect((await change('"1"', payload)).statusCode).toBe(412);
    expect((await test.send('PUT', URL, { payload })).statusCode).toBe(428);
    expect((await change('"2"', { ...payload, cidr: '10.1.0.0/16' })).statusCode).toBe(404);
    expect((await change('"2"', { ...payload, note: 'x'.repeat(201) })).json()).toMatchObject({
      error: { field: 'note' },
    });
  });

  it.each([
    ['', 'Office', 400, 'cidr'],
    ['10.0.0.1/8', 'Office', 400, 'cidr'],
    ['10.0.0.0/8', '', 400, 'name'],
    ['10.0.0.0/8', 'x'.repeat(65), 400, 'name'],
    ['10.0.0.0/8', 'two\nlines', 400, 'name'],
    ['192.168.0.0/16', 'Branch', 409, 'cidr'],
  ])('are refused: %j called %j', async (cidr, name, status, field) => {
    await add('192.168.0.0/16');
    const answer = await add(cidr, name);
    expect([answer.statusCode, answer.json<{ error: { field: string } }>().error.field]).toEqual([status, field]);
    expect((await test.send('GET', URL)).json()).toMatchObject({ total: 1 });
  });

  it('that are not there are said not to be', async () => {
    expect((await test.send('DELETE', `${URL}?cidr=10.0.0.0/8`)).statusCode).toBe(404);
    expect((await test.send('DELETE', URL)).statusCode).toBe(400);
  });

  it('are for administrators', async () => {
    const headers = { authorization: `Viewer ${TOKEN}` };
    expect((await test.api.inject({ method: 'GET', url: URL, headers })).statusCode).toBe(403);
  });
});
