import { overlapText, SUMS_DOUBLED } from '../../reports/flowLogs';
import { REPORTS } from '../../reports/reports';
import { formatCounted } from '../../reports/units';
import { headerVersion } from '../records/header';
import { originOf } from '../records/objectName';
import { AwsError } from '../aws/errors';
import { failedOutcome, notChecked, type Outcome } from './checkFaults';
import type { CheckRun, Head } from './checkRun';

type Note = NonNullable<Outcome['notes']>[number];

const NOTHING = notChecked('there is no flow log to read yet');

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
    return failedOutcome((error as Error).cause ?? error, run.at('s3:GetObject', object.key));
  }
}

/** Fields without which something is missing, and what. */
const RECOMMENDED: ReadonlyArray<readonly [field: string, message: string]> = [
  ['vpc-id', 'vpc-id missing: each interface counts as its own exporter, unless EC2 names its VPC'],
  ['flow-direction', 'flow-direction missing: In and Out only where EC2 says whose the addresses are'],
];

/** An object's beginning, and the flow log it is of. */
type SampleHead = Head & { readonly key: string; readonly origin: string };

/** Whether what each flow log delivered last can be collected, and what its header lacks. */
export async function checkFormat(run: CheckRun): Promise<Outcome> {
  const { newest, origins } = await run.found();
  const samples: SampleHead[] = [];
  const notes: Note[] = [];
  for (const object of newest) {
    try {
      const body = await run.bucket.open(object);
      if (body) {
        samples.push({ ...(await run.tools.readHead(body)), key: object.key, origin: originOf(object.key) });
      }
    } catch (error) {
      if (error instanceof AwsError) {
        return failedOutcome(error.cause ?? error, run.at('s3:GetObject', object.key));
      }
      notes.push({ state: 'warn', message: `${object.key}: ${(error as Error).message} It will be quarantined.` });
    }
  }
  if (samples.length === 0) {
    return notes.length > 0 ? { state: 'fail', message: 'The newest objects are damaged', notes } : NOTHING;
  }
  const good = samples.filter(({ refusal }) => refusal === undefined);
  if (good.length === 0) {
    return { state: 'fail', ...refusalWords(samples[0]), notes };
  }
  const unreadable = good.find(isUnreadable);
  if (unreadable && good.every(({ readable }) => readable === 0)) {
    return { state: 'fail', ...unreadableWords(unreadable), notes };
  }
  const addNotes = (more: readonly Note[]) => more.forEach((note) => notes.push(note));
  addNotes(perOrigin(samples, (sample) => sample.refusal && refusalWords(sample, 'it').message));
  addNotes(perOrigin(good, (sample) => (isUnreadable(sample) ? unreadableWords(sample).message : undefined)));
  for (const [field, message] of RECOMMENDED) {
    const lacks = ({ header }: SampleHead) => !header!.columns.includes(field);
    addNotes(
      good.every(lacks)
        ? [{ state: 'warn', message }]
        : perOrigin(good, (sample) => (lacks(sample) ? message : undefined))
    );
  }
  const overlaps = await run.tools.compare(good.map(({ header, ...head }) => ({ ...head, columns: header!.columns })));
  addNotes(overlaps.map((overlap) => ({ state: 'warn', message: `${SUMS_DOUBLED}. ${overlapText(overlap)}` })));
  if (good.some(({ hasLongSpans }) => hasLongSpans)) {
    const message =
      '10-minute aggregation: figures come later and are spread over each ten minutes; choose 1 minute for detail';
    notes.push({ state: 'note', message });
  }
  if (origins > newest.length) {
    notes.push({ state: 'note', message: `Looked at ${newest.length} of ${origins} flow logs` });
  }
  const { header } = good[0];
  notes.push({ state: 'note', message: fedReports(header!.columns) });
  return {
    state: notes.some(({ state }) => state === 'warn') ? 'warn' : 'pass',
    message: `Version ${headerVersion(header!)}, ${formatCounted(header!.columns.length, 'field')}`,
    notes,
  };
}

/** What is to be said of samples, once for each flow log. */
function perOrigin(samples: readonly SampleHead[], words: (sample: SampleHead) => string | undefined): Note[] {
  const said = samples.flatMap((sample) => {
    const message = words(sample);
    return message === undefined ? [] : [`${sample.origin}: ${message}`];
  });
  return [...new Set(said)].map((message) => ({ state: 'warn', message }));
}

function refusalWords({ refusal }: Head, named?: 'it'): Omit<Outcome, 'state'> {
  const { reason, message } = refusal!;
  const what = named ? 'it with the field' : 'the flow log with it';
  return reason === 'log-status-missing'
    ? { message: `log-status missing: will not be collected. Recreate ${what}`, fix: { text: message } }
    : { message };
}

/** Whether none of the first records of an object can be read, although there are some. */
function isUnreadable({ readable, unreadable }: Head): boolean {
  return readable === 0 && unreadable !== undefined;
}

function unreadableWords({ unreadable }: Head): Omit<Outcome, 'state'> {
  const { records, line, problem } = unreadable!;
  return {
    message: `None of its first ${formatCounted(records, 'record')} can be read: "${line}". ${problem}`,
    fix: {
      text:
        'Such objects are not collected: they stay in the bucket, in quarantine. See what writes them: AWS writes times in ' +
        'seconds, one record a line, with a space between the fields that the header names.',
    },
  };
}

/** Which reports these fields feed. */
function fedReports(columns: readonly string[]): string {
  const isFed = ({ requiredFields }: (typeof REPORTS)[number]) =>
    requiredFields.every((field) => columns.includes(field));
  const fed = REPORTS.filter(isFed);
  const missing = REPORTS.filter((report) => !isFed(report)).map(
    ({ title, requiredFields }) =>
      `${title} (needs ${requiredFields.filter((field) => !columns.includes(field)).join(', ')})`
  );
  return missing.length === 0
    ? `Feeds all ${fed.length} reports`
    : `Feeds ${fed.length} of ${REPORTS.length} reports; not ${missing.join(', ')}`;
}
