import { AddressTable } from './address/addressTable';
import type { CodeName, CodeTables } from './dimensions';
import type { RecordReason } from './reasons';
import type { RecordBatch } from './recordBatch';
import { TokenTable } from './tokens';

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

/** About what a group costs besides its text, here and in the rollup. */
const GROUP_BYTES = 1024;

/** Texts of one part, each held once; records refer to them by number. */
export class Tables implements CodeTables {
  /** Group tokens; the id is the index into {@link groups}. */
  readonly groupTokens = new TokenTable();
  /** The group of each id; undefined when one of its identifiers has characters AWS never writes. */
  readonly groups: Array<Group | undefined> = [];
  readonly texts = new TokenTable();

  constructor(readonly addresses = new AddressTable()) {}

  /** Bytes of all texts together, and about what is kept beside each group: what bounds the memory of any object. */
  get bytes(): number {
    const { groupTokens, groups, addresses, texts } = this;
    return groupTokens.bytes + groups.length * GROUP_BYTES + addresses.bytes + texts.bytes;
  }
}

/** Takes what a decoder reads. */
export interface RecordSink {
  /** Tables for the next records' texts; the sink replaces them when it closes a part. */
  readonly tables: Tables;
  /** After the line with which {@link tables} reach so many bytes, they are given up: see {@link closeTables}. */
  readonly tableBytes: number;
  /** What records are keyed by: the columns of each batch, in this order. */
  readonly codes: readonly CodeName[];
  /** Records of status OK, in the order of the object. The batch is reused: read it, do not keep it. */
  records(batch: RecordBatch): void;
  /** A record that is no traffic, after all that came before it: `time` in Unix seconds where it could be read. */
  notCounted(reason: RecordReason, time: number | undefined, quote: () => string): void;
  /** The tables are full, and no record that waits refers to them any more. */
  closeTables(): void;
}
