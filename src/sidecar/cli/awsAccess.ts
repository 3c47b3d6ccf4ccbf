import type { SQSClient } from '@aws-sdk/client-sqs';
import type { Bucket } from '../aws/bucket';
import type { Queue } from '../aws/queue';
import { openSecrets, type Secrets } from '../registry/secrets';
import type { Source } from '../registry/sources';
import { privateDataDirectory } from './dataDirectory';

let opened: Secrets | undefined;

/** What seals and opens secrets in this data directory. Throws `RegistryError` when its key is none. */
export function secrets(): Secrets {
  return (opened ??= openSecrets(privateDataDirectory(), process.env));
}

/** As whom to call AWS for a source. */
const signInOf = ({ access = {} }: Source) =>
  access.sealedSecret === undefined && access.roleArn === undefined ? {} : secrets().signIn(access);

const buckets = new Map<string, (name: string) => Bucket>();

/** The bucket of a source. Clients are kept for those that sign in alike: each has its own connections and credentials. */
export async function bucketOf(source: Source): Promise<Bucket> {
  const { bucket, region, endpoint, pathStyle, access = {} } = source;
  const kind = JSON.stringify([region, endpoint, pathStyle, access]);
  let open = buckets.get(kind);
  if (!open) {
    // Loaded only by commands that need it: the SDK is most of what there is to load.
    const [aws, { s3Client }] = await Promise.all([import('../aws/bucket'), import('../aws/clients')]);
    const client = s3Client(region, signInOf(source), { endpoint, pathStyle });
    open = (name) => new aws.Bucket(client, name, region);
    buckets.set(kind, open);
  }
  return open(bucket);
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
