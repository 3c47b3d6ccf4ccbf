import { parseObjectName } from '../../records/objectName';
import type { Proposal } from '../../registry/plans';
import type { Registry } from '../../registry/registry';
import type { ExporterDecisions } from './exporterDecisions';
import type { CollectableObject, ObjectOutcome } from './object';
import { OFFSETS_PER_OBJECT } from './offsets';
import type { ReadDependencies } from './dependencies';
import { findPlanByName, readObject } from './readObject';
import type { LineSpool } from './spool';

/** What inspecting an object needs. */
interface InspectDependencies extends ReadDependencies {
  readonly registry: Registry;
}

/**
 * What would become of an object, without writing anything anywhere. `proposal` where it would be stored; its lines go to
 * `lines`.
 */
export async function inspectObject(
  object: CollectableObject,
  deps: InspectDependencies,
  lines: Pick<LineSpool, 'add'> = { add: () => undefined }
): Promise<ObjectOutcome & { readonly proposal?: Proposal }> {
  const { registry } = deps;
  const byName = await findPlanByName(object, registry);
  const offsets = { acquire: () => Promise.resolve(Array<number>(OFFSETS_PER_OBJECT).fill(1)) };
  const readOnce = () => readObject(object, byName, deps, offsets, lines);
  let read = await readOnce();
  if (!read.outcome && !byName && (await haveChanged(object, read.proposal, deps.exporters))) {
    read = await readOnce();
  }
  if (read.outcome) {
    return read.outcome;
  }
  const { proposal, summary } = read;
  const plan = byName ?? (await registry.findPlan(proposal.identity, proposal.sha256));
  return plan?.isStored ? { state: 'duplicate' } : { state: 'stored', summary, proposal };
}

/** Whether exporters, the flow log or K would be decided on otherwise than was taken for granted. */
async function haveChanged(
  { key }: CollectableObject,
  { exporters, terms }: Proposal,
  decisions: ExporterDecisions
): Promise<boolean> {
  await decisions.refresh(exporters.map(({ id }) => id));
  const exceptions = decisions.exceptions();
  return (
    terms.topK !== decisions.topK ||
    terms.isFlowLogDisabled !== decisions.isFlowLogDisabled(parseObjectName(key).flowLogId) ||
    exporters.some(({ id, decision }) => (exceptions[id] ?? 'count') !== decision)
  );
}
