import { createHash } from 'node:crypto';
import type { EntityPublisher } from '../entities/publish';
import { parseObjectName, type ObjectName } from '../records/objectName';
import { NOWHERE, type FlowLog, type SeenEntity } from '../registry/entities';
import type { Plan, Proposal } from '../registry/plans';
import type { Registry } from '../registry/registry';
import { MISSING } from '../records/address';
import type { Group } from '../records/flowRecord';
import type { RollupSummary } from '../rollup/objectRollup';
import { sumsToJson } from '../rollup/sums';
import { DEFAULT_TOP_K, horizonsAt, RULES_VERSION, type RollupTerms } from '../rollup/terms';
import { InfluxError } from '../store/influx';
import type { PointWriter } from '../store/writer';
import { CorruptObject, decodeObject } from './decodeObject';
import type { ExporterDecisions } from './exporterDecisions';
import type { Offsets } from './offsets';
import { LineSpool } from './spool';

/** One object whose bytes are at hand. */
export interface FetchedObject {
  readonly sourceId: string;
  /** S3 key, or path of a file. */
  readonly key: string;
  readonly etag: string;
  readonly body: Buffer;
}

/** What became of an object. `summary` where it was decoded. */
export interface ObjectOutcome {
  /** `stored` now · `duplicate`: stored before, in this or another place · the others are left in place. */
  readonly state: 'stored' | 'duplicate' | 'not-collected' | 'quarantined' | 'refused';
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
  /** Unix seconds. */
  readonly now: () => number;
}

/** A plan may change under a proposal only as often as other collectors or administrators are faster. */
const MAX_ATTEMPTS = 10;

/**
 * Takes one object from bytes to acknowledged points and a ledger entry. When this returns `stored` or `duplicate` the
 * object may be deleted; in every other case, and when it throws, it may not.
 * Throws `InfluxError` `unavailable` when the store stays away for longer than the writer is patient.
 */
export async function collectObject(object: FetchedObject, deps: ObjectDependencies): Promise<ObjectOutcome> {
  const { registry } = deps;
  const { sha256, name, identity } = identify(object);
  let plan = await registry.findPlan(identity, sha256);
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    if (plan && plan.sha256 !== sha256) {
      return settle(object, deps, CONFLICT, plan);
    }
    if (plan?.isStored) {
      return settle(object, deps, { state: 'duplicate' }, plan);
    }
    const spool = new LineSpool();
    try {
      const terms = plan?.terms ?? termsFor(object.sourceId, name, deps.now());
      const rolled = await roll(object, terms, plan, deps, spool);
      if (rolled.outcome) {
        return await settle(object, deps, rolled.outcome);
      }
      const { summary, proposal } = rolled;
      if (!plan) {
        const grant = await registry.grantPlan({ ...proposal, identity, sha256, terms }, deps.now());
        if (grant.outcome === 'changed') {
          await deps.exporters.refresh(proposal.exporters.map(({ id }) => id));
          continue;
        }
        plan = grant.plan;
        if (grant.outcome !== 'granted') {
          continue;
        }
      }
      return await store(object, summary, plan, deps, spool);
    } finally {
      spool.dispose();
    }
  }
  const message = `Its plan changed ${MAX_ATTEMPTS} times in a row. It is tried again with the next listing.`;
  return settle(object, deps, { state: 'refused', reason: 'plan-changed', message });
}

/** What would become of an object, without writing anything anywhere. */
export async function inspectObject(
  object: FetchedObject,
  { registry, exporters, now }: Pick<ObjectDependencies, 'registry' | 'exporters' | 'now'>
): Promise<ObjectOutcome & { readonly sha256: string; readonly identity: string }> {
  const { sha256, name, identity } = identify(object);
  const plan = await registry.findPlan(identity, sha256);
  if (plan?.isStored) {
    return { identity, sha256, ...(plan.sha256 === sha256 ? { state: 'duplicate' } : CONFLICT) };
  }
  const terms = plan?.terms ?? termsFor(object.sourceId, name, now());
  const discard = { add: () => undefined };
  const rolled = await roll(object, terms, plan, { exporters, offsets: { next: () => 1 } }, discard);
  return { identity, sha256, ...(rolled.outcome ?? { state: 'stored', summary: rolled.summary }) };
}

/** What an object is known by, wherever it lies: AWS's file name, else its content. */
function identify({ key, body }: FetchedObject) {
  const sha256 = createHash('sha256').update(body).digest('hex');
  const name = parseObjectName(key);
  return { sha256, name, identity: name.fileName ?? `sha256:${sha256}` };
}

const CONFLICT: ObjectOutcome = {
  state: 'quarantined',
  reason: 'conflict',
  message: 'An object of the same name but other content was collected before. Compare the two, then delete this one.',
};

function termsFor(sourceId: string, name: ObjectName, now: number): RollupTerms {
  return {
    rulesVersion: RULES_VERSION,
    sourceId,
    topK: DEFAULT_TOP_K,
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
      readonly proposal: Omit<Proposal, 'identity' | 'sha256' | 'terms'>;
    };

async function roll(
  object: FetchedObject,
  terms: RollupTerms,
  plan: Plan | undefined,
  { exporters, offsets }: { exporters: Pick<ExporterDecisions, 'decide'>; offsets: Pick<Offsets, 'next'> },
  spool: Pick<LineSpool, 'add'>
): Promise<Rolled> {
  if (terms.rulesVersion !== RULES_VERSION) {
    const message = `It was begun under rules version ${terms.rulesVersion}, which this version of Flowscope no longer has.`;
    return { outcome: { state: 'refused', reason: 'rules-version', message } };
  }
  const used: number[] = [];
  try {
    const decoded = await decodeObject(object.body, terms, {
      decide: (exporter) => plan?.decisions[exporter.id] ?? exporters.decide(exporter),
      offset: (part) => {
        used[part] = plan ? plan.offsets[part] : offsets.next();
        return used[part];
      },
      lines: (policy, lines) => spool.add(policy, lines),
    });
    if (decoded.refusal) {
      return { outcome: { state: 'not-collected', ...decoded.refusal } };
    }
    const { summary } = decoded;
    const decided = [...summary.exporters.values()].map(({ exporter, decision }) => ({ ...exporter, decision }));
    return {
      summary,
      proposal: {
        size: object.body.length,
        exporters: decided,
        offsets: used,
        hours: summary.hours,
        entities: summary.groups.flatMap(entitiesOf),
        flowLog: flowLogOf(parseObjectName(object.key), decoded.header.columns),
      },
    };
  } catch (error) {
    if (error instanceof CorruptObject) {
      return { outcome: { state: 'quarantined', reason: error.reason, message: error.message } };
    }
    throw error;
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
  object: FetchedObject,
  summary: RollupSummary,
  plan: Plan,
  deps: ObjectDependencies,
  spool: LineSpool
): Promise<ObjectOutcome> {
  let expired = 0;
  try {
    // Identifiers first: a report joins them by inner join, so an id without a row would hide its traffic.
    await deps.writer.patiently(() => deps.entities.publishNew());
    for await (const { policy, lines } of spool.batches()) {
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
  object: FetchedObject,
  { registry, now }: ObjectDependencies,
  outcome: ObjectOutcome,
  plan?: Plan
): Promise<ObjectOutcome> {
  await registry.setLedger(entryOf(object, outcome, plan), now());
  return outcome;
}

function entryOf(object: FetchedObject, { state, reason, message, summary }: ObjectOutcome, plan?: Plan) {
  const { sourceId, key, etag, body } = object;
  const counts = summary && JSON.stringify(countsOf(summary));
  return {
    ...{ sourceId, key, etag, size: body.length, reason, message, counts, planId: plan?.id },
    state: state === 'duplicate' ? ('stored' as const) : state,
  };
}

function countsOf({ records, ok, reasons, quotes, totals, parts }: RollupSummary) {
  return { records, ok, reasons, quotes, ...sumsToJson(totals), parts };
}
