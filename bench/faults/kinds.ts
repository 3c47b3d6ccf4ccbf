import type { Random } from '../../src/sidecar/generate/random';
import { CALLS, objectsOf, type Asked, type Call } from './calls';
import type { Answer, Treatment } from './proxy';

/** What a fault may do to the world besides. */
export interface World {
  readonly random: Random;
  /** Replaces an object by other content, unless what would count then could not be told. Returns whether it did. */
  overwrite(key: string, before: 'reading' | 'deletion'): boolean;
  /** An object's points were said to be dropped, so it may be quarantined although nothing is wrong with it. */
  noteExpired(): void;
}

/** A kind of fault. */
export interface FaultKind {
  readonly name: string;
  readonly on: readonly Call[];
  /** Undefined when it cannot happen to this request. */
  readonly treat: (asked: Asked, world: World) => Treatment | undefined;
}

const { s3, sqs, influxdb } = CALLS;
const ALL: readonly Call[] = [...s3, ...sqs, ...influxdb];
/** Those whose answers have a body that matters. */
const WITH_BODY: readonly Call[] = ['ListObjectsV2', 'GetObject', 'DeleteObjects', 'ReceiveMessage', 'query'];
const WRITES: readonly Call[] = ['write minute', 'write hour', 'write other'];
const LATE_MS = 300;
const HANGS_MS = 700;

const answerOf = (status: number, type: string, body: string): Answer => ({
  status,
  headers: { 'content-type': type },
  body: Buffer.from(body),
});

/** A refusal in the words of the server that is asked. */
function refusal({ server }: Asked, status: number, code: string, message = code): Answer {
  if (server === 's3') {
    const xml = `<?xml version="1.0"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`;
    return answerOf(status, 'application/xml', xml);
  }
  return server === 'sqs'
    ? answerOf(status, 'application/x-amz-json-1.0', JSON.stringify({ __type: `com.amazonaws.sqs#${code}`, message }))
    : answerOf(status, 'application/json', JSON.stringify({ error: message }));
}

/** A fault that answers in place of the server. */
const refused = (name: string, on: readonly Call[], status: number, code: string, message?: string): FaultKind => ({
  name,
  on,
  treat: (asked) => ({ isPassed: false, answer: () => refusal(asked, status, code, message) }),
});

/** A fault that changes what the server answers to a request that succeeded. */
const changed = (name: string, on: readonly Call[], change: (answer: Answer) => Answer): FaultKind => ({
  name,
  on,
  treat: () => ({ answer: (answer) => (answer && answer.status < 300 ? change(answer) : answer) }),
});

/** The first half of the lines of a write. */
function halfOf({ body }: Asked): Buffer {
  const lines = body.toString().split('\n').filter(Boolean);
  return Buffer.from(lines.slice(0, lines.length >> 1).join('\n'));
}

/** A write of which InfluxDB takes half and says why not the rest. */
const partial = (name: string, on: readonly Call[], why: string, note?: (world: World) => void): FaultKind => ({
  name,
  on,
  treat: (asked, world) => {
    note?.(world);
    const answer = () => refusal(asked, 400, '', `partial write: ${why} dropped=1`);
    return { body: halfOf(asked), answer };
  },
});

/** The kinds of faults. What a server never says, such as a listing that is whole and lacks an object, is not among them. */
export const FAULTS: readonly FaultKind[] = [
  { name: 'connection reset, not asked', on: ALL, treat: () => ({ isPassed: false }) },
  { name: 'connection reset, done', on: ALL, treat: () => ({ answer: () => undefined }) },
  { name: 'half an answer', on: WITH_BODY, treat: () => ({ isCut: true }) },
  { name: 'late answer', on: ALL, treat: () => ({ delayMs: LATE_MS }) },
  { name: 'hangs, then reset', on: ALL, treat: () => ({ delayMs: HANGS_MS, answer: () => undefined }) },
  refused('500', ALL, 500, 'InternalError'),
  {
    name: '500, done all the same',
    on: ALL,
    treat: (asked) => ({ answer: () => refusal(asked, 500, 'InternalError') }),
  },
  refused('503', ALL, 503, 'ServiceUnavailable'),
  refused('SlowDown', s3, 503, 'SlowDown'),
  refused('throttled', sqs, 400, 'RequestThrottled'),
  refused('400', s3, 400, 'InvalidRequest'),
  refused('400', influxdb, 400, '', 'unable to parse: a fault'),
  refused('403', s3, 403, 'AccessDenied'),
  refused('403', sqs, 403, 'AccessDeniedException'),
  refused('403', influxdb, 403, '', 'not authorized'),
  refused('404', ['GetObject', 'DeleteObject'], 404, 'NoSuchKey'),
  refused('404', ['ListObjectsV2'], 404, 'NoSuchBucket'),
  refused('404', sqs, 400, 'QueueDoesNotExist'),
  refused('404', ['query', 'SELECT INTO'], 404, '', '404 page not found'),
  refused('404', WRITES, 404, '', 'database not found: "a fault"'),
  refused('412', ['GetObject', 'DeleteObject'], 412, 'PreconditionFailed'),
  changed('empty 200', [...s3, ...sqs, 'query', ...WRITES], (answer) => ({
    ...answer,
    status: 200,
    body: Buffer.alloc(0),
  })),
  changed('truncated', WITH_BODY, (answer) => ({ ...answer, body: answer.body.subarray(0, answer.body.length * 0.6) })),
  changed('wrong Content-Length, shorter', WITH_BODY, (answer) => ({ ...answer, body: answer.body.subarray(0, -1) })),
  changed('wrong Content-Length, longer', ['GetObject'], (answer) => ({
    ...answer,
    body: Buffer.concat([answer.body, Buffer.alloc(7)]),
  })),
  partial('partial write, field type conflict', WRITES, 'field type conflict'),
  partial('partial write, beyond retention', ['write minute'], 'points beyond retention policy', (world) =>
    world.noteExpired()
  ),
  {
    name: 'messages twice',
    on: ['ReceiveMessage'],
    treat: () => ({ answer: (answer) => answer && twice(answer) }),
  },
  {
    name: 'overwritten before it is read',
    on: ['GetObject'],
    treat: (asked, world) => overwriting(asked, world, 'reading'),
  },
  {
    name: 'overwritten before it is deleted',
    on: ['DeleteObject', 'DeleteObjects'],
    treat: (asked, world) => overwriting(asked, world, 'deletion'),
  },
];

function overwriting(asked: Asked, world: World, before: 'reading' | 'deletion'): Treatment | undefined {
  const objects = objectsOf(asked);
  const { key } = objects[world.random.below(objects.length)];
  return world.overwrite(key, before) ? {} : undefined;
}

/** SQS delivers at least once. */
function twice(answer: Answer): Answer {
  try {
    const { Messages = [], ...rest } = JSON.parse(answer.body.toString()) as { Messages?: unknown[] };
    return { ...answer, body: Buffer.from(JSON.stringify({ ...rest, Messages: [...Messages, ...Messages] })) };
  } catch {
    return answer;
  }
}
