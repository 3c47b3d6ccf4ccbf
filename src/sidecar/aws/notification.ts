import { z } from 'zod';
import type { ObjectRef } from './bucket';

/** One event of a bucket. `object`: the one that was created; undefined for other events, which collecting ignores. */
export interface BucketEvent {
  readonly bucket: string;
  readonly object?: ObjectRef;
}

/** The events of a queue's message, or why it could not be understood. */
export type Notification =
  { readonly events: readonly BucketEvent[]; readonly problem?: undefined } | { readonly problem: string };

/** What every event has to say of a created object: without its ETag another version of it might be deleted. */
interface Created {
  readonly bucket: string;
  readonly key: string;
  readonly etag?: string;
  readonly size?: number;
  readonly time: string;
}

const bucket = z.object({ name: z.string().min(1) });
const size = z.int().min(0).optional();

/** Source: "Event message structure", Amazon S3 user guide. */
const records = z.object({
  Records: z.array(
    z.object({
      eventName: z.string(),
      eventTime: z.string(),
      s3: z.object({ bucket, object: z.object({ key: z.string().min(1), size, eTag: z.string().optional() }) }),
    })
  ),
});
/** What S3 sends when notifications are configured. Source: same page. */
const test = z.object({ Event: z.literal('s3:TestEvent'), Bucket: z.string().min(1) });
/** Source: "EventBridge event message structure", Amazon S3 user guide. */
const eventBridge = z.object({
  source: z.literal('aws.s3'),
  'detail-type': z.string(),
  time: z.string(),
  detail: z.object({ bucket, object: z.object({ key: z.string().min(1), size, etag: z.string().optional() }) }),
});
/** Source: "Parsing message formats", Amazon SNS developer guide. */
const sns = z.object({ Type: z.string(), TopicArn: z.string(), Message: z.string() });

/** Reads a message: an S3 event notification, as it is, wrapped by SNS, or in EventBridge's form. */
export function readNotification(body: string): Notification {
  let content: unknown;
  try {
    content = JSON.parse(body);
  } catch {
    return { problem: 'it is not JSON' };
  }
  const wrapped = sns.safeParse(content);
  if (wrapped.success) {
    return wrapped.data.Type === 'Notification'
      ? readNotification(wrapped.data.Message)
      : { problem: `it is a ${wrapped.data.Type} of SNS: confirm the subscription of this queue in SNS` };
  }
  const tested = test.safeParse(content);
  if (tested.success) {
    return { events: [{ bucket: tested.data.Bucket }] };
  }
  const event = eventBridge.safeParse(content);
  if (event.success) {
    const { detail, time, 'detail-type': kind } = event.data;
    const { key, size, etag } = detail.object;
    return read(
      [{ isCreated: kind === 'Object Created', bucket: detail.bucket.name, key, size, etag, time }],
      (name) => name
    );
  }
  const plain = records.safeParse(content);
  if (!plain.success) {
    return { problem: 'it is no event notification of S3' };
  }
  return read(
    plain.data.Records.map(({ eventName, eventTime: time, s3: { bucket, object } }) => {
      const isCreated = /^(s3:)?ObjectCreated:/.test(eventName);
      return { isCreated, bucket: bucket.name, key: object.key, size: object.size, etag: object.eTag, time };
    }),
    // As in forms: S3 encodes keys so here, but not for EventBridge.
    (key) => decodeURIComponent(key.replaceAll('+', ' '))
  );
}

function read(
  events: ReadonlyArray<Created & { readonly isCreated: boolean }>,
  decode: (key: string) => string
): Notification {
  const read: BucketEvent[] = [];
  for (const { isCreated, ...created } of events) {
    const object = isCreated ? objectOf(created, decode) : undefined;
    if (typeof object === 'string') {
      return { problem: object };
    }
    read.push({ bucket: created.bucket, object });
  }
  return { events: read };
}

/** The object as a listing would name it, or what is wrong. */
function objectOf({ key, etag, size, time }: Created, decode: (key: string) => string): ObjectRef | string {
  const modified = Math.floor(Date.parse(time) / 1000);
  if (!etag || size === undefined || !Number.isFinite(modified)) {
    return 'an event in it lacks the ETag, size or time of its object';
  }
  try {
    return { key: decode(key), etag: `"${etag.replaceAll('"', '')}"`, size, modified };
  } catch {
    return 'the key of an object in it is not encoded as in URLs';
  }
}
