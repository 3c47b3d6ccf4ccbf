import { once } from 'node:events';
import { connect, type AddressInfo } from 'node:net';
import { openRegistry } from '../registry/registry';
import { COLLECTOR_PATH } from './guard';
import { TestApi, TOKEN } from '../testing/api';
import { NOON } from '../testing/reference/rollUp';
import { exporter, proposal } from '../testing/registry';

const test = TestApi.forTests();

/** What viewers must never be told. */
const HIDDEN = {
  bucket: 'the-hidden-bucket',
  prefix: 'hidden-prefix/',
  roleArn: 'arn:aws:iam::111122223333:role/hidden',
  externalId: 'hidden-external-id',
  queueUrl: 'https://sqs.eu-west-1.amazonaws.com/111122223333/hidden-queue',
  quote: 'hidden quoted line',
  key: 'hidden-prefix/AWSLogs/111122223333/x.log.gz',
};

/** A deployment in which all of it is known. */
async function fill(): Promise<void> {
  const { bucket, prefix, roleArn, externalId, queueUrl, quote, key } = HIDDEN;
  const access = { roleArn, externalId, accessKeyId: 'AKIAHIDDEN', sealedSecret: 'v1.hidden.hidden' };
  const { id } = await test.registry.addSource(
    { name: 'prod', bucket, prefix, region: 'eu-west-1', access, queueUrl, enabled: true },
    NOON
  );
  await test.registry.recordScan(id, NOON, `s3:ListBucket is denied on bucket ${bucket}`, 'AccessDenied');
  const counts = { records: 1, ok: 0, reasons: { 'bad-time': 1 }, quotes: [{ reason: 'bad-time', line: quote }] };
  const sums = { bytes: '0', packets: '0', flows: '0', parts: 1 };
  await test.registry.setLedgerEntry(
    {
      ...{ sourceId: id, key, etag: 'e', size: 5, state: 'quarantined', reason: 'corrupt-gzip' },
      ...{ message: `${bucket} is damaged`, counts: { ...counts, ...sums } },
    },
    NOON
  );
  await test.registry.grantPlan(proposal({ exporters: [exporter('111122223333/vpc-1')] }), NOON);
  await test.registry.createAccount({ name: 'other', regions: [], ...access }, { actor: 'x', now: NOON });
}

interface Operation {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
}

/** Every route there is, as the API itself describes it. */
async function routes(): Promise<Operation[]> {
  const { paths } = (await test.send('GET', '/v1/openapi.json')).json<{ paths: Record<string, object> }>();
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => ({
      path: path.replace(/\{\w+\}/g, 'x'),
      method: method.toUpperCase() as 'GET',
    }))
  );
}

describe('the token', () => {
  it.each([
    ['none', undefined],
    ['another', 'Bearer another-token-of-tests'],
    ['one that begins alike', `Bearer ${TOKEN}x`],
    ['an empty one', 'Bearer '],
    ['another scheme', `Basic ${Buffer.from(`x:${TOKEN}`).toString('base64')}`],
    ['it without a scheme', TOKEN],
  ])('is asked for: %s is refused at every route', async (_case, authorization) => {
    const all = [
      ...(await routes()),
      { method: 'GET' as const, path: '/metrics' },
      { method: 'GET' as const, path: '/v1/openapi.json' },
    ];
    expect(all.length).toBeGreaterThan(30);
    for (const { method, path } of [...all, { method: 'GET' as const, path: '/v1/nothing' }]) {
      const answer = await test.api.inject({
        method,
        url: path,
        headers: authorization === undefined ? {} : { authorization },
      });
      const open = path === '/healthz';
      expect([method, path, answer.statusCode]).toEqual([method, path, open ? 200 : 401]);
      expect(answer.body).not.toContain(TOKEN);
      expect(answer.headers['www-authenticate']).toBe(open ? undefined : 'Bearer');
    }
  });

  it.each([
    [
      'of two headers, either of which may be meant',
      `Authorization: Bearer ${TOKEN}\r\nAuthorization: Viewer ${TOKEN}`,
    ],
    ['said twice', `Authorization: Bearer ${TOKEN}\r\nauthorization: Bearer ${TOKEN}`],
    ['behind one that is empty', `Authorization:\r\nAuthorization: Bearer ${TOKEN}`],
  ])('is not taken out %s', async (_case, headers) => {
    const answer = await overWire(
      `GET /v1/admin/sources HTTP/1.1\r\nHost: x\r\n${headers}\r\nConnection: close\r\n\r\n`
    );
    expect(answer).toMatch(/^HTTP\/1\.1 401 /);
  });

  it('is not needed for /healthz, which says only that the process runs', async () => {
    const answer = await test.api.inject({ url: '/healthz' });
    expect([answer.statusCode, answer.json()]).toEqual([200, { status: 'ok' }]);
  });
});

describe.each(['', ' ', '\n', '\t\t', '\0'])('a sidecar whose token is blank refuses: %j', (token) => {
  const open = TestApi.forTests(() => ({ token }));
  const schemes = ['Bearer', 'Viewer', 'bearer', 'BEARER', 'Basic', 'Token', ''];
  const rests = ['', ' ', '  ', ` ${token}`, `  ${token}`, ' \t', ' ""', ' undefined', ' null', ' =', ' ,'];

  it('to any header', async () => {
    const headers = schemes.flatMap((scheme) => rests.map((rest) => ({ authorization: scheme + rest })));
    for (const header of [{}, ...headers]) {
      const { statusCode } = await open.api.inject({ url: '/v1/admin/sources', headers: header });
      expect([header, statusCode]).toEqual([header, 401]);
    }
  });

  it.each(['/v1/admin/sources', '/v1/health', '/metrics', '/v1/openapi.json', '/v1/nothing'])('at %s', async (url) => {
    for (const headers of [{}, { authorization: `Bearer ${token}` }, { authorization: `Viewer ${token}` }]) {
      expect((await open.api.inject({ url, headers })).statusCode).toBe(401);
    }
  });
});

describe('a page of another origin', () => {
  const origin = 'https://elsewhere.example';

  it('is not told that it may ask, with whatever headers', async () => {
    const headers = {
      origin,
      'access-control-request-method': 'GET',
      'access-control-request-headers': 'authorization',
    };
    for (const url of ['/healthz', '/v1/health', '/v1/admin/sources']) {
      const { statusCode, headers: answered } = await test.api.inject({ method: 'OPTIONS', url, headers });
      expect([statusCode < 400, Object.keys(answered).filter((name) => name.startsWith('access-control'))]).toEqual([
        false,
        [],
      ]);
    }
  });

  it('cannot read an answer', async () => {
    for (const path of ['/healthz', '/v1/health']) {
      expect(Object.keys((await test.send('GET', path, { headers: { origin } })).headers)).not.toContain(
        'access-control-allow-origin'
      );
    }
  });
});

describe('/healthz of a sidecar whose registry is gone', () => {
  const registry = openRegistry(':memory:');
  afterAll(() => registry.close());
  const gone = TestApi.forTests(() => ({ registry: { ...registry, died: Promise.resolve(new Error('gone')) } }));

  it('does not say ok', async () => {
    const answer = await gone.api.inject({ url: '/healthz' });
    expect([answer.statusCode, answer.json()]).toEqual([
      503,
      { error: { code: 'unavailable', message: expect.stringContaining('about to end') as string } },
    ]);
  });
});

describe('what is not below /v1/admin', () => {
  it('only reads, but for what takes no token but those of collectors', async () => {
    const open = (await routes()).filter(({ path }) => !path.startsWith('/v1/admin/') && path !== COLLECTOR_PATH);
    expect((await test.send('POST', COLLECTOR_PATH, { payload: {} })).statusCode).toBe(401);
    expect(open.map(({ method, path }) => `${method} ${path}`).sort()).toEqual([
      'GET /healthz',
      'GET /v1/collection',
      'GET /v1/health',
      'GET /v1/ledger',
      'GET /v1/reports/x',
      'GET /v1/search',
    ]);
  });

  it('tells viewers no bucket, ARN, external id or quoted line', async () => {
    await fill();
    const authorization = `Viewer ${TOKEN}`;
    const paths = [
      '/v1/collection',
      '/v1/health',
      `/v1/ledger?key=${encodeURIComponent(HIDDEN.key)}`,
      '/v1/search?q=111122223333',
      '/metrics',
      '/v1/openapi.json',
    ];
    for (const path of paths) {
      const answer = await test.send('GET', path, { headers: { authorization } });
      expect([path, answer.statusCode]).toEqual([path, 200]);
      expect(answer.body).not.toMatch(/hidden|arn:aws:iam::111122223333|AKIA/i);
    }
    expect((await test.send('GET', '/v1/collection')).json()).toEqual({
      quarantined: 1,
      sources: [
        {
          ...{
            id: expect.stringMatching(/^src-/) as string,
            name: 'prod',
            enabled: true,
            state: 'failing',
            lastRun: NOON,
          },
          problem: 'AWS denies access to its bucket, or to the key that encrypts it.',
          objects: [{ state: 'quarantined', reason: 'corrupt-gzip', objects: 1 }],
        },
      ],
    });
  });

  it('is all that the route for viewers reaches, whatever path arrives', async () => {
    await fill();
    const headers = { authorization: `Viewer ${TOKEN}` };
    const all = (await routes()).filter(({ path }) => path.startsWith('/v1/admin/'));
    expect(all.length).toBeGreaterThan(30);
    for (const { method, path } of [...all, { method: 'GET' as const, path: '/v1/admin' }]) {
      const answer = await test.send(method, path, { headers });
      expect([method, path, answer.statusCode, answer.json<object>()]).toMatchObject([
        method,
        path,
        403,
        { error: { code: 'forbidden' } },
      ]);
    }
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'] as const) {
      expect((await test.send(method, '/v1/collection', { headers })).statusCode).toBe(403);
    }
    const wrong = await test.send('GET', '/v1/health', { headers: { authorization: 'Viewer another-token' } });
    expect(wrong.statusCode).toBe(401);
  });

  it('tells administrators all of it but the secret', async () => {
    await fill();
    const paths = ['sources', 'accounts', 'quarantine', 'audit', `ledger?key=${encodeURIComponent(HIDDEN.key)}`];
    const all = (await Promise.all(paths.map((path) => test.send('GET', `/v1/admin/${path}`))))
      .map(({ body }) => body)
      .join();
    for (const text of Object.values(HIDDEN)) {
      expect(all).toContain(text);
    }
    expect(all).not.toContain('v1.hidden.hidden');
  });

  it('answers an exact key with its state only', async () => {
    await fill();
    const ask = (key: string) => test.send('GET', `/v1/ledger?key=${encodeURIComponent(key)}`);
    expect((await ask(HIDDEN.key)).json()).toEqual({ state: 'quarantined', since: NOON });
    for (const part of ['x.log.gz', '111122223333/x.log.gz', `${HIDDEN.key} `, HIDDEN.key.toUpperCase()]) {
      expect([part, (await ask(part)).statusCode]).toEqual([part, 404]);
    }
    expect((await test.send('GET', '/v1/ledger')).statusCode).toBe(400);
    expect((await ask('x'.repeat(1025))).statusCode).toBe(400);
    expect((await test.send('GET', '/v1/ledger?key=a&key=b')).statusCode).toBe(400);
  });
});

describe('paths', () => {
  it.each([
    '/v1/../v1/admin/sources',
    '/v1/collection/../admin/sources',
    '/v1/%2e%2e/v1/admin/sources',
    '/v1/.%2E/v1/admin/sources',
    '/v1/./admin/sources',
    '/v1//admin/sources',
    '//v1/admin/sources',
    '/v1/%61dmin/sources',
    '/v1/admin%2fsources',
    '/v1%2Fadmin%2Fsources',
    '/v1/admin%5Csources',
    '/v1\\admin\\sources',
    '/v1/admin;x/sources',
    '/v1/admin/sources/',
    '/v1/admin/sources/%00',
    '/v1/admin/sources/..;/x',
    '/%',
    '/',
  ])('that can be read in two ways are not read: %s', async (path) => {
    await fill();
    // As it stands on the wire: whatever sends requests would tidy it up.
    const answer = await overWire(
      `GET ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${TOKEN}\r\nConnection: close\r\n\r\n`
    );
    expect(answer).toMatch(/^HTTP\/1.1 4\d\d /);
    expect(answer).not.toContain('hidden');
  });

  it('are told apart by letter case', async () => {
    expect((await test.send('GET', '/v1/Admin/sources')).statusCode).toBe(404);
    expect((await test.send('GET', '/V1/admin/sources')).statusCode).toBe(404);
  });

  it('that no route has are 404, with the same body as every failure', async () => {
    const answer = await test.send('GET', '/v1/nothing');
    expect([answer.statusCode, answer.json()]).toEqual([
      404,
      { error: { code: 'not-found', message: expect.any(String) as string } },
    ]);
    expect((await test.send('HEAD', '/v1/admin/sources')).statusCode).toBe(404);
    expect((await test.send('POST', '/v1/collection')).statusCode).toBe(404);
  });
});

describe('limits', () => {
  it.each([
    [413, 'too-large', { 'content-type': 'application/json' }, JSON.stringify({ name: 'x'.repeat(200_000) })],
    [415, 'invalid', { 'content-type': 'text/plain' }, 'name=x'],
    [415, 'invalid', { 'content-type': 'application/x-www-form-urlencoded' }, 'name=x'],
    [400, 'invalid', { 'content-type': 'application/json' }, '{'],
    [400, 'invalid', { 'content-type': 'application/json' }, '[]'],
    [400, 'invalid', { 'content-type': 'application/json' }, '{"__proto__": {"name": "x"}}'],
    [400, 'invalid', {}, ''],
  ])('%d %s: %j', async (status, code, headers, payload) => {
    const answer = await test.api.inject({
      ...{ method: 'POST', url: '/v1/admin/sources', payload },
      headers: { authorization: `Bearer ${TOKEN}`, ...headers },
    });
    expect([answer.statusCode, answer.json<{ error: { code: string } }>().error.code]).toEqual([status, code]);
  });

  it('431: headers of over 16 KiB', async () => {
    const answer = await overWire(`GET /healthz HTTP/1.1\r\nHost: x\r\nX-Long: ${'x'.repeat(17_000)}\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1.1 431 /);
  });

  it('414: a parameter that is longer than any id', async () => {
    expect((await test.send('GET', `/v1/admin/sources/${'x'.repeat(65)}`)).statusCode).toBe(414);
  });
});

describe('an unexpected error', () => {
  it('is logged for administrators, and told to nobody else', async () => {
    const secret = 'a secret in a message';
    const listing = jest.spyOn(test.registry, 'listSources').mockRejectedValue(new Error(secret));
    const answer = await test.send('GET', '/v1/collection?token=in-the-address');
    listing.mockRestore();
    expect([answer.statusCode, answer.body]).toEqual([500, expect.not.stringContaining(secret) as string]);
    expect(test.logged).toEqual([`GET /v1/collection: Error: ${secret}`]);
  });
});

describe('the description of the API', () => {
  it('names every route with its answers', async () => {
    const { paths, info } = (await test.send('GET', '/v1/openapi.json')).json<{
      paths: Record<string, Record<string, { responses: object }>>;
      info: object;
    }>();
    expect(info).toMatchObject({ title: 'Flowscope', version: '1.2.3' });
    for (const [path, methods] of Object.entries(paths)) {
      for (const { responses } of Object.values(methods)) {
        expect([path, Object.keys(responses).some((status) => /^20[012]$/.test(status)), '4XX' in responses]).toEqual([
          path,
          true,
          true,
        ]);
      }
    }
  });
});

/** Sends bytes as they are, and returns all that comes back. */
async function overWire(request: string): Promise<string> {
  await test.api.listen({ host: '127.0.0.1', port: 0 });
  const { port } = test.api.server.address() as AddressInfo;
  const socket = connect(port, '127.0.0.1');
  let answer = '';
  socket.on('data', (chunk: Buffer) => (answer += chunk.toString()));
  socket.write(request);
  await once(socket, 'close');
  return answer;
}
