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
    .regex(/^\w{4,128}$/, { error: 'that is no access key id: it looks like AKIA…', abort: true })
    .refine(
      (id) => !id.startsWith('ASIA'),
      'a key that begins with ASIA is temporary: it ends within hours, and needs a session token. Enter the key of an IAM user (AKIA…), or use the IAM role of the machine'
    )
    .optional(),
  /** May be left out to keep the stored one, while the access key id stays. */
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

/** How a source or account signs in, as answers show it: without the secret. */
export const accessShown = {
  accessKeyId: z.string().optional(),
  hasSecret: z.boolean(),
  roleArn: z.string().optional(),
  externalId: z.string().optional(),
};

/** An account whose descriptions are read. Without regions: in those of the collected flow logs. */
export const accountInput = z.strictObject({
  name: nameByPeople,
  regions: z.array(region).max(40).default([]),
  /** The id of a source: sign in as that source does. No other way to sign in may be given then. */
  sameAs: z.string().max(64).optional(),
  ...accessInput,
});
export type AccountInput = z.infer<typeof accountInput>;
