import { EC2Client } from '@aws-sdk/client-ec2';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { STSClient } from '@aws-sdk/client-sts';
import { fromTemporaryCredentials } from '@aws-sdk/credential-providers';
import { refuseForeignAnswers } from './answers';
import { parseQueueUrl } from './queueUrl';
import type { S3Options } from './s3Options';
import type { SignIn } from '../util/signIn';

/** Whether the endpoint is not AWS: such stores (and test doubles) rarely resolve bucket names as host names. */
const hasOwnEndpoint = () => Boolean(process.env.AWS_ENDPOINT_URL ?? process.env.AWS_ENDPOINT_URL_S3);

/** Timeouts, since by default the SDK waits for ever. Milliseconds; longer than a long poll of SQS. */
export const PATIENCE = { requestTimeout: 60_000, throwOnRequestTimeout: true, connectionTimeout: 10_000 };

/** What a client for a region signs in with. */
export function credentials({ keys, role }: SignIn, region: string) {
  if (!role) {
    return keys;
  }
  return fromTemporaryCredentials({
    masterCredentials: keys,
    params: { RoleArn: role.roleArn, ExternalId: role.externalId, RoleSessionName: 'flowscope' },
    clientConfig: { region, requestHandler: PATIENCE },
  });
}

/**
 * Maximum concurrent requests of a client: more than objects are ever read at the same time, and than sources with a queue
 * share one, since each waits for messages in a request of its own. The SDK's default is 50.
 */
const MAX_SOCKETS = 1000;
const SOCKETS = { httpAgent: { maxSockets: MAX_SOCKETS }, httpsAgent: { maxSockets: MAX_SOCKETS } };

/** An S3 client for buckets of that region. Its calls fail when something other than S3 answers. */
export function s3Client(
  region: string,
  signIn: SignIn = {},
  { endpoint, pathStyle, requesterPays }: S3Options = {}
): S3Client {
  const client = new S3Client({
    region,
    credentials: credentials(signIn, region),
    ...(endpoint !== undefined && { endpoint }),
    forcePathStyle: pathStyle || (endpoint === undefined && hasOwnEndpoint()),
    requestHandler: { ...PATIENCE, ...SOCKETS, socketTimeout: 60_000 },
  });
  refuseForeignAnswers(client);
  if (requesterPays) {
    offerToPay(client);
  }
  return client;
}

/** Says with each request that its sender pays. Source: "Downloading objects from Requester Pays buckets", Amazon S3 user guide. */
function offerToPay(client: S3Client): void {
  client.middlewareStack.add(
    (next) => (args) => {
      (args.request as { headers: Record<string, string> }).headers['x-amz-request-payer'] = 'requester';
      return next(args);
    },
    { step: 'build', name: 'flowscopeRequesterPays' }
  );
}

/** An SQS client for a queue; `region` is used when the queue's URL names none. */
export function sqsClient(queueUrl: string, region: string, signIn: SignIn = {}): SQSClient {
  const place = parseQueueUrl(queueUrl);
  const where = place.region ?? region;
  return new SQSClient({
    region: where,
    credentials: credentials(signIn, where),
    endpoint: place.origin,
    requestHandler: { ...PATIENCE, ...SOCKETS },
  });
}

/** An EC2 client for a region. */
export function ec2Client(region: string, signIn: SignIn = {}): EC2Client {
  return new EC2Client({ region, credentials: credentials(signIn, region), requestHandler: PATIENCE });
}

/** An STS client, to find out as whom a sign-in signs in. */
export function stsClient(region: string, signIn: SignIn = {}): STSClient {
  return new STSClient({ region, credentials: credentials(signIn, region), requestHandler: PATIENCE });
}
