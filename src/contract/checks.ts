import { z } from 'zod';

/** What Test looks at, in the order it is shown. */
export const CHECKS = [
  { id: 'collector', title: 'Collector' },
  { id: 'credentials', title: 'Credentials' },
  { id: 'clock', title: 'Clock' },
  { id: 'region', title: 'Region' },
  { id: 'list', title: 'List' },
  { id: 'objects', title: 'Objects' },
  { id: 'read', title: 'Read' },
  { id: 'format', title: 'Format' },
  { id: 'delete', title: 'Delete' },
  { id: 'versioning', title: 'Versioning and Object Lock' },
  { id: 'overlap', title: 'Overlap' },
  { id: 'sqs', title: 'SQS' },
  { id: 'store', title: 'Store' },
] as const;
export type CheckId = (typeof CHECKS)[number]['id'];

export const CHECK_STATES = ['pass', 'warn', 'fail', 'not-checked'] as const;
const state = z.enum(CHECK_STATES);
export type CheckState = z.infer<typeof state>;

/** What to do about it; with `field`, what to put into that field of the source. */
const fix = z.object({ text: z.string(), field: z.string().optional(), value: z.string().optional() });

/** How one check ended: the cause in `message`, and what to do in `fix`. */
export const checkResult = z.object({
  id: z.enum(CHECKS.map(({ id }) => id)),
  title: z.string(),
  state,
  message: z.string(),
  /** Of one that was not checked: why, as a part of a sentence. `message` has it, too. */
  reason: z.string().optional(),
  /** Of `credentials`: the ARN that the source signs in as. */
  signedInAs: z.string().optional(),
  fix: fix.optional(),
  /** More about it, one sentence each. */
  notes: z.array(z.object({ state: z.enum(['note', 'warn', 'fail']), message: z.string() })).optional(),
});
export type CheckResult = z.infer<typeof checkResult>;
