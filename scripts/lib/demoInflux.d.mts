import type { Service } from '../services.mjs';

/** Who gets into InfluxDB. */
export interface StoreUser {
  readonly username: string;
  readonly password: string;
}

/** InfluxDB with a user for the collector, who may do everything, and one for Grafana, who may only read. */
export function startDemoInflux(dir: string): Promise<Service & { admin: StoreUser; reader: StoreUser }>;
