import { InfluxClient } from '../store/influx';
import { OpeningWriter, openShards, stretchesOf } from './openingWriter';

const HOUR = 3600;
const at = (seconds: number) => `flow,src=a\\ b bytes=1i ${seconds}000000007\n`;
const SIX = 1_795_500_000 - (1_795_500_000 % (6 * HOUR));

/** A store that notes what is written to it. */
class NotingClient extends InfluxClient {
  readonly written: string[] = [];
  constructor() {
    super({ url: 'http://127.0.0.1:9', database: 'none' });
  }
  override write(policy: string, lines: string | Uint8Array): Promise<void> {
    this.written.push(`${policy}: ${Buffer.from(lines as string).toString()}`);
    return Promise.resolve();
  }
}

describe('stretchesOf', () => {
  it('finds each stretch once, in text and in bytes', () => {
    const lines = at(SIX) + at(SIX + 6 * HOUR - 1) + at(SIX + 6 * HOUR);
    expect(stretchesOf('minute', lines)).toEqual([SIX, SIX + 6 * HOUR]);
    expect(stretchesOf('minute', new Uint8Array(Buffer.from(lines)))).toEqual([SIX, SIX + 6 * HOUR]);
    expect(stretchesOf('hour', lines).every((begin) => begin % 86_400 === 0)).toBe(true);
    expect(stretchesOf('minute', '')).toEqual([]);
  });
});

describe('OpeningWriter', () => {
  it('writes to a shard once another process has opened it, and asks for that once', async () => {
    const client = new NotingClient();
    const opened = Promise.withResolvers<void>();
    const asked: unknown[] = [];
    const writer = new OpeningWriter(client, { patienceMs: 0 }, (...what) => {
      asked.push(what);
      return opened.promise;
    });
    const first = writer.write('minute', at(SIX + 5));
    await new Promise(setImmediate);
    expect([asked, client.written]).toEqual([[['minute', [SIX]]], []]);
    opened.resolve();
    await first;
    await writer.write('minute', at(SIX + 9));
    expect([asked.length, client.written]).toEqual([1, [`minute: ${at(SIX + 5)}`, `minute: ${at(SIX + 9)}`]]);
    await writer.write('hour', at(SIX));
    expect(asked).toHaveLength(2);
  });

  it('that could not have it opened writes nothing', async () => {
    const client = new NotingClient();
    const writer = new OpeningWriter(client, { patienceMs: 0 }, () => Promise.reject(new Error('the primary is away')));
    await expect(writer.write('minute', at(SIX))).rejects.toThrow('the primary is away');
    expect(client.written).toEqual([]);
  });

  it('is opened for by a point of a measurement of its own', async () => {
    const client = new NotingClient();
    const writer = new OpeningWriter(client, { patienceMs: 0 }, () => Promise.resolve());
    await openShards(writer, 'minute', [SIX]);
    expect(client.written).toEqual([`minute: opened_shard open=1i ${SIX}000000000\n`]);
  });
});
