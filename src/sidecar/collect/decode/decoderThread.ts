import type { MessagePort } from 'node:worker_threads';
import { Part, PART_LIMITS } from '../../rollup/part';
import type { Policy } from '../../rollup/windows';
import { together } from '../../registry/together';
import { CorruptObject, type CorruptReason } from './corruptObject';
import { decodeObject, type Decoded, type DecodeJob } from './decodeObject';

/** What the main thread sends, several at a time: an object's job, its bytes chunk by chunk, and that they are all or that they broke off. */
export type ToThread =
  | { readonly type: 'begin'; readonly job: DecodeJob }
  | { readonly type: 'chunk'; readonly bytes: Uint8Array }
  | { readonly type: 'end' }
  | { readonly type: 'abort' };

/** What the thread answers, several at a time. `next`: it can take another chunk. The last of an object are `done`, `corrupt` and `failed`. */
export type FromThread =
  | { readonly type: 'next' }
  | { readonly type: 'lines'; readonly policy: Policy; readonly lines: Uint8Array }
  | { readonly type: 'done'; readonly decoded: Decoded }
  | { readonly type: 'corrupt'; readonly reason: CorruptReason; readonly message: string }
  | { readonly type: 'failed'; readonly message: string };

/** The body of the object at hand, as its chunks arrive. */
class Arriving implements AsyncIterable<Uint8Array> {
  private readonly chunks: Uint8Array[] = [];
  private ended?: 'end' | 'abort';
  private wake?: () => void;

  constructor(private readonly askForMore: () => void) {}

  take(message: ToThread): void {
    if (message.type === 'chunk') {
      this.chunks.push(message.bytes);
    } else if (message.type === 'end' || message.type === 'abort') {
      this.ended = message.type;
    }
    this.wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    for (;;) {
      const chunk = this.chunks.shift();
      if (chunk) {
        if (!this.ended) {
          this.askForMore();
        }
        yield chunk;
      } else if (this.ended === 'end') {
        return;
      } else if (this.ended === 'abort') {
        throw new Error('The body broke off.');
      } else {
        await new Promise<void>((resolve) => (this.wake = resolve));
      }
    }
  }
}

/** Runs in a decoder's thread: one object after the other, with the same memory. */
export function runDecoderThread(port: MessagePort): void {
  // Room for the runs of a whole part at once: growing would copy them again and again.
  const part = new Part(2 * PART_LIMITS.records);
  const send = together<FromThread>((messages, buffers) => port.postMessage(messages, buffers));
  let body: Arriving | undefined;
  const decode = async (job: DecodeJob, from: Arriving) => {
    try {
      const lines = (policy: Policy, lines: Buffer) =>
        send({ type: 'lines', policy, lines }, lines.buffer as ArrayBuffer);
      send({ type: 'done', decoded: await decodeObject(from, job, lines, part) });
    } catch (error) {
      if (error instanceof CorruptObject) {
        send({ type: 'corrupt', reason: error.reason, message: error.message });
      } else {
        send({ type: 'failed', message: error instanceof Error ? (error.stack ?? error.message) : String(error) });
      }
    }
  };
  port.on('message', (messages: readonly ToThread[]) => {
    for (const message of messages) {
      if (message.type === 'begin') {
        body = new Arriving(() => send({ type: 'next' }));
        void decode(message.job, body);
      } else {
        body?.take(message);
      }
    }
  });
}
