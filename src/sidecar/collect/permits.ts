/** Bounds what is in flight: objects by number, their bytes by sum. One pool serves all sources. */
export class Permits {
  private objects = 0;
  private bytes = 0;
  private readonly queue: Array<{ bytes: number; start: () => void }> = [];

  constructor(
    private readonly maxObjects: number,
    private readonly maxBytes: number
  ) {}

  /** Waits for room for an object of that size; an object larger than the whole pool waits until it is alone. */
  async acquire(bytes: number): Promise<() => void> {
    if (this.queue.length > 0 || !this.hasRoom(bytes)) {
      await new Promise<void>((start) => this.queue.push({ bytes, start }));
    } else {
      this.take(bytes);
    }
    return () => this.release(bytes);
  }

  private hasRoom(bytes: number): boolean {
    return this.objects === 0 || (this.objects < this.maxObjects && this.bytes + bytes <= this.maxBytes);
  }

  private take(bytes: number): void {
    this.objects++;
    this.bytes += bytes;
  }

  private release(bytes: number): void {
    this.objects--;
    this.bytes -= bytes;
    while (this.queue.length > 0 && this.hasRoom(this.queue[0].bytes)) {
      const next = this.queue.shift()!;
      this.take(next.bytes);
      next.start();
    }
  }
}
