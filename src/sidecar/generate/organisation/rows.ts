import { FLOW_MEASUREMENTS, REFUSED, type FlowMeasurementName } from '../../../contract/stored';
import type { FlowRecord } from '../record';
import { isMeasured, type Sums, type TruthRows } from '../truth';
import type { Known, KnownEnd } from './knowledge';
import type { Log } from './logs';

type Tags = Readonly<Record<string, string>>;

interface Counted {
  readonly tags: Tags;
  readonly sums: { bytes: bigint; packets: bigint; flows: bigint };
}

/** Sums up records by the tags that they are to be found under. */
export class RowTally {
  private readonly rows = new Map<FlowMeasurementName, Map<string, Counted>>(
    FLOW_MEASUREMENTS.map(({ name }) => [name, new Map<string, Counted>()])
  );

  add(record: FlowRecord, known: Known, log: Log): void {
    const tags = tagsOf(record, known, log);
    for (const measurement of FLOW_MEASUREMENTS) {
      const isCounted = !('action' in measurement) || measurement.action === record.action;
      if (isCounted && isMeasured(measurement, log.format.fields)) {
        this.count(measurement.name, tags[measurement.name], record);
      }
    }
  }

  truth(): TruthRows {
    const rows = [...this.rows].map(([name, all]) => {
      const ordered = [...all].sort(([a], [b]) => (a < b ? -1 : 1));
      return [name, ordered.map(([, { tags, sums }]) => ({ tags, ...asText(sums) }))] as const;
    });
    return Object.fromEntries(rows) as TruthRows;
  }

  private count(name: FlowMeasurementName, tags: Tags, { bytes, packets }: FlowRecord): void {
    const inOrder = Object.fromEntries(Object.entries(tags).sort(([a], [b]) => (a < b ? -1 : 1)));
    const key = JSON.stringify(inOrder);
    const rows = this.rows.get(name)!;
    const { sums } = rows.get(key) ?? { sums: { bytes: 0n, packets: 0n, flows: 0n } };
    sums.bytes += BigInt(bytes);
    sums.packets += BigInt(packets);
    sums.flows++;
    rows.set(key, { tags: inOrder, sums });
  }
}

function asText(sums: Counted['sums']): Sums {
  return { bytes: String(sums.bytes), packets: String(sums.packets), flows: String(sums.flows) };
}

/** The tags of a record in each measurement. */
function tagsOf(record: FlowRecord, known: Known, log: Log): Record<FlowMeasurementName, Tags> {
  const { own, source, destination, direction, counted, transit, peer, peerLogged } = known;
  const { action } = record;
  const has = (field: string) => log.format.fields.includes(field);
  const group = {
    ...{ account: own.account, action, instance: own.instance, interface: own.interface },
    ...{ subnet: own.subnet, vpc: own.vpc },
  };
  const src = { src: record.source, src_owner: source.owner };
  const dst = { dst: record.destination, dst_owner: destination.owner };
  const application = applicationOf(record);
  const hopZone = has('next-hop-az-id') ? record.nextHop?.availabilityZoneId : undefined;
  const path = {
    direction,
    path: has('traffic-path') ? String(record.trafficPath) : '-',
    zone: own.zone,
    peer_zone: hopZone ?? peer?.zone ?? '-',
    src_service: has('pkt-src-aws-service') ? record.sourceService : '-',
    dst_service: has('pkt-dst-aws-service') ? record.destinationService : '-',
    next_hop_type: has('next-hop-interface-type') ? (record.nextHop?.type ?? '-') : '-',
  };
  const isOfTcp = record.protocol === 6 && has('tcp-flags');
  const isNew = (record.tcpFlags & 2) !== 0 && (record.tcpFlags & 16) === 0;
  const connection = isOfTcp ? (isNew ? 'new' : 'late') : '-';
  const pair = `${source.interface} → ${destination.interface}`;
  return {
    flow_interface: { ...group, counted, direction, peer_logged: peerLogged, transit },
    flow_source: { ...group, ...src },
    flow_destination: { ...group, ...dst },
    flow_pair: { ...group, ...src, ...dst, pair: `${src.src} → ${dst.dst}` },
    flow_application: { ...group, application },
    flow_interface_pair: { action, counted, transit, ...endTags('src', source), ...endTags('dst', destination), pair },
    flow_path: { ...group, ...path },
    flow_refused: action === REFUSED ? { ...group, ...src, application, connection } : {},
    flow_service: { ...group, application, direction, peer: peer?.kind ?? '-' },
  };
}

function endTags(side: 'src' | 'dst', end: KnownEnd): Tags {
  return {
    [`${side}_account`]: end.account,
    [`${side}_instance`]: end.instance,
    [`${side}_interface`]: end.interface,
    [`${side}_subnet`]: end.subnet,
    [`${side}_vpc`]: end.vpc,
  };
}

/** The server's port is the lower one of every conversation. */
function applicationOf({ protocol, sourcePort, destinationPort }: FlowRecord): string {
  const name = { 6: 'tcp', 17: 'udp' }[protocol];
  return name === undefined ? `protocol/${protocol}` : `${name}/${Math.min(sourcePort, destinationPort)}`;
}
