import { text } from 'node:stream/consumers';
import { influxForTests, itUnlessOn, withServer } from '../testing/influx';
import { until } from '../testing/until';
import { InfluxClient, InfluxError } from './influx';

const database = influxForTests();

const now = Math.floor(Date.now() / 1000);
const ns = (seconds: number) => `${seconds}000000000`;

async function failureOf(work: Promise<unknown>): Promise<InfluxError> {
  return work.then(
    () => Promise.reject(new Error('It should have failed.')),
    (error: unknown) => error as InfluxError
  );
}

describe('query', () => {
  it('gives sums beyond 2^53 exactly, as text', async () => {
    const client = await database();
    await client.write('minute', `m v=9007199254740992i,w=1i ${ns(now)}\nm v=1i,w=2i ${ns(now + 1)}`);
    const [row] = await client.query('SELECT sum("v") AS "v", sum("w") AS "w" FROM "m"');
    expect(row).toMatchObject({ v: '9007199254740993', w: 3 });
  });

  itUnlessOn('openGemini')('gives the largest integer InfluxDB has', async () => {
    const client = await database();
    await client.write('minute', `m v=9223372036854775807i,f=1.5,s="1e400",b=true ${ns(now)}`);
    expect(await client.query('SELECT "v", "f", "s", "b" FROM "m"')).toMatchObject([
      { v: '9223372036854775807', f: 1.5, s: '1e400', b: true },
    ]);
  });

  it('gives tags and fields of all series as rows, and none for none', async () => {
    const client = await database();
    await client.write('minute', `m,t=a v=1i ${ns(now)}\nm,t=b\\ c v=2i ${ns(now)}`);
    expect(await client.query('SELECT sum("v") AS "v" FROM "m" GROUP BY "t"')).toMatchObject([
      { t: 'a', v: 1 },
      { t: 'b c', v: 2 },
    ]);
    expect(await client.query('SELECT * FROM "nothing"')).toEqual([]);
  });

  it.each([
    ['nonsense', 'SELEC', 'refused', /error parsing query/],
    ['a policy that is not there', 'SELECT * FROM "no"."m"', 'missing', /./],
  ])('refuses %s', async (_case, influxql, failure, message) => {
    const client = await database();
    await client.write('minute', `m v=1i ${ns(now)}`);
    const error = await failureOf(client.query(influxql));
    expect(error).toMatchObject({ name: 'InfluxError', failure });
    expect(error.message).toMatch(message);
  });
});

it.each([
  [500, 'unavailable'],
  [503, 'unavailable'],
  [400, 'refused'],
  [200, 'refused'],
])('a statement that fails with %d is %s', async (status, failure) => {
  await withServer(
    (_request, response) => response.writeHead(status).end('{"error":"it did not work"}'),
    async (url) => {
      expect(await failureOf(new InfluxClient({ url, database: 'x' }).query('SHOW DATABASES'))).toMatchObject({
        failure,
      });
    }
  );
});

describe('write', () => {
  const point = (time: number) => `m v=1i ${ns(time)}`;

  it.each<[string, string, string, string]>([
    ['points beyond retention', 'minute', `${point(now - 9 * 86_400)}\n${point(now)}`, 'expired'],
    ['a tag that is not whole', 'minute', `${point(now)}\nm,t v=1i ${ns(now)}`, 'refused'],
    [
      'what it cannot repeat in a header as HTTP has them',
      'minute',
      `${point(now)}\nno line\u0000\u0001 protocol`,
      'refused',
    ],
    ['what is no line protocol', 'minute', `${point(now)}\nm v=`, 'refused'],
    ['a policy that is not there', 'no-such-policy', point(now), 'missing'],
  ])('fails for %s', async (_case, policy, lines, failure) => {
    const client = await database();
    const error = await failureOf(client.write(policy, lines));
    expect(error).toMatchObject({ name: 'InfluxError', failure });
    expect(error.message).toContain(client.settings.url);
    // openGemini stores nothing of a block of lines of which one is none.
    if (failure === 'expired' || (policy === 'minute' && process.env.FLOWSCOPE_TEST_STORE !== 'openGemini')) {
      expect(await client.query('SELECT sum("v") AS "v" FROM "minute"."m"')).toMatchObject([{ v: 1 }]);
    }
  });

  it('says how many points were beyond retention', async () => {
    const client = await database();
    const lines = [9, 10, 11].map((days) => point(now - days * 86_400)).join('\n');
    expect(await failureOf(client.write('minute', `${lines}\n${point(now)}`))).toMatchObject({ dropped: 3 });
  });

  it.each(['partial write: points beyond retention policy', 'points beyond retention policy dropped=0'])(
    'says that there were some where the store does not say how many: %s',
    async (error) => {
      await withServer(
        (_request, response) => response.writeHead(400).end(JSON.stringify({ error })),
        async (url) => {
          const client = new InfluxClient({ url, database: 'x' });
          expect(await failureOf(client.write('minute', point(now)))).toMatchObject({ failure: 'expired', dropped: 1 });
        }
      );
    }
  );

  it.each([200, 202, 206, 302])(
    'takes %d for no acknowledgement: whatever answers so, it is not InfluxDB',
    async (status) => {
      await withServer(
        (_request, response) => response.writeHead(status).end('<html>Sign in</html>'),
        async (url) => {
          const client = new InfluxClient({ url, database: 'x' });
          expect(await failureOf(client.write('minute', point(now)))).toMatchObject({ failure: 'refused', dropped: 0 });
        }
      );
    }
  );

  it('fails for a field of another type than before', async () => {
    const client = await database();
    await client.write('minute', point(now));
    expect(await failureOf(client.write('minute', `m v="text" ${ns(now)}`))).toMatchObject({ failure: 'refused' });
  });

  it('fails for a database that is not there', async () => {
    const { settings } = await database();
    const client = new InfluxClient({ ...settings, database: 'nowhere' });
    expect(await failureOf(client.write('minute', point(now)))).toMatchObject({ failure: 'missing' });
  });

  it('overwrites the point of the same place', async () => {
    const client = await database();
    for (let i = 0; i < 3; i++) {
      await client.write('minute', `m,t=a v=5i ${ns(now)}`);
    }
    expect(await client.query('SELECT count("v") AS "n", sum("v") AS "v" FROM "m"')).toMatchObject([{ n: 1, v: 5 }]);
  });

  it.each([
    [503, 'busy', 'unavailable'],
    [500, '{"error":"timeout"}', 'unavailable'],
    [429, '', 'unavailable'],
    [401, '{"error":"unable to parse authentication credentials"}', 'refused'],
    [413, '{"error":"Request Entity Too Large"}', 'refused'],
    [500, '{"error":"retention policy not found: minute"}', 'missing'],
    [404, '{"error":"database not found: \\"flowscope\\""}', 'missing'],
    [400, '{"error":"partial write: max-values-per-tag limit exceeded (1/1): measurement=\\"m\\""}', 'series-limit'],
    [400, '{"error":"partial write: max-series-per-database limit exceeded: (1) dropped=1"}', 'series-limit'],
  ])('takes %d %s for %s', async (status, body, failure) => {
    await withServer(
      (_request, response) => response.writeHead(status).end(body),
      async (url) => {
        const client = new InfluxClient({ url, database: 'x' });
        expect(await failureOf(client.write('minute', point(now)))).toMatchObject({ failure });
      }
    );
  });
});

describe('trouble with the disk of InfluxDB', () => {
  const said = (reason: string) => `{"error":"engine: error writing WAL entry: write /data/wal/1.wal: ${reason}"}`;

  it.each([
    ['no space left on device', /: no space left on device\. The disk that InfluxDB keeps its data on is full: free/],
    ['disk quota exceeded', /InfluxDB's quota/],
    ['read-only file system', /is mounted read-only/],
    ['input/output error', /keeps its data on fails/],
    ['too many open files', /InfluxDB has as many files open as it may/],
  ])('%s is called that, and waited out', async (reason, sentence) => {
    for (const status of [500, 400]) {
      await withServer(
        (_request, response) => response.writeHead(status).end(said(reason)),
        async (url) => {
          const client = new InfluxClient({ url, database: 'x' });
          const error = (await failureOf(client.write('minute', 'm v=1i'))) as Error;
          expect(error).toMatchObject({ failure: 'unavailable' });
          expect(error.message).toMatch(sentence);
        }
      );
    }
    // As it answers a query that writes.
    await withServer(
      (_request, response) => response.end(`{"results":[${said(reason)}]}`),
      async (url) => {
        const error = (await failureOf(new InfluxClient({ url, database: 'x' }).query('SELECT'))) as Error;
        expect(error).toMatchObject({ failure: 'unavailable' });
        expect(error.message).toMatch(sentence);
      }
    );
  });
});

const CALLS = {
  query: (client: InfluxClient) => client.query('SHOW DATABASES'),
  write: (client: InfluxClient) => client.write('minute', 'm v=1i'),
  ping: (client: InfluxClient) => client.ping(),
};

describe('a store that does not answer', () => {
  it.each(['query', 'write', 'ping'] as const)(
    'is unavailable to %s, and the message says where and what to do',
    async (call) => {
      const client = new InfluxClient({ url: 'http://127.0.0.1:9', database: 'x' });
      const error = await failureOf(CALLS[call](client));
      expect(error).toMatchObject({ name: 'InfluxError', failure: 'unavailable' });
      expect(error.message).toMatch(/127\.0\.0\.1:9 .*FLOWSCOPE_INFLUX_URL/);
    }
  );

  it.each(['query', 'write'] as const)(
    'is unavailable to %s when it goes away in the middle of its answer',
    async (call) => {
      await withServer(
        (_request, response) => {
          response.writeHead(200, { 'Content-Length': 1000 });
          response.write('{"results":', () => response.destroy());
        },
        async (url) => {
          const client = new InfluxClient({ url, database: 'x' });
          expect(await failureOf(CALLS[call](client))).toMatchObject({ failure: 'unavailable' });
        }
      );
    }
  );

  it('is not what answers something else than InfluxDB does', async () => {
    await withServer(
      (_request, response) => response.end('<html>It works!</html>'),
      async (url) => {
        const error = await failureOf(new InfluxClient({ url, database: 'x' }).query('SHOW DATABASES'));
        expect(error.message).toContain('It works!');
      }
    );
  });

  it('gets the credentials with each request', async () => {
    const seen: Array<string | undefined> = [];
    await withServer(
      (request, response) => {
        seen.push(request.headers.authorization);
        response.writeHead(204, { 'X-Influxdb-Version': '1.8.10' }).end();
      },
      async (url) => {
        const client = new InfluxClient({ url: `${url}/`, database: 'x', username: 'né', password: 'p:w' });
        await client.write('minute', 'm v=1i');
        await client.ping();
      }
    );
    expect(seen).toEqual(Array(2).fill(`Basic ${Buffer.from('né:p:w').toString('base64')}`));
  });
});

describe('an answer that is not whole', () => {
  const answering = (answer: object, work: (client: InfluxClient) => Promise<void>) =>
    withServer(
      (_request, response) => response.end(JSON.stringify(answer)),
      (url) => work(new InfluxClient({ url, database: 'd' }))
    );
  const series = { name: 'm', columns: ['time', 'v'], values: [['2026-01-01T00:00:00Z', 1]] };

  it.each([
    ['a result', { results: [{ partial: true, series: [series] }] }],
    ['a series', { results: [{ series: [{ ...series, partial: true }] }] }],
    ['the second of two series', { results: [{ series: [series, { ...series, partial: true }] }] }],
  ])('never passes for the whole: %s says that it is partial', (_case, answer) =>
    answering(answer, async (client) => {
      const error = await failureOf(client.query('SELECT "v" FROM "m"'));
      expect(error).toMatchObject({ name: 'InfluxError', failure: 'refused' });
      expect(error.message).toMatch(/left out part of its answer.*max-row-limit = 0/);
    })
  );

  it('is an error also where only the second statement failed', () =>
    answering({ results: [{ series: [series] }, { error: 'timeout' }] }, async (client) => {
      expect(await failureOf(client.query('SELECT "v" FROM "m"'))).toMatchObject({ failure: 'refused' });
    }));
});

describe('writes to one policy', () => {
  interface Request {
    readonly what: string;
    readonly answer: (status: number) => void;
  }

  /** A client of a server that answers a write only when told to. `begun`: requests that were not answered yet. */
  const withHeldAnswers = (work: (client: InfluxClient, begun: Request[]) => Promise<void>) => {
    const begun: Request[] = [];
    return withServer(
      (request, response) => {
        void text(request).then((body) => {
          const sent: Request = {
            what: decodeURIComponent(body).replaceAll('+', ' '),
            answer: (status) => {
              begun.splice(begun.indexOf(sent), 1);
              response.writeHead(status).end(status === 200 ? '{}' : '');
            },
          };
          begun.push(sent);
        });
      },
      (url) => work(new InfluxClient({ url, database: 'd' }), begun)
    );
  };

  it('are sent one after the other, sums among them, and one that fails keeps none from its turn', () =>
    withHeldAnswers(async (client, begun) => {
      const writes = [
        client.write('hour', 'first'),
        client.queryInto('hour', 'SELECT second INTO "hour"."m"'),
        client.write('hour', 'third'),
      ];
      const outcomes = Promise.allSettled(writes);
      for (const [what, status] of [
        ['first', 503],
        ['second', 200],
        ['third', 204],
      ] as const) {
        await until(() => begun.length > 0);
        // A question that is asked later and answered: what could have been sent by now, was.
        const question = client.query('SHOW DATABASES');
        await until(() => begun.length === 2);
        const [write, asked] = begun;
        expect([write.what, asked.what]).toEqual([expect.stringContaining(what), expect.stringContaining('SHOW')]);
        asked.answer(200);
        await question;
        write.answer(status);
      }
      expect(await outcomes).toMatchObject([
        { reason: { failure: 'unavailable' } },
        { status: 'fulfilled' },
        { status: 'fulfilled' },
      ]);
      expect(client.lastWrite('hour')).toBeUndefined();
    }));

  it('wait for the one that is being sent, also when one before it was answered meanwhile', () =>
    withHeldAnswers(async (client, begun) => {
      const sent = async (what: string) => {
        await until(() => begun.some((request) => request.what === what));
        return begun.find((request) => request.what === what)!;
      };
      const [first, second] = [client.write('hour', 'first'), client.write('hour', 'second')];
      (await sent('first')).answer(204);
      await first;
      const { answer } = await sent('second');
      const third = client.write('hour', 'third');
      let isDone = false;
      const last = client.lastWrite('hour')!.then(() => (isDone = true));
      // A question that is asked later and answered: what could have been sent by now, was.
      const question = client.query('SHOW DATABASES');
      (await sent('q=SHOW DATABASES&db=d')).answer(200);
      await question;
      expect(begun.map(({ what }) => what)).toEqual(['second']);
      answer(204);
      await second;
      const { answer: answerThird } = await sent('third');
      expect(isDone).toBe(false);
      answerThird(204);
      await Promise.all([third, last]);
      expect(client.lastWrite('hour')).toBeUndefined();
    }));

  it('do not wait for those to another', () =>
    withHeldAnswers(async (client, begun) => {
      const writes = [client.write('minute', 'a'), client.write('hour', 'b')];
      await until(() => begun.length === 2);
      [...begun].forEach(({ answer }) => answer(204));
      await Promise.all(writes);
    }));
});
