import { z } from 'zod';

/** One policy to give to AWS, in the three forms people use. */
const policyDocument = z.object({
  id: z.enum(['source', 'trust', 'bucket', 'descriptions']),
  title: z.string(),
  /** Where it goes, in one sentence. */
  use: z.string(),
  json: z.string(),
  terraform: z.string(),
  awsCli: z.string(),
});
export type PolicyDocument = z.infer<typeof policyDocument>;

const kmsKey = z.string().regex(/^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+$/, 'that is no ARN of a KMS key');

/** What a policy depends on, apart from the source. */
export const policyOptions = z.object({
  /** KMS key that objects are encrypted with, if any. */
  kmsKeyArn: kmsKey.optional(),
  /** KMS key that messages of the queue are encrypted with, if any; not necessarily the same one. */
  queueKmsKeyArn: kmsKey.optional(),
  /** Who signs in: the ARN that Test shows under Credentials. */
  principalArn: z
    .string()
    .regex(/^arn:aws[a-z-]*:(iam|sts)::\d{12}:[\w+=,.@/-]+$/, 'that is no ARN of a user or role')
    .optional(),
});
export type PolicyOptions = z.infer<typeof policyOptions>;

export const policyDocuments = z.object({ documents: z.array(policyDocument) });
