import { NOTHING_YET, WAITING } from '../../../reports/explanations';
import type { SourceStatus } from '../../../contract/sources';

const NOTHING_TAKEN = 'Objects were found, and none of them could be collected.';

/** Why a source is in its state, or what to expect; undefined when all is well. */
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
        ? 'Enabled; the first scan is still running.'
        : 'Enabled, but not scanned yet. First data takes 10 to 15 minutes.';
    case 'collecting':
      // Seen objects are listed below.
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
  refused: 'Not collected yet; tried again with the next scan',
  'not-read': 'Could not be read; tried again with the next scan',
  gone: 'Deleted from the bucket by somebody else',
  discarded: 'Deleted from the bucket without being counted, by an administrator',
};

/** State of an object in words. States that only a newer sidecar knows are shown as they are. */
export function objectState(state: string): string {
  return OBJECT_STATES[state] ?? state;
}

const RECREATE = 'The format of a flow log cannot be changed: recreate it with that field.';
const NO_REPORTS = 'there are no reports of them yet: deliver them to another bucket.';

/** Why objects were not counted, without naming any of them. The reasons are those of docs/collection.md. */
const REASONS: Readonly<Record<string, string>> = {
  'log-status-missing': `Their flow log lacks log-status. ${RECREATE}`,
  'time-missing': `Their flow log has neither start nor end. ${RECREATE}`,
  'interface-missing': `Their flow log has neither interface-id nor resource-id. ${RECREATE}`,
  'transit-gateway': `These are Transit Gateway flow logs, and ${NO_REPORTS}`,
  'cloud-wan': `These are Cloud WAN flow logs, and ${NO_REPORTS}`,
  'no-header': 'They do not begin with a header line; exports from CloudWatch Logs have none.',
  'parquet-codec': 'Parquet with a compression that AWS does not use and Flowscope cannot read.',
  'parquet-type': 'Parquet with columns of types that no flow log of AWS has, such as timestamps.',
  'other-logs': 'Other logs of AWS, such as those of CloudTrail: an administrator must set the prefix.',
  'other-ending': 'Called as flow logs are, but for the ending: something else wrote them.',
  archived: 'Archived (S3 Glacier, or an archive tier of Intelligent-Tiering): S3 gives it only after a restore.',
  'corrupt-gzip': 'Damaged, or cut off.',
  'corrupt-parquet': 'Damaged, or cut off.',
  'not-gzip': 'Not gzip, although their names say so.',
  empty: 'Empty.',
  expired: 'Older than the 395 days that Flowscope keeps.',
  unreadable: 'Too many of their records could not be read.',
  'second-layout': 'Several flow logs with different fields in one object.',
  'too-many-parts': 'They span more time than a flow log can.',
  'too-many-interfaces': 'They name more interfaces than a flow log can.',
  conflict: 'Other content of the same file names was collected before: an administrator must compare them.',
  'unfinished-conflict':
    'Other content of the same file names was begun and never finished: these may be the only copies.',
  'owners-forgotten':
    'They were stored before, and whose addresses there were then is known no more: an administrator must decide.',
  'series-limit': 'InfluxDB refuses new series: its limits must be raised.',
  refused: 'InfluxDB refused them.',
  'temporary-files': 'The disk for temporary files is full or cannot be written.',
  'plan-changed': 'Something else changed while they were read.',
  'rules-version': 'Another version of Flowscope began to collect them.',
  'not-decoded': 'This version of Flowscope could not read them.',
  'store-lost': 'The database that had them was dropped: they are collected again.',
  retry: 'Taken out of quarantine by an administrator.',
  'expired-points': 'InfluxDB dropped some of their points as older than its retention.',
  AccessDenied: 'AWS denies access to them.',
  NotAsListed: 'S3 returned other contents than it had listed.',
  ListedNotFound: 'S3 lists them, but then says that they do not exist.',
  ListedNotMatching: 'S3 lists them, but then says that they have changed.',
  Overwritten: 'Overwritten while they were being collected.',
};

/** A reason in words. Reasons that only a newer sidecar knows are shown as they are. */
export function reasonText(reason: string): string {
  return REASONS[reason] ?? `${reason}.`;
}
