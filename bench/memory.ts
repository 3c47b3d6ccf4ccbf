import { join } from 'node:path';
import { readFile } from 'node:fs/promises';
import { formatCounted } from '../src/reports/units';
import {
  addSource,
  awsEnvironment,
  deployment,
  fillBucket,
  objectKey,
  pretendKeys,
  startS3Double,
  startStore,
} from './cloud';
import { MEASUREMENTS } from '../src/sidecar/rollup/measurements';
import { finishedSlot, flowLog, writeGzip } from './dataset';
import { distinctPairs, type Totals } from './distinctPairs';
import type { Report, Row } from './report';
import { flowscope, runForUse, say, type Bench, type Command } from './tools';

const LIMIT_MB = 300;
/** As many as make 75 MB of gzip. */
const LARGE_RECORDS = 1_865_000;
const PAIRS = 2_900_000;
const KEYS = 1_000_000;
const ACCOUNTS = ['111111111111', '222222222222', '333333333333'];
const DAYS = 30;
/** S3 answers 404 for objects of the newest days, this many, and 403 for those of the days before. */
const DAYS_GONE = 3;

/** What the process has in memory at most, in the cases that grow without bounds elsewhere. */
export async function memory(bench: Bench): Promise<Report> {
  const { folder } = bench;
  const rows: Row[] = [];
  const measure = async (name: string, command: Command) => {
    say(`memory: ${name}`);
    const ended = await runForUse(bench, command);
    const peak = { value: ended.peak / 1e6, unit: 'MB', atMost: LIMIT_MB } as const;
    rows.push({ name, figures: [peak, { value: ended.seconds, unit: 's' }] });
    return { ...ended, counts: JSON.parse(ended.stdout) as Counts };
  };
  const [influxUrl, s3] = await Promise.all([startStore(bench), startS3Double(bench)]);

  const pairs: Totals = { bytes: 0n, packets: 0n, flows: 0n };
  say(`memory: writing ${PAIRS} records, all pairs distinct`);
  const pairsFile = await writeGzip(join(folder, 'pairs.log.gz'), distinctPairs(PAIRS, pairs));
  const dry = { FLOWSCOPE_DATA_DIR: join(folder, 'no-registry') };
  const pairsName = `import --dry-run of ${PAIRS.toLocaleString('en')} distinct pairs, half IPv6, 600 s each`;
  const inspected = await measure(pairsName, flowscope(['import', pairsFile, '--dry-run', '--json'], dry));
  mustBeExact(inspected.counts, pairs);

  say(`memory: writing ${LARGE_RECORDS} records`);
  const largeFile = await writeGzip(join(folder, 'large.log.gz'), flowLog({ records: LARGE_RECORDS }));
  const imported = deployment(bench, influxUrl, 'memory_import');
  const fromFile = await measure('import of one object of 75 MB', flowscope(['import', largeFile, '--json'], imported));
  mustCount(LARGE_RECORDS, fromFile.counts);

  const collected = { ...awsEnvironment(s3), ...deployment(bench, influxUrl, 'memory_collect') };
  await fillBucket(s3, 'large', new Map([[objectKey(1, finishedSlot()), await readFile(largeFile)]]));
  await addSource(collected, 'large');
  const collect = ['collect', '--once', '--json'];
  const fromS3 = await measure('collect of one object of 75 MB', flowscope(collect, collected));
  mustCount(LARGE_RECORDS, fromS3.counts);

  const backlog = { ...awsEnvironment(s3), ...deployment(bench, influxUrl, 'memory_backlog') };
  await pretendKeys(s3, backlogKeys(0, DAYS_GONE), 'NoSuchKey');
  await pretendKeys(s3, backlogKeys(DAYS_GONE, DAYS), 'AccessDenied');
  await addSource(backlog, 'backlog');
  const name = `collect of a backlog of ${KEYS.toLocaleString('en')} keys`;
  const { output } = await measure(name, { ...flowscope(collect, backlog), mayFail: true });
  if (!output.includes(` of ${formatCounted(KEYS, 'object')}`)) {
    throw new Error(`The listing was not read to its end: ${output}`);
  }
  return {
    name: 'memory',
    title: 'peak RSS of the process, all threads included; one run each',
    columns: ['peak RSS', 'time'],
    rows,
    notes: [
      'distinct pairs: the sums of all measurements were equal to those of the generator, to the unit',
      `backlog: ${ACCOUNTS.length} accounts, ${DAYS} days, the listing is read to its end; the objects of the newest ${DAYS_GONE} days are ` +
        'asked for and found gone, those of the others may not be read: after 20 refusals a folder is left for later',
    ],
  };
}

interface Counts extends Record<keyof Totals, string> {
  readonly ok: number;
  readonly measurements: Readonly<Record<string, Record<keyof Totals, string>>>;
}

function mustCount(records: number, { ok }: Counts): void {
  if (ok !== records) {
    throw new Error(`${ok} of ${records} records were counted`);
  }
}

function mustBeExact({ measurements }: Counts, totals: Totals): void {
  const names = MEASUREMENTS.map(({ name }) => name);
  // Of refused records alone, which the totals are not.
  const whole = MEASUREMENTS.filter(({ action }) => action === undefined).map(({ name }) => name);
  const wrong = whole.filter((name) =>
    (['bytes', 'packets', 'flows'] as const).some((metric) => measurements[name]?.[metric] !== String(totals[metric]))
  );
  if (names.some((name) => !(name in measurements)) || wrong.length > 0) {
    throw new Error(
      `Sums of ${wrong.join() || names.join()} are not ${Object.values(totals).join()}: ${JSON.stringify(measurements)}`
    );
  }
}

/** Keys of some days, counted back from today; all days together have {@link KEYS}. */
function* backlogKeys(from: number, to: number): Generator<string> {
  const newest = finishedSlot();
  for (let i = 0; i < KEYS; i++) {
    const day = Math.floor(i / ACCOUNTS.length) % DAYS;
    if (day >= from && day < to) {
      yield objectKey(i, newest - day * 86_400, ACCOUNTS[i % ACCOUNTS.length]);
    }
  }
}
