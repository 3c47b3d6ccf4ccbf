import type { ServerResponse } from 'node:http';
import { withServer } from '../testing/influx';
import { InfluxClient, type InfluxError } from './influx';
import { PointWriter } from './writer';

interface Outcome {
  readonly requests: string[];
  readonly outages: Array<string | undefined>;
  readonly expired?: number;
  readonly error?: unknown;
}

/** Writes lines to a server that gives these answers one after the other, and 204 from then on. */
async function write(
  lines: string | Uint8Array,
  answers: ReadonlyArray<[number, string]>,
  patienceMs: number
): Promise<Outcome> {
  const requests: string[] = [];
  const outages: Outcome['outages'] = [];
  let answered = 0;
  const answer = (response: ServerResponse) => {
    const [status, body] = answers[answered++] ?? [204, ''];
    response.writeHead(status).end(body);
  };
  return withServer(
    (request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        requests.push(body);
        answer(response);
      });
    },
    async (url) => {
      const onOutage = (error?: InfluxError) => void outages.push(error?.failure);
      const writer = new PointWriter(new InfluxClient({ url, database: 'x' }), { patienceMs, onOutage });
      try {
        return { requests, outages, expired: await writer.write('minute', lines) };
      } catch (error) {
        return { requests, outages, error };
      }
    }
  );
}

const DOWN: [number, string] = [503, ''];

describe('PointWriter', () => {
  it('writes text and bytes as they are', async () => {
    expect((await write('m v=1i\nm v=2i\n', [], 0)).requests).toEqual(['m v=1i\nm v=2i\n']);
    expect((await write(Buffer.from('m,a=→ v=1i\n'), [], 0)).requests).toEqual(['m,a=→ v=1i\n']);
  });

  it('writes any number of lines, in requests of a size that InfluxDB takes', async () => {
    const lines = Array.from({ length: 4000 }, (_, i) => `m,i=${i} v="${'x'.repeat(8000)}"`);
    const bodies: string[] = [];
    await withServer(
      (request, response) => {
        const chunks: Buffer[] = [];
        request.on('data', (chunk: Buffer) => chunks.push(chunk));
        request.on('end', () => {
          bodies.push(Buffer.concat(chunks).toString());
          response.writeHead(204).end();
        });
      },
      async (url) => {
        const writer = new PointWriter(new InfluxClient({ url, database: 'x' }), { patienceMs: 0 });
        expect(await writer.writeLines('minute', lines)).toBe(0);
        expect(await writer.writeLines('minute', [])).toBe(0);
      }
    );
    expect(bodies.join('')).toBe(`${lines.join('\n')}\n`);
    // As few as can be: 130 lines fit into a request of 1 MiB.
    expect(bodies).toHaveLength(31);
    expect(bodies.reduce((largest, { length }) => Math.max(largest, length), 0)).toBeLessThanOrEqual(1024 * 1024);
  });

  it('counts the points of all requests that were beyond retention', async () => {
    const lines = Array.from({ length: 3 }, () => `m v="${'x'.repeat(1_000_000)}"`);
    let answered = 0;
    await withServer(
      (request, response) => {
        request.resume().on('end', () => {
          response.writeHead(400).end(`{"error":"points beyond retention policy dropped=${10 ** answered++}"}`);
        });
      },
      async (url) => {
        const writer = new PointWriter(new InfluxClient({ url, database: 'x' }), { patienceMs: 0 });
        expect(await writer.writeLines('minute', lines)).toBe(111);
      }
    );
  });

  it('tries again as long as the store is away, and tells once that it is, and that it is back', async () => {
    const { requests, outages, error } = await write('m v=1i', [DOWN, DOWN], 60_000);
    expect(error).toBeUndefined();
    expect(requests).toEqual(Array(3).fill('m v=1i'));
    expect(outages).toStrictEqual(['unavailable', undefined]);
  });

  it('gives up with the error of the store once patience is over', async () => {
    const { requests, error } = await write('m v=1i', [DOWN, DOWN], 100);
    expect(error).toMatchObject({ failure: 'unavailable' });
    expect(requests).toHaveLength(1);
  });

  it('counts points that were beyond retention; the others are stored', async () => {
    const expired: [number, string] = [400, '{"error":"partial write: points beyond retention policy dropped=7"}'];
    const { requests, error, expired: dropped } = await write('m v=1i', [expired], 0);
    expect([requests.length, error, dropped]).toEqual([1, undefined, 7]);
  });

  it.each([
    ['refused', [400, '{"error":"unable to parse"}']],
    ['series-limit', [400, '{"error":"partial write: max-values-per-tag limit exceeded"}']],
  ] as Array<[string, [number, string]]>)('stops at once when it is %s', async (failure, answer) => {
    const { requests, error, outages } = await write('m v=1i', [answer], 60_000);
    expect(error).toMatchObject({ failure });
    expect([requests.length, outages]).toEqual([1, []]);
  });

  it('writes together what waits, and one by one when that is not taken: each gets its own answer', async () => {
    const requests: string[] = [];
    const answerTo = (body: string): [number, string] => {
      if (body.includes('bad')) {
        return [400, '{"error":"unable to parse"}'];
      }
      return body.includes('old') ? [400, '{"error":"points beyond retention policy dropped=3"}'] : [204, ''];
    };
    const outcomes = await withServer(
      (request, response) => {
        let body = '';
        request.on('data', (chunk: Buffer) => (body += chunk.toString()));
        request.on('end', () => {
          requests.push(body);
          const [status, text] = answerTo(body);
          response.writeHead(status).end(text);
        });
      },
      (url) => {
        const writer = new PointWriter(new InfluxClient({ url, database: 'x' }), { patienceMs: 0 });
        const lines = ['first\n', 'second\n', 'good\n', Buffer.from('bad\n'), 'old\n', 'fine\n'];
        return Promise.allSettled(lines.map((some) => writer.write('minute', some)));
      }
    );
    expect(requests).toEqual([
      'first\n',
      'second\ngood\nbad\nold\nfine\n',
      ...['second\n', 'good\n', 'bad\n', 'old\n', 'fine\n'],
    ]);
    expect(outcomes).toMatchObject([
      { value: 0 },
      { value: 0 },
      { value: 0 },
      { reason: { failure: 'refused' } },
      { value: 3 },
      { value: 0 },
    ]);
  });
});
