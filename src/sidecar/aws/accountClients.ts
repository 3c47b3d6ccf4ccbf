import { IAMClient } from '@aws-sdk/client-iam';
import { OrganizationsClient } from '@aws-sdk/client-organizations';
import { requestHandler, type Credentials } from './clients';

/**
 * Of calls that only make names better: once, with little patience, since networks without a way to the internet have endpoints of EC2
 * and S3, and none of these services.
 */
const optional = () => ({
  maxAttempts: 1,
  requestHandler: requestHandler({ requestTimeout: 10_000, connectionTimeout: 3_000 }),
});

/** An Organizations client for the partition of a region. */
export function organizationsClient(region: string, credentials: Credentials): OrganizationsClient {
  return new OrganizationsClient({ region, credentials, ...optional() });
}

/** An IAM client for the partition of a region. */
export function iamClient(region: string, credentials: Credentials): IAMClient {
  return new IAMClient({ region, credentials, ...optional() });
}
