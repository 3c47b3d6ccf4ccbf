import type { Inventory } from '../../src/sidecar/generate/inventory';
import type { StoreUser } from './demoInflux.mjs';

/** A company's accounts, networks and machines in moto, and a bucket for their flow logs. */
export interface Cloud {
  readonly bucket: string;
  readonly region: string;
  readonly company: Inventory;
  readonly inventoryFile: string;
  /** What the sidecar needs to reach all of it. */
  readonly env: Readonly<Record<string, string>>;
  keys(): Promise<string[]>;
}

export function createCloud(options: {
  dir: string;
  influx: { readonly url: string; readonly admin: StoreUser };
  motoUrl: string;
  seed: number;
}): Promise<Cloud>;
