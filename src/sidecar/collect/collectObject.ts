import { createHash, type Hash } from 'node:crypto';
import type { EntityPublisher } from '../entities/publish';
import { parseObjectName, type ObjectName } from '../records/objectName';
import { NOWHERE, type FlowLog, type SeenEntity } from '../registry/entities';
import type { LedgerEntry } from '../registry/ledger';
import type { Grant, Plan, Proposal } from '../registry/plans';
import type { Registry } from '../registry/registry';
import { MISSING } from '../records/fields';
import type { Group } from '../records/flowRecord';
import type { RollupSummary } from '../rollup/objectRollup';
import { sumsToJson } from '../rollup/sums';
import { horizonsAt, RULES_VERSION, type RollupTerms } from '../rollup/terms';
import { InfluxError } from '../store/influx';
import type { PointWriter } from '../store/writer';
import { CorruptObject } from './decode/corruptObject';
import type { Decoded } from './decode/decodeObject';
import { DecodeFailed, type Decoder } from './decode/decoder';
import type { ExporterDecisions } from './exporterDecisions';
import { OFFSETS_PER_OBJECT, type Offsets } from './offsets';
import { LineSpool } from './spool';

/** One object, wherever its bytes lie. */
export interface CollectableObject {
  readonly sourceId: string;
  /** S3 key, or path of a file. */
  readonly key: string;
  readonly etag: string;
  /** Bytes, as announced. */
  readonly size: number;
  /** When it was written, Unix seconds; undefined for a file. */
  readonly modified?: number;
  /**
   * The object's bytes from the beginning, as often as asked; undefined when it is gone. Iterating throws unless it ends
   * with as many bytes as were announced.
   */
  readonly open: () => Promise<AsyncIterable<Uint8Array> | undefined>;
  /** Called when the bytes were read and decoded, and only storing is left; another attempt may still read them again. */
  readonly onRead?: () => void;
}

/** What became of an object. `summary` where it was decoded. */
export interface ObjectOutcome {
  /**
   * `stored` now · `duplicate`: stored before, in this or another place · `gone` before it could be read · the others are
   * left in place.
   */
  readonly state: 'stored' | 'duplicate' | 'gone' | 'not-collected' | 'quarantined' | 'refused';
  readonly reason?: string;
  readonly message?: string;
  readonly summary?: RollupSummary;
}

/** What collecting an object needs. */
export interface ObjectDependencies {
  readonly registry: Registry;
  readonly writer: PointWriter;
  readonly entities: EntityPublisher;
  readonly exporters: ExporterDecisions;
  readonly offsets: Offsets;
  readonly decoder: Decoder;
  /** Unix seconds. */
  readonly now: () => number;
}

/** What only looking at an object needs. */
type LookDependencies = Pick<ObjectDependencies, 'registry' | 'exporters' | 'decoder' | 'now'>;

/** A plan may change under a proposal only as often as other collectors or administrators are faster. */
const MAX_ATTEMPTS = 10;

/**
 * Takes one object from bytes to acknowledged points and a ledger entry. When this returns `stored` or `duplicate` the
 * object may be deleted; in every other case, and when it throws, it may not.
 * Throws `InfluxError` `unavailable` when the store stays away for longer than the writer is patient, and what reading the
 * object throws.
 */
export async function collectObject(object: CollectableObject, deps: ObjectDependencies): Promise<ObjectOutcome> {
  let plan = await findPlanByName(object, deps.registry);
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const spool = new LineSpool();
    try {
      const rolled = plan?.isStored ? await compare(object, plan) : await roll(object, plan, deps, deps.offsets, spool);
      if (rolled.outcome) {
        return rolled.outcome.state === 'gone' ? rolled.outcome : await settle(object, deps, rolled.outcome, plan);
      }
      object.onRead?.();
      const { summary, proposal, lent } = rolled;
      const grant = plan ? { outcome: 'granted' as const, plan } : await askForPlan(proposal, deps);
      // Only now: had the answer not come, nobody could say whether the offsets are in use.
      deps.offsets.giveBack(grant.outcome === 'granted' ? lent.slice(summary.parts) : lent);
      if (grant.outcome === 'changed') {
        await deps.exporters.refresh(proposal.exporters.map(({ id }) => id));
        continue;
      }
      plan = grant.plan;
      if (grant.outcome === 'granted') {
        return await store(object, summary, plan, deps, spool);
      }
      // Somebody else was faster, or it was begun under another name: the next attempt follows that plan.
    } finally {
      spool.dispose();
    }
  }
  const message = `Its plan changed ${MAX_ATTEMPTS} times in a row. It is tried again with the next listing.`;
  return settle(object, deps, { state: 'refused', reason: 'plan-changed', message });
}

/** Asks for a plan. The registry is told of each identifier once, not with every object. */
async function askForPlan(proposal: Proposal, { registry, entities, now }: ObjectDependencies): Promise<Grant> {
  const untold = entities.untold(proposal.entities);
  const grant = await registry.grantPlan({ ...proposal, entities: untold }, now());
  if (grant.outcome === 'granted') {
    entities.areTold(untold);
  }
  return grant;
}

/**
 * What would become of an object, without writing anything anywhere. `proposal` where it would be stored; its lines go to
 * `lines`.
 */
export async function inspectObject(
  object: CollectableObject,
  deps: LookDependencies,
  lines: Pick<LineSpool, 'add'> = { add: () => undefined }
): Promise<ObjectOutcome & { readonly proposal?: Proposal }> {
  const { registry } = deps;
  const byName = await findPlanByName(object, registry);
  const offsets = { lend: () => Promise.resolve(Array<number>(OFFSETS_PER_OBJECT).fill(1)) };
  const look = () => roll(object, byName, deps, offsets, lines);
  let rolled = byName?.isStored ? await compare(object, byName) : await look();
  if (!rolled.outcome && !byName && (await haveChanged(rolled.proposal, deps.exporters))) {
    rolled = await look();
  }
  if (rolled.outcome) {
    return rolled.outcome;
  }
  const { proposal, summary } = rolled;
  const plan = byName ?? (await registry.findPlan(proposal.identity, proposal.sha256));
  return plan?.isStored ? { state: 'duplicate' } : { state: 'stored', summary, proposal };
}

/** Whether exporters or K would be decided on otherwise than was taken for granted. */
async function haveChanged({ exporters, terms }: Proposal, decisions: ExporterDecisions): Promise<boolean> {
  await decisions.refresh(exporters.map(({ id }) => id));
  const exceptions = decisions.exceptions();
  return (
    terms.topK !== decisions.topK || exporters.some(({ id, decision }) => (exceptions[id] ?? 'count') !== decision)
  );
}

/** The plan of an object whose name AWS gave; any other is known by its content alone, once that was read. */
async function findPlanByName({ key }: CollectableObject, registry: Registry): Promise<Plan | undefined> {
  const { fileName } = parseObjectName(key);
  return fileName === undefined ? undefined : registry.findPlan(fileName, '');
}

const GONE: ObjectOutcome = { state: 'gone' };
const CONFLICT: ObjectOutcome = {
  state: 'quarantined',
  reason: 'conflict',
  message: 'An object of the same name but other content was collected before. Compare the two, then delete this one.',
};

/** Whether an object is the one that was stored under its name before. */
async function compare(object: CollectableObject, { sha256 }: Plan): Promise<{ readonly outcome: ObjectOutcome }> {
  const body = await object.open();
  if (!body) {
    return { outcome: GONE };
  }
  const hash = createHash('sha256');
  for await (const chunk of body) {
    hash.update(chunk);
  }
  return { outcome: hash.digest('hex') === sha256 ? { state: 'duplicate' } : CONFLICT };
}

/** The terms of an object that has none yet. `now`: Unix seconds. */
export function termsFor(sourceId: string, name: ObjectName, topK: number, now: number): RollupTerms {
  return {
    rulesVersion: RULES_VERSION,
    sourceId,
    topK,
    account: name.account,
    fileTime: name.slot ?? now,
    ...horizonsAt(now),
  };
}

type Rolled =
  | { readonly outcome: ObjectOutcome }
  | {
      readonly outcome?: undefined;
      readonly summary: RollupSummary;
      readonly proposal: Proposal;
      /** Offsets that were lent for this; a plan brings its own. */
      readonly lent: readonly number[];
    };

/** Reads, decodes and rolls up an object, under its plan where it has one; its lines go to the spool. */
async function roll(
  object: CollectableObject,
  plan: Plan | undefined,
  { exporters, decoder, now }: LookDependencies,
  offsets: Pick<Offsets, 'lend'>,
  spool: Pick<LineSpool, 'add'>
): Promise<Rolled> {
  const name = parseObjectName(object.key);
  const terms = plan?.terms ?? termsFor(object.sourceId, name, exporters.topK, now());
  if (terms.rulesVersion !== RULES_VERSION) {
    const message = `It was begun under rules version ${terms.rulesVersion}, which this version of Flowscope no longer has.`;
    return { outcome: { state: 'refused', reason: 'rules-version', message } };
  }
  const body = await object.open();
  if (!body) {
    return { outcome: GONE };
  }
  const hash = createHash('sha256');
  const lent = plan ? [] : await offsets.lend();
  const job = { terms, decisions: plan?.decisions ?? exporters.exceptions(), offsets: plan?.offsets ?? lent };
  let decoded: Decoded;
  try {
    decoded = await decoder.decode(hashing(body, hash), job, (policy, lines) => spool.add(policy, lines));
  } catch (error) {
    if (error instanceof CorruptObject) {
      return { outcome: { state: 'quarantined', reason: error.reason, message: error.message } };
    }
    if (error instanceof DecodeFailed) {
      const message = `It could not be decoded: ${error.message} It stays where it is and is tried again.`;
      return { outcome: { state: 'refused', reason: 'not-decoded', message } };
    }
    throw error;
  }
  if (decoded.refusal) {
    return { outcome: { state: 'not-collected', ...decoded.refusal } };
  }
  const { summary, header } = decoded;
  const sha256 = hash.digest('hex');
  if (plan && plan.sha256 !== sha256) {
    return { outcome: CONFLICT };
  }
  const proposal: Proposal = {
    identity: name.fileName ?? `sha256:${sha256}`,
    sha256,
    size: object.size,
    terms,
    exporters: [...summary.exporters.values()].map(({ exporter, decision }) => ({ ...exporter, decision })),
    offsets: job.offsets.slice(0, summary.parts),
    hours: summary.hours,
    entities: summary.groups.flatMap(entitiesOf),
    flowLog: flowLogOf(name, header.columns),
  };
  return { summary, proposal, lent };
}

async function* hashing(body: AsyncIterable<Uint8Array>, hash: Hash): AsyncGenerator<Uint8Array> {
  for await (const chunk of body) {
    hash.update(chunk);
    yield chunk;
  }
}

function flowLogOf({ flowLogId, account, region }: ObjectName, columns: readonly string[]): FlowLog | undefined {
  return flowLogId && account && region ? { id: flowLogId, account, region, columns } : undefined;
}

/** Every identifier of a group, with what the record says it belongs to. What '-' stands for is no entity. */
function entitiesOf({ account, vpc, subnet, instance, interface: interfaceId }: Group): SeenEntity[] {
  const of = { vpc, subnet, instance, account };
  const all: SeenEntity[] = [
    { kind: 'interface', id: interfaceId, ...of },
    { kind: 'instance', id: instance, ...of },
    { kind: 'subnet', id: subnet, ...NOWHERE, vpc, account },
    { kind: 'vpc', id: vpc, ...NOWHERE, account },
    { kind: 'account', id: account, ...NOWHERE },
  ];
  return all.filter(({ id }) => id !== MISSING);
}

async function store(
  object: CollectableObject,
  summary: RollupSummary,
  plan: Plan,
  deps: ObjectDependencies,
  spool: LineSpool
): Promise<ObjectOutcome> {
  let expired = 0;
  try {
    // Identifiers first: a report joins them by inner join, so an id without a row would hide its traffic.
    await deps.writer.patiently(() => deps.entities.publishNew());
    for (const { policy, lines } of spool.blocks()) {
      expired += await deps.writer.write(policy, lines);
    }
  } catch (error) {
    if (error instanceof InfluxError && error.failure !== 'unavailable') {
      const message = `${error.message} The object stays where it is and is tried again.`;
      return settle(object, deps, { state: 'refused', reason: error.failure, message });
    }
    throw error;
  }
  const exporters = Object.fromEntries([...summary.exporters].map(([id, { records }]) => [id, records]));
  const stored: ObjectOutcome = { state: 'stored', summary, ...(expired > 0 && expiredPoints(expired)) };
  const isFirst = await deps.registry.objectStored(
    { planId: plan.id, hours: summary.hours, exporters, entry: entryOf(object, stored, plan) },
    deps.now()
  );
  return isFirst ? stored : { state: 'duplicate', summary };
}

function expiredPoints(points: number) {
  const message = `${points} points were older than InfluxDB keeps them, and were dropped by it.`;
  return { reason: 'expired-points', message };
}

async function settle(
  object: CollectableObject,
  { registry, now }: ObjectDependencies,
  outcome: ObjectOutcome,
  plan?: Plan
): Promise<ObjectOutcome> {
  await registry.setLedger(entryOf(object, outcome, plan), now());
  return outcome;
}

function entryOf(object: CollectableObject, outcome: ObjectOutcome, plan?: Plan): LedgerEntry {
  const { sourceId, key, etag, size, modified: arrived } = object;
  const { state, reason, message, summary } = outcome;
  const delivery = arrived === undefined ? undefined : { arrived, hasLongSpans: summary?.hasLongSpans ?? false };
  const counts = summary && JSON.stringify(countsOf(summary));
  return {
    ...{ sourceId, key, etag, size, reason, message, counts, planId: plan?.id, delivery },
    state: state === 'duplicate' ? 'stored' : state,
  };
}

function countsOf({ records, ok, reasons, quotes, totals, parts }: RollupSummary) {
  return { records, ok, reasons, quotes, ...sumsToJson(totals), parts };
}
