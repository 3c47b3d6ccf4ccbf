import { FORMATS, type Format } from '../format';

/** A flow log of the organisation. */
export interface Log {
  readonly format: Format;
  /** The account that its objects' keys name: that of the VPC. */
  readonly vpc: 'shop' | 'analytics' | 'shared' | 'archive' | 'acquired';
  readonly filter: 'ALL' | 'ACCEPT' | 'REJECT';
  readonly aggregationSeconds: 60 | 600;
  /** When it records, as shares of the traffic's time. */
  readonly active: readonly [since: number, until: number];
}

const log = (vpc: Log['vpc'], format: Format, some: Partial<Log> = {}): Log => ({
  ...{ vpc, format, filter: 'ALL', aggregationSeconds: 60, active: [0, 1] },
  ...some,
});

/** The flow logs: of every format, of both ends, some of one action only, one that begins late, one that ends early. */
export const LOGS = {
  web: log('shop', FORMATS.v11),
  webLater: log('shop', FORMATS.v11, { active: [0.3, 1] }),
  app: log('shop', FORMATS.default),
  data: log('shop', FORMATS.v5),
  bastion: log('shop', FORMATS.v5, { filter: 'ACCEPT' }),
  vault: log('shop', FORMATS.v5, { filter: 'REJECT' }),
  gateway: log('analytics', FORMATS.v11, { active: [0, 0.7] }),
  ingest: log('analytics', FORMATS.v5Alphabetical),
  monitor: log('shared', FORMATS.v11),
  dns: log('shared', FORMATS.v3Custom),
  archive: log('archive', FORMATS.v5, { aggregationSeconds: 600 }),
  acquired: log('acquired', FORMATS.v5),
} as const satisfies Record<string, Log>;
export type LogName = keyof typeof LOGS;
