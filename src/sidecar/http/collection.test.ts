import { TestApi } from '../testing/api';
import { NOON } from '../testing/reference/rollUp';

const test = TestApi.forTests();

let sourceId: string;
beforeEach(async () => {
  const source = { name: 'prod', bucket: 'flow-logs', prefix: '', region: 'eu-west-1', enabled: true };
  sourceId = (await test.registry.addSource(source, NOON)).id;
  for (const key of ['a.gz', 'b.gz', 'c.gz']) {
    const why = { state: 'quarantined', reason: 'corrupt-gzip', message: 'It is damaged.' } as const;
    await test.registry.setLedgerEntry({ sourceId, key, etag: 'e', size: 5, ...why }, NOON);
  }
  await test.registry.setLedgerEntry({ sourceId, key: 'd.gz', etag: 'e', size: 5, state: 'stored' }, NOON);
});

const keys = async (query = '') => {
  const answer = await test.send('GET', `/v1/admin/quarantine${query}`);
  const { items, next, total } = answer.json<{ items: Array<{ key: string }>; next?: string; total: number }>();
  return { keys: items.map(({ key }) => key), next, total };
};

describe('quarantine', () => {
  it('is listed in pages, of all sources or one', async () => {
    const first = await keys('?limit=2');
    expect(first).toMatchObject({ keys: ['a.gz', 'b.gz'], total: 3 });
    expect(await keys(`?limit=2&cursor=${first.next!}`)).toEqual({ keys: ['c.gz'], total: 3, next: undefined });
    expect((await keys(`?sourceId=${sourceId}`)).total).toBe(3);
    expect((await keys('?sourceId=another')).total).toBe(0);
  });

  it('is retried: the next listing collects it again', async () => {
    const answer = await test.send('POST', '/v1/admin/quarantine/retry', {
      payload: { source: 'prod', keys: ['a.gz'] },
    });
    expect(answer.json()).toEqual({ changed: 1, unlisted: 0 });
    expect((await keys()).keys).toEqual(['b.gz', 'c.gz']);
  });

  it('of a source that was removed cannot be retried', async () => {
    await test.registry.removeSource('prod');
    const answer = await test.send('POST', '/v1/admin/quarantine/retry', { payload: { source: sourceId } });
    expect(answer.json()).toEqual({ changed: 0, unlisted: 3 });
  });

  it('is counted for viewers as long as it is listed for administrators, its source there or not', async () => {
    const quarantined = async () => (await test.send('GET', '/v1/collection')).json<{ quarantined: number }>();
    expect(await quarantined()).toMatchObject({ quarantined: 3 });
    await test.registry.removeSource('prod');
    expect(await quarantined()).toEqual({ sources: [], quarantined: (await keys()).total });
    await test.send('POST', '/v1/admin/quarantine/dismiss', { payload: { source: sourceId, keys: ['a.gz'] } });
    expect(await quarantined()).toEqual({ sources: [], quarantined: 2 });
  });

  it('is dismissed, all of a source at once', async () => {
    const answer = await test.send('POST', '/v1/admin/quarantine/dismiss', { payload: { source: 'prod' } });
    expect(answer.json()).toEqual({ changed: 3, unlisted: 0 });
    expect((await keys()).total).toBe(0);
    expect((await test.registry.listChanges(1)).items).toMatchObject([
      { action: 'quarantine.dismiss', target: 'prod', details: { objects: 3, keys: ['a.gz', 'b.gz', 'c.gz'] } },
    ]);
  });

  it.each([
    [{ source: 'prod', keys: ['x.gz'] }, 400, 'Not in quarantine: x.gz'],
    [{ source: 'nobody' }, 404, 'There is no source'],
    [{}, 400, 'source'],
    [{ source: 'prod', keys: [] }, 400, 'keys'],
    [{ source: 'prod', keys: Array(501).fill('a.gz') }, 400, 'keys'],
  ])('refuses %j', async (payload, status, message) => {
    for (const verb of ['retry', 'dismiss']) {
      const answer = await test.send('POST', `/v1/admin/quarantine/${verb}`, { payload });
      expect([answer.statusCode, answer.body]).toEqual([status, expect.stringContaining(message)]);
    }
    expect((await keys()).total).toBe(3);
  });
});

describe('the ledger', () => {
  it('tells administrators all that is known', async () => {
    expect((await test.send('GET', '/v1/admin/ledger?key=a.gz')).json()).toEqual({
      entries: [
        {
          ...{ sourceId: undefined, source: 'prod', key: 'a.gz', etag: 'e', size: 5, state: 'quarantined' },
          ...{ reason: 'corrupt-gzip', message: 'It is damaged.', changed: NOON, seen: NOON, storedFrom: [] },
        },
      ],
    });
    expect((await test.send('GET', '/v1/admin/ledger?key=nothing')).statusCode).toBe(404);
    expect((await test.send('GET', '/v1/admin/ledger')).statusCode).toBe(400);
  });
});

describe('the state of collecting', () => {
  it('has backlog, lag and completeness of a source that the collector has scanned', async () => {
    test.statuses[sourceId] = { backlog: 4, oldest: NOON - 60, lag: 720, completeUntil: NOON - 600, ignoredEvents: 3 };
    expect((await test.send('GET', '/v1/collection')).json()).toMatchObject({
      quarantined: 3,
      sources: [{ state: 'new', backlog: 4, oldestAge: 60, lag: 720, completeUntil: NOON - 600, ignoredEvents: 3 }],
    });
    test.statuses[sourceId] = { backlog: 0 };
    expect((await test.send('GET', '/v1/collection')).json()).toMatchObject({
      sources: [{ backlog: 0, oldestAge: 0 }],
    });
  });
});

describe('the series budget', () => {
  it('is told once series were counted, with what a full store means for new data', async () => {
    expect((await test.send('GET', '/v1/collection')).json()).not.toHaveProperty('series');
    await test.registry.recordSeriesCount({ minute: 10, hour: 1000 });
    const told = async () => (await test.send('GET', '/v1/collection')).json<{ series: object }>().series;
    expect(await told()).toEqual({ live: 1000, budget: 500_000, topK: 20, isRefused: false });
    await test.registry.recordSeriesCount({ minute: 510_000, hour: 1000 });
    const warning = expect.stringMatching(/500,000 series .* only the 5 busiest .* totals stay exact/) as string;
    expect(await told()).toEqual({ live: 510_000, budget: 500_000, topK: 5, isRefused: false, warning });
    await test.registry.recordSeriesCount({ minute: 700_000, hour: 1000 });
    expect(await told()).toMatchObject({ topK: 0, warning: expect.stringContaining('no addresses') as string });
    const { warnings } = (await test.send('GET', '/v1/admin/health')).json<{ warnings: string[] }>();
    expect(warnings).toEqual([expect.stringContaining('no addresses')]);
  });
});

describe('metrics', () => {
  it('name each call of the last sync that failed, and why', async () => {
    const kinds = { vpc: { found: 1, named: 1 } };
    const failures = [{ call: 'ec2:DescribeSubnets', reason: 'service-control-policy', message: 'denied' }];
    const regions = [
      { account: 'shop', region: 'eu-west-1', kinds },
      { account: 'shop', region: 'us-east-1', kinds, error: 'denied', failures },
      { account: 'shop', region: 'us-west-2', kinds: {}, leftOut: 'closed' },
    ];
    const result = JSON.stringify({ ok: false, regions, seconds: 1 });
    await test.registry.recordSync({ started: NOON - 9, finished: NOON - 8, ok: true, result });
    await test.registry.recordSync({ started: NOON, finished: NOON, ok: false, result });
    const { body } = await test.send('GET', '/metrics');
    expect(body).toContain(`flowscope_descriptions_last_success_timestamp_seconds ${NOON - 8}\n`);
    expect(body).toContain(
      'flowscope_descriptions_call_failed{account="shop",region="us-east-1",call="ec2:DescribeSubnets",reason="service-control-policy"} 1\n'
    );
    for (const how of ['read', 'failed', 'left out']) {
      expect(body).toContain(`flowscope_descriptions_regions{result="${how}"} 1\n`);
    }
  });

  it('are those of each source, by state', async () => {
    test.statuses[sourceId] = { backlog: 4, oldest: NOON - 60 };
    // Twice: what a scrape shows must not add up.
    await test.send('GET', '/metrics');
    const { body, headers } = await test.send('GET', '/metrics');
    expect(headers['content-type']).toMatch(/^text\/plain/);
    const of = `source_id="${sourceId}",source="prod"`;
    for (const line of [
      'flowscope_build_info{version="1.2.3"} 1',
      'flowscope_collecting 1',
      `flowscope_source_enabled{${of}} 1`,
      `flowscope_source_failing{${of}} 0`,
      `flowscope_source_backlog_objects{${of}} 4`,
      `flowscope_source_oldest_age_seconds{${of}} 60`,
      `flowscope_source_objects{${of},state="quarantined"} 3`,
      `flowscope_source_objects{${of},state="stored"} 1`,
    ]) {
      expect(body).toContain(line);
    }
    expect(body).toMatch(/^process_resident_memory_bytes \d+/m);
  });
});
