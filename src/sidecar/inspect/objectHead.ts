import { MISSING } from '../../contract/stored';
import { SecondLayout, type Header, type NotCollectable } from '../records/header';
import { Tables, type Group, type RecordSink } from '../records/flowRecord';
import { isMalformed, RECORD_REASONS, type RecordReason } from '../records/reasons';
import type { RecordBatch } from '../records/recordBatch';
import { FlowLogTextDecoder } from '../records/text/textDecoder';
import type { LoggedInterface } from '../rollup/summary';
import { horizonsAt } from '../rollup/terms';
import { CorruptObject, LeftInPlace } from '../collect/decode/corruptObject';
import { unpackObject } from '../collect/decode/decodeObject';

/** What was learnt from the beginning of an object. */
export interface ObjectHead {
  readonly header?: Header;
  /** Why it will not be collected. */
  readonly refusal?: NotCollectable;
  /** Whether one of its first records spans more than a minute. */
  readonly hasLongSpans: boolean;
  /** Its first records of traffic that can be read, those older than what is kept among them. */
  readonly readable: number;
  /** Its first records that cannot: how many, and the first of them with what is wrong with it. */
  readonly unreadable?: { readonly records: number; readonly line: string; readonly problem: string };
  /** Interfaces and actions of its first records. */
  readonly logged: readonly LoggedInterface[];
}

/** Bytes of text to read: a header and some hundred records. */
const HEAD_BYTES = 64 * 1024;

const MINUTE = 60;
const QUOTED = 300;

/**
 * Reads the beginning of an object, at `now` (Unix seconds); the rest of `body` is not asked for, unless it is Parquet. Throws
 * `CorruptObject`.
 */
export async function readObjectHead(body: AsyncIterable<Uint8Array>, now: number): Promise<ObjectHead> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    await unpackObject(body, (chunk) => {
      // A copy, since the memory of a chunk is reused.
      chunks.push(Buffer.from(chunk));
      bytes += chunk.length;
      return bytes < HEAD_BYTES;
    });
  } catch (error) {
    if (error instanceof LeftInPlace) {
      return { refusal: error.refusal, hasLongSpans: false, readable: 0, logged: [] };
    }
    throw error;
  }
  const records = new HeadRecords(horizonsAt(now).futureHorizon);
  const { header, refusal } = readRecords(Buffer.concat(chunks), bytes < HEAD_BYTES, records);
  const { hasLongSpans, readable, unreadable, logged } = records;
  return { header, refusal, hasLongSpans, readable, unreadable, logged: [...logged.values()] };
}

/** `isAll`: the text is no beginning, so that its last line may lack its line end. */
function readRecords(text: Buffer, isAll: boolean, records: HeadRecords): FlowLogTextDecoder {
  const end = isAll ? text.length : text.lastIndexOf('\n', HEAD_BYTES) + 1 || text.length;
  const decoder = new FlowLogTextDecoder(() => records);
  try {
    decoder.push(text.subarray(0, end));
    decoder.end();
    return decoder;
  } catch (cause) {
    if (cause instanceof SecondLayout) {
      throw new CorruptObject('second-layout', cause.message, { cause });
    }
    throw cause;
  }
}

/** Tells which of the first records can be read. */
class HeadRecords implements RecordSink {
  tables = new Tables();
  readonly tableBytes = Infinity;
  readable = 0;
  hasLongSpans = false;
  unreadable?: { records: number; line: string; problem: string };
  readonly logged = new Map<string, LoggedInterface>();

  /** `futureHorizon`: records that start after it (Unix seconds) are not counted. */
  constructor(private readonly futureHorizon: number) {}

  records(batch: RecordBatch): void {
    for (let i = 0; i < batch.count; i++) {
      this.hasLongSpans ||= batch.ends[i] - batch.starts[i] > MINUTE;
      if (batch.starts[i] > this.futureHorizon) {
        this.fail('in-the-future', batch.quote(i));
      } else {
        this.readable++;
        this.noteLogged(this.tables.groups[batch.groups[i]]!, batch.starts[i] - (batch.starts[i] % MINUTE));
      }
    }
  }

  notCounted(reason: RecordReason, _time: number | undefined, line: () => string): void {
    if (isMalformed(reason)) {
      this.fail(reason, line());
    }
  }

  closeTables(): void {
    this.tables = new Tables();
  }

  private noteLogged({ interface: id, action }: Group, window: number): void {
    if (id !== MISSING) {
      const known = this.logged.get(`${id} ${action}`);
      const since = Math.min(window, known?.since ?? window);
      const until = Math.max(window, known?.until ?? window);
      this.logged.set(`${id} ${action}`, { interface: id, action, since, until });
    }
  }

  private fail(reason: RecordReason, line: string): void {
    this.unreadable ??= { records: 0, line: line.slice(0, QUOTED), problem: RECORD_REASONS[reason].text };
    this.unreadable.records++;
  }
}
