/**
 * As whom to call AWS: with an access key, else with what the SDK's own chain finds (environment, profile, container,
 * machine role); and from there on in a role, when there is one. The key is in the clear: keep it only as long as a client
 * that signs with it.
 */
export interface SignIn {
  readonly keys?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly role?: { readonly roleArn: string; readonly externalId?: string };
}
