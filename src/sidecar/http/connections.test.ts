import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { TestApi, TOKEN } from '../testing/api';
import { SERVER_LIMITS, type ServerLimits } from './server';

let limits: ServerLimits;
beforeEach(() => (limits = SERVER_LIMITS));
const test = TestApi.forTests(
  () => ({}),
  () => limits
);

const sockets: Socket[] = [];
afterEach(() => sockets.splice(0).forEach((socket) => socket.destroy()));

const get = (path: string, headers = '') =>
  `GET ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${TOKEN}\r\n${headers}\r\n`;
const post = (headers: string) =>
  `POST /v1/admin/sources HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${TOKEN}\r\n` +
  `Content-Type: application/json\r\n${headers}\r\n\r\n`;

/** A connection as bytes. `answered`: all that came back. */
class Client {
  answered = '';

  private constructor(readonly socket: Socket) {
    socket.on('data', (chunk: Buffer) => (this.answered += chunk.toString()));
    // The server closing the connection is what this test expects.
    socket.on('error', () => undefined);
  }

  static async connect(): Promise<Client> {
    const { port } = test.api.server.address() as AddressInfo;
    const socket = connect(port, '127.0.0.1');
    sockets.push(socket);
    await Promise.race([once(socket, 'connect'), once(socket, 'close')]);
    return new Client(socket);
  }

  get statuses(): number[] {
    return [...this.answered.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
  }

  /** Waits for that many answers. Throws when the connection is closed before. */
  answers(count: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = () => {
        if (this.statuses.length >= count) {
          resolve();
        } else if (this.socket.closed) {
          reject(new Error(`Closed after ${this.statuses.length} answers`));
        } else {
          return;
        }
        this.socket.off('data', look).off('close', look);
      };
      this.socket.on('data', look).on('close', look);
      look();
    });
  }

  async closed(): Promise<void> {
    if (!this.socket.closed) {
      await new Promise((resolve) => this.socket.once('close', resolve));
    }
  }
}

/** Starts the API with other limits than usual. */
async function listen(changes: Partial<ServerLimits> = {}): Promise<void> {
  limits = { ...SERVER_LIMITS, ...changes };
  await test.restart();
  await test.api.listen({ host: '127.0.0.1', port: 0 });
}

/** Keeps requests to /v1/collection without an answer until it is released. */
function heldUp() {
  const gate = Promise.withResolvers<void>();
  const { registry } = test;
  const listSources = registry.listSources.bind(registry);
  const asked = jest.spyOn(registry, 'listSources').mockImplementation(() => gate.promise.then(listSources));
  return { asked, release: gate.resolve };
}

describe('requests that come before the answers to others are read', () => {
  it('keep no more than one answer waiting, and are all answered in their order once they are read', async () => {
    await listen();
    const size = (await test.send('GET', '/v1/openapi.json')).rawPayload.length;
    const responses: ServerResponse[] = [];
    test.api.server.on('request', (_request, response: ServerResponse) => responses.push(response));
    const flood = await Client.connect();
    flood.socket.pause();
    flood.socket.write(
      get('/v1/openapi.json').repeat(150) + get('/v1/health') + get('/v1/nothing', 'Connection: close\r\n')
    );
    await once(test.api.server, 'request');
    const other = await Client.connect();
    for (let i = 1; i <= 20; i++) {
      other.socket.write(get('/healthz'));
      await other.answers(i);
      const queued = responses.filter(({ writableEnded }) => writableEnded).map(({ writableLength }) => writableLength);
      expect(queued.reduce((sum, bytes) => sum + bytes, 0)).toBeLessThan(size + 10_000);
    }
    flood.socket.resume();
    await flood.closed();
    expect(flood.statuses).toEqual([...Array.from({ length: 151 }, () => 200), 404]);
  });

  it('are handled one at a time', async () => {
    await listen();
    const { asked, release } = heldUp();
    const client = await Client.connect();
    client.socket.write(get('/v1/collection').repeat(100));
    const other = await Client.connect();
    other.socket.write(get('/healthz').repeat(20));
    await other.answers(20);
    expect(asked).toHaveBeenCalledTimes(1);
    release();
    await client.answers(100);
    expect(new Set(client.statuses)).toEqual(new Set([200]));
  });

  it('are limited: a connection that brings too many is closed, others are answered', async () => {
    await listen({ waitingRequests: 50 });
    const { asked, release } = heldUp();
    const client = await Client.connect();
    client.socket.write(get('/v1/collection').repeat(100));
    await client.closed();
    expect(client.answered).toBe('');
    release();
    const other = await Client.connect();
    other.socket.write(get('/v1/collection').repeat(51));
    await other.answers(51);
    expect(asked).toHaveBeenCalledTimes(52);
  });

  it('beyond the limit of a connection are not handled: it is closed after the last answer', async () => {
    await listen({ requestsPerConnection: 10 });
    const { asked, release } = heldUp();
    release();
    const client = await Client.connect();
    client.socket.write(get('/v1/collection').repeat(25));
    await client.closed();
    expect(client.statuses).toHaveLength(10);
    expect(client.answered.match(/^connection: .*$/gim)).toEqual([
      ...Array.from({ length: 9 }, () => 'Connection: keep-alive'),
      expect.stringMatching(/^connection: close/i),
    ]);
    expect(asked).toHaveBeenCalledTimes(10);
  });

  it('with other expectations than 100-continue are answered in their order, too', async () => {
    await listen();
    const client = await Client.connect();
    client.socket.write(get('/v1/health', 'Expect: something\r\n') + get('/v1/nothing', 'Expect: 100-continue\r\n'));
    await client.answers(3);
    expect(client.statuses).toEqual([200, 100, 404]);
  });
});

describe('a connection', () => {
  it('whose answers are not read is closed', async () => {
    await listen({ answerMs: 200 });
    const connected = once(test.api.server, 'connection') as Promise<[Socket]>;
    const client = await Client.connect();
    client.socket.pause();
    const [socket] = await connected;
    client.socket.write(get('/v1/openapi.json').repeat(500));
    await once(socket, 'close');
    expect(socket.destroyed).toBe(true);
  });

  it('whose answer does not come is closed', async () => {
    await listen({ answerMs: 200 });
    heldUp();
    const client = await Client.connect();
    client.socket.write(get('/v1/collection'));
    await client.closed();
    expect(client.answered).toBe('');
  });

  it('is refused beyond the limit until one is closed, which is logged once', async () => {
    await listen({ connections: 2 });
    const [first, second] = [await Client.connect(), await Client.connect()];
    for (const client of [first, second]) {
      client.socket.write(get('/healthz'));
      await client.answers(1);
    }
    for (let i = 0; i < 3; i++) {
      const third = await Client.connect();
      third.socket.write(get('/healthz'));
      await third.closed();
      expect(third.answered).toBe('');
    }
    expect(test.logged).toEqual(['The API has 2 connections open, and turns further ones away.']);
    first.socket.destroy();
    let last: Client;
    do {
      last = await Client.connect();
      last.socket.write(get('/healthz'));
      await last.answers(1).catch(() => undefined);
    } while (last.answered === '');
    expect(last.statuses).toEqual([200]);
  });
});

describe('a request that comes slowly', () => {
  const quick = { headersMs: 100, requestMs: 200, checkMs: 20 };

  const cases: Array<[string, string, string]> = [
    ['a body of known length', post('Content-Length: 1000'), ' '],
    ['a body in chunks', post('Transfer-Encoding: chunked'), '1\r\n \r\n'],
    ['headers', 'GET /healthz HTTP/1.1\r\nHost: x\r\n', 'X: y\r\n'],
    ['a request line', 'GET /', 'x'],
  ];

  it.each(cases)('is ended with 408: %s', async (_case, begin, more) => {
    await listen(quick);
    const client = await Client.connect();
    client.socket.write(begin);
    client.socket.write(more);
    await client.closed();
    const [head, body] = client.answered.split('\r\n\r\n');
    expect(head).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
    expect(JSON.parse(body)).toEqual({ error: { code: 'invalid', message: 'The request took too long to arrive.' } });
  });

  it.each(cases)('is ended also while more of it comes: %s', async (_case, begin, more) => {
    await listen(quick);
    const client = await Client.connect();
    client.socket.write(begin);
    const trickle = setInterval(() => client.socket.write(more), 10);
    await client.closed();
    clearInterval(trickle);
    // It may be lost, with bytes on their way that nobody reads any more.
    expect([408, undefined]).toContain(client.statuses[0]);
  });

  it('is ended also when it was refused before its body was there', async () => {
    await listen(quick);
    const client = await Client.connect();
    client.socket.write(post('Content-Length: 1000').replace(TOKEN, 'another-token-of-tests'));
    await client.closed();
    expect(client.statuses).toEqual([401, 408]);
  });

  it('or none at all does not keep a connection', async () => {
    await listen(quick);
    const client = await Client.connect();
    await client.closed();
    expect(client.statuses).toEqual([408]);
  });

  it('is given half a minute at most', () => {
    const { headersMs, requestMs, checkMs } = SERVER_LIMITS;
    expect(Math.max(headersMs, requestMs) + checkMs).toBeLessThanOrEqual(35_000);
  });
});

describe('closing', () => {
  it('lets an answer that is under way be finished, and waits no longer', async () => {
    // Longer than a test may take.
    await listen({ graceMs: 600_000 });
    const { release } = heldUp();
    const client = await Client.connect();
    client.socket.write(get('/v1/collection'));
    await once(test.api.server, 'request');
    const closed = test.api.close();
    release();
    await closed;
    await client.closed();
    expect(client.statuses).toEqual([200]);
    expect(client.answered).toMatch(/\r\n\r\n\{.*\}$/);
  });

  it('does not wait for clients that hang', async () => {
    await listen({ graceMs: 50 });
    const { asked } = heldUp();
    const clients = await Promise.all(Array.from({ length: 4 }, () => Client.connect()));
    clients[0].socket.write(get('/v1/collection'));
    clients[1].socket.write(post('Content-Length: 1000'));
    clients[2].socket.write('GET /healthz HTT');
    while (asked.mock.calls.length === 0) {
      await once(test.api.server, 'request');
    }
    await test.api.close();
    await Promise.all(clients.map((client) => client.closed()));
  });
});

describe('the description of the API', () => {
  it('is written once', async () => {
    const writing = jest.spyOn(test.api, 'swagger');
    const [first, second] = [await test.send('GET', '/v1/openapi.json'), await test.send('GET', '/v1/openapi.json')];
    expect(writing).toHaveBeenCalledTimes(1);
    expect(first.json()).toMatchObject({ info: { title: 'Flowscope' } });
    expect(second.body).toBe(first.body);
    expect(first.headers['content-type']).toBe('application/json; charset=utf-8');
  });
});
