/** Whether an interface passes traffic on: a NAT gateway, a load balancer, another in between (Transit Gateway, endpoint), or not. */
export type Passes = 'no' | 'nat' | 'balancer' | 'yes';

/** Where an interface is; '-' where that is not known. */
export interface InterfacePlace {
  readonly vpc: string;
  readonly subnet: string;
  readonly instance: string;
  /** Who owns it: twelve digits. */
  readonly account: string;
  /** Id of its availability zone, such as `euw1-az1`. */
  readonly zone: string;
  readonly passes: Passes;
}

/** What an owner fact says, without its time; docs/owners.md has the table. */
export type OwnerStatement =
  /** An address (`10.0.0.1`) or prefix (`10.0.0.16/28`) is an interface's: in one VPC, or anywhere (`vpc` is '-'). */
  | { readonly kind: 'address'; readonly vpc: string; readonly address: string; readonly interface: string }
  | ({ readonly kind: 'interface'; readonly interface: string } & InterfacePlace)
  | { readonly kind: 'vpc'; readonly vpc: string; readonly cidr: string }
  | { readonly kind: 'network'; readonly cidr: string }
  /** Egress records of the interface with this action are collected. */
  | { readonly kind: 'covered'; readonly interface: string; readonly action: string };

/** An owner fact: it holds from `since` to `until` (Unix seconds, half-open); without `until` it still holds. */
export type OwnerFact = OwnerStatement & { readonly since: number; readonly until?: number };
