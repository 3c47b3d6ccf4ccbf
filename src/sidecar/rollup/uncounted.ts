import { MAX_LINE_BYTES } from '../records/lines';
import { mustKeepLine, type RecordReason } from '../records/reasons';
import type { RollupTerms } from './terms';
import { windowOf } from './windows';

/** Maximum number of quoted lines per object. */
export const QUOTES = 3;
/** Maximum length of a quoted line. */
export const QUOTE_LENGTH = 200;

/** Maximum bytes of an object's unread lines, with their line ends. If there are more, the object itself is kept. */
export const MAX_UNREAD_BYTES = 1_000_000;

/** A record that could not be counted. */
export interface UnreadLine {
  readonly reason: RecordReason;
  /** The whole line without its line end; each character is one byte. */
  readonly line: string;
}

/** The records of an object that are not counted as traffic: their number by reason and window, and the unread lines. */
export class Uncounted {
  records = 0;
  readonly reasons: Partial<Record<RecordReason, number>> = {};
  /** The first unread lines, shortened, each with its reason. */
  readonly quotes: UnreadLine[] = [];
  /** Number of records of the current part by reason and window (Unix seconds). */
  windows = new Map<RecordReason, Map<number, number>>();
  /** Unread lines by the number of their record; undefined once they are more than may be kept. */
  unread: Map<number, UnreadLine> | undefined = new Map();
  private unreadBytes = 0;

  constructor(private readonly terms: RollupTerms) {}

  /**
   * Takes record `number` of the object (from 0). `time`: Unix seconds, if it could be read. Without a plausible time the
   * record counts at the time of its file.
   */
  add(number: number, reason: RecordReason, time: number | undefined, line: () => string): void {
    const { reasons, windows } = this;
    this.records++;
    reasons[reason] = (reasons[reason] ?? 0) + 1;
    const window = windowOf(this.countedAt(time), this.terms);
    const ofReason = windows.get(reason) ?? new Map<number, number>();
    windows.set(reason, ofReason.set(window, (ofReason.get(window) ?? 0) + 1));
    if (mustKeepLine(reason)) {
      this.keep(number, reason, line);
    }
  }

  /** Forgets the windows, for the next part. */
  closePart(): void {
    this.windows = new Map();
  }

  /** Replaces the known part of an unread line by the whole line. */
  replace(number: number, line: string): void {
    const known = this.unread?.get(number);
    if (!known) {
      return;
    }
    this.unreadBytes += line.length - known.line.length;
    this.unread!.set(number, { ...known, line });
    // The end of a line that is too long is unknown.
    if (line.length > MAX_LINE_BYTES || this.unreadBytes > MAX_UNREAD_BYTES) {
      this.unread = undefined;
    }
  }

  /** The time at which a record counts: always within the retention, or InfluxDB would drop the point. */
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
    // The end of a line that is too long is unknown.
    if (reason === 'line-too-long' || this.unreadBytes > MAX_UNREAD_BYTES) {
      this.unread = undefined;
    }
    this.unread?.set(number, { reason, line: whole });
  }
}
