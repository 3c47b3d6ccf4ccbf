import { Worker } from 'node:worker_threads';
import type { LinesSink } from '../../rollup/lineEncoder';
import { TemporaryFilesFailed } from '../../util/diskErrors';
import { batchPerTick } from '../../util/batchPerTick';
import { fromErrorData, type ErrorData } from '../../util/threadErrors';
import { CorruptObject, fromCorruptMessage, toCorruptMessage } from './corruptObject';
import type { Decoded, DecodeJob } from './decodeObject';
import { DecodeFailed, type Decoder } from './decoder';
import type { FromThread, ToThread } from './decoderThread';
import { inflateLarge, type Inflated } from './inflateLarge';
import { bytesDropped, keepHeapsSmall } from './memory';

/** Bytes on their way to a thread or waiting there, beyond which no more are sent. */
const BYTES_AHEAD = 4 * 1024 * 1024;

/** How the thread is known that was started for decoding, among those of the same script. */
export const DECODER_THREAD = 'decoder';

/**
 * Decodes in `threads` threads, one object per thread at a time. `script`: what the threads run. Each starts with its first
 * object; with `startsAtOnce` the first one need not wait for that.
 */
export function startDecoderThreads(script: string, threads: number, { startsAtOnce = false } = {}): Decoder {
  const all = Array.from({ length: threads }, () => new DecoderThread(script));
  // The one that was busy last is the first to be busy again: its code is compiled.
  const free = [...all];
  if (startsAtOnce) {
    free.at(-1)!.start();
  }
  const waiting: Array<(thread: DecoderThread) => void> = [];
  let isClosed = false;
  const release = (thread: DecoderThread) => {
    const next = waiting.shift();
    if (next) {
      next(thread);
    } else {
      free.push(thread);
    }
  };
  return {
    decode: async (body, job, lines) => {
      // Before a thread is taken: a body that does not come must not keep one from others.
      const inflated = await inflateLarge(body);
      const thread = free.pop() ?? (await new Promise<DecoderThread>((resolve) => waiting.push(resolve)));
      try {
        if (isClosed) {
          await inflated.hangUp();
          throw new DecodeFailed('The decoding threads were closed.');
        }
        return await thread.decode(inflated, job, lines);
      } finally {
        release(thread);
      }
    },
    close: async () => {
      isClosed = true;
      await Promise.all(all.map((thread) => thread.close()));
    },
  };
}

/** One thread, as the main thread sees it. Started with its first object, or before. */
class DecoderThread {
  private worker?: Worker;

  constructor(private readonly script: string) {}

  async decode(body: Inflated, job: DecodeJob, lines: LinesSink): Promise<Decoded> {
    const exchange = new Exchange(this.start(), job, lines);
    const sending = exchange.send(body);
    // It may fail long after the answer is there, when nobody waits for it any more.
    sending.catch(() => undefined);
    try {
      await Promise.race([sending, exchange.answer]);
      return await exchange.answer;
    } catch (error) {
      // What the thread has found out by then counts more than a body that broke off behind it.
      if (exchange.isAnswered) {
        return await exchange.answer;
      }
      exchange.abort();
      throw error;
    } finally {
      // The thread must be done with this object before it takes another.
      await exchange.isOver;
      exchange.end();
    }
  }

  async close(): Promise<void> {
    await this.worker?.terminate();
  }

  start(): Worker {
    if (this.worker) {
      return this.worker;
    }
    const worker = (this.worker = new Worker(this.script, { workerData: DECODER_THREAD }));
    // One that died is started anew with the next object; why it died is said to the object it had.
    worker.once('exit', () => (this.worker = undefined)).on('error', () => undefined);
    // When one is at work, this thread has loaded all that it needs, too. For what does not begin with `withCollecting`.
    worker.once('message', keepHeapsSmall);
    return worker;
  }
}

/** What is said about one object between the main thread and a decoder's. */
class Exchange {
  /** What became of the object. Rejects with `CorruptObject`, {@link DecodeFailed}, `TemporaryFilesFailed` or what `lines` threw. */
  readonly answer: Promise<Decoded>;
  /** Whether {@link answer} is there. */
  isAnswered = false;
  private settle!: { resolve: (decoded: Decoded) => void; reject: (error: unknown) => void };
  private readonly over = Promise.withResolvers<void>();
  private isFinished = false;
  /** Bytes sent that the thread has not taken up yet. */
  private ahead = 0;
  private wake?: () => void;
  /** Most objects are sent in one message. What comes after the thread's last word would go to the next object's bytes. */
  private readonly queue = batchPerTick<ToThread>((messages, buffers) => {
    if (!this.isFinished) {
      this.worker.postMessage(messages, buffers);
    }
  });

  constructor(
    private readonly worker: Worker,
    private readonly job: DecodeJob,
    private readonly lines: LinesSink
  ) {
    this.answer = new Promise<Decoded>((resolve, reject) => (this.settle = { resolve, reject }));
    // Looked at by those who wait for it; until then a rejection is no accident.
    this.answer.catch(() => undefined);
    worker.on('message', this.onMessages).on('error', this.onError).on('exit', this.onExit);
  }

  /** Resolves when the thread has said its last word about the object, or is no more. */
  get isOver(): Promise<void> {
    return this.over.promise;
  }

  /** Sends the job and the whole body, no faster than the thread takes it; stops when the thread has its answer. */
  async send({ isText, chunks }: Inflated): Promise<void> {
    this.queue({ type: 'begin', job: this.job, isText });
    try {
      for await (const bytes of chunks) {
        if (this.isAnswered) {
          return;
        }
        this.ahead += bytes.length;
        this.queue({ type: 'chunk', bytes }, bytes.buffer as ArrayBuffer);
        while (this.ahead > BYTES_AHEAD && !this.isAnswered) {
          await new Promise<void>((resolve) => (this.wake = resolve));
        }
      }
      this.queue({ type: 'end' });
    } catch (error) {
      if (!(error instanceof CorruptObject)) {
        throw error;
      }
      // In its place behind what was unpacked: the thread may have found out before that the object is of no interest.
      this.queue(toCorruptMessage(error));
    }
  }

  /** The rest of the body does not come: the thread is to come to an end with it. */
  abort(): void {
    this.queue({ type: 'abort' });
  }

  end(): void {
    this.worker.off('message', this.onMessages).off('error', this.onError).off('exit', this.onExit);
  }

  private readonly onMessages = (messages: readonly FromThread[]) => {
    messages.forEach((message) => this.onMessage(message));
    this.wake?.();
  };

  private onMessage(message: FromThread): void {
    switch (message.type) {
      case 'next':
        this.ahead -= message.bytes;
        break;
      case 'lines':
        this.take(message);
        break;
      case 'done':
        this.isAnswered = true;
        this.settle.resolve(message.decoded);
        this.finish();
        break;
      case 'corrupt':
        this.fail(fromCorruptMessage(message));
        this.finish();
        break;
      case 'failed':
        this.fail(failureOf(message.error));
        this.finish();
        break;
    }
  }

  private take({ policy, lines }: Extract<FromThread, { type: 'lines' }>): void {
    if (this.isAnswered) {
      return;
    }
    try {
      this.lines(policy, bufferOf(lines));
      bytesDropped(lines.buffer.byteLength);
    } catch (error) {
      this.fail(error);
      this.abort();
    }
  }

  private readonly onError = (error: Error) => this.fail(new DecodeFailed(error.message, { cause: error }));
  private readonly onExit = () => {
    this.fail(new DecodeFailed('A decoding thread ended unexpectedly.'));
    this.finish();
  };

  private finish(): void {
    this.isFinished = true;
    this.over.resolve();
  }

  /** Settles the answer, unless it is there already. */
  private fail(error: unknown): void {
    this.isAnswered = true;
    this.settle.reject(error);
    this.wake?.();
  }
}

/** What failed in the thread, as the error it was there or, where nobody knows that, as the cause of {@link DecodeFailed}. */
function failureOf(data: ErrorData): Error {
  const temporaryFiles = new TemporaryFilesFailed(data.message);
  if (data.name === temporaryFiles.name) {
    return fromErrorData(data, temporaryFiles);
  }
  return new DecodeFailed(`${data.name}: ${data.message}`, { cause: fromErrorData(data) });
}

function bufferOf({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
