import type { CheckResult } from '../../contract/checks';
import { overlapping } from '../../contract/overlap';
import type { ListedAges } from '../../reports/olderObjects';
import { runChecks } from './checks';
import type { FoundObjects } from './checkRun';
import { compareSamples } from './compareSamples';
import { s3Client, sqsClient, stsClient } from '../aws/clients';
import type { SignIn } from '../util/signIn';
import type { ObjectRef } from '../aws/bucket';
import { AwsError } from '../aws/errors';
import { isQueueUrl } from '../aws/queueUrl';
import { s3OptionsOf } from '../aws/s3Options';
import { readObjectHead } from './objectHead';
import { discover, type Listable } from '../collect/discover';
import { mayHoldFlowLogs, objectTime, originOf, parseObjectName } from '../records/objectName';
import { otherLogsByKey } from '../records/otherLogs';
import type { Access } from '../registry/access';
import { RegistryError } from '../registry/errors';
import type { Registry } from '../registry/registry';
import type { SecretKeeper } from '../registry/secrets';
import type { Source } from '../registry/sources';
import { horizonsAt, RETENTION_DAYS } from '../rollup/terms';
import { inspectStore } from '../store/claim';
import type { InfluxClient } from '../store/influx';
import { ensureSchema, storeWarnings, writePolicyChoice } from '../store/schema';

/** Number of objects whose beginning is read. */
const SAMPLES = 10;
/** Minimum pages of a listing to read, since one page may be of a single flow log. */
const MIN_PAGES = 10;
/** Maximum pages to read, whether or not the objects that are wanted were found. */
const MAX_PAGES = 20;
const OTHER_SHOWN = 3;

/** What testing a source needs. */
export interface TestDependencies {
  readonly registry: Registry;
  readonly store: InfluxClient;
  readonly secrets: SecretKeeper;
  readonly collector: { readonly name: string };
  /** The version of Flowscope. */
  readonly version: string;
  /** Unix seconds. */
  readonly now: () => number;
}

/** Runs all checks of a source, and reports each to `onCheck` as soon as it is known. `passed`: none failed. */
export async function testSource(
  source: Source,
  { registry, store, secrets, collector, version, now }: TestDependencies,
  onCheck: (check: CheckResult) => void
): Promise<{ passed: boolean }> {
  const { bucket, prefix, region, endpoint, access, queueUrl } = source;
  const { signIn, problem: signInProblem } = signInFor(access, secrets);
  const s3 = s3Client(region, signIn, s3OptionsOf(source));
  const sts = stsClient(region, signIn);
  // A check reports a URL for which no client can be made.
  const sqs = queueUrl !== undefined && isQueueUrl(queueUrl) ? sqsClient(queueUrl, region, signIn) : undefined;
  let passed = true;
  try {
    const checks = runChecks({
      source: { bucket, prefix, region, endpoint, roleArn: access?.roleArn, queueUrl },
      collector: { name: collector.name, version },
      ...{ signInProblem, s3, sts, sqs },
      storeUrl: store.settings.url,
      find: (opened) => findObjects(opened, prefix, SAMPLES, now()),
      readHead: (body) => readObjectHead(body, now()),
      compare: (samples) => compareSamples(samples, registry, now()),
      overlaps: async () => overlapping(source, await registry.listSources()),
      tryStore: async () => {
        await store.ping();
        // As the collector does at its start; what is written is there already.
        if (!(await inspectStore(store)).hasDatabase) {
          await ensureSchema(store);
        }
        await writePolicyChoice(store, now());
        return storeWarnings(store);
      },
      now: Date.now,
    });
    for await (const check of checks) {
      passed &&= check.state !== 'fail';
      onCheck(check);
    }
  } finally {
    s3.destroy();
    sts.destroy();
    sqs?.destroy();
  }
  return { passed };
}

/** How to sign in; `problem`: why the secret cannot be opened. */
function signInFor(
  access: Access | undefined,
  secrets: TestDependencies['secrets']
): { signIn: SignIn; problem?: string } {
  try {
    return { signIn: secrets.signIn(access) };
  } catch (error) {
    if (!(error instanceof RegistryError)) {
      throw error;
    }
    return { signIn: {}, problem: error.message };
  }
}

/**
 * Finds the newest objects that may be flow logs, taking turns between flow logs, and what else is there. Reads as few pages
 * as needed.
 * `now`: Unix seconds.
 */
export async function findObjects(
  bucket: Listable,
  prefix: string,
  wanted: number,
  now: number,
  signal?: AbortSignal
): Promise<FoundObjects> {
  const flowLogs: ObjectRef[] = [];
  const other: string[] = [];
  const otherLogs = new Set<string>();
  let isAll = true;
  let pages = 0;
  for await (const page of discover(bucket, prefix, signal)) {
    for (const object of page) {
      const logs = otherLogsByKey(object.key);
      if (logs !== undefined) {
        otherLogs.add(logs);
      } else if (mayHoldFlowLogs(object.key)) {
        flowLogs.push(object);
      } else {
        other.push(object.key);
      }
    }
    if (++pages === MAX_PAGES || (pages >= MIN_PAGES && flowLogs.length >= wanted)) {
      isAll = false;
      break;
    }
  }
  flowLogs.sort((a, b) => b.modified - a.modified);
  const { hourHorizon } = horizonsAt(now);
  const origins = Map.groupBy(flowLogs, ({ key }) => originOf(key));
  const accounts = new Set(flowLogs.map(({ key }) => parseObjectName(key).account).filter((id) => id !== undefined));
  return {
    newest: inTurn([...origins.values()], wanted),
    flowLogs: flowLogs.length,
    older: flowLogs.filter(({ key, modified }) => objectTime(key, modified) < hourHorizon).length,
    origins: origins.size,
    isAll,
    accounts: [...accounts].sort(),
    other: other.slice(0, OTHER_SHOWN),
    otherLogs: [...otherLogs].sort(),
  };
}

/** Timeout of the listing that says how old the objects of a source are when it is enabled. Milliseconds. */
const AGES_MS = 10_000;

/** How old a source's objects are, in as many pages as a Test reads. Throws `AwsError`, also on timeout. */
export async function agesOf(bucket: Listable, { prefix }: Source, now: number): Promise<ListedAges> {
  const signal = AbortSignal.timeout(AGES_MS);
  try {
    const { flowLogs, isAll, older } = await findObjects(bucket, prefix, SAMPLES, now, signal);
    return { listed: flowLogs, isAll, older, keptDays: RETENTION_DAYS };
  } catch (error) {
    throw signal.aborted ? new AwsError('TimeoutError', `Listing took longer than ${AGES_MS / 1000} s.`) : error;
  }
}

/** The first of each list, then the second of each, and so on. */
function inTurn<T>(lists: readonly T[][], wanted: number): T[] {
  const taken: T[] = [];
  for (let i = 0; taken.length < wanted && lists.some((list) => i < list.length); i++) {
    lists.filter((list) => i < list.length).forEach((list) => taken.push(list[i]));
  }
  return taken.slice(0, wanted);
}
