import { z } from 'zod';

/** Codes of errors that the API answers. */
export const ERROR_CODES = [
  'invalid',
  'unauthorized',
  'forbidden',
  'not-found',
  'taken',
  'conflict',
  'stale',
  'precondition-required',
  'too-large',
  'too-many',
  'unavailable',
  'internal',
] as const;

/**
 * Body of every answer that is not 2xx. `field` is the path of the invalid input, as in `regions.0`; `reason` says what is wrong
 * with it where `message` begins with the input's name.
 */
export const errorBody = z.object({
  error: z.object({
    code: z.enum(ERROR_CODES),
    message: z.string(),
    field: z.string().optional(),
    reason: z.string().optional(),
  }),
});
export type ErrorBody = z.infer<typeof errorBody>;

/** Unix seconds. */
export const time = z.int().min(0);
/** A whole number from 0. */
export const count = z.int().min(0);

/** Text of one line without spaces at its ends. */
export const oneLine = (max: number) =>
  z
    .string()
    .max(max, `must have at most ${max} characters`)
    .regex(/^[^\n\v\f\r\x85\p{Zl}\p{Zp}]*$/u, { error: 'must be one line of text', abort: true })
    .regex(/^\P{Cc}*$/u, 'must have no control characters')
    .regex(/^(\S(.*\S)?)?$/s, 'must have no space at its ends');

/** What people call a source or an account. */
export const nameByPeople = oneLine(64).min(1, 'must not be empty');

/** Query of paged lists: page size, and where the previous page ended (`next` of its answer). */
export const pageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(500).default(100),
  cursor: z.string().max(1500).optional(),
});
export type PageQuery = z.infer<typeof pageQuery>;

/** One page of a list; `next` is missing on the last one. */
export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), next: z.string().optional(), total: count });

/** Answer to a removal: what stays all the same, in words. */
export const removed = z.object({ stays: z.string() });

/** Version of a resource: sent as `If-Match` with changes, answered as `ETag` and, for lists, in the body. */
export const version = z.int().min(1);

/** Regions look like eu-west-1. */
export const region = z.string().regex(/^[a-z]{2,4}(-[a-z]+)+-\d$/, 'that is no region: it looks like eu-west-1');
