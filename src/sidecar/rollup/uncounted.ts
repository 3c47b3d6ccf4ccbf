import { MAX_LINE_BYTES } from '../records/lines';
import { isKept, type RecordReason } from '../records/reasons';
import type { RollupTerms } from './terms';
import { windowOf } from './windows';

/** So many lines of an object are quoted, each up to so many characters. */
export const QUOTES = 3;
export const QUOTE_LENGTH = 200;

/** Lines of an object that are kept, in bytes with their line ends; beyond this the object itself is kept. */
export const MAX_UNREAD_BYTES = 1_000_000;

/** A record that could not be counted. */
export interface UnreadLine {
  readonly reason: RecordReason;
  /** The whole line without its line end; each character stands for one byte. */
  readonly line: string;
}

/** Records of an object that are no traffic: how many for which reason, when, and the lines of those that could not be counted. */
export class Uncounted {
  records = 0;
  readonly reasons: Partial<Record<RecordReason, number>> = {};
  /** The first three lines that could not be counted, shortened, each with its reason. */
  readonly quotes: UnreadLine[] = [];
  /** Records of the current part by reason and window (Unix seconds). */
  windows = new Map<RecordReason, Map<number, number>>();
  /** Lines that could not be counted, by the number of their record; undefined once they are more than may be kept. */
  unread: Map<number, UnreadLine> | undefined = new Map();
  private unreadBytes = 0;

  constructor(private readonly terms: RollupTerms) {}

  /**
   * Takes record `number` of the object (from 0); `time` (Unix seconds) where it could be read. One whose time is absurd
   * counts at its file's.
   */
  add(number: number, reason: RecordReason, time: number | undefined, line: () => string): void {
    const { reasons, windows } = this;
    this.records++;
    reasons[reason] = (reasons[reason] ?? 0) + 1;
    const window = windowOf(this.countedAt(time), this.terms);
    const ofReason = windows.get(reason) ?? new Map<number, number>();
    windows.set(reason, ofReason.set(window, (ofReason.get(window) ?? 0) + 1));
    if (isKept(reason)) {
      this.keep(number, reason, line);
    }
  }

  /** Forgets the windows, for the next part. */
  closePart(): void {
    this.windows = new Map();
  }

  /** Puts the whole line in the place of what was known of it. */
  replace(number: number, line: string): void {
    const known = this.unread?.get(number);
    if (!known) {
      return;
    }
    this.unreadBytes += line.length - known.line.length;
    this.unread!.set(number, { ...known, line });
    // A line that is too long was cut.
    if (line.length > MAX_LINE_BYTES || this.unreadBytes > MAX_UNREAD_BYTES) {
      this.unread = undefined;
    }
  }

  /** Always within what InfluxDB keeps: it would drop a point at any other time. */
  private countedAt(time: number | undefined): number {
    const { hourHorizon, futureHorizon, fileTime } = this.terms;
    const isKnown = time !== undefined && time >= hourHorizon && time <= futureHorizon;
    return isKnown ? time : Math.min(Math.max(fileTime, hourHorizon), futureHorizon);
  }

  private keep(number: number, reason: RecordReason, line: () => string): void {
    const { quotes } = this;
    if (!this.unread && quotes.length === QUOTES) {
      return;
    }
    const whole = line();
    if (quotes.length < QUOTES) {
      quotes.push({ reason, line: whole.slice(0, QUOTE_LENGTH) });
    }
    this.unreadBytes += whole.length + 1;
    // Of a line that is too long only its beginning is known.
    if (reason === 'line-too-long' || this.unreadBytes > MAX_UNREAD_BYTES) {
      this.unread = undefined;
    }
    this.unread?.set(number, { reason, line: whole });
  }
}
