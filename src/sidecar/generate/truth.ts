import { FLOW_MEASUREMENTS, type FlowMeasurementName } from '../../contract/stored';
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
}

/** The measurements of sums by name, with the header fields that each needs. */
const MEASUREMENT_FIELDS = Object.fromEntries(
  [...FLOW_MEASUREMENTS]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((one) => [one.name, one.requires])
);

/** Counts of one object. Sums of one object stay far below 2^53, so plain numbers do. */
export interface ObjectCounts {
  flowLog: FlowLog;
  ok: number;
  nodata: number;
  skipdata: number;
  bytes: number;
  packets: number;
  exporterIds: Set<string>;
}

export function emptyCounts(flowLog: FlowLog): ObjectCounts {
  return { flowLog, ok: 0, nodata: 0, skipdata: 0, bytes: 0, packets: 0, exporterIds: new Set() };
}

/** Counts a record of the object. */
export function countRecord(counts: ObjectCounts, record: FlowRecord): void {
  if (record.status === 'NODATA') {
    counts.nodata++;
  } else if (record.status === 'SKIPDATA') {
    counts.skipdata++;
  } else {
    counts.ok++;
    counts.bytes += record.bytes;
    counts.packets += record.packets;
    counts.exporterIds.add(exporterId(counts.flowLog, record));
  }
}

/** Sums up objects. Keeps only sums and the ids of exporters. */
export class TruthTally {
  private objects = 0;
  private notCollected = 0;
  private ok = 0;
  private nodata = 0;
  private skipdata = 0;
  private readonly total = zero();
  private readonly measurements = new Map<string, BigSums>(
    Object.keys(MEASUREMENT_FIELDS).map((name) => [name, zero()])
  );
  private readonly exporterIds = new Set<string>();

  add(counts: ObjectCounts): void {
    this.objects++;
    const fields: readonly string[] = counts.flowLog.format.fields;
    if (!fields.includes('log-status')) {
      this.notCollected++;
      return;
    }
    this.ok += counts.ok;
    this.nodata += counts.nodata;
    this.skipdata += counts.skipdata;
    addTo(this.total, counts);
    for (const [name, needed] of Object.entries(MEASUREMENT_FIELDS)) {
      const sums = this.measurements.get(name);
      if (sums !== undefined && needed.every((field) => fields.includes(field))) {
        addTo(sums, counts);
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

function addTo(sums: BigSums, counts: ObjectCounts): void {
  sums.bytes += BigInt(counts.bytes);
  sums.packets += BigInt(counts.packets);
  sums.flows += BigInt(counts.ok);
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
