import type { AccountInput } from '../../contract/access';
import type { SourceInput } from '../../contract/sources';
import type { Access } from './access';
import type { Account, AccountSettings } from './accounts';
import type { SecretKeeper } from './secrets';
import type { SourceSettings } from './sources';
import { SettingError } from './errors';

/** How to sign in, as people enter it. */
interface AccessInput {
  readonly accessKeyId?: string;
  readonly secretAccessKey?: string;
  readonly roleArn?: string;
  readonly externalId?: string;
}

/**
 * Seals the secret of what was entered. A secret that was left out is kept when the access key id is the `known` one. Throws
 * {@link SettingError} when half of an access key is missing.
 */
function sealedAccess(input: AccessInput, secrets: SecretKeeper, known: Access = {}): Access {
  const { accessKeyId, secretAccessKey, roleArn, externalId } = input;
  if (externalId !== undefined && roleArn === undefined) {
    throw new SettingError('externalId', 'an external id belongs to a role: enter its ARN too.', 'roleArn');
  }
  if (accessKeyId === undefined) {
    if (secretAccessKey !== undefined) {
      throw new SettingError('accessKeyId', 'a secret needs its access key id.', 'accessKeyId');
    }
    return { roleArn, externalId };
  }
  const kept = known.accessKeyId === accessKeyId ? known.sealedSecret : undefined;
  const sealedSecret = secretAccessKey === undefined ? kept : secrets.seal(secretAccessKey, accessKeyId);
  if (sealedSecret === undefined) {
    throw new SettingError('secretAccessKey', 'enter the secret of this access key id.', 'secretAccessKey');
  }
  return { accessKeyId, sealedSecret, roleArn, externalId };
}

/** The settings of a source as entered; `known`: how the source that is edited signs in. Throws {@link SettingError}. */
export function sourceSettings(input: SourceInput, secrets: SecretKeeper, known?: Access): SourceSettings {
  const { accessKeyId, secretAccessKey, roleArn, externalId, ...settings } = input;
  return { ...settings, access: sealedAccess({ accessKeyId, secretAccessKey, roleArn, externalId }, secrets, known) };
}

/** The settings of an account as entered; `known`: the account that is edited. Throws {@link SettingError}. */
export function accountSettings(entered: AccountInput, secrets: SecretKeeper, known?: Account): AccountSettings {
  const { name, regions, sameAs, ...input } = entered;
  if (sameAs !== undefined && Object.values(input).some((value) => value !== undefined)) {
    throw new SettingError('sameAs', 'it signs in as that source, or in its own way, not both.', 'sameAs');
  }
  const own = known?.sameAs === undefined ? known : undefined;
  return { name, regions, sameAs, ...(sameAs === undefined && sealedAccess(input, secrets, own)) };
}
