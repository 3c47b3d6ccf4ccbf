import type { Access } from '../registry/access';
import type { Secrets } from '../registry/secrets';
import { ApiError } from './failures';

/** What people enter to sign in. */
export interface AccessInput {
  readonly accessKeyId?: string;
  readonly secretAccessKey?: string;
  readonly roleArn?: string;
  readonly externalId?: string;
}

/**
 * What was entered, with its secret sealed. One that was left out is kept where the access key id is the `known` one.
 * Throws {@link ApiError} when half of an access key is missing.
 */
export function sealedAccess(input: AccessInput, secrets: Secrets, known: Access = {}): Access {
  const { accessKeyId, secretAccessKey, roleArn, externalId } = input;
  if (externalId !== undefined && roleArn === undefined) {
    throw new ApiError(400, 'invalid', 'externalId: an external id belongs to a role: enter its ARN too.', 'roleArn');
  }
  if (accessKeyId === undefined) {
    if (secretAccessKey !== undefined) {
      throw new ApiError(400, 'invalid', 'accessKeyId: a secret needs its access key id.', 'accessKeyId');
    }
    return { roleArn, externalId };
  }
  const kept = known.accessKeyId === accessKeyId ? known.sealedSecret : undefined;
  const sealedSecret = secretAccessKey === undefined ? kept : secrets.seal(secretAccessKey, accessKeyId);
  if (sealedSecret === undefined) {
    throw new ApiError(400, 'invalid', 'secretAccessKey: enter the secret of this access key id.', 'secretAccessKey');
  }
  return { accessKeyId, sealedSecret, roleArn, externalId };
}
