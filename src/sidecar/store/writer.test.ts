import type { ServerResponse } from 'node:http';
import { withServer } from '../testing/influx';
import { InfluxClient, type InfluxError } from './influx';
import { PointWriter } from './writer';

interface Outcome {
  readonly requests: string[];
  readonly outages: Array<string | undefined>;
  readonly error?: unknown;
}

/** Writes lines to a server that gives these answers one after the other, and 204 from then on. */
async function write(
  lines: readonly string[],
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
        await writer.write('minute', lines);
        return { requests, outages };
      } catch (error) {
        return { requests, outages, error };
      }
    }
  );
}

const DOWN: [number, string] = [503, ''];

describe('PointWriter', () => {
  it('writes in batches and waits for each', async () => {
    const lines = Array.from({ length: 10_001 }, (_, i) => `m v=${i}i`);
    const { requests } = await write(lines, [], 0);
    expect(requests.map((body) => body.split('\n').length)).toEqual([5000, 5000, 1]);
    expect(requests.join('\n')).toBe(lines.join('\n'));
  });

  it('tries again as long as the store is away, and tells once that it is, and that it is back', async () => {
    const { requests, outages, error } = await write(['m v=1i'], [DOWN, DOWN], 60_000);
    expect(error).toBeUndefined();
    expect(requests).toEqual(Array(3).fill('m v=1i'));
    expect(outages).toEqual(['unavailable', undefined]);
  });

  it('gives up with the error of the store once patience is over', async () => {
    const { requests, error } = await write(['m v=1i'], [DOWN, DOWN], 100);
    expect(error).toMatchObject({ failure: 'unavailable' });
    expect(requests).toHaveLength(1);
  });

  it('goes on after points that were beyond retention', async () => {
    const expired: [number, string] = [400, '{"error":"partial write: points beyond retention policy dropped=1"}'];
    const { requests, error } = await write(Array<string>(5001).fill('m v=1i'), [expired], 0);
    expect([requests.length, error]).toEqual([2, undefined]);
  });

  it.each([
    ['refused', [400, '{"error":"unable to parse"}']],
    ['series-limit', [400, '{"error":"partial write: max-values-per-tag limit exceeded"}']],
  ] as Array<[string, [number, string]]>)('stops at once when it is %s', async (failure, answer) => {
    const { requests, error, outages } = await write(Array<string>(5001).fill('m v=1i'), [answer], 60_000);
    expect(error).toMatchObject({ failure });
    expect([requests.length, outages]).toEqual([1, []]);
  });
});
