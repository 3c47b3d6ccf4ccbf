import type { SearchAnswer } from '../../contract/search';
import { UNKNOWN_PLACE } from '../registry/entities';
import { TestApi, TOKEN } from '../testing/api';
import { NOON } from '../testing/reference/rollUp';

const test = TestApi.forTests();
const headers = { authorization: `Viewer ${TOKEN}` };
const ask = (query: string) => test.send('GET', `/v1/search?${query}`, { headers });

describe('the search', () => {
  beforeEach(async () => {
    const describe = (id: string) => ({ kind: 'interface' as const, id, description: 'web (ALB)', ...UNKNOWN_PLACE });
    await test.registry.describeEntities([describe('eni-1'), describe('eni-2')], NOON);
    const region = await test.registry.askOwnerRegion('shop', 'eu-west-1', NOON);
    const fact = { kind: 'address', vpc: 'vpc-0a', address: '10.0.1.5', interface: 'eni-1', since: NOON } as const;
    await test.registry.changeOwnerFacts(region, [{ begun: fact }], NOON);
  });

  it('answers viewers the best matches, and whether there are more', async () => {
    const unknown = { account: '-', vpc: '-', instance: '-' };
    expect((await ask('q=ALB&limit=1')).json()).toEqual({
      matches: [{ kind: 'interface', id: 'eni-1', name: 'web (ALB)', ...unknown }],
      more: true,
    });
    const { matches } = (await ask('q=10.0.1.5')).json<SearchAnswer>();
    expect(matches).toEqual([
      {
        ...{ kind: 'address', id: '10.0.1.5', ...unknown },
        owners: [{ interface: 'eni-1', name: 'web (ALB)', vpc: 'vpc-0a', since: NOON }],
      },
      { kind: 'interface', id: 'eni-1', name: 'web (ALB)', ...unknown },
    ]);
    expect((await ask('q=nothing')).json()).toEqual({ matches: [], more: false });
  });

  it.each([
    ['', 'q'],
    ['q=', 'q'],
    ['q=10.0.0.300', 'q'],
    ['q=10.0.0.0%2F33', 'q'],
    [`q=${'x'.repeat(201)}`, 'q'],
    ['q=a%00b', 'q'],
    ['q=web&limit=1000', 'limit'],
    ['q=web&name=x', undefined],
  ])('refuses %s', async (query, field) => {
    const answer = await ask(query);
    expect([answer.statusCode, answer.json()]).toMatchObject([400, { error: { code: 'invalid' } }]);
    expect(answer.json<{ error: { field?: string } }>().error.field).toBe(field);
  });
});
