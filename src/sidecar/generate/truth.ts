import { FLOW_MEASUREMENTS, REFUSED, type FlowMeasurement, type FlowMeasurementName } from '../../contract/stored';
import type { FlowLog } from './flowLogs';
import type { FlowRecord } from './record';

/** Bytes, packets and records of some traffic, as decimal strings: they may pass what a JSON number holds. */
export interface Sums {
  bytes: string;
  packets: string;
  flows: string;
}

/** The exact sums of the generated objects, with the keys of `flowscope import --dry-run --json`. */
export interface Truth extends Sums {
  objects: number;
  collected: number;
  notCollected: number;
  quarantined: number;
  duplicates: number;
  /** Lines of the collected objects without their headers. */
  records: number;
  ok: number;
  nodata: number;
  skipdata: number;
  malformed: number;
  /** Distinct exporters of `ok` records. */
  exporters: number;
  /** Number of records that are no traffic, and of objects that are not collected, by reason; no zeros. */
  reasons: Record<string, number>;
  measurements: Record<FlowMeasurementName, Sums>;
  /** Of an organisation: the sums of each measurement by tags, over all of the time. */
  rows?: TruthRows;
}

/** The sums of all points with the same tags. */
export interface TruthRow extends Sums {
  readonly tags: Readonly<Record<string, string>>;
}

/** The rows of each measurement, in the order of their tags. */
export type TruthRows = Record<FlowMeasurementName, TruthRow[]>;

/** The measurements of sums, by name. */
const MEASUREMENTS: readonly FlowMeasurement[] = [...FLOW_MEASUREMENTS].sort((a, b) => (a.name < b.name ? -1 : 1));

/** Whether a measurement counts the records of a flow log with these fields. */
export function isMeasured({ requires }: FlowMeasurement, fields: readonly string[]): boolean {
  return requires.every((some) => some.some((field) => fields.includes(field)));
}

/** Sums of one object. They stay far below 2^53, so plain numbers do. */
interface SmallSums {
  bytes: number;
  packets: number;
  flows: number;
}

/** Counts of one object. */
export interface ObjectCounts {
  flowLog: FlowLog;
  nodata: number;
  skipdata: number;
  /** The records of traffic. */
  ok: SmallSums;
  /** Those that were refused. */
  refused: SmallSums;
  exporterIds: Set<string>;
}

export function emptyCounts(flowLog: FlowLog): ObjectCounts {
  const none = () => ({ bytes: 0, packets: 0, flows: 0 });
  return { flowLog, nodata: 0, skipdata: 0, ok: none(), refused: none(), exporterIds: new Set() };
}

/** Counts a record of the object. `exporter`: its id; default: as the record alone says. */
export function countRecord(
  counts: ObjectCounts,
  record: FlowRecord,
  exporter = exporterId(counts.flowLog, record)
): void {
  if (record.status === 'NODATA') {
    counts.nodata++;
  } else if (record.status === 'SKIPDATA') {
    counts.skipdata++;
  } else {
    addRecord(counts.ok, record);
    if (record.action === REFUSED) {
      addRecord(counts.refused, record);
    }
    counts.exporterIds.add(exporter);
  }
}

function addRecord(sums: SmallSums, { bytes, packets }: FlowRecord): void {
  sums.bytes += bytes;
  sums.packets += packets;
  sums.flows++;
}

/** Sums up objects. Keeps only sums and the ids of exporters. */
export class TruthTally {
  private objects = 0;
  private notCollected = 0;
  private ok = 0;
  private nodata = 0;
  private skipdata = 0;
  private readonly total = zero();
  private readonly measurements = new Map<string, BigSums>(MEASUREMENTS.map(({ name }) => [name, zero()]));
  private readonly exporterIds = new Set<string>();

  add(counts: ObjectCounts): void {
    this.objects++;
    const fields: readonly string[] = counts.flowLog.format.fields;
    if (!fields.includes('log-status')) {
      this.notCollected++;
      return;
    }
    this.ok += counts.ok.flows;
    this.nodata += counts.nodata;
    this.skipdata += counts.skipdata;
    addTo(this.total, counts.ok);
    for (const measurement of MEASUREMENTS) {
      const sums = this.measurements.get(measurement.name);
      if (sums !== undefined && isMeasured(measurement, fields)) {
        addTo(sums, measurement.action === REFUSED ? counts.refused : counts.ok);
      }
    }
    counts.exporterIds.forEach((id) => this.exporterIds.add(id));
  }

  truth(): Truth {
    const reasons = { 'log-status-missing': this.notCollected, nodata: this.nodata, skipdata: this.skipdata };
    return {
      objects: this.objects,
      collected: this.objects - this.notCollected,
      notCollected: this.notCollected,
      quarantined: 0,
      duplicates: 0,
      records: this.ok + this.nodata + this.skipdata,
      ok: this.ok,
      nodata: this.nodata,
      skipdata: this.skipdata,
      malformed: 0,
      ...asStrings(this.total),
      exporters: this.exporterIds.size,
      reasons: Object.fromEntries(Object.entries(reasons).filter(([, count]) => count > 0)),
      measurements: Object.fromEntries(
        [...this.measurements].map(([name, sums]) => [name, asStrings(sums)])
      ) as Truth['measurements'],
    };
  }
}

interface BigSums {
  bytes: bigint;
  packets: bigint;
  flows: bigint;
}

function zero(): BigSums {
  return { bytes: 0n, packets: 0n, flows: 0n };
}

function addTo(sums: BigSums, { bytes, packets, flows }: SmallSums): void {
  sums.bytes += BigInt(bytes);
  sums.packets += BigInt(packets);
  sums.flows += BigInt(flows);
}

function asStrings({ bytes, packets, flows }: BigSums): Sums {
  return { bytes: bytes.toString(), packets: packets.toString(), flows: flows.toString() };
}

/** The exporter id of a record: account with VPC, or with subnet or interface in a format without VPC. */
function exporterId({ accountId, format }: FlowLog, { at }: FlowRecord): string {
  if (format.fields.includes('vpc-id')) {
    return `${accountId}/${at.vpcId}`;
  }
  return `${accountId}/${format.fields.includes('subnet-id') ? at.subnetId : at.id}`;
}
