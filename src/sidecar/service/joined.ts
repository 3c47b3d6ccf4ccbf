import type { Logger } from 'pino';
import { limitHeapGrowth } from '../collect/decode/memory';
import { JoinedClaim } from '../collect/joinedClaim';
import type { FollowedSource } from '../collect/metrics/collectionPoints';
import { reportOf } from '../collect/metrics/progress';
import { OpeningWriter } from '../collect/openingWriter';
import { OwnerVersions } from '../collect/object/ownerVersions';
import { Permits } from '../collect/permits';
import { EntityPublisher } from '../entities/publish';
import { whileRegistryRuns } from '../registry/registry';
import { GuardedInfluxClient } from '../store/guardedClient';
import { isFailure, type InfluxClient } from '../store/influx';
import { clock } from '../util/clock';
import { CommandFailed } from '../util/commandError';
import { isLoopback } from './apiServer';
import { holdSecretsWith } from './awsAccess';
import { describeOutages, outside, repeat, waitForStore, watchSources, type CollectorDependencies } from './collector';
import { BYTES_IN_FLIGHT, objectDependencies } from './context';
import { objectLog } from './logLevel';
import { PrimaryClient } from './primaryClient';
import { describeAbandoned, type Stop } from './stopping';
import { startDecoder } from './threads';
import { now } from '../util/time';

/** Pause between two reports to the primary. */
const REPORT_MS = 20_000;

/** Names that objects bring up are written by the primary, which knows them all. */
class NamesOfPrimary extends EntityPublisher {
  constructor(
    private readonly primary: PrimaryClient,
    client: InfluxClient
  ) {
    super(primary.registry, client);
  }

  override publishNew(): Promise<void> {
    return this.primary.publishNames();
  }
}

/**
 * Collects for the primary at that URL until `stop` begins: what is assigned to this collector, by plans that the primary grants.
 * All that it knows is in memory. Throws {@link CommandFailed} when it may not join, or not any more.
 */
export async function runJoined(
  url: string,
  log: Logger,
  stop: Stop,
  { store, aws }: CollectorDependencies = outside()
): Promise<void> {
  const { signal } = stop;
  const primary = new PrimaryClient(primaryUrl(url), joinToken(), process.env.FLOWSCOPE_VERSION ?? 'development', log);
  const { registry } = primary;
  holdSecretsWith(primary.secrets);
  const onLogEntry = await objectLog(log);
  if (!(await stop.finished(waitForStore(store, log, signal))) || signal.aborted) {
    return;
  }
  const decoder = startDecoder();
  const claim = new JoinedClaim(registry, store, now, {
    onLost: (lost) => {
      log.error(lost.message);
      stop.begin();
    },
  });
  const client = new GuardedInfluxClient(store, claim);
  const writer = new OpeningWriter(
    client,
    { patienceMs: Infinity, signal, onOutage: describeOutages(log) },
    (policy, stretches) => primary.openShards(policy, stretches)
  );
  try {
    await whileRegistryRuns(
      registry,
      stop.finished(writer.withRetry(() => claim.ensureMayBegin())).catch((error: unknown) => {
        if (!signal.aborted || !isFailure(error, 'unavailable')) {
          throw error;
        }
      })
    );
    if (signal.aborted) {
      return;
    }
    void claim.keepChecking();
    const deps = objectDependencies({
      ...{ registry, claim, writer, decoder, onLogEntry },
      entities: new NamesOfPrimary(primary, client),
      owners: new OwnerVersions(registry, now, () => primary.newestOwners()),
      // The primary recomputes hours: those that others have stored a part of it has InfluxDB sum up.
      hourSums: { add: () => undefined },
    });
    limitHeapGrowth();
    const permits = new Permits(BYTES_IN_FLIGHT);
    const followed = new Map<string, FollowedSource>();
    log.info(`flowscope serve: collecting for the primary at ${primaryUrl(url).origin}`);
    const loops = Promise.all([
      watchSources({ list: () => registry.listSources(), deps }, aws, permits, followed, log, signal),
      repeat(REPORT_MS, log, signal, reporting(primary, followed)),
    ]);
    if (!(await whileRegistryRuns(registry, stop.finished(loops)))) {
      log.warn(describeAbandoned(permits));
    }
    if (claim.lost) {
      throw claim.lost;
    }
  } finally {
    // Its last look at the store is for the primary.
    await registry.close();
    await claim.close();
    await decoder.close();
  }
}

/** Tells the primary how collecting goes. */
function reporting(primary: PrimaryClient, followed: ReadonlyMap<string, FollowedSource>): () => Promise<void> {
  let errors = 0;
  let last = clock.elapsed();
  // Other than that of the process before.
  let number = Date.now();
  return async () => {
    const begun = clock.elapsed();
    const report = await reportOf(primary.registry, [...followed.values()], ++number, errors, (begun - last) / 1000);
    ({ errors } = report);
    last = begun;
    await primary.report(report);
  };
}

/** Throws {@link CommandFailed} unless it is a URL that the token may be sent to. */
function primaryUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '' || url.pathname !== '/') {
    throw new CommandFailed('--join takes the URL of the primary’s API, such as https://flowscope.example.com:9555.');
  }
  if (url.protocol === 'http:' && !isLoopback(url.hostname) && process.env.FLOWSCOPE_ALLOW_PLAIN_HTTP !== 'yes') {
    throw new CommandFailed(
      `Without TLS, others could read this collector's token and the credentials of its sources on the way to ${url.origin}. ` +
        'Join by https:// (FLOWSCOPE_TLS_CERT of the primary). Where nobody else is on that network, ' +
        'FLOWSCOPE_ALLOW_PLAIN_HTTP=yes allows it.'
    );
  }
  return url;
}

function joinToken(): string {
  const token = process.env.FLOWSCOPE_JOIN_TOKEN?.trim();
  if (!token) {
    throw new CommandFailed(
      'FLOWSCOPE_JOIN_TOKEN is not set: it is the token that flowscope collector add NAME printed at the primary. With _FILE after ' +
        'its name, the variable names a file that holds it.'
    );
  }
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw new CommandFailed('FLOWSCOPE_JOIN_TOKEN is no token: flowscope collector add NAME prints one.');
  }
  return token;
}
