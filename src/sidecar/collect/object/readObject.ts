import { createHash } from 'node:crypto';
import { MISSING, OVERFLOW_ACCOUNT } from '../../../contract/stored';
import type { Group } from '../../records/flowRecord';
import type { Header } from '../../records/header';
import { parseObjectName, type ObjectName } from '../../records/objectName';
import { entitiesOfPlace, UNKNOWN_PLACE, type SeenEntity } from '../../registry/entities';
import type { FlowLog } from '../../registry/flowLogs';
import type { Plan, Proposal } from '../../registry/plans';
import type { Registry } from '../../registry/registry';
import type { OwnerTables } from '../../rollup/owners/ownerTable';
import type { RollupSummary } from '../../rollup/summary';
import { RULES_VERSION, termsFor } from '../../rollup/terms';
import { CorruptObject } from '../decode/corruptObject';
import type { DecodeJob } from '../decode/decodeObject';
import { DecodeFailed, type Decoder } from '../decode/decoder';
import type { ReadDependencies } from './dependencies';
import type { CollectableObject, ObjectOutcome } from './object';
import type { Offsets } from './offsets';
import { OwnersForgotten } from './ownerVersions';
import type { LineSpool } from './spool';

/** The result of reading an object: an `outcome` when there is nothing to store, else what to store. */
export type ReadObject = { readonly outcome: ObjectOutcome } | RolledUp;

/** An object that was read to its end, proven whole and rolled up; its lines wait in the spool. */
export interface RolledUp {
  readonly outcome?: undefined;
  readonly summary: RollupSummary;
  /** The object's header. */
  readonly columns: readonly string[];
  readonly proposal: Proposal;
  /** Offsets that were acquired for this object; none where a plan brings its own. */
  readonly acquiredOffsets: readonly number[];
}

/** The plan of an object with a name that AWS gave. Any other object is recognised only by its content, once that was read. */
export async function findPlanByName({ key }: CollectableObject, registry: Registry): Promise<Plan | undefined> {
  const { fileName } = parseObjectName(key);
  return fileName === undefined ? undefined : registry.findPlan(fileName);
}

/**
 * Reads an object. If its plan is stored, only compares the hash of its bytes with the plan's; else decodes it and rolls it
 * up, by its plan if it has one, and then compares the hash. Another hash is a conflict.
 * The points go to `lines`. Throws what reading the bytes throws.
 */
export function readObject(
  object: CollectableObject,
  plan: Plan | undefined,
  deps: ReadDependencies,
  offsets: Pick<Offsets, 'acquire'>,
  lines: Pick<LineSpool, 'add'>
): Promise<ReadObject> {
  return plan?.isStored ? compare(object, plan) : roll(object, plan, deps, offsets, lines);
}

const GONE: ObjectOutcome = { state: 'gone' };
/** An object whose file name has a plan of other content. What may be done about it depends on what became of that. */
function conflictWith({ isStored }: Plan): ObjectOutcome {
  return isStored
    ? {
        state: 'quarantined',
        reason: 'conflict',
        message:
          'Other content of the same file name was stored before; nothing of this object was counted. Delete it only if it ' +
          'holds no other records: see "Conflicts" in docs/collection.md.',
      }
    : {
        state: 'quarantined',
        reason: 'unfinished-conflict',
        message:
          'Collecting other content of the same file name was begun before, and never finished; nothing of this object was ' +
          'counted. Do not delete it, it may be the only copy: see "Conflicts" in docs/collection.md.',
      };
}

/** The outcome of an object whose owner facts are gone. Without a plan it is read by newer ones the next time. */
function outcomeWithoutOwners({ message }: OwnersForgotten, plan: Plan | undefined): ObjectOutcome {
  return plan === undefined
    ? { state: 'refused', reason: 'plan-changed', message: `${message} It is tried again with the next listing.` }
    : {
        state: 'quarantined',
        reason: 'owners-forgotten',
        message:
          `${message} It was stored by them in a database that has since lost a part, or is another one now; by others it would ` +
          'make other points beside those that may be left. It stays where it is, and a retry does not help: see "Owner facts ' +
          'that are gone" in docs/collection.md.',
      };
}

/** Whether an object has the content that was stored under its name before. */
async function compare(object: CollectableObject, plan: Plan): Promise<{ readonly outcome: ObjectOutcome }> {
  const body = await object.open();
  if (!body) {
    return { outcome: GONE };
  }
  const hash = createHash('sha256');
  for await (const chunk of body) {
    hash.update(chunk);
  }
  return { outcome: hash.digest('hex') === plan.sha256 ? { state: 'duplicate' } : conflictWith(plan) };
}

async function roll(
  object: CollectableObject,
  plan: Plan | undefined,
  { exporters, owners, decoder, now }: ReadDependencies,
  offsets: Pick<Offsets, 'acquire'>,
  spool: Pick<LineSpool, 'add'>
): Promise<ReadObject> {
  const { sourceId, key } = object;
  const name = parseObjectName(key);
  const isDisabled = exporters.isFlowLogDisabled(name.flowLogId);
  const terms = plan?.terms ?? termsFor(sourceId, name, exporters.topK, now(), await owners.newest(), isDisabled);
  if (terms.rulesVersion !== RULES_VERSION) {
    const message = `It was begun under rules version ${terms.rulesVersion}, which this version of Flowscope no longer has.`;
    return { outcome: { state: 'refused', reason: 'rules-version', message } };
  }
  let tables: OwnerTables | undefined;
  try {
    tables = await owners.tables(terms.owners);
  } catch (error) {
    if (error instanceof OwnersForgotten) {
      return { outcome: outcomeWithoutOwners(error, plan) };
    }
    throw error;
  }
  const body = await object.open();
  if (!body) {
    return { outcome: GONE };
  }
  const bytes = new HashedBytes(body);
  const acquiredOffsets = plan ? [] : await offsets.acquire();
  const job = {
    terms,
    decisions: plan?.decisions ?? exporters.exceptions(),
    offsets: plan?.offsets ?? acquiredOffsets,
    owners: tables,
  };
  try {
    const decoded = await decodeBody(decoder, bytes, job, spool);
    // An object is corrupt, and of a plan's content, only if all its bytes came: if they do not, this throws.
    if (plan || decoded.outcome?.state === 'quarantined') {
      await bytes.readRest();
    }
    // Before all else: what the terms of this plan say of other content is no verdict on it.
    if (plan && bytes.sha256() !== plan.sha256) {
      return { outcome: conflictWith(plan) };
    }
    if (decoded.outcome) {
      return { outcome: decoded.outcome };
    }
    const { summary, header } = decoded;
    const { columns } = header;
    return { summary, columns, proposal: proposalOf(object, bytes.sha256(), columns, summary, job), acquiredOffsets };
  } finally {
    await bytes.close();
  }
}

/** Decodes a body; an outcome instead when it holds nothing that can be collected. Throws what reading the bytes throws. */
async function decodeBody(
  decoder: Decoder,
  bytes: HashedBytes,
  job: DecodeJob,
  spool: Pick<LineSpool, 'add'>
): Promise<{ outcome: ObjectOutcome } | { outcome?: undefined; header: Header; summary: RollupSummary }> {
  try {
    const decoded = await decoder.decode(bytes, job, (policy, lines) => spool.add(policy, lines));
    return decoded.refusal ? { outcome: { state: 'not-collected', ...decoded.refusal } } : decoded;
  } catch (error) {
    if (error instanceof CorruptObject) {
      const { reason, message, readable } = error;
      return { outcome: { state: 'quarantined', reason, message, readable } };
    }
    if (error instanceof DecodeFailed) {
      const message = `It could not be decoded: ${error.message} It stays where it is and is tried again.`;
      return { outcome: { state: 'refused', reason: 'not-decoded', message, cause: error } };
    }
    throw error;
  }
}

/** What a plan is to fix for an object that was rolled up. `columns`: its header; `sha256`: that of its bytes. */
function proposalOf(
  { sourceId, key, size }: CollectableObject,
  sha256: string,
  columns: readonly string[],
  summary: RollupSummary,
  { terms, offsets }: DecodeJob
): Proposal {
  const name = parseObjectName(key);
  return {
    ...{ sourceId, sha256, size, terms },
    identity: name.fileName ?? `sha256:${sha256}`,
    exporters: [...summary.exporters.values()].map(({ exporter, decision }) => ({ ...exporter, decision })),
    offsets: offsets.slice(0, summary.parts),
    hours: summary.hours.map(({ hour }) => hour),
    entities: summary.groups.flatMap(entitiesOf),
    flowLog: flowLogOf(name, columns),
  };
}

function flowLogOf({ flowLogId, account, region }: ObjectName, columns: readonly string[]): FlowLog | undefined {
  return flowLogId && account && region ? { id: flowLogId, account, region, columns } : undefined;
}

/** Every identifier of a group, and what it belongs to as the record says. */
function entitiesOf(group: Group): SeenEntity[] {
  if (group.account !== OVERFLOW_ACCOUNT) {
    return entitiesOfPlace(group, group.account);
  }
  // Whose interface it is, an exporter beyond the limit does not say.
  return [
    ...entitiesOfPlace({ ...group, account: MISSING }, MISSING),
    { kind: 'account', id: OVERFLOW_ACCOUNT, ...UNKNOWN_PLACE },
  ];
}

/** A body that is hashed while it is read. A reader may stop early; another one continues there. */
class HashedBytes implements AsyncIterable<Uint8Array> {
  private readonly hash = createHash('sha256');
  private readonly chunks: AsyncIterator<Uint8Array>;

  constructor(body: AsyncIterable<Uint8Array>) {
    this.chunks = body[Symbol.asyncIterator]();
  }

  /** Without `return`, which would close the body. */
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

  /** Closes the body, read to its end or not. */
  async close(): Promise<void> {
    await this.chunks.return?.();
  }

  /** Of all that was read so far. */
  sha256(): string {
    return this.hash.copy().digest('hex');
  }

  private async next(): Promise<IteratorResult<Uint8Array>> {
    const result = await this.chunks.next();
    if (!result.done) {
      this.hash.update(result.value);
    }
    return result;
  }
}
