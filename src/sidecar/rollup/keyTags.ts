import { OTHER } from '../../contract/stored';
import { codeOf, type Code, type CodeTables } from '../records/dimensions';
import { writeText } from './lineProtocol';
import type { Measurement } from './measurements';

const ARROW = Buffer.from('\\ →\\ ');
const OTHER_BYTES = Buffer.from(OTHER);

/** Writes the tags of a measurement's keys as line protocol: `src=10.0.0.1,dst=…,pair=…`. */
export class KeyTags {
  private readonly codes: readonly Code[];
  /** What stands before each value. */
  private readonly labels: readonly Buffer[];
  private readonly pairLabel?: Buffer;

  constructor({ keys, pairTag }: Measurement) {
    this.codes = Object.values(keys).map(codeOf);
    this.labels = Object.keys(keys).map((tag, i) => Buffer.from(`${i === 0 ? '' : ','}${tag}=`));
    this.pairLabel = pairTag === undefined ? undefined : Buffer.from(`,${pairTag}=`);
  }

  /** Writes the tags of the key made of these codes, of which one-code keys have no second; returns where they end. */
  write(target: Buffer, start: number, first: number, second: number, tables: CodeTables): number {
    const { codes, labels, pairLabel } = this;
    let at = writeText(target, start, labels[0]);
    const firstAt = at;
    at = codes[0].write(first, tables, target, at);
    if (codes.length === 1) {
      return at;
    }
    const firstEnd = at;
    const secondAt = writeText(target, at, labels[1]);
    at = codes[1].write(second, tables, target, secondAt);
    if (pairLabel === undefined) {
      return at;
    }
    const secondEnd = at;
    at = writeText(target, at, pairLabel);
    at = move(target, firstAt, firstEnd, at);
    at = writeText(target, at, ARROW);
    return move(target, secondAt, secondEnd, at);
  }

  /** Writes the tags of everything outside the top K. */
  writeOther(target: Buffer, start: number): number {
    const labels = this.pairLabel === undefined ? this.labels : [...this.labels, this.pairLabel];
    return labels.reduce((at, label) => writeText(target, writeText(target, at, label), OTHER_BYTES), start);
  }
}

function move(target: Buffer, start: number, end: number, to: number): number {
  for (let i = start; i < end; i++) {
    target[to + i - start] = target[i];
  }
  return to + end - start;
}
