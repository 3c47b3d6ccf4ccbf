import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { z } from 'zod';
import { errorBody } from '../../contract/common';
import type { LogLine } from '../../contract/log';
import type { LogLevel } from '../../contract/logLevels';
import type { Bucket } from '../aws/bucket';
import type { Decoder } from '../collect/decode/decoder';
import type { RegionProgress, SyncResult } from '../entities/sync';
import type { CollectorReport } from '../registry/collectorOperations';
import type { CollectorStatus, TokenHolder } from '../registry/collectors';
import type { Registry } from '../registry/registry';
import type { SecretKeeper } from '../registry/secrets';
import type { Source } from '../registry/sources';
import type { Policy } from '../rollup/windows';
import type { InfluxClient } from '../store/influx';
import type { Jobs } from './jobs';
import type { CertificatePair } from './server';

/** How far collecting from a source has got; only the running collector knows. */
export interface SourceRuntimeStatus {
  /** Objects that were found and wait. */
  readonly backlog: number;
  /** When the oldest of them was written, Unix seconds. */
  readonly oldest?: number;
  /** How late objects arrive, seconds: of the flow log furthest behind. */
  readonly lag?: number;
  /** Up to when everything was collected, Unix seconds. */
  readonly completeUntil?: number;
  /** Of one with a queue: events of it that were ignored since collecting from the source began. */
  readonly ignoredEvents?: number;
}

/** What collectors elsewhere are served by. */
export interface Primary {
  /** That of collecting, so that what they write shares its transactions. */
  readonly registry: Registry;
  /** Has InfluxDB open shards, before collectors elsewhere write to them: see `collect/openingWriter.ts`. Throws `InfluxError`. */
  readonly openShards: (policy: Policy, stretches: readonly number[]) => Promise<void>;
  /** Writes the names of what plans have brought up to InfluxDB. Throws `InfluxError`. */
  readonly publishNames: () => Promise<void>;
  /** The version of the owner facts that new plans name. */
  readonly newestOwners: () => Promise<number>;
  /** Notes what a collector says of its work, at `now` (Unix seconds). */
  readonly noteReport: (
    collector: TokenHolder,
    about: Pick<CollectorStatus, 'version' | 'host'>,
    report: CollectorReport,
    now: number
  ) => Promise<void>;
}

/** What the API needs of the collector in its process. */
export interface CollectorView {
  readonly name: string;
  /** False while it waits for the store. */
  readonly isCollecting: () => boolean;
  readonly runtimeStatus: (sourceId: string) => SourceRuntimeStatus | undefined;
  /** Reads descriptions now. */
  readonly sync: (onProgress: (progress: RegionProgress) => void) => Promise<SyncResult>;
  /** When it will do so by itself, Unix seconds. */
  readonly nextSync: () => number | undefined;
  /** Undefined while it waits for the store: then no other collector may begin anything. */
  readonly primary: () => Primary | undefined;
}

/** What the API works with. */
export interface ApiDependencies {
  readonly registry: Registry;
  readonly store: InfluxClient;
  readonly secrets: SecretKeeper;
  readonly collector: CollectorView;
  /** The bucket of a source, signed in to as collecting does. */
  readonly bucketOf: (source: Source) => Promise<Bucket>;
  /** For previews. */
  readonly decoder: Decoder;
  /** The bearer token that every request must have. */
  readonly token: string;
  readonly version: string;
  /** Unix seconds. */
  readonly now: () => number;
  /** The last lines of the sidecar's log: see `LogTail`. */
  readonly readLog: (level: LogLevel, limit: number, before?: number) => { items: LogLine[]; total: number };
  /** Writes to the sidecar's log, for administrators. */
  readonly log: (message: string) => void;
  /** The server's first one; without it the API speaks HTTP. */
  readonly certificate?: CertificatePair;
}

/** What each resource is given. */
export interface Resource extends ApiDependencies {
  readonly jobs: Jobs;
}

/** The Fastify application: the schemas of the contract check what requests bring and what answers hold. */
export type Api = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;

/** The response schemas of a route: its own, and that of failures. Fields that a schema does not name are never sent. */
export function answers<S extends number, T extends z.ZodType>(status: S, schema: T) {
  return { [status]: schema, '4xx': errorBody, '5xx': errorBody } as Record<S, T> &
    Record<'4xx' | '5xx', typeof errorBody>;
}
