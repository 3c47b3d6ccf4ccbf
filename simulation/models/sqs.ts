import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';

interface Message {
  readonly id: string;
  readonly body: string;
  /** Unix milliseconds. */
  readonly sent: number;
  /** Until when nobody receives it. */
  hiddenUntil: number;
  receipt?: string;
}

/** A standard queue of SQS in memory: messages that are received are hidden for a while, and come again unless they are deleted. */
export class QueueModel {
  readonly messages: Message[] = [];
  /** Called when a message was sent. */
  readonly onSent = new Set<() => void>();
  private count = 0;

  /** `now`: Unix milliseconds. `order`: which of so many messages is received first. */
  constructor(
    private readonly now: () => number,
    private readonly order: (messages: number) => number = () => 0
  ) {}

  send(body: string): void {
    this.messages.push({ id: `m${++this.count}`, body, sent: this.now(), hiddenUntil: 0 });
    [...this.onSent].forEach((told) => told());
  }

  /** Whether a message can be received. */
  get hasMessage(): boolean {
    return this.messages.some(({ hiddenUntil }) => hiddenUntil <= this.now());
  }

  /** When the next message comes back that somebody has received, Unix milliseconds. */
  get nextBack(): number {
    return this.messages.reduce((next, { hiddenUntil }) => Math.min(next, hiddenUntil), Infinity);
  }

  receive(most: number, visibilitySeconds: number): object {
    const visible = this.messages.filter(({ hiddenUntil }) => hiddenUntil <= this.now());
    const taken: Message[] = [];
    while (taken.length < most && visible.length > 0) {
      taken.push(...visible.splice(this.order(visible.length), 1));
    }
    const Messages = taken.map((message) => {
      message.hiddenUntil = this.now() + visibilitySeconds * 1000;
      message.receipt = `r${++this.count}`;
      return {
        ...{ MessageId: message.id, ReceiptHandle: message.receipt, Body: message.body },
        Attributes: { SentTimestamp: String(message.sent) },
      };
    });
    return { Messages };
  }

  delete(receipts: readonly string[]): object {
    for (const receipt of receipts) {
      const at = this.messages.findIndex((message) => message.receipt === receipt);
      if (at >= 0) {
        this.messages.splice(at, 1);
      }
    }
    return {};
  }

  keep(receipts: readonly string[], visibilitySeconds: number): object {
    for (const message of this.messages.filter(({ receipt }) => receipt !== undefined && receipts.includes(receipt))) {
      message.hiddenUntil = this.now() + visibilitySeconds * 1000;
    }
    return {};
  }

  get depth(): object {
    const visible = this.messages.filter(({ hiddenUntil }) => hiddenUntil <= this.now());
    return { Attributes: { ApproximateNumberOfMessages: String(visible.length) } };
  }
}

/** What a client does over the network. `wait`: how long an answer may wait for a first message, milliseconds. */
export type AskQueue = (
  name: 'receive' | 'delete' | 'keep' | 'depth',
  effect: (queue: QueueModel) => object,
  wait: number,
  signal?: AbortSignal
) => Promise<object>;

/** A client of the SDK as `Queue` uses one. */
export function sqsClientOn(ask: AskQueue): SQSClient {
  const send = (command: object, { abortSignal }: { abortSignal?: AbortSignal } = {}): Promise<object> => {
    if (command instanceof ReceiveMessageCommand) {
      const {
        MaxNumberOfMessages: most = 1,
        VisibilityTimeout: seconds = 30,
        WaitTimeSeconds: wait = 0,
      } = command.input;
      return ask('receive', (queue) => queue.receive(most, seconds), wait * 1000, abortSignal);
    }
    if (command instanceof DeleteMessageBatchCommand) {
      const receipts = command.input.Entries!.map(({ ReceiptHandle }) => ReceiptHandle!);
      return ask('delete', (queue) => queue.delete(receipts), 0);
    }
    if (command instanceof ChangeMessageVisibilityBatchCommand) {
      const entries = command.input.Entries!;
      const receipts = entries.map(({ ReceiptHandle }) => ReceiptHandle!);
      return ask('keep', (queue) => queue.keep(receipts, entries[0].VisibilityTimeout ?? 30), 0);
    }
    if (command instanceof GetQueueAttributesCommand) {
      return ask('depth', (queue) => queue.depth, 0);
    }
    throw new Error(`The model of SQS does not know ${command.constructor.name}.`);
  };
  return { send } as unknown as SQSClient;
}
