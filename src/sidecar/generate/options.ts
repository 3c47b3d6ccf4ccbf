import type { Inventory } from './inventory';

/** What to generate. The same options give the same objects, byte for byte, with the same version of Node. */
export interface GenerateOptions {
  /** End of the traffic, Unix seconds, rounded down to a minute. */
  endSeconds: number;
  /** Length of the traffic: records that end within this time before the end are generated. */
  minutes: number;
  /** Number of logged interfaces, spread over the tiers of two VPCs. Ignored with an inventory. */
  interfaces: number;
  /** Seed of everything random: ids, conversations, sizes, times. A 32-bit number. */
  seed: number;
  /** Mean number of records per interface and minute, approximately. */
  recordsPerMinute: number;
  /** Prefix of all keys: empty, or ending with `/`. */
  prefix: string;
  /** The company whose traffic is generated; default: one made from the seed. */
  inventory?: Inventory;
}

export const DEFAULT_GENERATE_OPTIONS: Omit<GenerateOptions, 'endSeconds'> = {
  minutes: 60,
  interfaces: 40,
  seed: 1,
  recordsPerMinute: 20,
  prefix: '',
};

/** Maximum number of interfaces of the made-up company: its subnets have no more addresses. */
export const MAX_INTERFACES = 20_000;
