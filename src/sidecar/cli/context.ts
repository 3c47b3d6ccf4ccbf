import type { SQSClient } from '@aws-sdk/client-sqs';
import type { Bucket } from '../aws/bucket';
import type { Queue } from '../aws/queue';
import type { ObjectDependencies } from '../collect/collectObject';
import type { Decoder } from '../collect/decode/decoder';
import { keepHeapsSmall } from '../collect/decode/memory';
import { ExporterDecisions } from '../collect/exporterDecisions';
import { formatCounted } from '../../reports/units';
import { Offsets } from '../collect/offsets';
import { keepSeriesBudget } from '../collect/seriesBudget';
import { EntityPublisher } from '../entities/publish';
import { openSecrets, type Secrets } from '../registry/secrets';
import { RECORD_REASONS, type RecordReason } from '../records/reasons';
import { openRegistry, startRegistryThread, type Registry } from '../registry/registry';
import type { Source } from '../registry/sources';
import { createInfluxClient, type InfluxClient } from '../store/influx';
import { claimStore, ensureSchema, storeWarnings, writePolicyChoice } from '../store/schema';
import { dataDirectory, knownRegistry, registryToFill } from './dataDirectory';
import { CommandFailed } from './failure';
import { say } from './output';
import { PointWriter, type WriterPatience } from '../store/writer';
import { startDecoder, threadsScript } from './threads';

export { dataDirectory, hasRegistry, registryToFill } from './dataDirectory';
export { print, printJson, say } from './output';

/** Compressed bytes in flight at once, over all sources. */
export const BYTES_IN_FLIGHT = 96 * 1024 * 1024;

/** How a command waits for an InfluxDB that goes away halfway. */
export const COMMAND_PATIENCE: WriterPatience = {
  patienceMs: 120_000,
  onOutage: (error) => say(error ? `${error.message} Waiting for it.` : 'InfluxDB is back.'),
};

/** Unix seconds. */
export const now = () => Math.floor(Date.now() / 1000);

/**
 * Runs `work` with the registry open, for commands that only look or edit. Throws {@link CommandFailed} when there is none,
 * unless `directory` is {@link registryToFill}.
 */
export async function withRegistry<T>(
  work: (registry: Registry) => Promise<T>,
  directory = knownRegistry()
): Promise<T> {
  const registry = openRegistry(directory);
  try {
    return await work(registry);
  } finally {
    await registry.close();
  }
}

/** What collecting commands share. */
export interface Collecting {
  readonly registry: Registry;
  readonly client: InfluxClient;
  readonly entities: EntityPublisher;
  readonly deps: ObjectDependencies;
}

/**
 * Runs `work` with registry (in its own thread), store and writer ready: the schema is there, dashboards can choose a
 * policy and every entity known so far is in the store. Throws `InfluxError` when the store does not answer. `decoder` is
 * closed at the end.
 */
export async function withCollecting<T>(
  patience: WriterPatience,
  work: (tools: Collecting) => Promise<T>,
  decoder?: Decoder
): Promise<T> {
  const client = createInfluxClient(process.env);
  await client.ping();
  decoder ??= startDecoder();
  const registry = startRegistryThread(threadsScript(), registryToFill());
  try {
    await prepareStore(client);
    const id = await registry.registryId();
    if ((await claimStore(client, id)) !== id) {
      throw new CommandFailed(
        `The database ${client.settings.database} is filled by another registry, and two would overwrite each other's ` +
          `points. Use that one's FLOWSCOPE_DATA_DIR (now ${dataDirectory()}) or another FLOWSCOPE_INFLUX_DATABASE. ` +
          `If that registry is lost: flowscope adopt.`
      );
    }
    await keepSeriesBudget(registry, client);
    const entities = new EntityPublisher(registry, client);
    await entities.publishAll();
    const deps: ObjectDependencies = {
      registry,
      entities,
      writer: new PointWriter(client, patience),
      exporters: new ExporterDecisions(registry, now),
      offsets: new Offsets(registry, now),
      decoder,
      now,
    };
    // Not with a thread's first object alone: there may never be one. By now the first thread is on its way.
    keepHeapsSmall();
    return await work({ registry, client, entities, deps });
  } finally {
    await decoder.close();
    await registry.close();
  }
}

/** Brings the store's schema and policy choice up to date, and says what in its settings will refuse data. */
export async function prepareStore(client: InfluxClient): Promise<void> {
  await ensureSchema(client);
  await writePolicyChoice(client, now());
  for (const warning of await storeWarnings(client)) {
    say(`Warning: ${warning}`);
  }
}

let opened: Secrets | undefined;

/** What seals and opens secrets in this data directory. Throws `RegistryError` when its key is none. */
export function secrets(): Secrets {
  return (opened ??= openSecrets(dataDirectory(), process.env));
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

/** Says why records were not counted as traffic, a line per reason. */
export function sayReasons(reasons: Readonly<Record<string, number>>): void {
  for (const [reason, count] of Object.entries(reasons)) {
    if (reason in RECORD_REASONS) {
      say(`${formatCounted(count, 'record')} ${reason}: ${RECORD_REASONS[reason as RecordReason].text}`);
    }
  }
}
