import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { CHECKS, type CheckId, type CheckResult, type CheckState } from '../../contract/checks';
import { overlapWarning } from '../../contract/overlap';
import { olderObjects } from '../../reports/olderObjects';
import { formatCounted } from '../../reports/units';
import { RETENTION_DAYS } from '../rollup/terms';
import { roleDenied } from '../aws/errorCodes';
import { failedOutcome, isCode, isDenied, notChecked, type Outcome } from './checkFaults';
import { networkNotes } from './checkNetwork';
import { checkFormat, checkRead } from './checkObjects';
import { checkQueue } from './checkQueue';
import { checkRegion } from './checkRegion';
import { CheckRun, type CheckTools } from './checkRun';
import { isTooFarOff, MAX_CLOCK_DIFFERENCE } from '../aws/storeClock';

/** Seconds: beyond this it will not stay small. */
const SKEW_TO_MIND = 60;
const CLOCK_FIX = { text: "Set the clock of the sidecar's machine right (NTP), or the store's if that is wrong." };

const PREFIX_FIX = {
  text: 'Set the prefix so that it leaves other logs out, as AWSLogs/123456789012/vpcflowlogs does.',
  field: 'prefix',
};

interface Check {
  /** What must not have failed: otherwise this one would only repeat it. */
  readonly needs: readonly CheckId[];
  readonly check: (run: CheckRun) => Promise<Outcome> | Outcome;
}

const pass = (message: string): Outcome => ({ state: 'pass', message });

/** Each of {@link CHECKS}. None changes an object. */
const TABLE: Readonly<Record<CheckId, Check>> = {
  collector: {
    needs: [],
    check: checkCollector,
  },
  credentials: { needs: [], check: checkCredentials },
  clock: { needs: [], check: checkClock },
  region: {
    needs: ['credentials'],
    check: (run) => checkRegion(run.location, run.at('s3:GetBucketLocation')),
  },
  list: { needs: ['credentials', 'region'], check: checkList },
  objects: { needs: ['credentials', 'region', 'list'], check: checkObjects },
  read: { needs: ['credentials', 'region', 'list'], check: checkRead },
  format: { needs: ['credentials', 'region', 'list', 'read'], check: checkFormat },
  delete: { needs: ['credentials', 'region'], check: checkDelete },
  versioning: { needs: ['credentials', 'region'], check: checkVersioning },
  overlap: { needs: [], check: checkOverlap },
  sqs: { needs: ['credentials'], check: checkQueue },
  store: { needs: [], check: checkStore },
};

/** Tests a source: one row after the other, each as soon as it is known. */
export async function* runChecks(tools: CheckTools): AsyncGenerator<CheckResult> {
  const run = new CheckRun(tools);
  const states = new Map<CheckId, CheckState>();
  for (const { id, title } of CHECKS) {
    const { needs, check } = TABLE[id];
    const failed = CHECKS.find((other) => needs.includes(other.id) && states.get(other.id) === 'fail');
    const outcome = failed ? notChecked(`first ${failed.title} must pass`) : await check(run);
    states.set(id, outcome.state);
    yield { id, title, ...outcome };
  }
}

/** Says how AWS and InfluxDB are reached from there, too; whether they are, the other rows find out. */
async function checkCollector({ tools, source }: CheckRun): Promise<Outcome> {
  const { collector, s3, storeUrl } = tools;
  const message = `Collector ${collector.name} answers, version ${collector.version}`;
  const notes = await networkNotes(s3, source.bucket, storeUrl);
  return notes.length === 0
    ? pass(message)
    : { state: notes.some(({ state }) => state === 'warn') ? 'warn' : 'pass', message, notes };
}

async function checkCredentials(run: CheckRun): Promise<Outcome> {
  const { source, tools } = run;
  if (tools.signInProblem !== undefined) {
    return {
      state: 'fail',
      message: tools.signInProblem,
      fix: {
        text: 'Enter the secret access key again, or bring back the key it was sealed under.',
        field: 'secretAccessKey',
      },
    };
  }
  if (source.endpoint !== undefined) {
    return notChecked('who one is can be asked of AWS only, and this source has an endpoint of its own');
  }
  try {
    const { Arn } = await tools.sts.send(new GetCallerIdentityCommand({}));
    return { ...pass(`Signed in as ${Arn}`), signedInAs: Arn };
  } catch (error) {
    // Who one is may always be asked: what is denied is taking on the role.
    if (isDenied(error) && source.roleArn !== undefined) {
      return { state: 'fail', ...roleDenied(source.roleArn) };
    }
    if (isCode(error, 'ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', 'TimeoutError', 'ERR_PROXY_TUNNEL')) {
      return { ...failedOutcome(error, run.at('sts:GetCallerIdentity')), state: 'warn' };
    }
    return failedOutcome(error, run.at('sts:GetCallerIdentity'));
  }
}

/** Whether collecting would go on: see `Bucket.checkClock`. */
async function checkClock(run: CheckRun): Promise<Outcome> {
  const { tools, bucket, source } = run;
  if (tools.signInProblem !== undefined) {
    return notChecked('first Credentials must pass');
  }
  await run.location().catch(() => undefined);
  if (!run.hasAnswered) {
    return notChecked('AWS did not answer');
  }
  try {
    if (bucket.clock.heard > 0) {
      // The newest of all is among them; whether they can be listed is for other rows to say.
      const found = await run.found().catch(() => undefined);
      await bucket.checkClock(() => Math.floor(tools.now() / 1000), source.prefix, found?.newest);
    }
  } catch (error) {
    return { state: 'fail', message: (error as Error).message, fix: CLOCK_FIX };
  }
  const { skew } = run;
  if (skew === undefined) {
    return notChecked(
      "no answer names its time (Date): collecting goes by the times of the objects alone, so keep this machine's clock right (NTP)"
    );
  }
  const off = Math.abs(skew);
  const message = `${off} s off; collecting stops beyond ${MAX_CLOCK_DIFFERENCE} s`;
  if (off > SKEW_TO_MIND) {
    return { state: isTooFarOff(skew) ? 'fail' : 'warn', message, fix: CLOCK_FIX };
  }
  return pass(off < 2 ? 'Right to the second' : message);
}

async function checkList(run: CheckRun): Promise<Outcome> {
  const { bucket, prefix } = run.source;
  try {
    await run.bucket.list(prefix);
    return pass(`s3:ListBucket allowed on ${prefix || bucket}`);
  } catch (error) {
    return failedOutcome((error as Error).cause ?? error, run.at('s3:ListBucket'));
  }
}

async function checkObjects(run: CheckRun): Promise<Outcome> {
  try {
    const { flowLogs, isAll, older, accounts, other, otherLogs } = await run.found();
    const others = otherLogs.map((of) => `logs of ${of}`);
    if (flowLogs > 0) {
      const owners = accounts.length > 0 ? ` from ${accounts.join(', ')}` : '';
      const message = `${isAll ? '' : 'At least '}${formatCounted(flowLogs, 'flow-log object')}${owners}`;
      const remark = olderObjects({ listed: flowLogs, isAll, older, keptDays: RETENTION_DAYS });
      const remarks = [
        ...(remark === undefined ? [] : [remark]),
        ...(others.length === 0
          ? []
          : [`Here are ${others.join(', ')}, too: they are left in place, and slow listing down`]),
      ];
      return remarks.length === 0
        ? pass(message)
        : {
            state: 'warn',
            message,
            notes: remarks.map((text) => ({ state: 'warn', message: text })),
            ...(others.length > 0 && { fix: PREFIX_FIX }),
          };
    }
    const found = [...others, ...other].join(', ') || undefined;
    return {
      state: 'warn',
      message: `Readable, but no flow logs here; ${found ? `found ${found}` : 'nothing is here yet'}. Check the prefix`,
      ...(found === undefined && { isEmpty: true }),
      fix:
        others.length > 0
          ? PREFIX_FIX
          : {
              text: 'A new flow log delivers after 10 to 15 minutes. The prefix is the folder above AWSLogs/.',
              field: 'prefix',
            },
    };
  } catch (error) {
    return failedOutcome((error as Error).cause ?? error, run.at('s3:ListBucket'));
  }
}

async function checkDelete(run: CheckRun): Promise<Outcome> {
  const { bucket, prefix } = run.source;
  try {
    // There, even a key that does not exist would get a delete marker.
    if (await run.isVersioned()) {
      return notChecked('the bucket is versioned');
    }
  } catch {
    return notChecked('whether the bucket is versioned is not known, see the next row');
  }
  try {
    const { why } = await run.bucket.tryDeletion(prefix);
    return {
      ...pass(`s3:DeleteObject allowed on ${prefix || bucket}`),
      ...(why && { notes: [{ state: 'note', message: `A request for each object that is deleted, since ${why}` }] }),
    };
  } catch (error) {
    const cause = (error as Error).cause ?? error;
    const outcome = failedOutcome(cause, run.at('s3:DeleteObject'));
    // Collecting goes on without deletion.
    return isCode(cause, 'AnyVersionDeleted') ? { ...outcome, state: 'warn' } : outcome;
  }
}

async function checkVersioning(run: CheckRun): Promise<Outcome> {
  try {
    if (await run.isLocked()) {
      return {
        state: 'fail',
        message: 'Object Lock will refuse deletion',
        fix: { text: 'Deliver flow logs to a bucket without Object Lock.', field: 'bucket' },
      };
    }
  } catch (error) {
    return unknowable(run, error, 's3:GetBucketObjectLockConfiguration');
  }
  try {
    if (await run.isVersioned()) {
      return {
        state: 'warn',
        message: 'Versioned: deleted data keeps costing',
        fix: { text: 'Add a lifecycle rule that expires noncurrent versions after a day.' },
      };
    }
    return pass('Neither versioned nor locked');
  } catch (error) {
    return unknowable(run, error, 's3:GetBucketVersioning');
  }
}

/** Stores that are not AWS may lack these calls; that is no fault of the source. */
function unknowable(run: CheckRun, error: unknown, action: string): Outcome {
  if (isCode(error, 'NoSuchBucket')) {
    return notChecked('the bucket does not exist, see List');
  }
  return isCode(error, 'NotImplemented', 'MethodNotAllowed')
    ? notChecked(`this store does not answer ${action}`)
    : { ...failedOutcome(error, run.at(action)), state: 'warn' };
}

async function checkOverlap({ tools }: CheckRun): Promise<Outcome> {
  const others = await tools.overlaps();
  return others.length === 0 ? pass('No other source reads this') : { state: 'warn', message: overlapWarning(others) };
}

async function checkStore({ tools }: CheckRun): Promise<Outcome> {
  try {
    const warnings = await tools.tryStore();
    const notes = warnings.map((message) => ({ state: 'warn' as const, message }));
    return notes.length > 0
      ? { state: 'warn', message: 'InfluxDB accepts writes, but will refuse data', notes }
      : pass('InfluxDB accepts writes');
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { state: 'fail', message, fix: { text: 'See that InfluxDB runs and that its user may write.' } };
  }
}
