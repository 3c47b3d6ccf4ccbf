import { Worker } from 'node:worker_threads';
import type { LinesSink } from '../../rollup/lineEncoder';
import { CorruptObject } from './corruptObject';
import type { Decoded, DecodeJob } from './decodeObject';
import type { Decoder } from './decoder';
import type { FromThread, ToThread } from './decoderThread';

/** Chunks on their way to a thread or waiting there. */
const CHUNKS_AHEAD = 4;

/** How the thread is known that was started for decoding, among those of the same script. */
export const DECODER_THREAD = 'decoder';

/** Decodes in `threads` threads, one object per thread at a time. `script`: what the threads run. */
export function startDecoderThreads(script: string, threads: number): Decoder {
  const all = Array.from({ length: threads }, () => new DecoderThread(script));
  const free = [...all];
  const waiting: Array<(thread: DecoderThread) => void> = [];
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
      const thread = free.pop() ?? (await new Promise<DecoderThread>((resolve) => waiting.push(resolve)));
      try {
        return await thread.decode(body, job, lines);
      } finally {
        release(thread);
      }
    },
    close: async () => {
      await Promise.all(all.map((thread) => thread.close()));
    },
  };
}

/** One thread, as the main thread sees it. Started with its first object. */
class DecoderThread {
  private worker?: Worker;

  constructor(private readonly script: string) {}

  async decode(body: AsyncIterable<Uint8Array>, job: DecodeJob, lines: LinesSink): Promise<Decoded> {
    const worker = (this.worker ??= this.start());
    const exchange = new Exchange(worker, lines);
    try {
      await exchange.send(body, job);
      return await exchange.answer;
    } catch (error) {
      if (!exchange.isOver()) {
        // The body broke off: the thread must come to an end with this object before it takes another.
        exchange.abort();
        await exchange.answer.catch(() => undefined);
      }
      throw error;
    } finally {
      exchange.end();
    }
  }

  async close(): Promise<void> {
    await this.worker?.terminate();
  }

  private start(): Worker {
    const worker = new Worker(this.script, { workerData: DECODER_THREAD });
    // One that died is started anew with the next object.
    return worker.once('exit', () => (this.worker = undefined));
  }
}

/** What is said about one object between the main thread and a decoder's. */
class Exchange {
  /** What became of the object. Rejects with `CorruptObject`, or with what went wrong in the thread. */
  readonly answer: Promise<Decoded>;
  private settle!: { resolve: (decoded: Decoded) => void; reject: (error: Error) => void };
  private isSettled = false;
  private credit = CHUNKS_AHEAD;
  private wake?: () => void;

  constructor(
    private readonly worker: Worker,
    private readonly lines: LinesSink
  ) {
    this.answer = new Promise<Decoded>((resolve, reject) => (this.settle = { resolve, reject }));
    // Looked at by those who wait for it; until then a rejection is no accident.
    this.answer.catch(() => undefined);
    worker.on('message', this.onMessage).on('error', this.onFailure).on('exit', this.onExit);
  }

  /** Sends the job and the whole body, no faster than the thread takes it; stops when the thread has its answer. */
  async send(body: AsyncIterable<Uint8Array>, job: DecodeJob): Promise<void> {
    this.post({ type: 'begin', job });
    for await (const chunk of body) {
      if (this.isSettled) {
        return;
      }
      // A copy: the chunk's memory may be shared with others.
      const bytes = new Uint8Array(chunk);
      this.post({ type: 'chunk', bytes }, bytes);
      this.credit--;
      while (this.credit < 0 && !this.isSettled) {
        await new Promise<void>((resolve) => (this.wake = resolve));
      }
    }
    this.post({ type: 'end' });
  }

  abort(): void {
    this.post({ type: 'abort' });
  }

  isOver(): boolean {
    return this.isSettled;
  }

  end(): void {
    this.worker.off('message', this.onMessage).off('error', this.onFailure).off('exit', this.onExit);
  }

  private readonly onMessage = (message: FromThread) => {
    switch (message.type) {
      case 'next':
        this.credit++;
        break;
      case 'lines':
        this.lines(message.policy, asBuffer(message.lines), message.count);
        return;
      case 'done':
        this.isSettled = true;
        this.settle.resolve(message.decoded);
        break;
      case 'corrupt':
        this.fail(new CorruptObject(message.reason, message.message));
        break;
      case 'failed':
        this.fail(new Error(message.message));
        break;
    }
    this.wake?.();
  };

  private readonly onFailure = (error: Error) => this.fail(error);
  private readonly onExit = () => this.fail(new Error('A decoding thread ended unexpectedly.'));

  private fail(error: Error): void {
    this.isSettled = true;
    this.settle.reject(error);
    this.wake?.();
  }

  private post(message: ToThread, bytes?: Uint8Array): void {
    this.worker.postMessage(message, bytes ? [bytes.buffer as ArrayBuffer] : []);
  }
}

/** The same bytes, and no more: the memory behind them is larger, and its tail holds whatever was there before. */
function asBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
