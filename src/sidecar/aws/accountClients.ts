import { IAMClient } from '@aws-sdk/client-iam';
import { OrganizationsClient } from '@aws-sdk/client-organizations';
import { PATIENCE, type Credentials } from './clients';

/**
 * Of calls that only make names better: once, with little patience, since networks without a way to the internet have endpoints of EC2
 * and S3, and none of these services.
 */
const OPTIONAL = { maxAttempts: 1, requestHandler: { ...PATIENCE, requestTimeout: 10_000, connectionTimeout: 3_000 } };

/** An Organizations client for the partition of a region. */
export function organizationsClient(region: string, credentials: Credentials): OrganizationsClient {
  return new OrganizationsClient({ region, credentials, ...OPTIONAL });
}

/** An IAM client for the partition of a region. */
export function iamClient(region: string, credentials: Credentials): IAMClient {
  return new IAMClient({ region, credentials, ...OPTIONAL });
}
