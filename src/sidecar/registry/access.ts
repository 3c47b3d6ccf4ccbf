/**
 * How to sign in to AWS: with an access key, else with what the machine has (environment, profile, IAM role); from there
 * on in a role, when one is named.
 */
export interface Access {
  readonly accessKeyId?: string;
  /** The secret access key as `Secrets` sealed it: it never leaves the process, sealed or not. */
  readonly sealedSecret?: string;
  readonly roleArn?: string;
  readonly externalId?: string;
}

/** The columns of {@link Access}. */
export interface AccessRow {
  readonly access_key_id: string | null;
  readonly sealed_secret: string | null;
  readonly role_arn: string | null;
  readonly external_id: string | null;
}

/** Access out of its columns. */
export function toAccess(row: AccessRow): Access {
  return {
    accessKeyId: row.access_key_id ?? undefined,
    sealedSecret: row.sealed_secret ?? undefined,
    roleArn: row.role_arn ?? undefined,
    externalId: row.external_id ?? undefined,
  };
}

/** Access as columns. */
export function toAccessRow({ accessKeyId, sealedSecret, roleArn, externalId }: Access = {}) {
  return {
    access_key_id: accessKeyId ?? null,
    sealed_secret: sealedSecret ?? null,
    role_arn: roleArn ?? null,
    external_id: externalId ?? null,
  } satisfies AccessRow;
}

/** What may be shown of it. */
export function shownAccess({ sealedSecret, ...access }: Access = {}) {
  return { ...access, hasSecret: sealedSecret !== undefined };
}
