import type { IncomingHttpHeaders } from 'node:http';

/** A retention policy to create. Durations as InfluxDB writes them: `168h`, `1d`; `0s` is for ever. */
export interface PolicyToCreate {
  readonly name: string;
  readonly duration: string;
  /** Time that one shard covers; InfluxDB chooses when it is left out. */
  readonly shard?: string;
  readonly isDefault?: boolean;
}

/** A retention policy as InfluxDB shows it, with durations such as `168h0m0s`. */
export interface StoredPolicy {
  readonly name: string;
  readonly duration: string;
}

/** What is done about database and retention policies; `InfluxAdmin` does it. All methods throw `InfluxError`. */
export interface StoreAdmin {
  databases(): Promise<string[]>;
  createDatabase(): Promise<void>;
  policies(): Promise<StoredPolicy[]>;
  createPolicy(policy: PolicyToCreate): Promise<void>;
  alterPolicy(name: string, duration: string): Promise<void>;
}

/** InfluxDB's answer to a request. */
export interface StoreAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** How requests get to InfluxDB: over HTTP, but in `npm run simulate`. */
export interface StoreAccess {
  /** Sends a request and reads the whole answer. Throws when there is none within `timeoutMs`. */
  send(
    url: URL,
    body: string | Uint8Array | undefined,
    headers: Readonly<Record<string, string>>,
    timeoutMs: number
  ): Promise<StoreAnswer>;
  /** What administers it; without it `InfluxAdmin` does. */
  readonly admin?: StoreAdmin;
}
