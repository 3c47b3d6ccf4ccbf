import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { REGION } from '../../src/sidecar/testing/world';

/** Seconds until a message that was received, and not deleted, comes again. The sidecar asks for two minutes. */
const VISIBILITY_SECONDS = 2;
let made = 0;

/** A queue of moto's that is told of objects as S3 does. */
export class MadeQueue {
  private sent: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly client: SQSClient,
    readonly url: string
  ) {}

  static async create(awsUrl: string): Promise<MadeQueue> {
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    const client = new SQSClient({ region: REGION, endpoint: awsUrl, credentials });
    const { QueueUrl } = await client.send(new CreateQueueCommand({ QueueName: `faults-${process.pid}-${++made}` }));
    return new MadeQueue(client, QueueUrl!);
  }

  /** A request to SQS as it is passed on: messages of which a killed process had hold come again within seconds. */
  static soon(body: Buffer): Buffer {
    return Buffer.from(
      body.toString().replace(/"VisibilityTimeout":\d+/g, `"VisibilityTimeout":${VISIBILITY_SECONDS}`)
    );
  }

  /** Says that an object was created. */
  tell(bucket: string, key: string, size: number, etag: string): void {
    const object = { key: encodeURIComponent(key), size, eTag: etag.replaceAll('"', '') };
    const event = { eventName: 'ObjectCreated:Put', eventTime: new Date().toISOString() };
    const MessageBody = JSON.stringify({ Records: [{ ...event, s3: { bucket: { name: bucket }, object } }] });
    this.sent = this.sent.then(() => this.client.send(new SendMessageCommand({ QueueUrl: this.url, MessageBody })));
  }

  /** How many messages it has: all of them, and those that somebody has received. */
  async count(): Promise<{ readonly all: number; readonly invisible: number }> {
    await this.sent;
    const { Attributes = {} } = await this.client.send(
      new GetQueueAttributesCommand({ QueueUrl: this.url, AttributeNames: ['All'] })
    );
    const invisible = Number(Attributes.ApproximateNumberOfMessagesNotVisible);
    return { all: Number(Attributes.ApproximateNumberOfMessages) + invisible, invisible };
  }

  async remove(): Promise<void> {
    await this.client.send(new DeleteQueueCommand({ QueueUrl: this.url }));
    this.client.destroy();
  }
}
