import { SOURCE_FIELDS } from '../../contract/sourceFields';
import type { Source } from '../registry/sources';

/** What an object takes of the pool at least, as part of it, for what it holds besides its bytes. */
const MIN_SHARE = 1 / 256;
/**
 * The part of the pool that is left to sources which hold nothing: one whose S3 hangs must not stop the others. As much of
 * it may go past a larger object that waits.
 */
const RESERVED_SHARE = 1 / 8;

/** Room that an object has while it is in flight. */
export interface Permit {
  /** Its bytes were read and decoded: its place, and with it a connection, is another object's now. */
  releaseReadSlot(): void;
  /** It is done. */
  release(): void;
}

/** What one source has in flight. */
interface Share {
  reading: number;
  bytes: number;
}

interface WaitingRequest {
  readonly share: Share;
  readonly maxReading: number;
  readonly bytes: number;
  readonly answer: (answer: Answer) => void;
}

/** What an ask came to: its turn, a start before another one's turn, or its signal's abort. */
type Answer = 'started' | 'passed' | 'aborted';

/**
 * Bounds what is in flight: of each source how many objects are being read, of all sources together the bytes of objects up
 * to their deletion, so that reading, storing and deleting go on at the same time. Room goes to the source that holds the
 * least of it, so that one which reads many objects at a time cannot starve another.
 */
export class Permits {
  private readonly shares = new Map<string, Share>();
  private objects = 0;
  private bytes = 0;
  /** Of these, those of objects that went past another. */
  private overtakingBytes = 0;
  private waiting: readonly WaitingRequest[] = [];

  constructor(private readonly maxBytes: number) {}

  /** How many objects are in flight. */
  get inFlight(): number {
    return this.objects;
  }

  /**
   * Waits for room for a source's object of that size; an object larger than the whole pool waits until it is alone.
   * Undefined when the signal aborts first.
   */
  async acquire(
    { id, objectsInFlight = SOURCE_FIELDS.objectsInFlight.default }: Pick<Source, 'id' | 'objectsInFlight'>,
    size: number,
    signal?: AbortSignal
  ): Promise<Permit | undefined> {
    const share = this.shares.get(id) ?? { reading: 0, bytes: 0 };
    this.shares.set(id, share);
    const bytes = Math.max(size, this.maxBytes * MIN_SHARE);
    const answer = await this.waitForTurn({ share, maxReading: objectsInFlight, bytes }, signal);
    if (answer === 'aborted') {
      return undefined;
    }
    let isReading = true;
    const releaseReadSlot = () => {
      share.reading -= isReading ? 1 : 0;
      isReading = false;
      this.startNext();
    };
    const release = () => {
      this.objects--;
      this.bytes -= bytes;
      this.overtakingBytes -= answer === 'passed' ? bytes : 0;
      share.bytes -= bytes;
      releaseReadSlot();
    };
    return { releaseReadSlot, release };
  }

  private async waitForTurn(what: Omit<WaitingRequest, 'answer'>, signal?: AbortSignal): Promise<Answer> {
    const { promise, resolve } = Promise.withResolvers<Answer>();
    const asked = { ...what, answer: resolve };
    const abort = () => {
      this.removeWaiting(asked);
      resolve('aborted');
      this.startNext();
    };
    this.waiting = [...this.waiting, asked];
    if (signal?.aborted) {
      abort();
    }
    signal?.addEventListener('abort', abort);
    this.startNext();
    return promise.finally(() => signal?.removeEventListener('abort', abort));
  }

  private removeWaiting(asked: WaitingRequest): void {
    this.waiting = this.waiting.filter((one) => one !== asked);
  }

  private startNext(): void {
    for (let next = this.nextInLine(); next; next = this.nextInLine()) {
      if (this.hasRoom(next)) {
        this.start(next, 'started');
        continue;
      }
      const small = this.findOvertaker(next);
      if (!small) {
        return;
      }
      this.start(small, 'passed');
    }
  }

  private start(asked: WaitingRequest, how: Answer): void {
    const { share, bytes, answer } = asked;
    this.removeWaiting(asked);
    this.objects++;
    share.reading++;
    share.bytes += bytes;
    this.bytes += bytes;
    this.overtakingBytes += how === 'passed' ? bytes : 0;
    answer(how);
  }

  /** Whose turn it is: of the source that holds least, the one that has waited longest. */
  private nextInLine(): WaitingRequest | undefined {
    const able = this.waiting.filter(({ share, maxReading }) => share.reading < maxReading);
    return able.reduce<WaitingRequest | undefined>(
      (least, one) => (least === undefined || one.share.bytes < least.share.bytes ? one : least),
      undefined
    );
  }

  /**
   * Who may go past an object that waits for room, which may be held by a source whose S3 hangs: another source that holds
   * nothing. All that passed leave so much room that the object's turn comes once those before it are done; none may pass
   * one that needs more, or else it would wait for ever.
   */
  private findOvertaker({ bytes: needed }: WaitingRequest): WaitingRequest | undefined {
    const room = this.maxBytes * RESERVED_SHARE;
    const waiting = new Set<Share>();
    return this.waiting.find((one) => {
      const isFirst = !waiting.has(one.share);
      waiting.add(one.share);
      const isSmall = this.overtakingBytes + one.bytes <= room && needed <= this.maxBytes - room;
      return isFirst && isSmall && one.share.bytes === 0 && this.hasRoom(one);
    });
  }

  private hasRoom({ share, bytes }: WaitingRequest): boolean {
    const max = share.bytes === 0 ? this.maxBytes : this.maxBytes * (1 - RESERVED_SHARE);
    return this.bytes === 0 || this.bytes + bytes <= max;
  }
}
