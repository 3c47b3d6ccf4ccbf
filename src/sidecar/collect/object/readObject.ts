import { createHash } from 'node:crypto';
import { MISSING } from '../../../contract/stored';
import type { Group } from '../../records/flowRecord';
import { parseObjectName, type ObjectName } from '../../records/objectName';
import { UNKNOWN_PLACE, type FlowLog, type SeenEntity } from '../../registry/entities';
import type { Plan, Proposal } from '../../registry/plans';
import type { Registry } from '../../registry/registry';
import type { RollupSummary } from '../../rollup/summary';
import { RULES_VERSION, termsFor } from '../../rollup/terms';
import { CorruptObject } from '../decode/corruptObject';
import type { Decoded, DecodeJob } from '../decode/decodeObject';
import { DecodeFailed } from '../decode/decoder';
import type { ReadDependencies } from './dependencies';
import type { CollectableObject, ObjectOutcome } from './object';
import type { Offsets } from './offsets';
import type { LineSpool } from './spool';

/** What reading an object came to: its `outcome` where there is nothing to store, else what to store. */
export type ReadObject = { readonly outcome: ObjectOutcome } | RolledUp;

/** An object that was read to its end, proven whole and rolled up; its lines wait in the spool. */
export interface RolledUp {
  readonly outcome?: undefined;
  readonly summary: RollupSummary;
  /** The object's header. */
  readonly columns: readonly string[];
  readonly proposal: Proposal;
  /** Offsets that were acquired for this object; none where a plan brings its own. */
  readonly lent: readonly number[];
}

/** The plan of an object whose name AWS gave; any other is known by its content alone, once that was read. */
export async function findPlanByName({ key }: CollectableObject, registry: Registry): Promise<Plan | undefined> {
  const { fileName } = parseObjectName(key);
  return fileName === undefined ? undefined : registry.findPlan(fileName, '');
}

/**
 * Reads an object: compares it with what its plan says was stored, else decodes it and rolls it up, under its plan where it
 * has one. Its lines go to `lines`. Throws what reading its bytes throws.
 */
export function readObject(
  object: CollectableObject,
  plan: Plan | undefined,
  deps: ReadDependencies,
  offsets: Pick<Offsets, 'lend'>,
  lines: Pick<LineSpool, 'add'>
): Promise<ReadObject> {
  return plan?.isStored ? compare(object, plan) : roll(object, plan, deps, offsets, lines);
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

async function roll(
  object: CollectableObject,
  plan: Plan | undefined,
  { exporters, decoder, now }: ReadDependencies,
  offsets: Pick<Offsets, 'lend'>,
  spool: Pick<LineSpool, 'add'>
): Promise<ReadObject> {
  const terms = plan?.terms ?? termsFor(object.sourceId, parseObjectName(object.key), exporters.topK, now());
  if (terms.rulesVersion !== RULES_VERSION) {
    const message = `It was begun under rules version ${terms.rulesVersion}, which this version of Flowscope no longer has.`;
    return { outcome: { state: 'refused', reason: 'rules-version', message } };
  }
  const body = await object.open();
  if (!body) {
    return { outcome: GONE };
  }
  const bytes = new HashedBytes(body);
  const lent = plan ? [] : await offsets.lend();
  const job = { terms, decisions: plan?.decisions ?? exporters.exceptions(), offsets: plan?.offsets ?? lent };
  let decoded: Decoded;
  try {
    decoded = await decoder.decode(bytes, job, (policy, lines) => spool.add(policy, lines));
  } catch (error) {
    if (error instanceof CorruptObject) {
      // Only of the bytes that were announced may that be said: if they do not come, this throws.
      await bytes.readRest();
      const { reason, message, readable } = error;
      return { outcome: { state: 'quarantined', reason, message, readable } };
    }
    if (error instanceof DecodeFailed) {
      const message = `It could not be decoded: ${error.message} It stays where it is and is tried again.`;
      return { outcome: { state: 'refused', reason: 'not-decoded', message, cause: error } };
    }
    throw error;
  } finally {
    await bytes.close();
  }
  if (decoded.refusal) {
    return { outcome: { state: 'not-collected', ...decoded.refusal } };
  }
  const { summary, header } = decoded;
  const sha256 = bytes.sha256();
  if (plan && plan.sha256 !== sha256) {
    return { outcome: CONFLICT };
  }
  const { columns } = header;
  return { summary, columns, proposal: proposalOf(object, sha256, columns, summary, job), lent };
}

/** What is to be fixed of an object that was rolled up. `columns`: its header; `sha256`: that of its bytes. */
function proposalOf(
  { key, size }: CollectableObject,
  sha256: string,
  columns: readonly string[],
  summary: RollupSummary,
  { terms, offsets }: DecodeJob
): Proposal {
  const name = parseObjectName(key);
  return {
    ...{ sha256, size, terms },
    identity: name.fileName ?? `sha256:${sha256}`,
    exporters: [...summary.exporters.values()].map(({ exporter, decision }) => ({ ...exporter, decision })),
    offsets: offsets.slice(0, summary.parts),
    hours: summary.hours,
    entities: summary.groups.flatMap(entitiesOf),
    flowLog: flowLogOf(name, columns),
  };
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
    { kind: 'subnet', id: subnet, ...UNKNOWN_PLACE, vpc, account },
    { kind: 'vpc', id: vpc, ...UNKNOWN_PLACE, account },
    { kind: 'account', id: account, ...UNKNOWN_PLACE },
  ];
  return all.filter(({ id }) => id !== MISSING);
}

/** A body that is hashed as it is read. Whoever reads it may stop early, and it can be read on. */
class HashedBytes implements AsyncIterable<Uint8Array> {
  private readonly hash = createHash('sha256');
  private readonly chunks: AsyncIterator<Uint8Array>;

  constructor(body: AsyncIterable<Uint8Array>) {
    this.chunks = body[Symbol.asyncIterator]();
  }

  /** Without `return`, which would end the body for all. */
  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    return { next: () => this.next() };
  }

  /** Reads what is left. Throws what reading throws. */
  async readRest(): Promise<void> {
    let isDone: boolean | undefined;
    do {
      isDone = (await this.next()).done;
    } while (!isDone);
  }

  /** Lets go of what was not read. */
  async close(): Promise<void> {
    await this.chunks.return?.();
  }

  /** Of all that was read. */
  sha256(): string {
    return this.hash.digest('hex');
  }

  private async next(): Promise<IteratorResult<Uint8Array>> {
    const result = await this.chunks.next();
    if (!result.done) {
      this.hash.update(result.value);
    }
    return result;
  }
}
