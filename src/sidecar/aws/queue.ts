import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  type BatchResultErrorEntry,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { explainAwsError, type AwsError } from './errors';
import { parseQueueUrl } from './queueUrl';

/** Maximum messages that SQS gives, deletes or keeps in one call. */
export const MAX_MESSAGES = 10;
/** How long a received message stays invisible to others, unless it is kept longer. Seconds. */
const VISIBILITY_SECONDS = 120;

/** A received message. */
export interface QueueMessage {
  readonly id: string;
  /** Its receipt handle, with which it is deleted or kept. */
  readonly receipt: string;
  readonly body: string;
  /** When it was sent, Unix seconds. */
  readonly sent: number;
}

/** The SQS calls that collecting needs, on one queue. Every method throws `AwsError` in words. */
export class Queue {
  readonly name: string;

  /** `waitSeconds`: how long `receive()` waits for a first message; `visibilitySeconds`: see {@link VISIBILITY_SECONDS}. */
  constructor(
    private readonly client: SQSClient,
    private readonly url: string,
    private readonly region: string,
    readonly waitSeconds: number,
    readonly visibilitySeconds = VISIBILITY_SECONDS
  ) {
    this.name = parseQueueUrl(url).name;
  }

  /** Receives up to ten messages; returns when there are any or the wait is over. */
  async receive(waitSeconds = this.waitSeconds, signal?: AbortSignal): Promise<QueueMessage[]> {
    const { Messages = [] } = await this.call('sqs:ReceiveMessage', () =>
      this.client.send(
        new ReceiveMessageCommand({
          QueueUrl: this.url,
          MaxNumberOfMessages: MAX_MESSAGES,
          WaitTimeSeconds: waitSeconds,
          VisibilityTimeout: this.visibilitySeconds,
          MessageSystemAttributeNames: ['SentTimestamp'],
        }),
        { abortSignal: signal }
      )
    );
    return Messages.map(({ MessageId, ReceiptHandle, Body, Attributes }) => ({
      id: MessageId!,
      receipt: ReceiptHandle!,
      body: Body ?? '',
      sent: Math.floor(Number(Attributes?.SentTimestamp ?? 0) / 1000),
    }));
  }

  /** Deletes up to ten messages; returns those that could not be deleted, and why. */
  async delete(messages: readonly QueueMessage[]): Promise<ReadonlyMap<QueueMessage, AwsError>> {
    return this.batch('sqs:DeleteMessage', messages, (entries) =>
      this.client.send(new DeleteMessageBatchCommand({ QueueUrl: this.url, Entries: entries }))
    );
  }

  /** Keeps up to ten messages invisible for another visibility timeout; returns those for which that failed, and why. */
  async keep(messages: readonly QueueMessage[]): Promise<ReadonlyMap<QueueMessage, AwsError>> {
    const VisibilityTimeout = this.visibilitySeconds;
    return this.batch('sqs:ChangeMessageVisibility', messages, (entries) =>
      this.client.send(
        new ChangeMessageVisibilityBatchCommand({
          QueueUrl: this.url,
          Entries: entries.map((entry) => ({ ...entry, VisibilityTimeout })),
        })
      )
    );
  }

  /** The approximate number of messages in the queue. */
  async depth(): Promise<number> {
    const { Attributes } = await this.call('sqs:GetQueueAttributes', () =>
      this.client.send(
        new GetQueueAttributesCommand({ QueueUrl: this.url, AttributeNames: ['ApproximateNumberOfMessages'] })
      )
    );
    return Number(Attributes?.ApproximateNumberOfMessages ?? 0);
  }

  private async batch(
    action: string,
    messages: readonly QueueMessage[],
    send: (
      entries: Array<{ Id: string; ReceiptHandle: string }>
    ) => Promise<{ readonly Failed?: BatchResultErrorEntry[] }>
  ): Promise<ReadonlyMap<QueueMessage, AwsError>> {
    const entries = messages.map(({ receipt }, i) => ({ Id: String(i), ReceiptHandle: receipt }));
    const { Failed = [] } = await this.call(action, () => send(entries));
    return new Map(
      Failed.map(({ Id, Code, Message }) => [
        messages[Number(Id)],
        this.explain({ name: Code, message: Message }, action),
      ])
    );
  }

  private async call<T>(action: string, send: () => Promise<T>): Promise<T> {
    try {
      return await send();
    } catch (error) {
      throw this.explain(error, action);
    }
  }

  private explain(error: unknown, action: string): AwsError {
    return explainAwsError(error, { action, queue: this.name, region: this.region });
  }
}
