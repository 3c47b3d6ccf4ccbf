import { REPORTS } from '../../reports/reports';
import { headerVersion } from '../records/header';
import { AwsError } from './errors';
import { faultOf, type Outcome } from './checkFaults';
import type { CheckRun, Head } from './checkRun';

type Note = NonNullable<Outcome['notes']>[number];

const NOTHING: Outcome = { state: 'not-checked', message: 'Not checked: there is no flow log to read yet' };

/** Whether the newest object can be read: its first bytes. */
export async function checkRead(run: CheckRun): Promise<Outcome> {
  const [object] = (await run.found()).newest;
  if (!object) {
    return NOTHING;
  }
  try {
    for await (const _chunk of (await run.bucket.open(object)) ?? []) {
      break;
    }
    return { state: 'pass', message: 's3:GetObject allowed' };
  } catch (error) {
    return faultOf((error as Error).cause ?? error, run.at('s3:GetObject'));
  }
}

/** Fields without which something is missing, and what. */
const RECOMMENDED: ReadonlyArray<readonly [field: string, message: string]> = [
  ['vpc-id', 'vpc-id missing: more exporters'],
  ['flow-direction', 'flow-direction missing: no In and Out'],
];

/** Whether the newest five can be collected, and what their headers lack. */
export async function checkFormat(run: CheckRun): Promise<Outcome> {
  const heads: Head[] = [];
  const notes: Note[] = [];
  for (const object of (await run.found()).newest) {
    try {
      const body = await run.bucket.open(object);
      if (body) {
        heads.push(await run.tools.readHead(body));
      }
    } catch (error) {
      if (error instanceof AwsError) {
        return faultOf(error.cause, run.at('s3:GetObject'));
      }
      notes.push({ state: 'warn', message: `${object.key}: ${(error as Error).message} It will be quarantined.` });
    }
  }
  if (heads.length === 0) {
    return notes.length > 0 ? { state: 'fail', message: 'The newest objects are damaged', notes } : NOTHING;
  }
  const refused = heads.filter(({ refusal }) => refusal !== undefined);
  if (refused.length === heads.length) {
    return { state: 'fail', ...refusalWords(refused[0]), notes };
  }
  if (refused.length > 0) {
    notes.push({ state: 'warn', message: `${refused.length} of ${heads.length}: ${refusalWords(refused[0]).message}` });
  }
  const good = heads.filter(({ refusal }) => refusal === undefined);
  for (const [field, message] of RECOMMENDED) {
    const without = good.filter(({ header }) => !header!.columns.includes(field));
    if (without.length > 0) {
      notes.push({
        state: 'warn',
        message: without.length < good.length ? `${without.length} of ${good.length}: ${message}` : message,
      });
    }
  }
  if (good.some(({ hasLongSpans }) => hasLongSpans)) {
    const message =
      '10-minute aggregation: figures come later and are spread over each ten minutes; choose 1 minute for detail';
    notes.push({ state: 'note', message });
  }
  const { header } = good[0];
  notes.push({ state: 'note', message: fedReports(header!.columns) });
  return {
    state: notes.some(({ state }) => state === 'warn') ? 'warn' : 'pass',
    message: `Version ${headerVersion(header!)}, ${header!.columns.length} fields`,
    notes,
  };
}

function refusalWords({ refusal }: Head): Omit<Outcome, 'state'> {
  const { reason, message } = refusal!;
  return reason === 'log-status-missing'
    ? { message: 'log-status missing: will not be collected. Recreate the flow log with it', fix: { text: message } }
    : { message };
}

/** Which reports these fields feed. */
function fedReports(columns: readonly string[]): string {
  const isFed = ({ needs }: (typeof REPORTS)[number]) => needs.every((field) => columns.includes(field));
  const fed = REPORTS.filter(isFed);
  const missing = REPORTS.filter((report) => !isFed(report)).map(
    ({ title, needs }) => `${title} (needs ${needs.filter((field) => !columns.includes(field)).join(', ')})`
  );
  return missing.length === 0
    ? `Feeds all ${fed.length} reports`
    : `Feeds ${fed.length} of ${REPORTS.length} reports; not ${missing.join(', ')}`;
}
