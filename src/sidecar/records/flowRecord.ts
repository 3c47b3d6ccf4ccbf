import type { RecordReason } from './reasons';
import { MISSING } from './address';
import { TokenTable } from './tokens';

/** `flow-direction` by code; 0 when the flow log does not say. Never guessed from addresses or ports. */
export const DIRECTIONS = ['unknown', 'ingress', 'egress'] as const;

/** Identifiers and action that a record shares with many others; '-' where the flow log carries none. */
export interface Group {
  readonly account: string;
  readonly vpc: string;
  readonly subnet: string;
  readonly instance: string;
  /** `interface-id`, else `resource-id` (regional NAT gateways). */
  readonly interface: string;
  readonly action: string;
}

/**
 * Texts of one part, each held once. Records refer to them by number.
 * A part's tables are thrown away with it, which bounds the memory of any object.
 */
export class Tables {
  /** Group tokens; the id is the index into {@link groups}. */
  readonly groupTokens = new TokenTable();
  /** The group of each id; undefined when one of its identifiers has characters AWS never writes. */
  readonly groups: Array<Group | undefined> = [];
  /** Address texts that are not plain IPv4: see `address.ts`. */
  readonly addresses = new TokenTable();
  /** Whether the text of each id may stand for an address. */
  readonly addressIsValid: boolean[] = [];
}

/**
 * Places in {@link FlowRecord.codes}: addresses (see `address.ts`), the application (see {@link applicationCode}) and the
 * direction (index into {@link DIRECTIONS}).
 */
export const CODE = { source: 0, destination: 1, application: 2, direction: 3 } as const;

/** A record to be filled by a decoder. */
export function emptyRecord(): FlowRecord {
  return { group: 0, codes: new Int32Array(4), bytes: 0, packets: 0, start: 0, end: 0 };
}

/** One record of status OK. The decoder reuses a single instance: read it, do not keep it. */
export interface FlowRecord {
  /** Index into {@link Tables.groups}. */
  group: number;
  /** What measurements are keyed by, one integer each, at the places that {@link CODE} names. */
  readonly codes: Int32Array;
  bytes: number;
  packets: number;
  /** Unix seconds, `start` ≤ `end`. */
  start: number;
  end: number;
}

/** Takes what a decoder reads, one record at a time. */
export interface RecordSink {
  /** Tables for the next record's texts; the sink replaces them when it closes a part. */
  readonly tables: Tables;
  /** A record of status OK; `quote` gives its line, to quote from when it is refused. */
  record(record: FlowRecord, quote: () => string): void;
  /** A record that is no traffic: `time` in Unix seconds where it could be read. */
  notCounted(reason: RecordReason, time: number | undefined, quote: () => string): void;
}

const TCP = 6;
const UDP = 17;
const NO_PROTOCOL = 256;
const PORTS = 65536;

/** Whether the protocol has ports. */
export function hasPorts(protocol: number): boolean {
  return protocol === TCP || protocol === UDP;
}

/**
 * The application of a record as one integer: protocol and, for TCP and UDP, the lower of the two ports (the service's,
 * as a rule: clients take high ones). `undefined` for what the flow log does not say.
 */
export function applicationCode(protocol: number | undefined, port: number | undefined): number {
  return (protocol ?? NO_PROTOCOL) * (PORTS + 1) + (port === undefined ? 0 : port + 1);
}

/** `tcp/443`, `udp/53`, `tcp` (port unknown), `protocol/1` (others by IANA number), `-` (protocol unknown). */
export function applicationText(code: number): string {
  const protocol = Math.floor(code / (PORTS + 1));
  const port = (code % (PORTS + 1)) - 1;
  if (protocol === NO_PROTOCOL) {
    return MISSING;
  }
  const name = protocol === TCP ? 'tcp' : protocol === UDP ? 'udp' : `protocol/${protocol}`;
  return port < 0 ? name : `${name}/${port}`;
}
