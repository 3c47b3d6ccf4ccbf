import { SOURCE_FIELDS } from '../../contract/sourceFields';
import type { Source } from '../registry/sources';

/** Share of the pool that even the smallest object takes, for the memory it needs apart from its bytes. */
const MIN_SHARE = 1 / 256;
/**
 * Share of the pool reserved for sources without an object in flight, so that a source whose S3 hangs does not stop the others.
 * Objects up to this share in total may overtake a larger one that waits.
 */
const RESERVED_SHARE = 1 / 8;

/** The right of an object to be in flight. */
export interface Permit {
  /** Its bytes were read and decoded: another object of the source may use the connection. Its bytes still count. */
  releaseReadSlot(): void;
  /** The object left the pipeline: its bytes are free again. */
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

/** How a request ended: in its turn, by overtaking another one, or by its signal's abort. */
type Answer = 'started' | 'overtook' | 'aborted';

/**
 * Bounds the objects in flight: per source, how many are read at a time; over all sources, their compressed bytes until they
 * are deleted. So reading, storing and deleting overlap. The next permit goes to the source that holds the fewest bytes, so
 * that no source starves another.
 */
export class Permits {
  private readonly shares = new Map<string, Share>();
  private objects = 0;
  private bytes = 0;
  /** The part of these bytes that belongs to objects which overtook another. */
  private overtakingBytes = 0;
  private waiting: readonly WaitingRequest[] = [];

  constructor(private readonly maxBytes: number) {}

  /** Number of objects in flight. */
  get inFlight(): number {
    return this.objects;
  }

  /**
   * Waits until a source may have an object of `size` bytes in flight; one that is larger than the pool waits until it is
   * alone. Undefined when the signal aborts first.
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
      this.overtakingBytes -= answer === 'overtook' ? bytes : 0;
      share.bytes -= bytes;
      releaseReadSlot();
    };
    return { releaseReadSlot, release };
  }

  private async waitForTurn(what: Omit<WaitingRequest, 'answer'>, signal?: AbortSignal): Promise<Answer> {
    const { promise, resolve } = Promise.withResolvers<Answer>();
    const request = { ...what, answer: resolve };
    const abort = () => {
      this.removeWaiting(request);
      resolve('aborted');
      this.startNext();
    };
    this.waiting = [...this.waiting, request];
    if (signal?.aborted) {
      abort();
    }
    signal?.addEventListener('abort', abort);
    this.startNext();
    return promise.finally(() => signal?.removeEventListener('abort', abort));
  }

  private removeWaiting(request: WaitingRequest): void {
    this.waiting = this.waiting.filter((one) => one !== request);
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
      this.start(small, 'overtook');
    }
  }

  private start(request: WaitingRequest, how: Answer): void {
    const { share, bytes, answer } = request;
    this.removeWaiting(request);
    this.objects++;
    share.reading++;
    share.bytes += bytes;
    this.bytes += bytes;
    this.overtakingBytes += how === 'overtook' ? bytes : 0;
    answer(how);
  }

  /** The request that is next: the oldest one of the source that holds the fewest bytes. */
  private nextInLine(): WaitingRequest | undefined {
    const able = this.waiting.filter(({ share, maxReading }) => share.reading < maxReading);
    return able.reduce<WaitingRequest | undefined>(
      (least, one) => (least === undefined || one.share.bytes < least.share.bytes ? one : least),
      undefined
    );
  }

  /**
   * A request that may overtake the next one while that waits for bytes, which a source with a hanging S3 may hold: the first
   * request of a source without objects in flight. All that overtake fit into the reserved share, so the next one gets its
   * permit once the objects before it are done. One that needs more than the rest of the pool is never overtaken, or it would
   * wait for ever.
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
