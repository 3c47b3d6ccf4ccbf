import { gzipSync } from 'node:zlib';
import { minuteActivity, tenMinuteActivity } from './activity';
import { makeCompany } from './company';
import { makeConversations } from './conversations';
import { planFlowLogs, type FlowLog } from './flowLogs';
import { loggedInterfaces } from './inventory';
import type { GenerateOptions } from './options';
import { hexDigits, mix, mixText } from './random';
import { idleRecord, type FlowRecord } from './record';
import { isPublic, scanRate, scanRecords } from './scans';
import { recordsOf, sightingsOf, type Sighting } from './sightings';
import { countRecord, emptyCounts, type ObjectCounts } from './truth';

/** One object of the bucket. */
export interface GeneratedObject {
  key: string;
  /** gzip of the header and the records. */
  body: Buffer;
  flowLog: FlowLog;
  /** Unix seconds at which the object's five minutes begin. */
  slot: number;
  /** Counts of the records. */
  counts: ObjectCounts;
}

/** AWS delivers objects every five minutes, whatever the aggregation interval. */
export const SLOT_SECONDS = 300;

/** Probability that AWS lost records of an interface in an aggregation interval. */
const SKIP_CHANCE = 0.003;

/**
 * The objects that AWS would deliver, oldest first, one in memory at a time. Minutes are independent: five calls for a minute
 * each give the same records as one call for five minutes, in other objects.
 * @throws GenerateError if the inventory contradicts itself
 */
export function* generateObjects(options: GenerateOptions): Generator<GeneratedObject> {
  const { seed, prefix, minutes, recordsPerMinute } = options;
  const interfaces = loggedInterfaces(options.inventory ?? makeCompany(seed, options.interfaces));
  const flowLogs = planFlowLogs(seed, interfaces);
  const sightings = sightingsOf(makeConversations(mixText(seed, 'traffic'), interfaces, recordsPerMinute));
  const rate = scanRate(interfaces, recordsPerMinute);
  const sources = flowLogs.map((flowLog) => {
    const own = new Set(flowLog.interfaces);
    return { seed, flowLog, rate, sightings: sightings.filter(({ at }) => own.has(at)) };
  });

  const end = Math.floor(options.endSeconds / 60) * 60;
  const begin = end - minutes * 60;
  for (let slot = Math.floor(begin / SLOT_SECONDS) * SLOT_SECONDS; slot < end; slot += SLOT_SECONDS) {
    const from = Math.max(slot, begin);
    const to = Math.min(slot + SLOT_SECONDS, end);
    for (const source of sources) {
      const { flowLog } = source;
      const counts = emptyCounts(flowLog);
      const text = new TextBuilder(flowLog.format.header);
      eachRecord(source, from, to, (record) => {
        text.add(flowLog.format.line(record));
        countRecord(counts, record);
      });
      if (counts.ok.flows + counts.nodata + counts.skipdata > 0) {
        const key = objectKey(prefix, flowLog, slot, seed, `${from}-${to}`);
        yield { key, body: gzip(text.toBuffer()), flowLog, slot, counts };
      }
    }
  }
}

interface Source {
  seed: number;
  flowLog: FlowLog;
  rate: number;
  sightings: readonly Sighting[];
}

/** Calls `write` for every record of a flow log that ends in [from, to). */
function eachRecord(source: Source, from: number, to: number, write: (record: FlowRecord) => void): void {
  const length = source.flowLog.aggregationSeconds;
  // A minute's record may end in the next minute; ten minutes' records never leave their window.
  const first = Math.floor((length === 60 ? from - 60 : from) / length);
  const last = Math.floor((to - 1) / length);
  for (let window = first; window <= last; window++) {
    const busy = new Set<string>();
    const visit = (record: FlowRecord) => {
      busy.add(record.at.id);
      if (record.end >= from && record.end < to) {
        write(record);
      }
    };
    visitTraffic(source, window, visit);
    visitGaps(source, window, busy, visit);
  }
}

function visitTraffic(
  { seed, flowLog, sightings, rate }: Source,
  window: number,
  visit: (record: FlowRecord) => void
): void {
  const tenMinutes = flowLog.aggregationSeconds === 600;
  for (const sighting of sightings) {
    const activity = tenMinutes
      ? tenMinuteActivity(sighting.conversation, window)
      : minuteActivity(sighting.conversation, window);
    if (activity !== undefined) {
      recordsOf(sighting, activity).forEach(visit);
    }
  }
  const minutes = flowLog.aggregationSeconds / 60;
  for (const at of flowLog.interfaces.filter(isPublic)) {
    for (let minute = window * minutes; minute < (window + 1) * minutes; minute++) {
      scanRecords(seed, at, minute, rate).forEach(visit);
    }
  }
}

/** A record for each interface without traffic, and a few for records that AWS lost. */
function visitGaps(
  { seed, flowLog }: Source,
  window: number,
  busy: ReadonlySet<string>,
  visit: (record: FlowRecord) => void
): void {
  const start = window * flowLog.aggregationSeconds;
  const end = start + flowLog.aggregationSeconds - 1;
  const idle = flowLog.interfaces.filter(({ id }) => !busy.has(id));
  const skip = mixText(seed, `skip/${flowLog.id}`);
  for (const at of flowLog.interfaces) {
    if (mix(mix(skip, at.index), window) < SKIP_CHANCE * 2 ** 32) {
      visit(idleRecord(at, 'SKIPDATA', start, end));
    }
  }
  for (const at of idle) {
    visit(idleRecord(at, 'NODATA', start, end));
  }
}

/** Joins lines. Converts them to bytes every 1,000 lines, which saves memory. */
export class TextBuilder {
  private readonly chunks: Buffer[] = [];
  private lines: string[];

  constructor(header: string) {
    this.lines = [header];
  }

  add(line: string): void {
    this.lines.push(line);
    if (this.lines.length === 1_000) {
      this.flush();
    }
  }

  toBuffer(): Buffer {
    this.flush();
    return Buffer.concat(this.chunks);
  }

  private flush(): void {
    this.lines.push('');
    this.chunks.push(Buffer.from(this.lines.join('\n')));
    this.lines = [];
  }
}

/** gzip with the same bytes on every machine: zlib writes the operating system into byte 9. */
export function gzip(text: Buffer): Buffer {
  const body = gzipSync(text);
  body[9] = 255;
  return body;
}

/**
 * The key under which AWS would deliver an object of a flow log.
 * @param slot beginning of its five minutes, Unix seconds
 * @param part distinguishes objects of one slot: it changes the hash at the end of the file name
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
