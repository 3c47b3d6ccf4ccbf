import type { CollectorAnswers } from '../../contract/collectors';
import type { Grant } from '../registry/plans';
import { RULES_VERSION } from '../rollup/terms';
import { TestApi, TOKEN } from '../testing/api';
import { proposal } from '../testing/registry';
import { NOON } from '../testing/reference/rollUp';

const test = TestApi.forTests();
const URL = '/v1/collector/operations';
const ADMIN = '/v1/admin/collectors';
const BY = { actor: 'ada', now: NOON };
const QUEUE = 'https://sqs.eu-west-1.amazonaws.com/111122223333/new-objects';

type Call = [name: string, ...args: unknown[]];

/** Sends calls with that token. */
function ask(token: string, calls: readonly Call[], changes: object = {}) {
  const about = { version: '1.2.3', host: 'edge', rulesVersion: RULES_VERSION, now: NOON };
  const payload = { ...about, calls: calls.map(([name, ...args]) => ({ name, args })), ...changes };
  return test.api.inject({ method: 'POST', url: URL, payload, headers: { authorization: `Bearer ${token}` } });
}

const refusal = (answer: { statusCode: number; json: <T>() => T }) => [
  answer.statusCode,
  answer.json<{ error: { message: string } }>().error.message,
];

async function added(name: string): Promise<{ id: string; token: string }> {
  const answer = await test.send('POST', ADMIN, { payload: { name } });
  expect(answer.statusCode).toBe(201);
  return answer.json();
}

async function source(name: string, changes: object = {}): Promise<string> {
  const place = { name, bucket: `bucket-of-${name}`, prefix: '', region: 'eu-west-1' };
  return (await test.registry.addSource({ ...place, ...changes, enabled: true }, NOON)).id;
}

/** What the answers to calls hold, of a request that is not refused. */
async function results(token: string, ...calls: Call[]): Promise<CollectorAnswers['answers']> {
  const answer = await ask(token, calls);
  expect([answer.statusCode, answer.body]).toEqual([200, expect.any(String)]);
  return answer.json<CollectorAnswers>().answers;
}

const entryOf = (sourceId: string, planId: number) => ({
  ...{ sourceId, key: 'a.log.gz', etag: '"1"', size: 1000, state: 'stored', planId },
});

const storedBy = (sourceId: string, planId: number, storeId: string) => ({
  ...{ planId, storeId, hours: [{ hour: NOON, records: 1 }], exporters: {} },
  entry: entryOf(sourceId, planId),
});

/** A proposal of an object found in that source. */
const proposalIn = (sourceId: string) => proposal({ terms: { ...proposal().terms, sourceId }, sourceId });

describe('the calls of collectors', () => {
  it('are for the sources of whoever holds the token, many in a request', async () => {
    const { id, token } = await added('west');
    const mine = await source('mine', { collector: 'west' });
    await source('others');
    const storeId = await test.registry.fillStore(undefined, undefined, NOON);
    const [granted, counts] = await results(
      token,
      ['grantPlan', proposalIn(mine), NOON],
      ['countRemaining', mine, NOON]
    );
    const { outcome, plan } = granted.result as Extract<Grant, { plan: unknown }>;
    expect([outcome, counts.result]).toMatchObject(['granted', { refused: 0 }]);
    expect((await test.registry.listCollectors(NOON))[1]).toMatchObject({ id, plansInHand: 1 });

    const [stored, deletable] = [
      await results(token, ['recordStored', storedBy(mine, plan.id, storeId), NOON]),
      await results(token, ['mayDelete', mine, ['a.log.gz'], NOON]),
    ];
    expect([stored, deletable]).toEqual([[{ result: 'stored' }], [{ result: ['a.log.gz'] }]]);
    expect((await test.registry.listCollectors(NOON))[1].plansInHand).toBe(0);
  });

  it('hand out enabled sources only, with the secret of each, and of nobody else', async () => {
    const { token } = await added('west');
    const access = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 's3cr3t-of-mine' };
    const place = { bucket: 'flow-logs', region: 'eu-west-1' };
    const add = async (name: string, changes: object) =>
      (await test.send('POST', '/v1/admin/sources', { payload: { name, ...place, ...access, ...changes } })).json<{
        id: string;
      }>().id;
    const id = await add('mine', { collector: 'west' });
    await add('off', { collector: 'west' });
    await add('others', { secretAccessKey: 's3cr3t-of-others' });
    await test.registry.enableSource('mine', true, NOON);
    const [{ result }] = await results(token, ['sources']);
    expect(result).toMatchObject([{ id, name: 'mine', secretAccessKey: 's3cr3t-of-mine' }]);
    expect(JSON.stringify(result)).not.toMatch(/others|sealedSecret/);
  });

  it.each([
    ['an operation that there is none', [['dropAll']], 400, /asks for an operation that collectors do not have/],
    ['one of the registry that is not for them', [['listChanges', 10]], 400, /operation that collectors do not have/],
    ['one of objects', [['__proto__']], 400, /operation that collectors do not have/],
    ['arguments that it does not have', [['topK', 1]], 400, /^topK: /],
    ['arguments of another kind', [['findPlan', 7]], 400, /^findPlan: argument 0: /],
    [
      'a property that nobody knows',
      [['grantPlan', { ...proposal(), more: 1 }, NOON]],
      400,
      /^grantPlan: argument 0: /,
    ],
    [
      'an object that is called deleted',
      [['setLedgerEntry', { ...entryOf('s', 1), state: 'deleted' }, NOON]],
      400,
      /state/,
    ],
    ['no calls', [], 400, /^calls: /],
  ] as Array<[string, Call[], number, RegExp]>)('are refused with %s', async (_what, calls, status, message) => {
    const { token } = await added('west');
    expect(refusal(await ask(token, calls))).toEqual([status, expect.stringMatching(message)]);
  });

  it('about sources of others are refused, with all that is asked in the same request', async () => {
    const { token } = await added('west');
    const mine = await source('mine', { collector: 'west' });
    const other = await source('others');
    const calls: Call[] = [
      ['lookUpListed', other, ['a'], NOON],
      ['recordScan', other, NOON],
      ['grantPlan', proposalIn(other), NOON],
      ['recordStored', storedBy(other, 1, 'x'), NOON],
      ['recordDuplicate', { id: 1, sha256: 'a'.repeat(64) }, entryOf(other, 1), NOON],
      ['setLedgerEntry', { ...entryOf(other, 1), state: 'refused' }, NOON],
      ['mayDelete', other, ['a'], NOON],
      ['recordDeleted', other, ['a'], NOON],
      ['recordListing', other, NOON, NOON],
      ['report', { number: 1, recordsPerSecond: 0, errors: 0, sources: [{ id: other, done: {}, ignoredEvents: 0 }] }],
    ];
    for (const call of calls) {
      const answer = await ask(token, [['recordScan', mine, NOON, 'not to be noted'], call]);
      expect(refusal(answer)).toEqual([403, expect.stringContaining('is not assigned to collector west')]);
    }
    expect((await test.registry.sourceById(mine)).lastError).toBeUndefined();
  });

  it('of a collector whose source was moved are refused: a plan, stored, deletion', async () => {
    const { token } = await added('west');
    const { token: others } = await added('east');
    const mine = await source('mine', { collector: 'west' });
    const storeId = await test.registry.fillStore(undefined, undefined, NOON);
    const [{ result }] = await results(token, ['grantPlan', proposalIn(mine), NOON]);
    const { plan } = result as Extract<Grant, { plan: { id: number } }>;
    const moved = await test.send('POST', `${ADMIN}/west/move`, { payload: { to: 'east' } });
    expect(moved.json()).toEqual({ sources: ['mine'], plansInHand: 1 });

    const stored: Call = ['recordStored', storedBy(mine, plan.id, storeId), NOON];
    for (const call of [['grantPlan', proposalIn(mine), NOON], stored, ['mayDelete', mine, ['a.log.gz'], NOON]]) {
      expect((await ask(token, [call as Call])).statusCode).toBe(403);
    }
    // Nor is it stored for the other one, whose plan it is not yet.
    expect(await results(others, stored)).toEqual([{ result: 'elsewhere' }]);
    const [again] = await results(others, ['grantPlan', proposalIn(mine), NOON]);
    expect(again.result).toMatchObject({ outcome: 'existing', plan: { id: plan.id, offsets: plan.offsets } });
    expect(await results(others, stored)).toEqual([{ result: 'stored' }]);
  });

  it('check the assignment once more in the transaction of what is asked', async () => {
    const { id } = await added('west');
    const other = await source('others');
    const operations = test.registry.forCollector(id);
    await expect(operations.mayDelete(other, ['a'], NOON)).rejects.toMatchObject({
      code: 'forbidden',
      message: 'Source others is not assigned to collector west, or not any more: primary works on it.',
    });
    await expect(operations.listChanges(1)).rejects.toThrow('nothing that a collector may ask for');
    await test.registry.removeCollector('west', 'primary', BY);
    await expect(operations.topK())
      .resolves.toBe(20)
      .catch(() => undefined);
    await expect(operations.mayDelete(other, ['a'], NOON)).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('grant each deletion on a shared source to one collector', async () => {
    const [west, east] = [await added('west'), await added('east')];
    const shared = await source('shared', { collector: 'west,east', queueUrl: QUEUE });
    const storeId = await test.registry.fillStore(undefined, undefined, NOON);
    const [{ result }] = await results(west.token, ['grantPlan', proposalIn(shared), NOON]);
    const { plan } = result as Extract<Grant, { plan: { id: number } }>;
    await results(west.token, ['recordStored', storedBy(shared, plan.id, storeId), NOON]);
    const may = ['mayDelete', shared, ['a.log.gz', 'never-stored.log.gz'], NOON] as Call;
    expect(await results(west.token, may)).toEqual([{ result: ['a.log.gz'] }]);
    expect(await results(east.token, may)).toEqual([{ result: [] }]);
    expect(await results(west.token, may)).toEqual([{ result: ['a.log.gz'] }]);
    await results(west.token, ['recordDeleted', shared, ['a.log.gz'], NOON]);
    // The other one, which read it meanwhile, does not make it look as if it were there.
    expect(await results(east.token, ['recordStored', storedBy(shared, plan.id, storeId), NOON])).toEqual([
      { result: 'known' },
    ]);
    expect(await test.registry.ledgerCounts(shared)).toMatchObject([{ state: 'deleted', objects: 1 }]);
    await test.registry.holdDeletion(undefined, BY);
    expect(await results(west.token, may)).toEqual([{}]);
  });

  it('need the token of a collector, which opens nothing else', async () => {
    const { token } = await added('west');
    for (const wrong of [TOKEN, 'fsc_nobody', `${token}x`]) {
      expect(refusal(await ask(wrong, [['topK']]))).toEqual([
        401,
        expect.stringContaining('no collector has this token'),
      ]);
    }
    expect((await test.api.inject({ method: 'POST', url: URL, payload: {} })).statusCode).toBe(401);
    for (const url of ['/v1/health', ADMIN, '/v1/admin/sources', '/metrics', '/v1/openapi.json']) {
      const answer = await test.api.inject({ method: 'GET', url, headers: { authorization: `Bearer ${token}` } });
      expect([url, answer.statusCode]).toEqual([url, 401]);
    }
    expect((await ask(token, [['topK']])).statusCode).toBe(200);

    expect((await test.send('DELETE', `${ADMIN}/west`)).statusCode).toBe(200);
    expect((await ask(token, [['topK']])).statusCode).toBe(401);
  });

  it('are refused with a sentence under other rules, and with another time', async () => {
    const { token } = await added('west');
    const [older, newer] = [RULES_VERSION - 1, RULES_VERSION + 1];
    expect(refusal(await ask(token, [['topK']], { rulesVersion: older }))).toEqual([
      409,
      `Collector west (Flowscope 1.2.3) collects under rules version ${older}, and its primary under ${RULES_VERSION}: upgrade the collector. Until then the collector waits.`,
    ]);
    expect(refusal(await ask(token, [['topK']], { rulesVersion: newer }))[1]).toContain('upgrade the primary');
    const late = refusal(await ask(token, [['topK']], { now: NOON - 61 }));
    expect(late).toEqual([
      409,
      expect.stringContaining('The clock of collector west is 61 s behind that of its primary'),
    ]);
    const { items } = (await test.send('GET', ADMIN)).json<{ items: object[] }>();
    expect(items[1]).toMatchObject({ name: 'west', host: 'edge', waiting: late[1] });
  });

  it('wait while the primary does', async () => {
    const { token } = await added('west');
    test.collector.primary = () => undefined;
    expect(refusal(await ask(token, [['topK']]))).toEqual([503, expect.stringContaining('waits for InfluxDB')]);
  });

  it('are refused when they are too large, before they are read', async () => {
    const { token } = await added('west');
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const payload = Buffer.alloc(100 * 1024 * 1024, ' ');
    const large = await test.api.inject({ method: 'POST', url: URL, headers, payload });
    expect(refusal(large)).toEqual([413, 'The request is too large.']);
    const unread = await test.api.inject({
      method: 'POST',
      url: URL,
      payload,
      headers: { ...headers, authorization: 'Bearer x' },
    });
    expect(unread.statusCode).toBe(401);
  });

  it('log no secret, whatever fails', async () => {
    const { token } = await added('west');
    test.collector.primary = () => ({
      registry: test.registry,
      openShards: () => Promise.resolve(),
      publishNames: () => Promise.reject(new TypeError('no names')),
      newestOwners: () => Promise.resolve(0),
      noteReport: () => Promise.resolve(),
    });
    expect(await results(token, ['publishNames'])).toEqual([
      { error: { code: 'internal', message: 'Something went wrong in the primary: its log says what.' } },
    ]);
    expect(test.logged).toEqual(['Collector west, publishNames: TypeError: no names']);
    expect(test.logged.join()).not.toContain(token);
  });
});

describe('collectors', () => {
  it('are added with a token that is kept as a hash only, and stand in the audit trail', async () => {
    const { id, token } = await added('west-1');
    const list = (await test.send('GET', ADMIN)).body;
    expect(JSON.parse(list)).toMatchObject({
      items: [
        { name: 'primary', isPrimary: true },
        { id, name: 'west-1', isPrimary: false, isSilent: false, sources: [], plansInHand: 0 },
      ],
    });
    const { items } = await test.registry.listChanges(10);
    expect(items).toMatchObject([{ action: 'collector.add', target: 'west-1' }]);
    expect(list + JSON.stringify(items)).not.toContain(token);
    expect(await test.registry.collectorByToken(token)).toMatchObject({ id });
  });

  it.each([
    ['', 400],
    ['a b', 400],
    ['a,b', 400],
    ['primary', 409],
    ['west', 409],
  ])('%j is no name', async (name, status) => {
    await added('west');
    expect((await test.send('POST', ADMIN, { payload: { name } })).statusCode).toBe(status);
  });

  it('are silent after two minutes, which the list and Prometheus say', async () => {
    const { id } = await added('west');
    await test.registry.noteCollector(id, { version: '1.2.3', host: 'edge', recordsPerSecond: 7 }, NOON - 121);
    const { items } = (await test.send('GET', ADMIN)).json<{ items: object[] }>();
    expect(items[1]).toMatchObject({
      name: 'west',
      host: 'edge',
      heard: NOON - 121,
      isSilent: true,
      recordsPerSecond: 7,
    });
    const metrics = (await test.send('GET', '/metrics')).body;
    expect(metrics).toContain(`flowscope_collector_last_heard_timestamp_seconds{collector="west"} ${NOON - 121}`);
  });

  it('give their sources away when they are removed, and say what they had in hand', async () => {
    const { token } = await added('west');
    const mine = await source('mine', { collector: 'west' });
    const shared = await source('shared', { collector: 'primary,west', queueUrl: QUEUE });
    await results(token, ['grantPlan', proposalIn(mine), NOON]);
    const answer = await test.send('DELETE', `${ADMIN}/west`);
    expect([answer.statusCode, answer.json()]).toEqual([
      200,
      {
        ...{ sources: ['mine', 'shared'], plansInHand: 1 },
        plans: [{ identity: 'a.log.gz', source: 'mine', granted: NOON }],
      },
    ]);
    const assigned = await Promise.all([mine, shared].map((id) => test.registry.sourceById(id)));
    expect(assigned).toMatchObject([
      { collector: 'primary', version: 2 },
      { collector: 'primary', version: 2 },
    ]);
    expect((await test.registry.listChanges(9)).items.map(({ action, target }) => `${action} ${target}`)).toEqual(
      expect.arrayContaining(['collector.remove west', 'source.move mine', 'source.move shared'])
    );
    expect((await test.send('DELETE', `${ADMIN}/primary`)).statusCode).toBe(409);
    expect((await test.send('DELETE', `${ADMIN}/nobody`)).statusCode).toBe(404);
  });

  it.each([
    [{ collector: 'nobody' }, 'There is no collector "nobody". There are: primary, west.'],
    [
      { collector: 'primary,west' },
      'Only a queue can be shared: choose one collector, or let S3 announce new objects to an SQS queue.',
    ],
    [{ collector: 'a b' }, 'collector: names of collectors look like west-1; several have commas between them'],
  ])('a source with %j is refused', async (settings, message) => {
    await added('west');
    const payload = { name: 'prod', bucket: 'flow-logs', region: 'eu-west-1', ...settings };
    const answer = await test.send('POST', '/v1/admin/sources', { payload });
    expect([answer.statusCode, answer.json()]).toMatchObject([400, { error: { message, field: 'collector' } }]);
  });
});
