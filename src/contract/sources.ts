import { z } from 'zod';
import { accessInput, accessShown } from './access';
import { count, nameByPeople, pageOf, region, time, version } from './common';
import { policyOptions } from './policies';
import { fieldEntries, isRequired, SOURCE_FIELDS, type Field, type SourceFieldValues } from './sourceFields';

/** The schema of one setting as it is entered, without its default. */
function enteredSchema(field: Field): z.ZodType {
  switch (field.type) {
    case 'text':
      return field.schema({ z, nameByPeople, region });
    case 'boolean':
      return z.boolean();
    case 'number': {
      const rule = `${field.rule} a whole number from ${field.min} to ${field.max}`;
      return z.int(rule).min(field.min, rule).max(field.max, rule);
    }
  }
}

type Settings = typeof SOURCE_FIELDS;
type InputShape = {
  [K in keyof Settings]: Settings[K] extends { isOptional: true }
    ? z.ZodOptional<z.ZodType<SourceFieldValues[K]>>
    : Settings[K] extends { default: unknown }
      ? z.ZodPrefault<z.ZodType<SourceFieldValues[K]>>
      : z.ZodType<SourceFieldValues[K]>;
};
type ShownShape = {
  [K in keyof Settings]: Settings[K] extends { isOptional: true }
    ? z.ZodOptional<z.ZodType<SourceFieldValues[K]>>
    : z.ZodType<SourceFieldValues[K]>;
};

const isOfBucket = ({ section }: Field) => section === 'bucket';

/** The input shape of some settings. Required ones come first, so that messages about them do. */
function inputShape(isWanted: (field: Field) => boolean): InputShape {
  const wanted = fieldEntries(SOURCE_FIELDS).filter(([, field]) => isWanted(field));
  const shape = wanted
    .sort(([, a], [, b]) => Number(isRequired(b)) - Number(isRequired(a)))
    .map(([name, field]) => {
      const schema = enteredSchema(field);
      const isOptional = field.type === 'text' && field.isOptional;
      return [name, isOptional ? schema.optional() : isRequired(field) ? schema : schema.prefault(field.default)];
    });
  return Object.fromEntries(shape) as InputShape;
}

/** The output shape of some settings. */
function shownShape(isWanted: (field: Field) => boolean): ShownShape {
  const schemas = { text: z.string(), boolean: z.boolean(), number: z.int() };
  const shape = fieldEntries(SOURCE_FIELDS)
    .filter(([, field]) => isWanted(field))
    .map(([name, field]) => {
      const schema = schemas[field.type];
      return [name, field.type === 'text' && field.isOptional ? schema.optional() : schema];
    });
  return Object.fromEntries(shape) as ShownShape;
}

/** What people enter about a source. */
export const sourceInput = z.strictObject({
  ...inputShape(isOfBucket),
  ...accessInput,
  ...inputShape((field) => !isOfBucket(field)),
});
export type SourceInput = z.infer<typeof sourceInput>;

/** A source as it is filled into a form; `id` when it was saved before: then its stored secret may be used. */
export const draft = z.strictObject({ id: z.string().max(64).optional(), source: sourceInput });
export type Draft = z.infer<typeof draft>;

/** What policies for a source that is filled into a form depend on. */
export const draftPolicies = z.strictObject({
  source: sourceInput.omit({ secretAccessKey: true }),
  options: policyOptions.default({}),
});
export type DraftPolicies = z.input<typeof draftPolicies>;

/** The consent without which no source is enabled. */
export const enableSource = z.strictObject({
  deleteAfterCollecting: z.literal(true, {
    error: 'Objects are deleted once they are stored: say that this bucket is only for Flowscope to enable the source.',
  }),
});

/** Which leftover objects of a source to delete without counting them: those of a reason, from before a time. */
export const discardInput = z.strictObject({
  /** The reason in the ledger, such as `no-header`. */
  reason: z.string().min(1).max(64),
  /** Compared with the time in an object's file name, else with when it was written. Not in the future. */
  before: time,
  /** True: only count them. */
  dryRun: z.boolean({ error: 'say whether they are only counted (true) or deleted, which cannot be undone (false)' }),
});

/** How old the objects of a source are, in the part of its bucket that was listed. */
export const listedAges = {
  /** Objects that may be flow logs; `isAll`: the listing was read to its end. */
  listed: count,
  isAll: z.boolean(),
  /** Objects older than `keptDays`: they are not collected, and stay in the bucket. */
  older: count,
  keptDays: count,
};

/** `new`: enabled, but not scanned yet. */
const SOURCE_STATES = ['disabled', 'new', 'collecting', 'failing'] as const;

/** The state of a source, as any viewer may see it. */
export const sourceStatus = z.object({
  id: z.string(),
  name: z.string(),
  enabled: z.boolean(),
  state: z.enum(SOURCE_STATES),
  /** Why it fails, without naming its bucket. */
  problem: z.string().optional(),
  lastObject: time.optional(),
  lastRun: time.optional(),
  /** Objects that wait to be collected; missing until the first scan after the sidecar's start. */
  backlog: count.optional(),
  /** Age of the oldest object that waits, seconds; 0 when none does. */
  oldestAge: count.optional(),
  /** How late objects come, seconds; where the sidecar measures it. */
  lag: count.optional(),
  /** Up to when everything was collected. */
  completeUntil: time.optional(),
  /** Of a source with an SQS queue: ignored events about other objects than its own. */
  ignoredEvents: count.optional(),
  /** Objects in the ledger by state and, where they were left in place, by reason. */
  objects: z.array(z.object({ state: z.string(), reason: z.string().optional(), objects: count })),
});
export type SourceStatus = z.infer<typeof sourceStatus>;

/** A source as administrators see it. */
export const source = sourceStatus.extend({
  ...shownShape(isOfBucket),
  ...accessShown,
  ...shownShape((field) => !isOfBucket(field)),
  created: time,
  version,
  /** Exporters that its newest 500 collected objects came from. */
  exporters: count,
  /** Why its last scan failed, in words. */
  lastError: z.string().optional(),
  /** What was left in the bucket, by reason, with one key as an example. */
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
