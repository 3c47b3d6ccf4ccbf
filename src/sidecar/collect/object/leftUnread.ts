import type { ObjectRef } from '../../aws/bucket';
import { AwsError } from '../../aws/errors';
import { ARCHIVED } from '../../aws/errorCodes';
import { hasOtherEnding } from '../../records/objectName';
import { otherLogsByKey, otherLogsMessage } from '../../records/otherLogs';
import type { ObjectOutcome } from './object';
import type { KnownObject } from './objectLedger';

/**
 * Storage classes whose objects S3 gives only after a restore. Objects of Intelligent-Tiering may be archived without a listing that
 * says so. Source: "GetObject", S3 API reference, `InvalidObjectState`.
 */
const ARCHIVE_CLASSES: ReadonlySet<string | undefined> = new Set(['GLACIER', 'DEEP_ARCHIVE']);

const left = (reason: string, message: string): ObjectOutcome => ({ state: 'not-collected', reason, message });

const LEFT_ARCHIVED = left('archived', `It ${ARCHIVED}`);
const LEFT_OTHER_ENDING = left(
  'other-ending',
  'It is called as AWS calls flow logs, but for the ending: AWS delivers .log.gz and .log.parquet. Something else wrote or ' +
    'repacked it: write it again as AWS does, or let the flow log deliver to S3 itself.'
);

/** What becomes of an object that is not asked for: its key or its storage class says enough. Undefined for any other. */
export function outcomeWithoutReading({ key, storageClass }: Pick<ObjectRef, 'key' | 'storageClass'>) {
  const other = otherLogsByKey(key);
  if (other !== undefined) {
    return left('other-logs', otherLogsMessage(other));
  }
  if (hasOtherEnding(key)) {
    return LEFT_OTHER_ENDING;
  }
  return ARCHIVE_CLASSES.has(storageClass) ? LEFT_ARCHIVED : undefined;
}

/** What becomes of an object that only reading shows to be archived. Throws any other error. */
export function outcomeIfFoundArchived(error: unknown): ObjectOutcome {
  if (error instanceof AwsError && error.code === 'InvalidObjectState') {
    return LEFT_ARCHIVED;
  }
  throw error;
}

/** Whether an object that was left as archived lies now where S3 gives it. */
export function isBackFromArchive(known: KnownObject, { storageClass }: Pick<ObjectRef, 'storageClass'>): boolean {
  return known?.reason === LEFT_ARCHIVED.reason && storageClass !== undefined && !ARCHIVE_CLASSES.has(storageClass);
}
