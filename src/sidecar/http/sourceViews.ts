import type { SourceStatus, SourceView } from '../../contract/sources';
import { shownAccess } from '../registry/access';
import { TAKEN_AWAY, type LedgerCount } from '../registry/ledger';
import type { StoredSource } from '../registry/sources';
import type { Resource, Standing } from './api';

/** Why a source fails, for those who may not know its bucket; by AWS's error codes. */
const PROBLEMS: Readonly<Record<string, string>> = {
  NoSuchBucket: 'Its bucket does not exist.',
  PermanentRedirect: 'Its bucket is in another region.',
  AuthorizationHeaderMalformed: 'Its bucket is in another region.',
  AccessDenied: 'AWS denies access to its bucket.',
  InvalidAccessKeyId: 'AWS does not know its access key.',
  SecretNotOpened: 'The secret of its access key cannot be opened.',
  ERR_INVALID_URL: 'Its endpoint is no URL.',
  EndpointError: 'Its endpoint is no URL.',
  SignatureDoesNotMatch: 'The secret of its access key is wrong.',
  CredentialsProviderError: 'The sidecar has no AWS credentials.',
  ExpiredToken: 'The AWS session of the sidecar has expired.',
  RequestTimeTooSkewed: 'The clock of the sidecar is wrong.',
  ClockDiffers: 'The clocks of the sidecar and of S3 differ by more than five minutes.',
  NotS3: 'What answers in the place of its bucket is no S3.',
  EndlessListing: 'The listing of its bucket does not come to its end.',
  ECONNREFUSED: 'AWS does not answer.',
  ENOTFOUND: 'AWS does not answer.',
  ETIMEDOUT: 'AWS does not answer.',
  TimeoutError: 'AWS does not answer.',
  'sqs:unread': 'Its queue has messages that are no notifications of its bucket.',
};
/** What a queue's errors come to: the listing does without it. */
const QUEUE_FAILS = 'Its SQS queue cannot be read, so the bucket is listed instead.';

/** What any viewer may know of a source. */
export function statusOf(
  { id, name, enabled, lastObject, lastRun, lastError, lastErrorCode }: StoredSource,
  counts: readonly LedgerCount[],
  standing: Standing | undefined,
  now: number
): SourceStatus {
  const isFailing = lastError !== undefined;
  return {
    ...{ id, name, enabled, lastObject, lastRun },
    state: !enabled ? 'disabled' : isFailing ? 'failing' : lastRun === undefined ? 'new' : 'collecting',
    problem: isFailing ? problemOf(lastErrorCode) : undefined,
    backlog: standing?.backlog,
    oldestAge: standing && ageOf(standing, now),
    lag: standing?.lag,
    completeUntil: standing?.completeUntil,
    ignoredEvents: standing?.ignoredEvents,
    objects: counts.map(({ state, reason, objects }) => ({ state, reason, objects })),
  };
}

/** Seconds that the oldest object waits; 0 when none does. */
export function ageOf({ oldest }: Standing, now: number): number {
  return oldest === undefined ? 0 : Math.max(0, now - oldest);
}

function problemOf(code: string | undefined): string {
  if (code === undefined) {
    return 'Some of its objects could not be read or deleted.';
  }
  const other = code.startsWith('sqs:') ? QUEUE_FAILS : 'It could not be looked through: an administrator sees why.';
  return PROBLEMS[code] ?? other;
}

/** What administrators see of a source: all but its secret. */
export async function viewOf(source: StoredSource, { registry, collector, now }: Resource): Promise<SourceView> {
  const { bucket, prefix, region, endpoint, pathStyle, pollSeconds, objectsInFlight, queueUrl } = source;
  const { created, version, lastError } = source;
  const counts = await registry.ledgerCounts(source.id);
  return {
    ...statusOf(source, counts, collector.standing(source.id), now()),
    ...{ bucket, prefix, region, endpoint, pathStyle, pollSeconds, objectsInFlight, queueUrl },
    ...{ created, version, lastError },
    ...shownAccess(source.access),
    collector: collector.name,
    exporters: await registry.sourceExporters(source.id),
    left: counts.flatMap(({ message, ...count }) =>
      message === undefined || TAKEN_AWAY.includes(count.state) ? [] : [{ ...count, message }]
    ),
  };
}
