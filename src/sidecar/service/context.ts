import type { Logger } from 'pino';
import { formatCounted } from '../../reports/units';
import type { ObjectDependencies } from '../collect/object/dependencies';
import type { Decoder } from '../collect/decode/decoder';
import { limitHeapGrowth } from '../collect/decode/memory';
import { Coverage } from '../collect/object/coverage';
import { ExporterDecisions } from '../collect/object/exporterDecisions';
import type { Tally } from '../collect/tally';
import { LoggedInterfaces } from '../collect/object/loggedInterfaces';
import { Offsets } from '../collect/object/offsets';
import { OwnerVersions } from '../collect/object/ownerVersions';
import { moveBoundary } from '../collect/recomputeHours';
import { refuseOtherRules } from '../collect/refuseOtherRules';
import { keepSeriesBudget } from '../collect/seriesBudget';
import { StoreClaim, type ClaimEvents } from '../collect/storeClaim';
import { EntityPublisher } from '../entities/publish';
import { RECORD_REASONS, type RecordReason } from '../records/reasons';
import { HourSums } from '../collect/hourSums';
import { openRegistry, startRegistryThread, whileRegistryRuns, type Registry } from '../registry/registry';
import { GuardedInfluxClient } from '../store/guardedClient';
import { createInfluxClient, type InfluxClient } from '../store/influx';
import { ignoreSeriesLimit } from '../store/limits';
import { ensureSchema, storeWarnings, writePolicyChoice } from '../store/schema';
import { PointWriter, type WriterPatience } from '../store/writer';
import { existingRegistryFolder, registryFolder } from './dataDirectory';
import { say } from '../util/output';
import { now } from '../util/time';
import { objectLog } from './logLevel';
import { startDecoder, threadsScript } from './threads';

/** Compressed bytes in flight at once, over all sources. */
export const BYTES_IN_FLIGHT = 96 * 1024 * 1024;

/** How long a command waits for an InfluxDB that stops answering. */
export const COMMAND_PATIENCE: WriterPatience = {
  patienceMs: 120_000,
  onOutage: (error) => say(error ? `${error.message} Waiting for it.` : 'InfluxDB is back.'),
};

/**
 * Runs `work` with the registry open, for commands that only read or edit it. Throws {@link CommandFailed} when there is none,
 * unless `directory` is {@link registryFolder}.
 */
export async function withRegistry<T>(
  work: (registry: Registry) => Promise<T>,
  directory = existingRegistryFolder()
): Promise<T> {
  const registry = openRegistry(directory);
  try {
    return await work(registry);
  } finally {
    await registry.close();
  }
}

/** What every collecting command works with. */
export interface Collecting {
  readonly registry: Registry;
  /** Writes only while this registry owns the store. */
  readonly client: InfluxClient;
  readonly entities: EntityPublisher;
  readonly hourSums: HourSums;
  readonly deps: ObjectDependencies;
}

/** What collecting objects takes, whichever registry it is that plans are asked of. */
export function objectDependencies(
  given: Omit<ObjectDependencies, 'now' | 'exporters' | 'coverage' | 'logged' | 'offsets'>
): ObjectDependencies {
  const { registry, claim, writer } = given;
  const reserveOffsets: Registry['reserveOffsets'] = (...block) =>
    writer.withRetry(() => claim.reserveOffsets(...block));
  return {
    ...given,
    now,
    exporters: new ExporterDecisions(registry, now),
    coverage: new Coverage(registry, now),
    logged: new LoggedInterfaces(registry, now),
    offsets: new Offsets({ reserveOffsets }, now),
  };
}

/** How to collect. */
export interface CollectingOptions {
  readonly patience: WriterPatience;
  /** Otherwise the one that the environment names. */
  readonly store?: InfluxClient;
  /** Otherwise that of the data directory is started in its thread. It is closed at the end. */
  readonly registry?: Registry;
  /** Otherwise one is started. */
  readonly decoder?: Decoder;
  /** Otherwise a store that was made again is told on standard error. */
  readonly events?: ClaimEvents;
  /** Where the line of each object goes, if not to standard error. */
  readonly log?: Logger;
}

/**
 * Runs `work` with registry (in its own thread), store and writer ready: the store is claimed, the schema is there,
 * dashboards can choose a policy and every entity known so far is in the store. Throws `InfluxError` when the store does not
 * answer, `StoreLost` when another registry has it, at the start or later, and gives the work up with an error when the
 * registry's thread ends. The decoder is closed at the end.
 */
export async function withCollecting<T>(
  { patience, store = createInfluxClient(process.env), registry: given, decoder, events, log }: CollectingOptions,
  work: (tools: Collecting) => Promise<T>
): Promise<T> {
  const onLogEntry = await objectLog(log);
  await store.ping();
  decoder ??= startDecoder();
  const registry = given ?? startRegistryThread(threadsScript(), registryFolder());
  try {
    return await withClaim(
      registry,
      store,
      patience,
      events ?? { onStoreRecreated: say },
      async ({ claim, client, writer }) => {
        // What a former process left unfinished shows from now on; who collects moves it on.
        await moveBoundary(registry, client, now(), 'unfinished');
        await keepSeriesBudget(registry, client, now());
        const entities = new EntityPublisher(registry, client);
        await entities
          .publishAll()
          .catch((error: unknown) => ignoreSeriesLimit(error, ({ message }) => say(`Warning: ${message}`)));
        const hourSums = new HourSums();
        const owners = new OwnerVersions(registry, now);
        const deps = objectDependencies({ registry, claim, entities, writer, decoder, onLogEntry, hourSums, owners });
        // Not with a thread's first object alone: there may never be one. By now the first thread is on its way.
        limitHeapGrowth();
        return await whileRegistryRuns(registry, work({ registry, client, entities, hourSums, deps }));
      }
    );
  } finally {
    // First: what is given up with its thread must not be noted as an object that cannot be decoded.
    await registry.close();
    await decoder.close();
  }
}

/** A store that this registry owns. */
export interface Claimed {
  readonly claim: StoreClaim;
  /** Writes only while this registry owns the store. */
  readonly client: InfluxClient;
  /** Writes with {@link client}, and waits for a store that does not answer. */
  readonly writer: PointWriter;
}

/**
 * Runs `work` with the store claimed for this registry and its schema ready. Throws `InfluxError` when the store does not
 * answer, `StoreLost` when another registry has it, at the start or later, and `CommandFailed` when either was filled under
 * other rules.
 */
export async function withClaim<T>(
  registry: Registry,
  store: InfluxClient,
  patience: WriterPatience,
  events: ClaimEvents,
  work: (claimed: Claimed) => Promise<T>
): Promise<T> {
  const claim = new StoreClaim(registry, store, now, events);
  const client = new GuardedInfluxClient(store, claim);
  const writer = new PointWriter(client, patience);
  await writer.withRetry(() => refuseOtherRules(registry, store));
  await writer.withRetry(() => claim.ensureMayBegin());
  await prepareStore(store);
  void claim.keepChecking();
  try {
    const result = await work({ claim, client, writer });
    if (claim.lost) {
      throw claim.lost;
    }
    return result;
  } catch (error) {
    // Whatever failed after the store was lost failed because of it.
    throw claim.lost ?? error;
  } finally {
    await claim.close();
  }
}

/** Brings the store's schema and policy choice up to date, and warns of settings that will refuse data. */
export async function prepareStore(client: InfluxClient): Promise<void> {
  await ensureSchema(client);
  await writePolicyChoice(client, now());
  for (const warning of await storeWarnings(client)) {
    say(`Warning: ${warning}`);
  }
}

/** Prints why records were not counted as traffic, a line per reason, and where lines that could not be counted are kept. */
export function printReasons(tally: Tally, isDryRun = false): void {
  for (const [reason, count] of Object.entries(tally.recordReasons)) {
    say(`${formatCounted(count, 'record')} ${reason}: ${RECORD_REASONS[reason as RecordReason].text}`);
  }
  const { unread } = tally;
  if (unread > 0) {
    const kept = isDryRun
      ? 'would be kept in the data directory'
      : 'kept in the data directory: see flowscope unread list';
    say(`${formatCounted(unread, 'line that could not be counted', 'lines that could not be counted')}, ${kept}.`);
  }
}
