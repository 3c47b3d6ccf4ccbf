import { isDeepStrictEqual } from 'node:util';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { MadeQueue } from './queue';
import type { Round } from './round';

/** Ledger states of objects that are no longer in their bucket. */
const GONE = ['deleted', 'gone', 'discarded'];

interface LedgerRow {
  readonly key: string;
  readonly state: string;
  readonly reason: string | null;
}

/** What is not as it must be at the end of a round, in words; empty when everything is. */
export async function checkRound(round: Round, queue: MadeQueue | undefined): Promise<string[]> {
  return [
    ...(await wrongSums(round)),
    ...wrongBucket(round),
    ...wrongRegistry(round),
    ...(await wrongWords(round)),
    ...(await wrongQueue(queue)),
  ];
}

/** Sums of every measurement, in both policies, as two clients read them. */
async function wrongSums({ deployment, contents }: Round): Promise<string[]> {
  const truth: Record<string, unknown> = contents.truth();
  const problems: string[] = [];
  for (const policy of ['minute', 'hour'] as const) {
    const sums = await deployment.sums(policy);
    for (const [measurement, wanted] of Object.entries(truth)) {
      if (!isDeepStrictEqual({ ...sums[measurement] }, { ...(wanted as object) })) {
        const said = [sums[measurement], wanted].map((one) => JSON.stringify(one));
        problems.push(`${policy}.${measurement} holds ${said[0]}, and ${said[1]} was put`);
      }
    }
  }
  return problems;
}

/** Whether exactly those objects are left that must be. */
function wrongBucket({ scenario, testBed, contents }: Round): string[] {
  if (scenario.way === 'import') {
    return [];
  }
  const there = [...testBed.s3.objects.keys()];
  return [
    ...there.filter((key) => !contents.left.has(key)).map((key) => `${key} is still in the bucket`),
    ...[...contents.left.keys()].filter((key) => !there.includes(key)).map((key) => `${key} was deleted`),
  ];
}

/** Whether every plan is finished, and the ledger names what is left, each with its reason, and nothing else. */
function wrongRegistry(round: Round): string[] {
  const { scenario, deployment, contents } = round;
  const db = new DatabaseSync(join(deployment.env.FLOWSCOPE_DATA_DIR!, 'registry.sqlite'), { readOnly: true });
  try {
    const plans = db.prepare('SELECT identity FROM plan WHERE stored IS NULL').all() as Array<{ identity: string }>;
    const rows = db.prepare('SELECT key, state, reason FROM ledger').all() as unknown as LedgerRow[];
    const done = scenario.way === 'import' ? [...GONE, 'stored'] : GONE;
    const said = new Map(
      rows
        .filter(({ state }) => !done.includes(state))
        .map(({ key, state, reason }) => [round.placeOf(key), `${state} ${reason}`])
    );
    const wanted = new Map([...contents.left].map(([key, { state, reason }]) => [key, `${state} ${reason}`]));
    return [
      ...plans.map(({ identity }) => `The plan of ${identity} was never finished`),
      ...[...said]
        .filter(([key, words]) => wanted.get(key) !== words)
        .map(([key, words]) => `The ledger says of ${key}: ${words}; that should be: ${wanted.get(key) ?? 'done'}`),
      ...[...wanted]
        .filter(([key]) => !said.has(key))
        .map(([key, words]) => `The ledger does not say of ${key}: ${words}`),
    ];
  } finally {
    db.close();
  }
}

interface ListedSource {
  readonly lastError?: string | null;
  readonly objects: ReadonlyArray<{
    readonly state: string;
    readonly reason?: string | null;
    readonly objects: number;
  }>;
}

/** Whether people are told of all that is left, and of nothing else: by `source list`, and of one object by `explain`. */
async function wrongWords({ scenario, deployment, contents }: Round): Promise<string[]> {
  const [example] = contents.left;
  const problems: string[] = [];
  if (example) {
    const [key, { reason }] = example;
    const name = scenario.way === 'import' ? key.slice(key.lastIndexOf('/') + 1) : key;
    const said = JSON.parse(await deployment.ok('explain', name, '--json')) as { entries: LedgerRow[] };
    if (said.entries[0]?.reason !== reason) {
      problems.push(`explain ${key} does not say ${reason}: ${JSON.stringify(said.entries)}`);
    }
  }
  if (scenario.way === 'import') {
    return problems;
  }
  const [source] = JSON.parse(await deployment.ok('source', 'list', '--json')) as [ListedSource];
  const listed = source.objects.filter(({ state }) => !GONE.includes(state));
  const count = listed.reduce((sum, { objects }) => sum + objects, 0);
  if (count !== contents.left.size) {
    problems.push(
      `source list says that ${count} objects are left, and ${contents.left.size} are: ${JSON.stringify(listed)}`
    );
  }
  if (source.lastError) {
    problems.push(`source list says that the source fails although nothing is done to it: ${source.lastError}`);
  }
  return problems;
}

async function wrongQueue(queue: MadeQueue | undefined): Promise<string[]> {
  const messages = (await queue?.count())?.all ?? 0;
  return messages > 0 ? [`${messages} messages are still in the queue`] : [];
}
