/** Objects that wait for their turn to be stored or deleted, per object that is being read. */
const WAITING_PER_READER = 32;

/** Room that an object has while it is in flight. */
export interface Permit {
  /** Its bytes were read and decoded: its place, and with it a connection, is another object's now. */
  read(): void;
  /** It is done. */
  release(): void;
}

/**
 * Bounds what is in flight: objects that are being read by number, all up to their deletion by the sum of their bytes and
 * by a larger number, so that reading, storing and deleting go on at the same time. One pool serves all sources.
 */
export class Permits {
  private reading = 0;
  private objects = 0;
  private bytes = 0;
  private readonly queue: Array<{ bytes: number; start: () => void }> = [];

  constructor(
    private readonly maxReading: number,
    private readonly maxBytes: number
  ) {}

  /** Waits for room for an object of that size; an object larger than the whole pool waits until it is alone. */
  async acquire(bytes: number): Promise<Permit> {
    if (this.queue.length > 0 || !this.hasRoom(bytes)) {
      await new Promise<void>((start) => this.queue.push({ bytes, start }));
    } else {
      this.take(bytes);
    }
    let isReading = true;
    const read = () => {
      this.reading -= isReading ? 1 : 0;
      isReading = false;
      this.startNext();
    };
    const release = () => {
      this.objects--;
      this.bytes -= bytes;
      read();
    };
    return { read, release };
  }

  private hasRoom(bytes: number): boolean {
    return (
      this.objects === 0 ||
      (this.reading < this.maxReading &&
        this.objects < this.maxReading * WAITING_PER_READER &&
        this.bytes + bytes <= this.maxBytes)
    );
  }

  private take(bytes: number): void {
    this.reading++;
    this.objects++;
    this.bytes += bytes;
  }

  private startNext(): void {
    while (this.queue.length > 0 && this.hasRoom(this.queue[0].bytes)) {
      const next = this.queue.shift()!;
      this.take(next.bytes);
      next.start();
    }
  }
}
