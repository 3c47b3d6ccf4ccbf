import { z } from 'zod';
import { accessInput, accessShown } from './access';
import { OBJECTS_IN_FLIGHT, POLL_SECONDS } from './bounds';
import { count, nameByPeople, pageOf, region, time, version } from './common';

/** S3's rules for bucket names, in short. Source: "Bucket naming rules", Amazon S3 user guide. */
const BUCKET = /^(?!xn--|sthree-|amzn-s3-demo-)(?!\d+\.\d+\.\d+\.\d+$)(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/**
 * https, but for test doubles: …/ACCOUNT/NAME. Source: "Amazon SQS queue and message identifiers", SQS developer guide.
 */
const QUEUE_URL = /^(https:\/\/|http:\/\/(?!.*\.amazonaws\.com))[a-z0-9.-]+(:\d{1,5})?\/\d{12}\/[\w-]{1,80}(\.fifo)?$/;

/** The SQS queue that S3 notifies of new objects. */
export const queueUrl = z
  .string()
  .max(512)
  .regex(QUEUE_URL, {
    error: 'a queue URL looks like https://sqs.eu-west-1.amazonaws.com/123456789012/name',
    abort: true,
  })
  .refine((url) => Number(/:(\d+)\//.exec(url)?.[1] ?? 0) <= 65_535, {
    error: 'the port of a queue URL is at most 65535',
    abort: true,
  })
  .refine((url) => URL.canParse(url), 'the host of this queue URL is none');

/** A whole number within bounds; `what` begins the sentence that refuses another. */
function bounded(what: string, { min, max, usual }: { min: number; max: number; usual: number }) {
  const rule = `${what} are a whole number from ${min} to ${max}`;
  return z.int(rule).min(min, rule).max(max, rule).default(usual);
}

/** All that people say about a source. */
export const sourceInput = z.strictObject({
  name: nameByPeople,
  bucket: z
    .string()
    .regex(BUCKET, 'that is no valid bucket name: 3 to 63 lower-case letters, digits, dots and hyphens'),
  region,
  // S3 compares prefixes letter by letter: without the slash, prod would be prod-archive too.
  prefix: z
    .string()
    .max(1000)
    .default('')
    .transform((prefix) => prefix.replace(/^\/+|\/+$/g, ''))
    .transform((prefix) => (prefix === '' ? '' : `${prefix}/`)),
  ...accessInput,
  /** Where S3 is, when it is not AWS's. */
  endpoint: z
    .url({ protocol: /^https?$/, error: 'an endpoint looks like https://host:9000' })
    .max(256)
    .refine((url) => !/^https?:\/\/[^/]*@/.test(url), 'an endpoint has no credentials in it')
    .optional(),
  /** Bucket names in the path instead of the host name. */
  pathStyle: z.boolean().default(false),
  pollSeconds: bounded('seconds between two looks', POLL_SECONDS),
  objectsInFlight: bounded('objects in flight', OBJECTS_IN_FLIGHT),
  /** New objects are found through it instead of by listing. */
  queueUrl: queueUrl.optional(),
});
export type SourceInput = z.infer<typeof sourceInput>;

/** The consent without which no source is enabled. */
export const enableSource = z.strictObject({
  deleteAfterCollecting: z.literal(true, {
    error: 'Objects are deleted once they are stored: say that this bucket is only for Flowscope to enable the source.',
  }),
});

/** Which objects that a source left in its bucket are deleted uncounted: those of a reason, from before a time. */
export const discardInput = z.strictObject({
  /** As the ledger has it, such as `no-header`. */
  reason: z.string().min(1).max(64),
  /** By the slot in an object's file name, else by when it was written; not in the future. */
  before: time,
  /** True: they are only counted. */
  dryRun: z.boolean({ error: 'say whether they are only counted (true) or deleted, which cannot be undone (false)' }),
});

/** How old the objects are that a listing of a source shows, as far as it was looked through. */
export const listedAges = {
  /** Objects that may be flow logs, and whether that is all there is. */
  listed: count,
  isAll: z.boolean(),
  /** Those that are older than what is kept: they are not collected, and stay in the bucket. */
  older: count,
  keptDays: count,
};

/** `new`: enabled, but not looked through yet. */
export const SOURCE_STATES = ['disabled', 'new', 'collecting', 'failing'] as const;

/** How a source stands, in words and numbers that any viewer may see. */
export const sourceStatus = z.object({
  id: z.string(),
  name: z.string(),
  enabled: z.boolean(),
  state: z.enum(SOURCE_STATES),
  /** Why it fails, in a sentence that names no bucket. */
  problem: z.string().optional(),
  lastObject: time.optional(),
  lastRun: time.optional(),
  /** Objects that were found and wait; missing when the source was not looked through since the sidecar started. */
  backlog: count.optional(),
  /** Age of the oldest object that waits, seconds; 0 when none does. */
  oldestAge: count.optional(),
  /** How late objects come, seconds; where the sidecar measures it. */
  lag: count.optional(),
  /** Up to when everything was collected. */
  completeUntil: time.optional(),
  /** Of one with an SQS queue: events about what is none of its objects, since collecting from it began. */
  ignoredEvents: count.optional(),
  /** Objects in the ledger by state and, where they were left in place, by reason. */
  objects: z.array(z.object({ state: z.string(), reason: z.string().optional(), objects: count })),
});
export type SourceStatus = z.infer<typeof sourceStatus>;

/** A source as administrators see it. */
export const source = sourceStatus.extend({
  bucket: z.string(),
  prefix: z.string(),
  region: z.string(),
  collector: z.string(),
  ...accessShown,
  endpoint: z.string().optional(),
  pathStyle: z.boolean(),
  pollSeconds: z.int(),
  objectsInFlight: z.int(),
  queueUrl: z.string().optional(),
  created: time,
  version,
  /** Exporters that its newest 500 collected objects came from. */
  exporters: count,
  /** Why the last look through it failed, in words. */
  lastError: z.string().optional(),
  /** Of what was left in place, why and one key for each. */
  left: z.array(
    z.object({
      state: z.string(),
      reason: z.string().optional(),
      message: z.string(),
      objects: count,
      example: z.string(),
    })
  ),
});
export type SourceView = z.infer<typeof source>;
/** A source that was enabled. `ages`: missing when its bucket could not be listed soon. */
export const enabledSource = source.extend({ ages: z.object(listedAges).optional() });
export const sourcePage = pageOf(source);
