import { OBJECTS_IN_FLIGHT } from '../../contract/bounds';
import type { Source } from '../registry/sources';

/** What an object takes of the pool at least, as part of it, for what it holds besides its bytes. */
const LEAST = 1 / 256;
/** The part of the pool that is left to sources which hold nothing: one whose S3 hangs must not stop the others. */
const LEFT_TO_OTHERS = 1 / 8;

/** Room that an object has while it is in flight. */
export interface Permit {
  /** Its bytes were read and decoded: its place, and with it a connection, is another object's now. */
  read(): void;
  /** It is done. */
  release(): void;
}

/** What one source has in flight. */
interface Share {
  reading: number;
  bytes: number;
}

interface Asked {
  readonly share: Share;
  readonly mostReading: number;
  readonly bytes: number;
  readonly start: () => void;
}

/**
 * Bounds what is in flight: of each source how many objects are being read, of all sources together the bytes of objects up
 * to their deletion, so that reading, storing and deleting go on at the same time. Room goes to the source that holds the
 * least of it, so that one which reads many objects at a time cannot starve another.
 */
export class Permits {
  private readonly shares = new Map<string, Share>();
  private bytes = 0;
  private asked: readonly Asked[] = [];

  constructor(private readonly maxBytes: number) {}

  /** Waits for room for a source's object of that size; an object larger than the whole pool waits until it is alone. */
  async acquire({ id, objectsInFlight }: Pick<Source, 'id' | 'objectsInFlight'>, size: number): Promise<Permit> {
    const share = this.shares.get(id) ?? { reading: 0, bytes: 0 };
    this.shares.set(id, share);
    const bytes = Math.max(size, this.maxBytes * LEAST);
    const mostReading = objectsInFlight ?? OBJECTS_IN_FLIGHT.usual;
    await new Promise<void>((start) => {
      this.asked = [...this.asked, { share, mostReading, bytes, start }];
      this.startNext();
    });
    let isReading = true;
    const read = () => {
      share.reading -= isReading ? 1 : 0;
      isReading = false;
      this.startNext();
    };
    const release = () => {
      this.bytes -= bytes;
      share.bytes -= bytes;
      read();
    };
    return { read, release };
  }

  private startNext(): void {
    for (let next = this.next(); next && this.hasRoom(next); next = this.next()) {
      const { share, bytes, start } = next;
      this.asked = this.asked.filter((one) => one !== next);
      share.reading++;
      share.bytes += bytes;
      this.bytes += bytes;
      start();
    }
  }

  /** Whose turn it is. Nobody goes past it, or else a large object would wait for ever. */
  private next(): Asked | undefined {
    const able = this.asked.filter(({ share, mostReading }) => share.reading < mostReading);
    return able.reduce<Asked | undefined>(
      (least, one) => (least === undefined || one.share.bytes < least.share.bytes ? one : least),
      undefined
    );
  }

  private hasRoom({ share, bytes }: Asked): boolean {
    const max = share.bytes === 0 ? this.maxBytes : this.maxBytes * (1 - LEFT_TO_OTHERS);
    return this.bytes === 0 || this.bytes + bytes <= max;
  }
}
