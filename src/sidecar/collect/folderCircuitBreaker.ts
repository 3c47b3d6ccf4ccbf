import type { AwsError } from '../aws/errors';

/** Failures with one cause come in a row: after so many, the rest of their folder waits for the next look. */
const MAX_IN_A_ROW = 20;

/**
 * Which folders of a source to leave alone for now. Objects of one account share a folder and often a cause of failure (a
 * KMS key, say): they must neither be tried by the thousand nor keep the rest of the source waiting.
 */
export class Failures {
  /** The first failure, in words. */
  first?: string;
  private readonly inARow = new Map<string, number>();

  /** Whether the folder of that key is left alone. */
  hasGivenUp(key: string): boolean {
    return (this.inARow.get(folderOf(key)) ?? 0) >= MAX_IN_A_ROW;
  }

  failed(key: string, error: AwsError): void {
    this.first ??= error.message;
    this.inARow.set(folderOf(key), (this.inARow.get(folderOf(key)) ?? 0) + 1);
  }

  succeeded(key: string): void {
    this.inARow.delete(folderOf(key));
  }
}

function folderOf(key: string): string {
  return key.slice(0, key.lastIndexOf('/') + 1);
}
