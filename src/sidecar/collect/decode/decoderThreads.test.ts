import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { inChunks } from '../../testing/collector';
import { linesOf, NOON, TERMS } from '../../testing/reference/rollUp';
import type { DecodeJob } from './decodeObject';
import { CorruptObject } from './corruptObject';
import { DecodeFailed, type Decoder } from './decoder';
import { startDecoderThreads } from './decoderThreads';

/** `npm test` builds it before jest starts. */
const SCRIPT = resolve('dist/sidecar/threads.cjs');
const HEADER = 'interface-id srcaddr bytes packets start action log-status';
const JOB: DecodeJob = { terms: TERMS, decisions: {}, offsets: [1, 2, 3], owners: undefined };

const objectOf = (bytes: number, records = 1) =>
  gzipSync(`${HEADER}\n${`eni-1 10.0.0.1 ${bytes} 1 ${NOON} ACCEPT OK\n`.repeat(records)}`);

let decoder: Decoder;

afterEach(() => decoder.close());

async function decode(body: AsyncIterable<Uint8Array>, job = JOB): Promise<{ bytes?: bigint; lines: string[] }> {
  const lines: string[] = [];
  const decoded = await decoder.decode(body, job, (_policy, block) => lines.push(...linesOf(block)));
  return { bytes: decoded.refusal ? undefined : decoded.summary.totals.bytes, lines };
}

async function* breakingOff(body: Buffer): AsyncGenerator<Uint8Array> {
  yield* inChunks(body, 1000);
  throw new RangeError('connection reset');
}

describe('threads that decode', () => {
  it('decode more objects than they are, each with its own lines', async () => {
    decoder = startDecoderThreads(SCRIPT, 2);
    const all = await Promise.all(Array.from({ length: 9 }, (_, i) => decode(inChunks(objectOf(i + 1, 3), 7 + i))));
    expect(all.map(({ bytes }) => bytes)).toEqual([3n, 6n, 9n, 12n, 15n, 18n, 21n, 24n, 27n]);
    all.forEach(({ lines }, i) => expect(lines[0]).toContain(` bytes=${3 * (i + 1)}i,`));
  });

  it('go on with the next object after one that broke off, one that is damaged, and one that is refused', async () => {
    decoder = startDecoderThreads(SCRIPT, 1);
    const whole = objectOf(5, 30_000);
    const refused = gzipSync(`interface-id start\n${'eni-1 1\n'.repeat(100_000)}`, { level: 0 });
    // Unpacked by the main thread, as it is more than a thread takes at once.
    const large = gzipSync(`${HEADER}\n${`eni-1 10.0.0.1 5 1 ${NOON} ACCEPT OK\n`.repeat(30_000)}`, { level: 0 });
    const damaged = Buffer.from(large).fill(0, large.length - 8);
    const outcomes = await Promise.allSettled([
      ...[whole, large].flatMap((body) => [
        decode(breakingOff(body)),
        decode(inChunks(body.subarray(0, -5), 1000)),
        decode(inChunks(body, 1000)),
      ]),
      decode(inChunks(damaged, 1000)),
      decode(inChunks(Buffer.concat([large, Buffer.alloc(1)]), 1000)),
      decode(inChunks(refused, 1000)),
      decode(inChunks(refused.subarray(0, -5), 1000)),
      decode(inChunks(whole, 1000)),
    ]);
    const corrupt = { status: 'rejected', reason: { name: 'CorruptObject', reason: 'corrupt-gzip' } };
    const whatBecomes = [
      { status: 'rejected', reason: { message: 'connection reset' } },
      corrupt,
      { status: 'fulfilled', value: { bytes: 150_000n } },
    ];
    const left = { status: 'fulfilled', value: { bytes: undefined, lines: [] } };
    expect(outcomes).toMatchObject([
      ...[...whatBecomes, ...whatBecomes],
      ...[corrupt, corrupt, left, left],
      { status: 'fulfilled', value: { bytes: 150_000n } },
    ]);
  });

  it('take up all of an object whose text is larger than what is sent ahead', async () => {
    decoder = startDecoderThreads(SCRIPT, 1);
    const large = gzipSync(`${HEADER}\n${`eni-1 10.0.0.1 5 1 ${NOON} ACCEPT OK\n`.repeat(250_000)}`, { level: 0 });
    expect(large.length).toBeGreaterThan(8 * 1024 * 1024);
    expect((await decode(inChunks(large, 65_536))).bytes).toBe(1_250_000n);
  });

  it('keep the name and the stack of what was thrown in a thread', async () => {
    decoder = startDecoderThreads(SCRIPT, 1);
    // Small, so that the thread unpacks it, and large, so that the main thread does.
    const bodies = [objectOf(1), gzipSync(`${HEADER}\n${'x'.repeat(200_000)}`, { level: 0 })];
    for (const body of bodies) {
      const corrupt: unknown = await decode(inChunks(body.subarray(0, -5), 1000)).catch((error: unknown) => error);
      expect(corrupt).toBeInstanceOf(CorruptObject);
      expect(corrupt).toMatchObject({
        reason: 'corrupt-gzip',
        stack: expect.stringMatching(/^CorruptObject: .*\n +at /s),
      });
    }
    const noTerms = { ...JOB, terms: undefined as unknown as DecodeJob['terms'] };
    const failed: unknown = await decode(inChunks(objectOf(1)), noTerms).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(DecodeFailed);
    expect(failed).toMatchObject({ message: expect.stringMatching(/^TypeError: /) });
    const { cause } = failed as DecodeFailed;
    expect(cause).toMatchObject({ name: 'TypeError', stack: expect.stringMatching(/ at .*threads\.cjs/) });
    expect((await decode(inChunks(objectOf(2)))).bytes).toBe(2n);
  });

  it('are not kept by a body that does not come', async () => {
    decoder = startDecoderThreads(SCRIPT, 1);
    const comes = Promise.withResolvers<void>();
    const late = async function* () {
      yield objectOf(1).subarray(0, 5);
      await comes.promise;
      yield objectOf(1).subarray(5);
    };
    const waiting = decode(late());
    expect((await decode(inChunks(objectOf(2)))).bytes).toBe(2n);
    comes.resolve();
    expect((await waiting).bytes).toBe(1n);
  });

  it('give what a failing taker of lines throws to its caller, and go on', async () => {
    decoder = startDecoderThreads(SCRIPT, 1);
    const failing = decoder.decode(inChunks(objectOf(1)), JOB, () => {
      throw new RangeError('disk full');
    });
    await expect(failing).rejects.toThrow('disk full');
    expect((await decode(inChunks(objectOf(2)))).bytes).toBe(2n);
  });

  it('come to an end with an object whose lines nobody takes, although the rest of its body does not come', async () => {
    decoder = startDecoderThreads(SCRIPT, 1);
    // More minutes than a part has: the first part is closed while the body goes on.
    const minutes = Array.from({ length: 6000 }, (_, i) => `eni-1 10.0.0.1 5 1 ${NOON - 60 * i} ACCEPT OK\n`);
    const stalled = async function* () {
      yield gzipSync(`${HEADER}\n${minutes.join('')}`, { level: 0 }).subarray(0, -100);
      await new Promise(() => undefined);
    };
    const failing = decoder.decode(stalled(), JOB, () => {
      throw new RangeError('disk full');
    });
    await expect(failing).rejects.toThrow('disk full');
    expect((await decode(inChunks(objectOf(2)))).bytes).toBe(2n);
  });

  it('do not take the end of an object that was answered early for that of the next one', async () => {
    decoder = startDecoderThreads(SCRIPT, 1);
    const oneEnds = Promise.withResolvers<void>();
    const one = async function* () {
      yield Buffer.alloc(100_000, 'no gzip');
      await oneEnds.promise;
    };
    const two = async function* () {
      const body = gzipSync(`${HEADER}\n${`eni-1 10.0.0.1 5 1 ${NOON} ACCEPT OK\n`.repeat(30_000)}`, { level: 0 });
      yield body.subarray(0, body.length / 2);
      oneEnds.resolve();
      // Whatever the end of the first object brings about is sent within these turns.
      for (let turn = 0; turn < 5; turn++) {
        await new Promise((resolve) => setImmediate(resolve));
      }
      yield body.subarray(body.length / 2);
    };
    await expect(decode(one())).rejects.toMatchObject({ reason: 'not-gzip' });
    expect((await decode(two())).bytes).toBe(150_000n);
  });

  it('take no object any more once they are closed, and leave none that waits', async () => {
    decoder = startDecoderThreads(SCRIPT, 1);
    const never = new Promise<void>(() => undefined);
    const asked = Promise.withResolvers<void>();
    const stalled = async function* () {
      // More than is read before a thread is taken.
      yield Buffer.concat([objectOf(1), Buffer.alloc(100_000)]);
      asked.resolve();
      await never;
    };
    let left = 0;
    const body = async function* () {
      try {
        yield* inChunks(gzipSync(Buffer.alloc(100_000), { level: 0 }), 1000);
      } finally {
        left++;
      }
    };
    const busy = decode(stalled());
    await asked.promise;
    const waiting = decode(body());
    await decoder.close();
    const closed = { name: 'DecodeFailed', message: 'The decoding threads were closed.' };
    await expect(waiting).rejects.toMatchObject(closed);
    await expect(busy).rejects.toMatchObject({ name: 'DecodeFailed' });
    await expect(decode(body())).rejects.toMatchObject(closed);
    expect(left).toBe(2);
  });
});

describe('a thread that dies', () => {
  const folder = mkdtempSync(join(tmpdir(), 'flowscope-test-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('fails the object it had, and no other', async () => {
    const script = join(folder, 'thread.cjs');
    writeFileSync(
      script,
      `const { parentPort } = require('node:worker_threads');
       parentPort.on('message', (messages) => {
         const begin = messages.find(({ type }) => type === 'begin');
         if (begin?.job.terms.sourceId === 'dies') throw new Error('out of memory');
         if (begin) parentPort.postMessage([{ type: 'done', decoded: { refusal: { reason: 'fine' } } }]);
       });`
    );
    decoder = startDecoderThreads(script, 1);
    const dying = { ...JOB, terms: { ...TERMS, sourceId: 'dies' } };
    const outcomes = await Promise.allSettled(
      [dying, JOB, dying, JOB].map((job) => decoder.decode(inChunks(objectOf(1)), job, () => undefined))
    );
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'rejected', 'fulfilled']);
    expect(outcomes[0]).toMatchObject({ reason: { name: 'DecodeFailed', message: 'out of memory' } });
  });
});
