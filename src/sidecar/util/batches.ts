/** How one item of a batch ended. */
export type Outcome<R> = { readonly result: R; readonly error?: undefined } | { readonly error: unknown };

/** The size of a batch, and how many batches may run at once. */
export interface BatchLimits<T> {
  readonly underWay: number;
  /** Sum of the items' sizes; an item that is larger goes alone. */
  readonly size: number;
  readonly sizeOf: (item: T) => number;
}

/** Processes items in batches: items added while a batch runs make the next one. No item waits for others to come. */
export class Batches<T, R> {
  private waiting: Array<{ readonly item: T; readonly settle: (outcome: Outcome<R>) => void }> = [];
  private underWay = 0;

  /** `work`: does a batch and returns how each item ended, in their order; when it throws, all of them failed. */
  constructor(
    private readonly work: (items: readonly T[]) => Promise<ReadonlyArray<Outcome<R>>>,
    private readonly limits: BatchLimits<T>
  ) {}

  /** Resolves or rejects as this item ended, once its batch is done. */
  async add(item: T): Promise<R> {
    const outcome = await new Promise<Outcome<R>>((settle) => {
      this.waiting.push({ item, settle });
      this.next();
    });
    if ('result' in outcome) {
      return outcome.result;
    }
    throw outcome.error;
  }

  private next(): void {
    if (this.underWay < this.limits.underWay && this.waiting.length > 0) {
      this.underWay++;
      void this.run(this.take()).finally(() => {
        this.underWay--;
        this.next();
      });
    }
  }

  private take() {
    const { size, sizeOf } = this.limits;
    let taken = 0;
    let sum = 0;
    do {
      sum += sizeOf(this.waiting[taken++].item);
    } while (taken < this.waiting.length && sum + sizeOf(this.waiting[taken].item) <= size);
    return this.waiting.splice(0, taken);
  }

  private async run(batch: ReturnType<Batches<T, R>['take']>): Promise<void> {
    try {
      const outcomes = await this.work(batch.map(({ item }) => item));
      batch.forEach(({ settle }, i) => settle(outcomes[i]));
    } catch (error) {
      batch.forEach(({ settle }) => settle({ error }));
    }
  }
}
