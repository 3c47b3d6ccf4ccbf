import { EC2Client } from '@aws-sdk/client-ec2';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { STSClient } from '@aws-sdk/client-sts';
import { fromTemporaryCredentials } from '@aws-sdk/credential-providers';
import type { SignIn } from '../util/signIn';
import { refuseForeignAnswers } from './answers';
import { parseQueueUrl } from './queueUrl';

/** Where S3 is, when it is not AWS's. */
export interface S3Place {
  readonly endpoint?: string;
  readonly pathStyle?: boolean;
}

/** Stores that are not AWS (and test doubles) rarely resolve bucket names as hosts. */
const hasOwnEndpoint = () => Boolean(process.env.AWS_ENDPOINT_URL ?? process.env.AWS_ENDPOINT_URL_S3);

/** Without these, an AWS that takes a request and never answers would be waited for for ever. Longer than SQS may wait. */
const PATIENCE = { requestTimeout: 60_000, throwOnRequestTimeout: true, connectionTimeout: 10_000 };

function credentials({ keys, role }: SignIn, region: string) {
  if (!role) {
    return keys;
  }
  return fromTemporaryCredentials({
    masterCredentials: keys,
    params: { RoleArn: role.roleArn, ExternalId: role.externalId, RoleSessionName: 'flowscope' },
    clientConfig: { region, requestHandler: PATIENCE },
  });
}

/** Requests that may be under way at once; more than objects ever are. */
const MAX_SOCKETS = 300;

/** An S3 client for buckets of that region. What answers its calls must be an S3. */
export function s3Client(region: string, signIn: SignIn = {}, { endpoint, pathStyle }: S3Place = {}): S3Client {
  const client = new S3Client({
    region,
    credentials: credentials(signIn, region),
    ...(endpoint !== undefined && { endpoint }),
    forcePathStyle: pathStyle || (endpoint === undefined && hasOwnEndpoint()),
    requestHandler: {
      ...PATIENCE,
      socketTimeout: 60_000,
      httpAgent: { maxSockets: MAX_SOCKETS },
      httpsAgent: { maxSockets: MAX_SOCKETS },
    },
  });
  refuseForeignAnswers(client);
  return client;
}

/** An SQS client for a queue; `region` is that of queues whose URL names none. */
export function sqsClient(queueUrl: string, region: string, signIn: SignIn = {}): SQSClient {
  const place = parseQueueUrl(queueUrl);
  const where = place.region ?? region;
  return new SQSClient({
    region: where,
    credentials: credentials(signIn, where),
    endpoint: place.origin,
    requestHandler: PATIENCE,
  });
}

/** An EC2 client for a region. */
export function ec2Client(region: string, signIn: SignIn = {}): EC2Client {
  return new EC2Client({ region, credentials: credentials(signIn, region), requestHandler: PATIENCE });
}

/** An STS client, to ask who one is. */
export function stsClient(region: string, signIn: SignIn = {}): STSClient {
  return new STSClient({ region, credentials: credentials(signIn, region), requestHandler: PATIENCE });
}
