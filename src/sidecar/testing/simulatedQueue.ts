import { setImmediate } from 'node:timers/promises';
import { AwsError } from '../aws/errors';
import { MAX_MESSAGES, type Queue, type QueueMessage } from '../aws/queue';

type Call = 'receive' | 'delete' | 'keep' | 'depth';

/** A queue in memory. A received message is hidden until {@link SimulatedQueue.comeBack}. */
export class SimulatedQueue {
  readonly name = 'events';
  readonly waitSeconds = 0;
  /** Actions that are denied. */
  readonly denied = new Set<Call>();
  /** Deletions wait for this. */
  beforeDeleting: Promise<void> = Promise.resolve();
  private readonly all = new Map<string, { readonly body: string; readonly sent: number; isHidden: boolean }>();
  private readonly kept = new Map<string, PromiseWithResolvers<void>>();
  private receipts = 0;
  private ids = 0;

  /** `visibilitySeconds`: see `Queue`. */
  constructor(
    private readonly now: () => number,
    readonly visibilitySeconds = 120
  ) {}

  /** Sends a message; returns its id. */
  send(body: string): string {
    const id = `m${++this.ids}`;
    this.all.set(id, { body, sent: this.now(), isHidden: false });
    return id;
  }

  /** Sends S3's event for a created object in bucket `b`; its ETag is its key, as in a simulated bucket. */
  tell(key: string, bucket = 'b', eventName = 'ObjectCreated:Put'): string {
    return this.tellOf([key], bucket, eventName);
  }

  /** Sends the events of several objects in one message. */
  tellOf(keys: readonly string[], bucket = 'b', eventName = 'ObjectCreated:Put'): string {
    const eventTime = new Date(this.now() * 1000).toISOString();
    const Records = keys.map((key) => {
      const object = { key: encodeURIComponent(key), size: 100, eTag: key };
      return { eventName, eventTime, s3: { bucket: { name: bucket }, object } };
    });
    return this.send(JSON.stringify({ Records }));
  }

  /** Ids of messages that were not deleted. */
  get messages(): string[] {
    return [...this.all.keys()];
  }

  /** Messages that can be received. */
  get waiting(): number {
    return [...this.all.values()].filter(({ isHidden }) => !isHidden).length;
  }

  /** Makes all received messages visible again. */
  comeBack(): void {
    this.all.forEach((message) => (message.isHidden = false));
  }

  /** Resolves once the visibility timeout of a message was extended. */
  isKept(id: string): Promise<void> {
    return this.keeping(id).promise;
  }

  /** The queue as the collector uses it. */
  get queue(): Queue {
    const { name, waitSeconds, visibilitySeconds } = this;
    return {
      name,
      waitSeconds,
      visibilitySeconds,
      receive: () => this.call('receive', () => this.receive()),
      delete: async (messages: readonly QueueMessage[]) => {
        await this.beforeDeleting;
        return this.call('delete', () => {
          messages.forEach(({ id }) => this.all.delete(id));
          return new Map();
        });
      },
      keep: (messages: readonly QueueMessage[]) =>
        this.call('keep', () => {
          messages.forEach(({ id }) => this.keeping(id).resolve());
          return new Map();
        }),
      depth: () => this.call('depth', () => this.waiting),
    } as unknown as Queue;
  }

  private keeping(id: string): PromiseWithResolvers<void> {
    const known = this.kept.get(id) ?? Promise.withResolvers<void>();
    this.kept.set(id, known);
    return known;
  }

  private receive(): QueueMessage[] {
    const some = [...this.all].filter(([, { isHidden }]) => !isHidden).slice(0, MAX_MESSAGES);
    return some.map(([id, message]) => {
      message.isHidden = true;
      return { id, receipt: `r${++this.receipts}`, body: message.body, sent: message.sent };
    });
  }

  /** Asynchronous, as over a network. */
  private async call<T>(call: Call, work: () => T): Promise<T> {
    await setImmediate();
    if (this.denied.has(call)) {
      throw new AwsError('AccessDenied', `${call} is denied.`);
    }
    return work();
  }
}
