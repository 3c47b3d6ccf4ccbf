/** What an object's key, or a file's path, says about its flow log. */
export interface ObjectName {
  /** The file name that AWS gave, unique per object; undefined if the name is not of AWS's form. */
  readonly fileName?: string;
  /** The 12-digit account that owns the flow log: from the path after the last `AWSLogs/`, else from the file name. */
  readonly account?: string;
  readonly region?: string;
  /** `fl-…` */
  readonly flowLogId?: string;
  /** Start of the five-minute slot in the file name, Unix seconds. */
  readonly slot?: number;
}

// {acct}_vpcflowlogs_{region}_{fl-id}_{YYYYMMDD}T{HHmm}Z_{hash}.log.{gz|parquet}: "Flow log files", Amazon VPC user guide.
const FILE_NAME =
  /^(\d{12})_vpcflowlogs_([a-z0-9-]+)_(fl-[0-9a-f]+)_(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})Z_[0-9a-f]+\.log\.(?:gz|parquet)$/;
// A prefix may itself hold account ids and even the word AWSLogs, so the last occurrence counts.
const ACCOUNT_IN_PATH = /^.*(?:^|\/)AWSLogs\/(?:[^/]+\/)?(?:aws-account-id=)?(\d{12})\//;

/** Reads account, region, flow log and slot from an object key or file path. What is absent stays undefined. */
export function parseObjectName(key: string): ObjectName {
  const account = ACCOUNT_IN_PATH.exec(key)?.[1];
  const fileName = key.slice(key.lastIndexOf('/') + 1);
  const parts = FILE_NAME.exec(fileName);
  if (!parts) {
    return { account };
  }
  const [, fileAccount, region, flowLogId, year, month, day, hour, minute] = parts;
  const slot = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute)) / 1000;
  return { fileName, account: account ?? fileAccount, region, flowLogId, slot };
}

/**
 * The time of an object's data, Unix seconds: the start of the slot in its file name, else when it was last modified (for a
 * copy: when it was copied).
 */
export function objectTime(key: string, modified: number): number {
  return parseObjectName(key).slot ?? modified;
}

/** Where an object comes from, in words: its flow log, or its folder if the file name is not AWS's. */
export function originOf(key: string): string {
  const { flowLogId } = parseObjectName(key);
  return flowLogId ? `Flow log ${flowLogId}` : `Folder ${key.slice(0, key.lastIndexOf('/') + 1) || '/'}`;
}

/** Whether a key's file is called as AWS calls flow logs, whatever its ending. */
export function isCalledLikeFlowLog(key: string): boolean {
  return /(?:^|\/)\d{12}_vpcflowlogs_[^/]*$/.test(key);
}

/** Whether a key may be of a flow log. Other objects are never fetched, and so never deleted. */
export function mayHoldFlowLogs(key: string): boolean {
  return key.endsWith('.gz') || key.endsWith('.parquet');
}

/** Whether a key is called as AWS calls flow logs, but for its ending: `.log`, `.log.zst`. */
export function hasOtherEnding(key: string): boolean {
  return !mayHoldFlowLogs(key) && isCalledLikeFlowLog(key);
}
