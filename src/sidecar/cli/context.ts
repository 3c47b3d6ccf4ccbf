import { resolve } from 'node:path';
import { Bucket } from '../aws/bucket';
import { s3Client } from '../aws/clients';
import type { ObjectDependencies } from '../collect/collectObject';
import { ExporterDecisions } from '../collect/exporterDecisions';
import { Offsets } from '../collect/offsets';
import { EntityPublisher } from '../entities/publish';
import { openRegistry, startRegistryThread, type Registry } from '../registry/registry';
import type { Source } from '../registry/sources';
import { createInfluxClient, type InfluxClient } from '../store/influx';
import { ensureSchema, storeWarnings, writePolicyChoice } from '../store/schema';
import { PointWriter, type WriterPatience } from '../store/writer';

/** Objects in flight at once, over all sources. */
export const OBJECTS_IN_FLIGHT = 8;
/** Compressed bytes in flight at once. */
export const BYTES_IN_FLIGHT = 96 * 1024 * 1024;

/** Unix seconds. */
export const now = () => Math.floor(Date.now() / 1000);

/** Where the registry is kept. */
export const dataDirectory = () => resolve(process.env.FLOWSCOPE_DATA_DIR ?? 'data');

/** Runs `work` with the registry open, for commands that only look or edit. */
export async function withRegistry<T>(
  work: (registry: Registry) => Promise<T>,
  directory = dataDirectory()
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
 * policy and every entity known so far is in the store. Throws `InfluxError` when the store does not answer.
 */
export async function withCollecting<T>(patience: WriterPatience, work: (tools: Collecting) => Promise<T>): Promise<T> {
  const client = createInfluxClient(process.env);
  await client.ping();
  const registry = startRegistryThread(process.argv[1], dataDirectory());
  try {
    await prepareStore(client);
    const entities = new EntityPublisher(registry, client);
    await entities.publishAll();
    const deps: ObjectDependencies = {
      registry,
      entities,
      writer: new PointWriter(client, patience),
      exporters: new ExporterDecisions(registry),
      offsets: new Offsets(registry, now),
      now,
    };
    return await work({ registry, client, entities, deps });
  } finally {
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

/** The bucket of a source. */
export function bucketOf(source: Source): Bucket {
  return new Bucket(s3Client(source.region), source.bucket, source.region);
}

/** Writes a line of progress or advice to standard error; standard output is for results. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Writes a result to standard output. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
