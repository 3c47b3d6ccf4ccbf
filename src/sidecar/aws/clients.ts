import { EC2Client } from '@aws-sdk/client-ec2';
import { S3Client } from '@aws-sdk/client-s3';
import { STSClient } from '@aws-sdk/client-sts';
import { fromTemporaryCredentials } from '@aws-sdk/credential-providers';

/** A role to take on before calling AWS, for another account's resources. */
export interface AssumedRole {
  readonly roleArn: string;
  readonly externalId?: string;
}

/** Stores that are not AWS (and test doubles) rarely resolve bucket names as hosts. */
const hasOwnEndpoint = () => Boolean(process.env.AWS_ENDPOINT_URL ?? process.env.AWS_ENDPOINT_URL_S3);

function credentials(role: AssumedRole | undefined, region: string) {
  if (!role) {
    // The SDK's own chain: environment, profile, container, machine role.
    return undefined;
  }
  return fromTemporaryCredentials({
    params: { RoleArn: role.roleArn, ExternalId: role.externalId, RoleSessionName: 'flowscope' },
    clientConfig: { region },
  });
}

/** Requests that may be under way at once; more than objects ever are. */
const MAX_SOCKETS = 50;

/** An S3 client for buckets of that region. */
export function s3Client(region: string): S3Client {
  return new S3Client({
    region,
    forcePathStyle: hasOwnEndpoint(),
    requestHandler: {
      requestTimeout: 60_000,
      throwOnRequestTimeout: true,
      socketTimeout: 60_000,
      connectionTimeout: 10_000,
      httpAgent: { maxSockets: MAX_SOCKETS },
      httpsAgent: { maxSockets: MAX_SOCKETS },
    },
  });
}

/** An EC2 client for a region, as oneself or in a role. */
export function ec2Client(region: string, role?: AssumedRole): EC2Client {
  return new EC2Client({ region, credentials: credentials(role, region) });
}

/** An STS client, to ask who one is; as oneself or in a role. */
export function stsClient(region: string, role?: AssumedRole): STSClient {
  return new STSClient({ region, credentials: credentials(role, region) });
}
