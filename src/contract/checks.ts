import { z } from 'zod';

/** The checks that Test runs, in the order they are shown. */
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

const CHECK_STATES = ['pass', 'warn', 'fail', 'not-checked'] as const;
const state = z.enum(CHECK_STATES);
export type CheckState = z.infer<typeof state>;

/** How to fix the cause; with `field`, the value to put into that field of the source. */
const fix = z.object({ text: z.string(), field: z.string().optional(), value: z.string().optional() });

/** Result of one check: the cause in `message`, the remedy in `fix`. */
export const checkResult = z.object({
  id: z.enum(CHECKS.map(({ id }) => id)),
  title: z.string(),
  state,
  message: z.string(),
  /** Of one that was not checked: why, as a part of a sentence. `message` has it, too. */
  reason: z.string().optional(),
  /** Of `credentials`: the ARN that the source signs in as. */
  signedInAs: z.string().optional(),
  /** Of `objects`: whether there is nothing at all yet, so that a Preview has nothing to show. */
  isEmpty: z.boolean().optional(),
  fix: fix.optional(),
  /** Further findings, one sentence each. */
  notes: z.array(z.object({ state: z.enum(['note', 'warn', 'fail']), message: z.string() })).optional(),
});
export type CheckResult = z.infer<typeof checkResult>;
