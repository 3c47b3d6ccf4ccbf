import { isMalformed, type RecordReason } from '../records/reasons';
import type { RollupTerms } from './terms';
import { windowOf } from './windows';

const QUOTES = 3;
const QUOTE_LENGTH = 200;

/** Records of an object that are no traffic: how many for which reason, when, and what the first bad ones look like. */
export class Uncounted {
  records = 0;
  readonly reasons: Partial<Record<RecordReason, number>> = {};
  /** The first three bad lines, shortened, each with its reason. */
  readonly quotes: Array<{ readonly reason: RecordReason; readonly line: string }> = [];
  /** Records of the current part by reason and window (Unix seconds). */
  windows = new Map<RecordReason, Map<number, number>>();

  constructor(private readonly terms: RollupTerms) {}

  /** Takes a record; `time` (Unix seconds) where it could be read. One whose time is absurd counts at its file's. */
  add(reason: RecordReason, time: number | undefined, quote: () => string): void {
    const { terms, reasons, windows, quotes } = this;
    this.records++;
    reasons[reason] = (reasons[reason] ?? 0) + 1;
    const isKnown = time !== undefined && time >= terms.hourHorizon && time <= terms.futureHorizon;
    const window = windowOf(isKnown ? time : terms.fileTime, terms);
    const ofReason = windows.get(reason) ?? new Map<number, number>();
    windows.set(reason, ofReason.set(window, (ofReason.get(window) ?? 0) + 1));
    if (quotes.length < QUOTES && isMalformed(reason)) {
      quotes.push({ reason, line: quote().slice(0, QUOTE_LENGTH) });
    }
  }

  /** Forgets the windows, for the next part. */
  closePart(): void {
    this.windows = new Map();
  }
}
