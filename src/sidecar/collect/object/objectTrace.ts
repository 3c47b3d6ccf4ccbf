import type { Plan } from '../../registry/plans';
import { clock } from '../../util/clock';
import type { ObjectOutcome } from './object';

/** The stages of the pipeline, in their order. */
export type Stage = 'admit' | 'read' | 'plan' | 'store' | 'delete';

/** What the pipeline did with one object. It is one log line at level `debug`. */
export interface ObjectLogEntry {
  /** The source's name, or its id where a file is imported. */
  source: string;
  key: string;
  /** Bytes, as listed. */
  size: number;
  etag: string;
  /** What recognises the object wherever it lies; unknown until its bytes were read. */
  identity?: string;
  sha256?: string;
  /** `granted` a new plan, `replayed` an unfinished one, or `duplicate` of what was stored before. */
  plan?: 'granted' | 'replayed' | 'duplicate';
  planId?: Plan['id'];
  /** How many times the object was read: again when its plan or the store changed meanwhile. */
  attempts: number;
  records?: number;
  parts?: number;
  /** Points acknowledged by InfluxDB, and the blocks of lines they were written in. */
  points?: number;
  batches?: number;
  /** Milliseconds spent in each stage, waiting included; `read` includes decoding and the rollup. */
  readonly ms: Partial<Record<Stage, number>>;
  /** An {@link ObjectOutcome}'s state, or `not-read` where S3 did not give the object. */
  outcome?: ObjectOutcome['state'] | 'not-read';
  reason?: string;
  message?: string;
  /** What kept a stage from its end, or was not expected. */
  err?: unknown;
  /** Whether the object is gone from its bucket; a file is never deleted. */
  deleted: boolean;
  /** Whether it is stored and stays, since deletion is on hold. */
  held?: boolean;
}

/** Takes the log entry of each object once it left the pipeline. */
export type OnLogEntry = (entry: ObjectLogEntry) => void;

const NEWLINE = 0x0a;

/** Gathers the {@link ObjectLogEntry} of one object; without a listener it only runs the work it is given. */
export class ObjectTrace {
  private readonly entry: ObjectLogEntry;

  constructor(
    { key, size, etag }: Pick<ObjectLogEntry, 'key' | 'size' | 'etag'>,
    source: string,
    private readonly onLogEntry: OnLogEntry | undefined
  ) {
    this.entry = { source, key, size, etag, attempts: 0, ms: {}, deleted: false };
  }

  /** Runs the work of a stage and adds its time to that stage's. */
  async time<T>(stage: Stage, work: () => Promise<T>): Promise<T> {
    const started = clock.elapsed();
    try {
      return await work();
    } catch (error) {
      this.note({ err: error });
      throw error;
    } finally {
      const { ms } = this.entry;
      ms[stage] = (ms[stage] ?? 0) + clock.elapsed() - started;
    }
  }

  /** Adds what became known. */
  note(known: Partial<Omit<ObjectLogEntry, 'ms'>>): void {
    Object.assign(this.entry, known);
  }

  /** What a plan is to this object. */
  notePlan(plan: ObjectLogEntry['plan'], { id, identity, sha256 }: Plan): void {
    this.note({ plan, planId: id, identity, sha256 });
  }

  noteOutcome({ state, reason, message, cause }: ObjectOutcome): void {
    this.note({ outcome: state, reason, message });
    if (cause) {
      this.note({ err: cause });
    }
  }

  /** The object is read, for the first time or again: the counts of points begin at 0. */
  beginAttempt(): void {
    this.entry.attempts++;
    delete this.entry.points;
    delete this.entry.batches;
  }

  /** Counts a block of lines that was written. */
  wrote(lines: Uint8Array): void {
    if (this.onLogEntry) {
      let points = 0;
      for (let at = lines.indexOf(NEWLINE); at >= 0; at = lines.indexOf(NEWLINE, at + 1)) {
        points++;
      }
      this.entry.points = (this.entry.points ?? 0) + points;
      this.entry.batches = (this.entry.batches ?? 0) + 1;
    }
  }

  /** The object left the pipeline. */
  end(): void {
    const { entry } = this;
    const ms = Object.fromEntries(Object.entries(entry.ms).map(([stage, time]) => [stage, Math.round(time)]));
    this.onLogEntry?.({ ...entry, ms });
  }
}
