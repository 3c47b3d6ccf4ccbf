import type { ObjectRef } from '../aws/bucket';
import { AwsError } from '../aws/errors';

/** Failures with one cause come in a row: after this many, the rest of their folder waits for the next scan. */
const MAX_FAILURES_IN_A_ROW = 20;

/** What becomes of an object that could not be worked on; `error` where that was tried. */
export type OnPutOff = (object: ObjectRef, error?: AwsError) => Promise<void> | void;

/**
 * Leaves folders of a source alone in which every call to S3 fails. Objects of one account share a folder and often a cause
 * of failure (a KMS key, say): they must neither be tried by the thousand nor keep the rest of the source waiting.
 */
export class FolderCircuitBreaker {
  /** The first failure, in words; undefined when there was none. */
  firstFailure?: string;
  private readonly failuresInARow = new Map<string, number>();

  /** `isFatal`: whether an error concerns more than its object, and is thrown. */
  constructor(
    private readonly onPutOff: OnPutOff,
    private readonly isFatal: (error: AwsError) => boolean = () => false
  ) {}

  /**
   * Does some work with S3 for an object; undefined when it failed with an `AwsError`, or was not tried because its folder is
   * left alone. Throws every other failure.
   */
  async attempt<T>(object: ObjectRef, work: () => Promise<T>): Promise<T | undefined> {
    const folder = object.key.slice(0, object.key.lastIndexOf('/') + 1);
    const failures = this.failuresInARow.get(folder) ?? 0;
    if (failures >= MAX_FAILURES_IN_A_ROW) {
      await this.onPutOff(object);
      return undefined;
    }
    try {
      const result = await work();
      this.failuresInARow.delete(folder);
      return result;
    } catch (error) {
      if (!(error instanceof AwsError) || this.isFatal(error)) {
        throw error;
      }
      this.firstFailure ??= error.message;
      this.failuresInARow.set(folder, (this.failuresInARow.get(folder) ?? 0) + 1);
      await this.onPutOff(object, error);
      return undefined;
    }
  }
}
