import type { Inventory } from './inventory';

/** What to generate. The same options give the same objects, byte for byte, on one version of Node. */
export interface GenerateOptions {
  /** Records that end in [endSeconds − minutes × 60, endSeconds) are generated; Unix seconds, floored to a whole minute. */
  endSeconds: number;
  /** How many minutes before the end. */
  minutes: number;
  /** How many logged interfaces to spread over the tiers of two VPCs; not read when there is an inventory. */
  interfaces: number;
  /** Decides everything that is random: ids, conversations, sizes, times. A 32-bit number. */
  seed: number;
  /** Mean number of records for each interface and minute at the day's mean load; real figures lie around it. */
  recordsPerMinute: number;
  /** Where the objects lie: empty, or a prefix ending with `/`. */
  prefix: string;
  /** The company whose traffic it is; undefined: one made from the seed. */
  inventory?: Inventory;
}

export const DEFAULT_GENERATE_OPTIONS: Omit<GenerateOptions, 'endSeconds'> = {
  minutes: 60,
  interfaces: 40,
  seed: 1,
  recordsPerMinute: 20,
  prefix: '',
};

/** The most interfaces that the subnets of the made-up company have addresses for. */
export const MAX_INTERFACES = 20_000;
