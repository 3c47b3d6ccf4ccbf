import { z } from 'zod';
import { accessInput } from './access';
import { accessPointOf } from './accessPoint';
import { policyOptions } from './policies';
import { sourceInput } from './sources';

/**
 * What is to be made in AWS: a bucket with all around it and flow logs of the same account; a bucket that takes the flow logs of an
 * organization's accounts, and these; or flow logs alone, into a bucket that is there.
 */
export const SET_UP_SCOPES = ['account', 'organization', 'flow-log'] as const;
export type SetUpScope = (typeof SET_UP_SCOPES)[number];

/** What a flow log is to be set up for. */
export const flowLogSetUpInput = z.strictObject({
  scope: z.enum(SET_UP_SCOPES).default('account'),
  bucket: sourceInput.shape.bucket.refine(
    (bucket) => accessPointOf(bucket) === undefined,
    'that is the alias of an access point: AWS delivers flow logs to a bucket, so enter the name of its bucket'
  ),
  prefix: sourceInput.shape.prefix,
  /** The bucket's region. */
  region: sourceInput.shape.region,
  /** Whether the bucket notifies a queue of new objects. */
  queue: z.boolean().default(true),
  /** Who takes on the role that is made; without one, whom the account allows to. */
  principalArn: policyOptions.shape.principalArn,
  externalId: accessInput.externalId,
});
export type FlowLogSetUp = z.output<typeof flowLogSetUpInput>;
export type FlowLogSetUpInput = Partial<FlowLogSetUp> & Pick<FlowLogSetUp, 'bucket' | 'region'>;

const setUpStep = z.object({
  /** What to do, in a sentence or two. */
  text: z.string(),
  /** What to paste there. */
  code: z.string().optional(),
  /** The name under which the code is saved, when it is a file. */
  file: z.string().optional(),
});
export type SetUpStep = z.infer<typeof setUpStep>;

/** The same thing in one of the ways to make it. */
const setUpWay = z.object({
  id: z.enum(['console', 'awsCli', 'cloudFormation', 'terraform']),
  title: z.string(),
  steps: z.array(setUpStep),
});
export type SetUpWay = z.infer<typeof setUpWay>;

export const flowLogSetUp = z.object({ ways: z.array(setUpWay) });
