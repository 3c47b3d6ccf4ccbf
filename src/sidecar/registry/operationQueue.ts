import type { DatabaseSync } from 'node:sqlite';
import { first, openDatabase, openReader } from './database';
import { isRead, runOperation, type Operation } from './operations';
import { toDataDirectoryError } from './dataDirectoryError';
import { closedError } from './errors';
import { clock } from '../util/clock';

/** An operation and whom to tell how it ended; `error` undefined when it went well. */
export interface Call extends Operation {
  readonly done: (error: unknown, result?: unknown) => void;
}

/**
 * Runs the operations on one data directory, in batches of those that came together. The writes of a batch share one
 * transaction: one flush to disk serves many objects in flight; one that throws is undone alone. Its reads run after them, so
 * that each sees the writes that came before it, on a read-only connection: SQLite's write-ahead log shows them the last state
 * that was committed, and neither waits for the other. That connection is opened with the first read.
 */
export class OperationQueue {
  private reader?: DatabaseSync;
  private waiting: Call[] = [];

  /**
   * `directory`: FLOWSCOPE_DATA_DIR, or `:memory:` for tests. `db`: its database, where that is open already. Throws as
   * {@link openDatabase} does.
   */
  constructor(
    private readonly directory: string,
    private readonly db: DatabaseSync = openDatabase(directory)
  ) {}

  /** Runs the operation once those that are running have ended. */
  submit(call: Call): void {
    if (this.waiting.push(call) === 1) {
      clock.soon(() => this.runBatch());
    }
  }

  /** Closes both connections; what is submitted from then on fails. */
  close(): void {
    this.reader?.close();
    this.db.close();
  }

  private runBatch(): void {
    const calls = this.waiting;
    this.waiting = [];
    if (!this.db.isOpen) {
      calls.forEach(({ done }) => done(closedError()));
      return;
    }
    const writes = calls.filter((call) => !isRead(call));
    if (writes.length > 0) {
      this.commit(writes);
    }
    calls.filter(isRead).forEach((call) => this.read(call));
  }

  private commit(calls: readonly Call[]): void {
    const answers: Array<() => void> = [];
    try {
      // At once: a transaction that began as a read could not become a write once another process had written.
      this.db.exec('BEGIN IMMEDIATE');
      for (const call of calls) {
        answers.push(calls.length > 1 ? this.writeApart(call) : this.write(call));
      }
      this.db.exec('COMMIT');
    } catch (error) {
      if (this.db.isTransaction) {
        this.db.exec('ROLLBACK');
      }
      const failure = toDataDirectoryError(this.directory, error);
      calls.forEach((call) => call.done(failure));
      return;
    }
    answers.forEach((answer) => answer());
  }

  /** Runs one write of a transaction; returns what is to be done once that is committed. */
  private write(call: Call): () => void {
    const result = runOperation(this.db, call);
    return () => call.done(undefined, result);
  }

  /** Runs one of several writes of a transaction, which does not fail with it. SQLite writes each page twice for that. */
  private writeApart(call: Call): () => void {
    this.db.exec('SAVEPOINT operation');
    try {
      const answer = this.write(call);
      this.db.exec('RELEASE operation');
      return answer;
    } catch (error) {
      if (toDataDirectoryError(this.directory, error) !== error) {
        // None of what waits can be kept: SQLite may have undone all of it already, which must not hide why.
        throw error;
      }
      this.db.exec('ROLLBACK TO operation; RELEASE operation');
      return () => call.done(error);
    }
  }

  private read(call: Call): void {
    let result: unknown;
    try {
      result = this.directory === ':memory:' ? this.readInMemory(call) : this.readFile(call);
    } catch (error) {
      call.done(toDataDirectoryError(this.directory, error));
      return;
    }
    call.done(undefined, result);
  }

  /** All queries of an operation see the same state. */
  private readFile(operation: Operation): unknown {
    const db = (this.reader ??= openReader(this.directory));
    db.exec('BEGIN');
    try {
      return runOperation(db, operation);
    } finally {
      if (db.isTransaction) {
        db.exec('COMMIT');
      }
    }
  }

  /**
   * A database in memory has one connection only. It refuses writes, too: afterwards, since forbidding them beforehand makes SQLite
   * compile every statement again.
   */
  private readInMemory(operation: Operation): unknown {
    const before = changesOf(this.db);
    this.db.exec('BEGIN');
    try {
      const result = runOperation(this.db, operation);
      if (changesOf(this.db) !== before) {
        throw new Error(`attempt to write a readonly database: ${operation.name} is no write`);
      }
      this.db.exec('COMMIT');
      return result;
    } finally {
      if (this.db.isTransaction) {
        this.db.exec('ROLLBACK');
      }
    }
  }
}

/** How many rows were ever changed. */
const changesOf = (db: DatabaseSync) => first<{ changes: number }>(db, 'SELECT total_changes() AS changes')!.changes;
