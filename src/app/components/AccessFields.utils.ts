import type { accessInput, accessShown } from '../../contract/access';
import type { z } from 'zod';

/** How to sign in to AWS, as it stands in a form: all of it is text there. */
export interface AccessValues {
  signIn: 'key' | 'machine';
  accessKeyId: string;
  secretAccessKey: string;
  roleArn: string;
  externalId: string;
}

/** What is stored of it: whether there is a secret, never the secret. */
export type StoredAccess = z.output<z.ZodObject<typeof accessShown>>;
type AccessInput = z.input<z.ZodObject<typeof accessInput>>;

/** What a form begins with. */
export function accessValues(stored?: StoredAccess): AccessValues {
  return {
    signIn: stored && !stored.accessKeyId ? 'machine' : 'key',
    accessKeyId: stored?.accessKeyId ?? '',
    secretAccessKey: '',
    roleArn: stored?.roleArn ?? '',
    externalId: stored?.externalId ?? '',
  };
}

/** What the API takes for it: what is empty is left out, and of the access key all when the machine's role is used. */
export function toAccessInput({ signIn, ...values }: AccessValues): AccessInput {
  const filled = (text: string) => text.trim() || undefined;
  const isKey = signIn === 'key';
  return {
    accessKeyId: isKey ? filled(values.accessKeyId) : undefined,
    secretAccessKey: isKey ? filled(values.secretAccessKey) : undefined,
    roleArn: filled(values.roleArn),
    externalId: filled(values.externalId),
  };
}

/** Whether the secret that is stored belongs to the access key id that stands in the form. */
export function isSecretKnown({ accessKeyId }: Pick<AccessValues, 'accessKeyId'>, stored?: StoredAccess): boolean {
  return stored?.hasSecret === true && stored.accessKeyId === accessKeyId.trim();
}

/** What must still be entered, by field. */
export function missingAccess(
  values: AccessValues,
  stored?: StoredAccess
): Partial<Record<keyof AccessValues, string>> {
  const missing: Partial<Record<keyof AccessValues, string>> = {};
  if (values.signIn === 'key') {
    if (!values.accessKeyId.trim()) {
      missing.accessKeyId = 'Enter the access key id';
    }
    if (!values.secretAccessKey && !isSecretKnown(values, stored)) {
      missing.secretAccessKey = 'Enter the secret of this access key id';
    }
  }
  if (values.externalId.trim() && !values.roleArn.trim()) {
    missing.roleArn = 'An external ID belongs to a role: enter its ARN too';
  }
  return missing;
}

/** An external id nobody can guess. Not by randomUUID, which browsers have over https only. */
export function newExternalId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return `flowscope-${[...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}
