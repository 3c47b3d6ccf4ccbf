import type { LogLine } from '../../contract/log';
import { TestApi, TOKEN } from '../testing/api';

const test = TestApi.forTests();

const line = (id: number, level: LogLine['level']): LogLine => ({ id, at: id * 1000, level, message: `line ${id}` });
const ask = async (query = '') => {
  const answer = await test.send('GET', `/v1/admin/log?${query}`);
  return answer.json<{ items: LogLine[]; next?: string; total: number }>();
};
const ids = ({ items }: { items: LogLine[] }) => items.map(({ id }) => id);

beforeEach(() => {
  test.lines = [line(1, 'info'), line(2, 'warn'), line(3, 'debug'), line(4, 'error'), line(5, 'warn')];
});

it('has the last lines, newest first, from a level on', async () => {
  expect(ids(await ask())).toEqual([5, 4, 2, 1]);
  expect(ids(await ask('level=debug'))).toEqual([5, 4, 3, 2, 1]);
  expect(ids(await ask('level=error'))).toEqual([4]);
  expect(ids(await ask('level=fatal'))).toEqual([]);
});

it('comes in pages, which new lines do not shift', async () => {
  const first = await ask('level=warn&limit=2');
  expect([ids(first), first.total]).toEqual([[5, 4], 3]);
  test.lines.push(line(6, 'fatal'));
  const second = await ask(`level=warn&limit=2&cursor=${first.next}`);
  expect([ids(second), second.next]).toEqual([[2], undefined]);
});

it('is for administrators', async () => {
  const headers = { authorization: `Viewer ${TOKEN}` };
  expect((await test.api.inject({ url: '/v1/admin/log', headers })).statusCode).toBe(403);
});

it.each(['level=loud', 'limit=0', 'cursor=x'])('refuses %s', async (query) => {
  expect((await test.send('GET', `/v1/admin/log?${query}`)).statusCode).toBe(400);
});
