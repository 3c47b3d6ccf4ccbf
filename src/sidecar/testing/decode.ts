import { addressText } from '../records/address/address';
import { applicationText } from '../records/application';
import { Tables, type Group } from '../records/flowRecord';
import type { NotCollectable } from '../records/header';
import type { RecordReason } from '../records/reasons';
import { FlowLogTextDecoder } from '../records/text/textDecoder';

/** A record as text and numbers. */
export interface DecodedRecord extends Group {
  readonly direction: string;
  readonly src: string;
  readonly dst: string;
  readonly application: string;
  readonly bytes: number;
  readonly packets: number;
  readonly start: number;
  readonly end: number;
}

/** Everything that the decoder passed to its sink. */
export interface DecodedText {
  readonly refusal?: NotCollectable;
  readonly records: DecodedRecord[];
  readonly notCounted: Array<{ reason: RecordReason; time: number | undefined; quote: string }>;
}

/** Runs the text decoder alone over a text in which each character is one byte. */
export function decode(text: string): DecodedText {
  const tables = new Tables();
  const records: DecodedRecord[] = [];
  const notCounted: DecodedText['notCounted'] = [];
  const decoder = new FlowLogTextDecoder(() => ({
    tables,
    tableBytes: Infinity,
    records: (batch) => {
      for (let i = 0; i < batch.count; i++) {
        const [src, dst] = [batch.sources, batch.destinations].map((codes) => addressText(codes[i], tables.addresses));
        const application = applicationText(batch.applications[i]);
        const { direction } = tables.contexts[batch.contexts[i]];
        const [bytes, packets] = [batch.bytes[i], batch.packets[i]];
        const group = tables.groups[batch.groups[i]]!;
        const times = { start: batch.starts[i], end: batch.ends[i] };
        records.push({ ...group, direction, src, dst, application, bytes, packets, ...times });
      }
    },
    closeTables: () => undefined,
    notCounted: (reason, time, quote) => notCounted.push({ reason, time, quote: quote() }),
  }));
  decoder.push(Buffer.from(text, 'latin1'));
  decoder.end();
  return { refusal: decoder.refusal, records, notCounted };
}
