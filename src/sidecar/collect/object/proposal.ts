import { MISSING } from '../../../contract/stored';
import type { Group } from '../../records/flowRecord';
import { parseObjectName, type ObjectName } from '../../records/objectName';
import { NOWHERE, type FlowLog, type SeenEntity } from '../../registry/entities';
import type { Proposal } from '../../registry/plans';
import type { RollupSummary } from '../../rollup/summary';
import type { DecodeJob } from '../decode/decodeObject';
import type { CollectableObject } from './object';

/** What is to be fixed of an object that was rolled up. `columns`: its header; `sha256`: that of its bytes. */
export function proposalOf(
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
    { kind: 'subnet', id: subnet, ...NOWHERE, vpc, account },
    { kind: 'vpc', id: vpc, ...NOWHERE, account },
    { kind: 'account', id: account, ...NOWHERE },
  ];
  return all.filter(({ id }) => id !== MISSING);
}
