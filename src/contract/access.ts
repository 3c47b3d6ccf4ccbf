import { z } from 'zod';
import { nameByPeople, region } from './common';

const roleArn = z
  .string()
  .max(2048)
  .regex(
    /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/,
    'that is no role ARN: it looks like arn:aws:iam::123456789012:role/name'
  );

/**
 * How to sign in to AWS: with an access key, else with what the machine has (environment, profile, IAM role); from there on
 * in a role, when one is named. The secret goes in and never comes out.
 */
export const accessInput = {
  accessKeyId: z
    .string()
    .regex(/^\w{4,128}$/, 'that is no access key id: it looks like AKIA…')
    .optional(),
  /** Left out where one is known for the same access key id: that one is kept. */
  secretAccessKey: z
    .string()
    .regex(/^\S{1,256}$/, 'the secret access key has 1 to 256 characters and no spaces')
    .optional(),
  roleArn: roleArn.optional(),
  externalId: z
    .string()
    .regex(/^[\w+=,.@:/-]{2,1224}$/, 'an external id has 2 to 1,224 letters, digits and +=,.@:/-')
    .optional(),
};

/** What of it answers show. */
export const accessShown = {
  accessKeyId: z.string().optional(),
  hasSecret: z.boolean(),
  roleArn: z.string().optional(),
  externalId: z.string().optional(),
};

/** Whose descriptions are read. Regions: those of the collected flow logs when there are none. */
export const accountInput = z.strictObject({
  name: nameByPeople,
  regions: z.array(region).max(40).default([]),
  /** The id of a source as which to sign in; nothing else is said about signing in then. */
  sameAs: z.string().max(64).optional(),
  ...accessInput,
});
export type AccountInput = z.infer<typeof accountInput>;
