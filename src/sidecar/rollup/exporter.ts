import { MISSING } from '../../contract/stored';

/** Who produced the traffic: account and VPC, or subnet or interface where the VPC is not known. */
export interface Exporter {
  /** `account/vpc-id`, else `account/subnet-id`, else `account/interface-id`. */
  readonly id: string;
  readonly account: string;
  readonly from: 'vpc' | 'subnet' | 'interface';
}

/** The exporter of an account's records at an interface; '-' where a place is not known. */
export function exporterOf(account: string, place: { vpc: string; subnet: string; interface: string }): Exporter {
  if (place.vpc !== MISSING) {
    return { id: `${account}/${place.vpc}`, account, from: 'vpc' };
  }
  if (place.subnet !== MISSING) {
    return { id: `${account}/${place.subnet}`, account, from: 'subnet' };
  }
  return { id: `${account}/${place.interface}`, account, from: 'interface' };
}
