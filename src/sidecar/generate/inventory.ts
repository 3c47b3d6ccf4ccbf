import { z } from 'zod';

/** The inventory, the options or the output place are wrong. The message is for the user. */
export class GenerateError extends Error {
  override readonly name = 'GenerateError';
}

/** What an interface is used for. Decides who has traffic with it, and which flow log records it. */
export const TIERS = ['load-balancer', 'web', 'app', 'database', 'nat', 'bastion'] as const;
export type Tier = (typeof TIERS)[number];

const id = (prefix: string) =>
  z.string().regex(new RegExp(`^${prefix}-[0-9a-f]{8,17}$`), `must look like ${prefix}-0123456789abcdef0`);
const accountId = z.string().regex(/^\d{12}$/, 'must be 12 digits');

/** The company whose traffic is generated. An inventory file gives the ids of real entities. */
const inventorySchema = z.strictObject({
  accounts: z.array(z.strictObject({ id: accountId, name: z.string() })).min(1),
  vpcs: z
    .array(z.strictObject({ id: id('vpc'), accountId, region: z.string(), cidr: z.string(), name: z.string() }))
    .min(1),
  subnets: z
    .array(
      z.strictObject({
        id: id('subnet'),
        vpcId: id('vpc'),
        cidr: z.string(),
        availabilityZone: z.string(),
        availabilityZoneId: z.string(),
        name: z.string(),
      })
    )
    .min(1),
  instances: z.array(z.strictObject({ id: id('i'), subnetId: id('subnet'), name: z.string() })),
  interfaces: z
    .array(
      z.strictObject({
        id: id('eni'),
        subnetId: id('subnet'),
        instanceId: id('i').optional(),
        privateIp: z.ipv4(),
        ipv6: z.ipv6().optional(),
        tier: z.enum(TIERS),
        name: z.string().optional(),
        description: z.string().optional(),
      })
    )
    .min(1),
});

export type Inventory = z.infer<typeof inventorySchema>;

/** An interface with everything that a record says about it. */
export interface LoggedInterface {
  /** Position in the inventory: part of the seed of everything random about this interface. */
  index: number;
  id: string;
  tier: Tier;
  address: string;
  ipv6: string | undefined;
  instanceId: string | undefined;
  subnetId: string;
  availabilityZoneId: string;
  vpcId: string;
  /** Position of its VPC in the inventory: odd and even VPCs have different flow logs. */
  vpcIndex: number;
  accountId: string;
  region: string;
}

/**
 * Reads an inventory from JSON text.
 * @throws GenerateError if it is no JSON, has another shape, or refers to something that it does not list
 */
export function parseInventory(text: string): Inventory {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new GenerateError(`The inventory is not JSON: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
  }
  const parsed = inventorySchema.safeParse(json);
  if (!parsed.success) {
    throw new GenerateError(`The inventory has faults:\n${z.prettifyError(parsed.error)}`);
  }
  loggedInterfaces(parsed.data);
  return parsed.data;
}

/**
 * Joins the interfaces of an inventory with their subnet, VPC and account.
 * @throws GenerateError if one of these is missing
 */
export function loggedInterfaces(inventory: Inventory): LoggedInterface[] {
  const subnets = new Map(inventory.subnets.map((subnet) => [subnet.id, subnet]));
  const vpcs = new Map(inventory.vpcs.map((vpc, vpcIndex) => [vpc.id, { ...vpc, vpcIndex }]));
  const accounts = new Map(inventory.accounts.map((account) => [account.id, account]));
  const instances = new Map(inventory.instances.map((instance) => [instance.id, instance]));

  return inventory.interfaces.map((entry, index) => {
    const subnet = found(subnets.get(entry.subnetId), entry.id, entry.subnetId);
    const vpc = found(vpcs.get(subnet.vpcId), subnet.id, subnet.vpcId);
    const account = found(accounts.get(vpc.accountId), vpc.id, vpc.accountId);
    if (entry.instanceId !== undefined) {
      found(instances.get(entry.instanceId), entry.id, entry.instanceId);
    }
    return {
      index,
      id: entry.id,
      tier: entry.tier,
      address: entry.privateIp,
      ipv6: entry.ipv6,
      instanceId: entry.instanceId,
      subnetId: subnet.id,
      availabilityZoneId: subnet.availabilityZoneId,
      vpcId: vpc.id,
      vpcIndex: vpc.vpcIndex,
      accountId: account.id,
      region: vpc.region,
    };
  });
}

function found<T>(entry: T | undefined, holder: string, wanted: string): T {
  if (entry === undefined) {
    throw new GenerateError(`The inventory's ${holder} belongs to ${wanted}, which the inventory does not list`);
  }
  return entry;
}
