import type { FlowLog } from './flowLogs';
import { hexDigits } from './random';

/** AWS writes objects for every five minutes, whatever the aggregation. */
export const SLOT_SECONDS = 300;

/**
 * The key under which AWS would deliver an object of a flow log.
 * @param slot Unix seconds at which its five minutes begin
 * @param part tells objects of one slot apart: another one gives another hash at the end of the file name
 */
export function objectKey(prefix: string, flowLog: FlowLog, slot: number, seed: number, part: string): string {
  const { accountId, region, id, hiveHourly } = flowLog;
  const time = new Date(slot * 1000).toISOString();
  const [year, month, day, hour] = [time.slice(0, 4), time.slice(5, 7), time.slice(8, 10), time.slice(11, 13)];
  const folder = hiveHourly
    ? `aws-account-id=${accountId}/aws-service=vpcflowlogs/aws-region=${region}/year=${year}/month=${month}/day=${day}/hour=${hour}`
    : `${accountId}/vpcflowlogs/${region}/${year}/${month}/${day}`;
  const stamp = `${year}${month}${day}T${hour}${time.slice(14, 16)}Z`;
  const hash = hexDigits(seed, `${id}/${slot}/${part}`, 8);
  return `${prefix}AWSLogs/${folder}/${accountId}_vpcflowlogs_${region}_${id}_${stamp}_${hash}.log.gz`;
}
