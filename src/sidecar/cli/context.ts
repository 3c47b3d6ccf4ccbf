import { formatCounted } from '../../reports/units';
import type { ObjectDependencies } from '../collect/collectObject';
import type { Decoder } from '../collect/decode/decoder';
import { keepHeapsSmall } from '../collect/decode/memory';
import { ExporterDecisions } from '../collect/exporterDecisions';
import { Offsets } from '../collect/offsets';
import { keepSeriesBudget } from '../collect/seriesBudget';
import { EntityPublisher } from '../entities/publish';
import { RECORD_REASONS, type RecordReason } from '../records/reasons';
import { openRegistry, startRegistryThread, whileAlive, type Registry } from '../registry/registry';
import { createInfluxClient, type InfluxClient } from '../store/influx';
import { claimStore, ensureSchema, storeWarnings, writePolicyChoice } from '../store/schema';
import { PointWriter, type WriterPatience } from '../store/writer';
import { dataDirectory, knownRegistry, registryToFill } from './dataDirectory';
import { CommandFailed } from './failure';
import { say } from './output';
import { startDecoder, threadsScript } from './threads';

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
 * policy and every entity known so far is in the store. Throws `InfluxError` when the store does not answer, and gives the
 * work up with an error when the registry's thread ends. `decoder` is closed at the end.
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
    return await whileAlive(registry, work({ registry, client, entities, deps }));
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

/** Says why records were not counted as traffic, a line per reason. */
export function sayReasons(reasons: Readonly<Record<string, number>>): void {
  for (const [reason, count] of Object.entries(reasons)) {
    if (reason in RECORD_REASONS) {
      say(`${formatCounted(count, 'record')} ${reason}: ${RECORD_REASONS[reason as RecordReason].text}`);
    }
  }
}
