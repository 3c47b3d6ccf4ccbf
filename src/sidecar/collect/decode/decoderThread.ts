import type { MessagePort } from 'node:worker_threads';
import { Part, PART_LIMITS } from '../../rollup/part';
import type { Policy } from '../../rollup/windows';
import { batchPerTick } from '../../util/batchPerTick';
import { toErrorData, type ErrorData } from '../../util/threadErrors';
import { CorruptObject, fromCorruptMessage, toCorruptMessage, type CorruptMessage } from './corruptObject';
import { decodeObject, type Decoded, type DecodeJob, type Unpack } from './decodeObject';
import { bytesDropped } from './memory';

/**
 * What the main thread sends, several at a time: an object's job, its bytes (`isText`: those of its text) chunk by chunk, and
 * that they are all, that what follows is damaged, or that they broke off.
 */
export type ToThread =
  | { readonly type: 'begin'; readonly job: DecodeJob; readonly isText: boolean }
  | { readonly type: 'chunk'; readonly bytes: Uint8Array }
  | { readonly type: 'end' }
  | CorruptMessage
  | { readonly type: 'abort' };

/** What the thread answers, several at a time. `next`: it has taken up so many bytes. The last of an object are `done`, `corrupt` and `failed`. */
export type FromThread =
  | { readonly type: 'next'; readonly bytes: number }
  | { readonly type: 'lines'; readonly policy: Policy; readonly lines: Uint8Array }
  | { readonly type: 'done'; readonly decoded: Decoded }
  | CorruptMessage
  | { readonly type: 'failed'; readonly error: ErrorData };

/** Bytes taken up that are worth a message: each wakes the main thread. Far below what may be ahead. */
const BYTES_PER_NEXT = 1024 * 1024;

/** The body of the object at hand, as its chunks arrive. */
class Arriving implements AsyncIterable<Uint8Array> {
  private readonly chunks: Uint8Array[] = [];
  private ending?: Exclude<ToThread, { type: 'begin' | 'chunk' }>;
  private wake?: () => void;
  /** Bytes taken up that nobody was told of. */
  private taken = 0;

  /** `onTaken`: told every so often how many bytes were taken up, while more may come. */
  constructor(private readonly onTaken: (bytes: number) => void) {}

  take(message: Exclude<ToThread, { type: 'begin' }>): void {
    if (message.type === 'chunk') {
      this.chunks.push(message.bytes);
    } else {
      this.ending = message;
    }
    this.wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    for (;;) {
      const chunk = this.chunks.shift();
      if (chunk) {
        this.taken += chunk.length;
        if (this.taken >= BYTES_PER_NEXT && !this.ending) {
          this.onTaken(this.taken);
          this.taken = 0;
        }
        yield chunk;
      } else if (this.ending) {
        throwUnlessWhole(this.ending);
        return;
      } else {
        await new Promise<void>((resolve) => (this.wake = resolve));
      }
    }
  }
}

function throwUnlessWhole(ending: Exclude<ToThread, { type: 'begin' | 'chunk' }>): void {
  if (ending.type === 'corrupt') {
    throw fromCorruptMessage(ending);
  }
  if (ending.type === 'abort') {
    throw new Error('The body broke off.');
  }
}

/** The text that the main thread has unpacked already. */
const takeText: Unpack = async (text, onChunk) => {
  for await (const chunk of text) {
    if (!onChunk(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length))) {
      return;
    }
    bytesDropped(chunk.length);
  }
};

/** Runs in a decoder's thread: one object after the other, with the same memory. */
export function runDecoderThread(port: MessagePort): void {
  // Room for the runs of a whole part at once: growing would copy them again and again.
  const part = new Part(2 * PART_LIMITS.records);
  // Copied, not moved: once a thread has given a buffer away, V8 checks at each access that buffers are still there, and
  // decoding takes a tenth longer.
  const send = batchPerTick<FromThread>((messages) => port.postMessage(messages));
  let body: Arriving | undefined;
  const decode = async (job: DecodeJob, from: Arriving, unpack?: Unpack) => {
    try {
      const lines = (policy: Policy, block: Buffer) => {
        // As large as they are: with a view all of the memory below it would be copied, which is up to four times larger.
        const lines = new Uint8Array(block);
        send({ type: 'lines', policy, lines }, lines.buffer);
        bytesDropped(block.buffer.byteLength + lines.length);
      };
      send({ type: 'done', decoded: await decodeObject(from, job, lines, part, unpack) });
    } catch (error) {
      send(error instanceof CorruptObject ? toCorruptMessage(error) : { type: 'failed', error: toErrorData(error) });
    }
  };
  port.on('message', (messages: readonly ToThread[]) => {
    for (const message of messages) {
      if (message.type === 'begin') {
        // At once: this thread may go on for long before the end of its turn.
        body = new Arriving((bytes) => port.postMessage([{ type: 'next', bytes }] satisfies FromThread[]));
        void decode(message.job, body, message.isText ? takeText : undefined);
      } else {
        body?.take(message);
      }
    }
  });
}
