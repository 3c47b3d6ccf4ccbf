import { AddressTable } from './address/addressTable';
import type { Context } from './context';
import type { RecordReason } from './reasons';
import type { RecordBatch } from './recordBatch';
import { TokenTable } from './tokens';

/** The identifiers and the action of a record as it says them, which many records share. '-' where the flow log lacks the field. */
export interface Group {
  /** `account-id`. */
  readonly account: string;
  readonly vpc: string;
  readonly subnet: string;
  readonly instance: string;
  /** `interface-id`, else `resource-id` (regional NAT gateways). */
  readonly interface: string;
  readonly action: string;
}

/** Estimated memory per group or context besides its text, here and in the rollup. */
const GROUP_BYTES = 1024;
const CONTEXT_BYTES = 512;

/** The texts of one part, each stored once. Records refer to them by number. */
export class Tables {
  /** The identifiers of each group as one text; its id is the index into {@link groups}. */
  readonly groupTokens = new TokenTable();
  /** The group of each id; undefined if one of its identifiers is malformed. */
  readonly groups: Array<Group | undefined> = [];
  /** The same for contexts. */
  readonly contextTokens = new TokenTable();
  readonly contexts: Context[] = [];

  constructor(readonly addresses = new AddressTable()) {}

  /** Bytes of all texts, and an estimate for the groups. A part is closed when it reaches a limit, which bounds memory. */
  get bytes(): number {
    const { groupTokens, groups, contextTokens, contexts, addresses } = this;
    const texts = groupTokens.bytes + contextTokens.bytes + addresses.bytes;
    return texts + groups.length * GROUP_BYTES + contexts.length * CONTEXT_BYTES;
  }
}

/** Receives the records that a decoder reads. */
export interface RecordSink {
  /** The tables that the texts of the next records go into. The sink replaces them when it closes a part. */
  readonly tables: Tables;
  /** After the line with which {@link tables} reach this size in bytes, the decoder calls {@link closeTables}. */
  readonly tableBytes: number;
  /** Takes records with status OK, in the order of the object. The batch is reused afterwards. */
  records(batch: RecordBatch): void;
  /** Takes a record that is not counted as traffic, in order with the others. `time`: Unix seconds, if it could be read. */
  notCounted(reason: RecordReason, time: number | undefined, quote: () => string): void;
  /** The tables are full; every record that refers to them was handed over. */
  closeTables(): void;
}
