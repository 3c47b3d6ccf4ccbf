import { MISSING } from '../../contract/stored';
import type { Group } from '../records/flowRecord';

/** Who produced the traffic: account and VPC, or what stands in for the VPC when the flow log lacks `vpc-id`. */
export interface Exporter {
  /** `account/vpc-id`, else `account/subnet-id`, else `account/interface-id`. */
  readonly id: string;
  readonly account: string;
  readonly from: 'vpc' | 'subnet' | 'interface';
}

/** The exporter that counts the records of exporters beyond the limit. */
export const OVERFLOW_EXPORTER = 'overflow';

/** The exporter of a group. */
export function exporterOf(group: Group): Exporter {
  const { account } = group;
  if (group.vpc !== MISSING) {
    return { id: `${account}/${group.vpc}`, account, from: 'vpc' };
  }
  if (group.subnet !== MISSING) {
    return { id: `${account}/${group.subnet}`, account, from: 'subnet' };
  }
  return { id: `${account}/${group.interface}`, account, from: 'interface' };
}
