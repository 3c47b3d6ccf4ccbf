import type { RollupSummary } from '../rollup/summary';

/** AWS's default format. */
export const HEADER_V2 =
  'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status';

/** A record of one packet and five seconds, under {@link HEADER_V2}. `start`: Unix seconds. */
export function recordV2(start: number, bytes = 1): string {
  return `2 123456789012 eni-0a1b2c3d 10.0.0.1 10.1.0.1 40000 443 6 1 ${bytes} ${start} ${start + 5} ACCEPT OK`;
}

/** The unread lines of an object, each after its reason. */
export function keptLines({ unread }: Pick<RollupSummary, 'unread'>): Array<[reason: string, line: string]> {
  return (unread ?? []).map(({ reason, line }) => [reason, line]);
}
