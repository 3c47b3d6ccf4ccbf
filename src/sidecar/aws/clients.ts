import { EC2Client } from '@aws-sdk/client-ec2';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { STSClient } from '@aws-sdk/client-sts';
import { fromNodeProviderChain, fromTemporaryCredentials } from '@aws-sdk/credential-providers';
import { refuseForeignAnswers } from './answers';
import { suitOtherStores } from './otherStores';
import { parseQueueUrl } from './queueUrl';
import type { S3Options } from './s3Options';
import { agentOptions } from '../util/network';
import type { SignIn } from '../util/signIn';

/** Whether the endpoint is not AWS: such stores (and test doubles) rarely resolve bucket names as host names. */
const hasOwnEndpoint = () => Boolean(process.env.AWS_ENDPOINT_URL ?? process.env.AWS_ENDPOINT_URL_S3);

/** Timeouts, since by default the SDK waits for ever. Milliseconds; longer than a long poll of SQS. */
const PATIENCE = { requestTimeout: 60_000, throwOnRequestTimeout: true, connectionTimeout: 10_000 };

/**
 * How a client calls AWS: with limits of time, and through the proxy that is set. `maxSockets`: the SDK's default is 50.
 * Throws `CommandFailed` for settings that cannot be followed.
 */
export function requestHandler(changes: { maxSockets?: number; [timeout: `${string}Timeout`]: number } = {}) {
  const { maxSockets, ...timeouts } = changes;
  const agent = { ...agentOptions(), ...(maxSockets !== undefined && { maxSockets }) };
  return { ...PATIENCE, ...timeouts, httpAgent: agent, httpsAgent: agent };
}

/** For an endpoint that is given, which is called as it stands: the SDK refuses to change it. */
const AS_GIVEN = { useFipsEndpoint: false, useDualstackEndpoint: false };

/** What a client for a region signs in with. */
export function credentials({ keys, role }: SignIn, region: string) {
  const own = keys ?? machineCredentials();
  if (!role) {
    return own;
  }
  return fromTemporaryCredentials({
    masterCredentials: own,
    params: { RoleArn: role.roleArn, ExternalId: role.externalId, RoleSessionName: 'flowscope' },
    clientConfig: { region, requestHandler: requestHandler() },
  });
}

/**
 * What this machine signs in with, where that may take a proxy; otherwise undefined, and the SDK looks for the same. By itself it
 * calls IAM Identity Center without the proxy of its client.
 */
function machineCredentials() {
  return agentOptions().proxyEnv && fromNodeProviderChain({ clientConfig: { requestHandler: requestHandler() } });
}

/**
 * Maximum concurrent requests of a client: more than objects are ever read at the same time, and than sources with a queue
 * share one, since each waits for messages in a request of its own.
 */
const MAX_SOCKETS = 1000;

/** An S3 client for buckets of that region. Its calls fail when something other than S3 answers. */
export function s3Client(
  region: string,
  signIn: SignIn = {},
  { endpoint, pathStyle, requesterPays }: S3Options = {}
): S3Client {
  const client = new S3Client({
    region,
    credentials: credentials(signIn, region),
    ...(endpoint !== undefined && { endpoint, ...AS_GIVEN }),
    forcePathStyle: pathStyle || (endpoint === undefined && hasOwnEndpoint()),
    requestHandler: requestHandler({ maxSockets: MAX_SOCKETS, socketTimeout: 60_000 }),
  });
  refuseForeignAnswers(client);
  suitOtherStores(client);
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

/** Whether an endpoint of SQS is the one that AWS names in the URLs of queues. */
const isUsualHost = (origin: string) => /^https:\/\/sqs\.[a-z0-9-]+\.amazonaws\.com(\.cn)?$/.test(origin);

/** An SQS client for a queue; `region` is used when the queue's URL names none. */
export function sqsClient(queueUrl: string, region: string, signIn: SignIn = {}): SQSClient {
  const place = parseQueueUrl(queueUrl);
  const where = place.region ?? region;
  return new SQSClient({
    region: where,
    credentials: credentials(signIn, where),
    // Of AWS's usual URLs the SDK takes the region alone, so that it may choose the endpoint with FIPS, or for IPv6.
    ...(isUsualHost(place.origin) ? { useQueueUrlAsEndpoint: false } : { endpoint: place.origin, ...AS_GIVEN }),
    requestHandler: requestHandler({ maxSockets: MAX_SOCKETS }),
  });
}

/** How often a call of EC2 is made at most: it limits the rate of calls per account and region, whoever makes them. */
const EC2_ATTEMPTS = 10;

/** An STS client, to find out as whom a sign-in signs in. */
export function stsClient(region: string, signIn: SignIn = {}): STSClient {
  return new STSClient({ region, credentials: credentials(signIn, region), requestHandler: requestHandler() });
}

/** What the clients of the AWS SDK sign in with. */
export type Credentials = ReturnType<typeof credentials>;

/** Clients of one account, which sign in once for all regions. */
export interface AccountClients {
  /** As whom they sign in: for clients of other services. */
  readonly credentials: Credentials;
  /** When EC2 throttles, it waits ever longer before it tries again, and calls more slowly from then on. */
  ec2(region: string): EC2Client;
  sts(): STSClient;
}

/** Credentials are asked for anew when they would expire in so many milliseconds. */
const EXPIRES_SOON_MS = 5 * 60_000;

/** Clients for an account; `home`: the region in which a role is taken on, which the account must have enabled. */
export function accountClients(home: string, signIn: SignIn): AccountClients {
  const given = credentials(signIn, home);
  const as = typeof given === 'function' ? shared(given) : given;
  return {
    credentials: as,
    ec2: (region) => {
      const client = new EC2Client({
        region,
        credentials: as,
        requestHandler: requestHandler(),
        retryMode: 'adaptive',
        maxAttempts: EC2_ATTEMPTS,
      });
      // It looks for secrets in every answer, thousands of interfaces long, for a log that nobody reads.
      client.middlewareStack.remove('loggerMiddleware');
      return client;
    },
    sts: () => new STSClient({ region: home, credentials: as, requestHandler: requestHandler() }),
  };
}

type Provider = ReturnType<typeof fromTemporaryCredentials>;

/** Credentials that are asked for once, by whichever client is first, and again when they expire soon or were not given. */
function shared(provider: Provider): Provider {
  let asked: ReturnType<Provider> | undefined;
  return async (context) => {
    const known = await asked?.catch(() => undefined);
    if (!known || (known.expiration && known.expiration.getTime() < Date.now() + EXPIRES_SOON_MS)) {
      asked = provider(context);
    }
    return asked!;
  };
}
