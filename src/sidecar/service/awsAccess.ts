import type { S3Client } from '@aws-sdk/client-s3';
import type { SQSClient } from '@aws-sdk/client-sqs';
import type { Bucket } from '../aws/bucket';
import { ClientPool } from '../aws/clientPool';
import type { Queue } from '../aws/queue';
import { s3OptionsOf } from '../aws/s3Options';
import { openSecrets, roleOf, type SecretKeeper, type Secrets } from '../registry/secrets';
import type { Source } from '../registry/sources';
import { privateDataDirectory } from './dataDirectory';

let opened: Secrets | undefined;
const open = () => (opened ??= openSecrets(privateDataDirectory(), process.env));

/** Seals and opens secrets with these from now on: those of a collector without a data directory. */
export function holdSecretsWith(secrets: Secrets): void {
  opened = secrets;
}

/**
 * Seals and opens secrets with the key of this data directory. The key is read when the first secret is sealed or opened, so
 * that a lost or damaged one, a `RegistryError`, concerns only sources and accounts that have a secret.
 */
export function secrets(): SecretKeeper {
  return {
    seal: (secret, accessKeyId) => open().seal(secret, accessKeyId),
    signIn: (access = {}) => (access.sealedSecret === undefined ? { role: roleOf(access) } : open().signIn(access)),
  };
}

/** Throws `RegistryError` when FLOWSCOPE_SECRET_KEY is set and is not a key, so that `serve` fails at its start. */
export function checkGivenKey(): void {
  if (process.env.FLOWSCOPE_SECRET_KEY !== undefined) {
    open();
  }
}

/** How to sign in to AWS for a source. Throws as {@link secrets} says. */
const signInOf = ({ access }: Source) => secrets().signIn(access);

const s3Clients = new ClientPool<S3Client>();
const sqsClients = new ClientPool<SQSClient>();

/** The bucket of a source. Sources of one region that sign in alike and call S3 alike share a client. */
export async function bucketOf(source: Source): Promise<Bucket> {
  const { id, bucket, region, access = {} } = source;
  const options = s3OptionsOf(source);
  // Loaded only by commands that need it, since the SDK is slow to load.
  const [{ Bucket }, { s3Client }] = await Promise.all([import('../aws/bucket'), import('../aws/clients')]);
  const kind = JSON.stringify([region, options, access]);
  const client = s3Clients.get(id, kind, () => s3Client(region, signInOf(source), options));
  return new Bucket(client, bucket, region);
}

/** The queue of a source, if it has one; `waitSeconds`: of its receipts. Clients are shared as by {@link bucketOf}. */
export async function queueOf(source: Source, waitSeconds: number): Promise<Queue | undefined> {
  const { id, queueUrl, region, access = {} } = source;
  if (queueUrl === undefined) {
    sqsClients.release(id);
    return undefined;
  }
  const [{ Queue }, { sqsClient }, { parseQueueUrl }] = await Promise.all([
    import('../aws/queue'),
    import('../aws/clients'),
    import('../aws/queueUrl'),
  ]);
  const place = parseQueueUrl(queueUrl);
  const kind = JSON.stringify([place.origin, place.region ?? region, access]);
  const client = sqsClients.get(id, kind, () => sqsClient(queueUrl, region, signInOf(source)));
  return new Queue(client, queueUrl, region, waitSeconds);
}

/** Closes what the source of that id used alone, once its requests have ended; {@link bucketOf} opens it again. */
export function releaseClients(id: string): void {
  s3Clients.release(id);
  sqsClients.release(id);
}
