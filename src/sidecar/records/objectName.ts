/** What the key of an S3 object (or the path of a file) says about the flow log that wrote it. */
export interface ObjectName {
  /** AWS's file name, unique per object and the same wherever it lies; undefined when the name is not AWS's. */
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

/** Reads account, region, flow log and slot out of an object key or file path. Nothing is guessed: what is absent stays undefined. */
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
 * The time that an object is from, Unix seconds: the start of the slot in its file name, where AWS named it; else when it was
 * written (`modified`), which for a copy is when it was copied.
 */
export function objectTime(key: string, modified: number): number {
  return parseObjectName(key).slot ?? modified;
}

/** What of a bucket an object belongs to, in words: its flow log, or its folder when the name is not AWS's. */
export function originOf(key: string): string {
  const { flowLogId } = parseObjectName(key);
  return flowLogId ? `Flow log ${flowLogId}` : `Folder ${key.slice(0, key.lastIndexOf('/') + 1) || '/'}`;
}

/** True for keys that may hold flow logs: anything else in a bucket is never fetched, and so never deleted. */
export function mayHoldFlowLogs(key: string): boolean {
  return key.endsWith('.gz') || key.endsWith('.parquet');
}
