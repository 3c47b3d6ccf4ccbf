/** A role to assume before calling AWS, as for the resources of another account. */
export interface AssumedRole {
  readonly roleArn: string;
  readonly externalId?: string;
}

/**
 * How to sign in to AWS: with an access key, else with what the SDK finds by itself (environment, profile, container, role of
 * the machine); then in a role, when there is one. The access key is in the clear: keep it only as long as a client needs it.
 */
export interface SignIn {
  readonly keys?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly role?: AssumedRole;
}
