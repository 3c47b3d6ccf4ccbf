import type { IncomingHttpHeaders } from 'node:http';

/** What a store answered when it was asked who it is. */
export interface Introduction {
  /** Status and headers of GET /ping. */
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Body of GET /health, which is asked for where /ping names no version; undefined without an answer of 200. */
  readonly health?: string;
}

/** A kind of store, and what it does otherwise than InfluxDB 1.x, which all code here is written for. */
export interface StoreKind {
  readonly name: string;
  /** The header of its answers that has its version. */
  readonly versionHeader: string;
  readonly isKind: (introduction: Introduction) => boolean;
  /** Why Flowscope cannot store anything there; undefined where it can. */
  readonly lacks?: string;
  /** How long after its acknowledgement a point of a new series may be missing in answers, milliseconds; by default it is not. */
  readonly showsAfterMs?: number;
  /**
   * Whether it has to be told which measurements there are: it answers "measurement not found" about one that was never written to,
   * which Grafana shows as an error.
   */
  readonly wantsMeasurements?: boolean;
  /** The setting with which it counts a point that was overwritten twice for a while, and what it has to be; by default it never does. */
  readonly overwriteSetting?: string;
}

const INFLUX_VERSION = 'x-influxdb-version';

/** Of InfluxDB's versions, `v2.7.11` and `1.6.7`; that which Debian builds from a branch is `1.6.7~rc0`. */
const majorVersion = ({ headers }: Introduction) => /^v?(\d+)\./.exec(headers[INFLUX_VERSION]?.toString() ?? '')?.[1];

/** Whether it asks for a token before it says who it is; a proxy that asks for a password says that it wants `Basic`. */
const wantsToken = ({ status, headers }: Introduction) =>
  status === 401 && headers[INFLUX_VERSION] === undefined && !/^basic\b/i.test(headers['www-authenticate'] ?? '');

/** InfluxDB 1.x, and what else answers as it does: what is not recognised as another kind. */
export const INFLUXDB_1: StoreKind = {
  name: 'InfluxDB',
  versionHeader: INFLUX_VERSION,
  isKind: () => true,
};

/**
 * All kinds; the first that fits counts. Sources: openGemini 1.5.3, `lib/util/lifted/influx/httpd/handler.go` (`X-Geminidb-Version`).
 * InfluxDB 2.7.11, `http/handler.go` (version `v2.7.11` in all answers), and docs.influxdata.com/influxdb/v2/query-data/influxql (no
 * INTO). InfluxDB 3: docs.influxdata.com/influxdb3/core/api/server-information (`X-Influxdb-Build: Core` or `Enterprise`; without a
 * token 401, which no InfluxDB 1.x answers /ping without naming its version). VictoriaMetrics, `lib/httpserver/httpserver.go` (/ping
 * without a version, /health `OK`) and `lib/influxutils` (the answer to any InfluxQL is a list of databases).
 */
export const STORE_KINDS: readonly StoreKind[] = [
  {
    name: 'openGemini',
    versionHeader: 'x-geminidb-version',
    isKind: ({ headers }) => headers['x-geminidb-version'] !== undefined,
    // Its index is looked at every second for what is older than one (`lib/util/lifted/vm/mergeset/table.go`): 1.9 to 2.4 s, measured.
    showsAfterMs: 4000,
    wantsMeasurements: true,
    // Otherwise it sums up what it noted of each file, and what it has in memory.
    overwriteSetting: 'pre-agg-enabled = false in section [common] of its configuration',
  },
  {
    name: 'InfluxDB 2',
    versionHeader: INFLUX_VERSION,
    // One that was built from its sources calls its version "dev", and InfluxDB 1 "unknown".
    isKind: (introduction) =>
      majorVersion(introduction) === '2' || introduction.headers[INFLUX_VERSION]?.toString() === 'dev',
    lacks: 'it has no SELECT … INTO, by which hours are summed up, and makes no retention policies',
  },
  {
    name: 'InfluxDB 3',
    versionHeader: INFLUX_VERSION,
    isKind: (introduction) =>
      majorVersion(introduction) === '3' ||
      /^(core|enterprise)$/i.test(introduction.headers['x-influxdb-build']?.toString() ?? '') ||
      wantsToken(introduction),
    lacks: 'it has no SELECT … INTO, by which hours are summed up, and no retention policies',
  },
  {
    name: 'VictoriaMetrics',
    versionHeader: INFLUX_VERSION,
    isKind: ({ headers, health }) => headers[INFLUX_VERSION] === undefined && health?.trim() === 'OK',
    lacks: "it takes InfluxDB's points, and answers none of its queries",
  },
  INFLUXDB_1,
];

/** The headers of which an answer of a store has one; an answer of a proxy in its place has none. */
export const VERSION_HEADERS: readonly string[] = [...new Set(STORE_KINDS.map(({ versionHeader }) => versionHeader))];

/** What to use instead of a store that cannot be used, for people. */
export const USE_INSTEAD =
  'Use InfluxDB 1.x (the image influxdb:1.12, say, not influxdb:latest), or openGemini where one machine is too small: docs/stores.md.';
