import type { SQSClient } from '@aws-sdk/client-sqs';
import type { Bucket } from '../aws/bucket';
import type { Queue } from '../aws/queue';
import { openSecrets, roleOf, type SecretKeeper, type Secrets } from '../registry/secrets';
import type { Source } from '../registry/sources';
import { privateDataDirectory } from './dataDirectory';

let opened: Secrets | undefined;
const open = () => (opened ??= openSecrets(privateDataDirectory(), process.env));

/**
 * What seals and opens secrets in this data directory. Their key is read at the first secret: one that is lost or damaged
 * is the matter of those who have a secret, and a `RegistryError` when it is to be sealed or opened.
 */
export function secrets(): SecretKeeper {
  return {
    seal: (secret, accessKeyId) => open().seal(secret, accessKeyId),
    signIn: (access = {}) => (access.sealedSecret === undefined ? { role: roleOf(access) } : open().signIn(access)),
  };
}

/** Throws `RegistryError` when FLOWSCOPE_SECRET_KEY is set and is no key: who starts a service with it should hear so at once. */
export function checkGivenKey(): void {
  if (process.env.FLOWSCOPE_SECRET_KEY !== undefined) {
    open();
  }
}

/** As whom to call AWS for a source. Throws as {@link secrets} says. */
const signInOf = ({ access }: Source) => secrets().signIn(access);

const buckets = new Map<string, (name: string) => Bucket>();

/** The bucket of a source. Clients are kept for those that sign in alike: each has its own connections and credentials. */
export async function bucketOf(source: Source): Promise<Bucket> {
  const { bucket, region, endpoint, pathStyle, access = {} } = source;
  const kind = JSON.stringify([region, endpoint, pathStyle, access]);
  let openBucket = buckets.get(kind);
  if (!openBucket) {
    // Loaded only by commands that need it: the SDK is most of what there is to load.
    const [aws, { s3Client }] = await Promise.all([import('../aws/bucket'), import('../aws/clients')]);
    const client = s3Client(region, signInOf(source), { endpoint, pathStyle });
    openBucket = (name) => new aws.Bucket(client, name, region);
    buckets.set(kind, openBucket);
  }
  return openBucket(bucket);
}

const clients = new Map<string, SQSClient>();

/** The queue of a source, where it has one, receiving with that wait. Clients are kept, one for each queue and way to sign in. */
export async function queueOf(source: Source, waitSeconds: number): Promise<Queue | undefined> {
  const { queueUrl, region, access = {} } = source;
  if (queueUrl === undefined) {
    return undefined;
  }
  const kind = JSON.stringify([queueUrl, region, access]);
  const [{ Queue }, { sqsClient }] = await Promise.all([import('../aws/queue'), import('../aws/clients')]);
  const client = clients.get(kind) ?? sqsClient(queueUrl, region, signInOf(source));
  clients.set(kind, client);
  return new Queue(client, queueUrl, region, waitSeconds);
}
