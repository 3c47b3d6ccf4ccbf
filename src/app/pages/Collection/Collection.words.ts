import { NOTHING_YET, WAITING } from '../../../reports/explanations';
import type { SourceStatus } from '../../../contract/sources';

const NOTHING_TAKEN = 'Objects were found, and none of them could be collected.';

/** Why a source is in its state, or what to expect of it; nothing where all is as it should be. */
export function stateReason({
  state,
  problem,
  lastObject,
  backlog = 0,
  objects: seen,
}: SourceStatus): string | undefined {
  switch (state) {
    case 'disabled':
      return 'Nothing is collected from it until an administrator enables it.';
    case 'new':
      return lastObject !== undefined || backlog > 0 || seen.length > 0
        ? 'Enabled, and its first look is still under way.'
        : 'Enabled, and not looked through yet. First data takes 10 to 15 minutes.';
    case 'collecting':
      // What is said of objects that were seen stands below.
      if (lastObject !== undefined) {
        return undefined;
      }
      return backlog > 0 ? WAITING : seen.length > 0 ? NOTHING_TAKEN : NOTHING_YET;
    case 'failing':
      return problem;
  }
}

const OBJECT_STATES: Readonly<Record<string, string>> = {
  stored: 'Collected, about to be deleted from the bucket',
  deleted: 'Collected, then deleted from the bucket',
  'not-collected': 'Left in the bucket',
  quarantined: 'In quarantine',
  refused: 'Not collected yet, tried again with the next look',
  'not-read': 'Could not be read, tried again with the next look',
  gone: 'Taken out of the bucket by somebody else',
  discarded: 'Deleted from the bucket uncounted, because an administrator said so',
};

/** What became of an object. A newer sidecar may know states that this plugin does not. */
export function objectState(state: string): string {
  return OBJECT_STATES[state] ?? state;
}

const RECREATE = 'The format of a flow log cannot be changed: recreate it with that field.';
const NO_REPORTS = 'there are no reports of them yet: deliver them to another bucket.';

/** Why objects were left where they are, in words that name none of them. The slugs are those of docs/collection.md. */
const REASONS: Readonly<Record<string, string>> = {
  'log-status-missing': `Their flow log lacks log-status. ${RECREATE}`,
  'time-missing': `Their flow log has neither start nor end. ${RECREATE}`,
  'interface-missing': `Their flow log has neither interface-id nor resource-id. ${RECREATE}`,
  'transit-gateway': `These are Transit Gateway flow logs, and ${NO_REPORTS}`,
  'cloud-wan': `These are Cloud WAN flow logs, and ${NO_REPORTS}`,
  'no-header': 'They do not begin with the names of fields, as exports from CloudWatch Logs do not.',
  'parquet-codec': 'Parquet, packed in a way that AWS does not use and that is not read.',
  'parquet-type': 'Parquet with columns of types that no flow log of AWS has, such as timestamps.',
  'corrupt-gzip': 'Damaged, or cut off.',
  'corrupt-parquet': 'Damaged, or cut off.',
  'not-gzip': 'Not gzip, although their names say so.',
  empty: 'Empty.',
  expired: 'Older than the 395 days that Flowscope keeps.',
  unreadable: 'Too many of their records could not be read.',
  'second-layout': 'Several flow logs in one object, of different fields.',
  'too-many-parts': 'They span more time than any flow log does.',
  'too-many-interfaces': 'They name more interfaces than any flow log does.',
  conflict: 'Other objects of the same names were collected before.',
  'series-limit': 'InfluxDB refuses new series: its limits must be raised.',
  refused: 'InfluxDB would not take them.',
  'temporary-files': 'The disk for temporary files is full or cannot be written.',
  'plan-changed': 'Something else changed while they were read.',
  'rules-version': 'Another version of Flowscope began to collect them.',
  'not-decoded': 'This version of Flowscope could not read them.',
  'store-lost': 'The database that had them was dropped: they are collected again.',
  retry: 'Taken out of quarantine by an administrator.',
  'expired-points': 'InfluxDB dropped some of it as older than it keeps data.',
  AccessDenied: 'AWS denies that they are read.',
  NotAsListed: 'S3 did not give them as it had listed them.',
  ListedNotFound: 'S3 lists them, and says that they are not there.',
  ListedNotMatching: 'S3 lists them, and says that they have changed.',
  Overwritten: 'Overwritten while they were being collected.',
};

/** Why, in words; a reason that only a newer sidecar knows as it names it. */
export function reasonText(reason: string): string {
  return REASONS[reason] ?? `${reason}.`;
}
