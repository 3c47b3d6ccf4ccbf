import { addressText } from '../records/address';
import { applicationText, CODE, DIRECTIONS, Tables, type Group } from '../records/flowRecord';
import type { NotCollectable } from '../records/header';
import type { RecordReason } from '../records/reasons';
import { FlowLogTextDecoder } from '../records/textDecoder';

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

/** What the decoder tells its sink. */
export interface DecodedText {
  readonly refusal?: NotCollectable;
  readonly records: DecodedRecord[];
  readonly notCounted: Array<{ reason: RecordReason; time: number | undefined; quote: string }>;
}

/** Runs the text decoder alone over a text in which each character is one byte. */
export function decode(text: string, account?: string): DecodedText {
  const tables = new Tables();
  const records: DecodedRecord[] = [];
  const notCounted: DecodedText['notCounted'] = [];
  const decoder = new FlowLogTextDecoder(
    () => ({
      tables,
      record: ({ group, codes, ...numbers }) => {
        records.push({
          ...tables.groups[group]!,
          direction: DIRECTIONS[codes[CODE.direction]],
          src: addressText(codes[CODE.source], tables.addresses),
          dst: addressText(codes[CODE.destination], tables.addresses),
          application: applicationText(codes[CODE.application]),
          ...numbers,
        });
      },
      notCounted: (reason, time, quote) => notCounted.push({ reason, time, quote: quote() }),
    }),
    account
  );
  decoder.push(Buffer.from(text, 'latin1'));
  decoder.end();
  return { refusal: decoder.refusal, records, notCounted };
}
