import type { LoggedInterface } from './inventory';

/** One flow-log record as the generator means it, before a flow log's format decides what is written of it. */
export interface FlowRecord {
  at: LoggedInterface;
  status: 'OK' | 'NODATA' | 'SKIPDATA';
  /** Addresses as seen at the interface. */
  source: string;
  destination: string;
  /** Addresses in the packet's header: they differ from the above at a NAT gateway. */
  packetSource: string;
  packetDestination: string;
  sourcePort: number;
  destinationPort: number;
  /** IANA number. */
  protocol: number;
  packets: number;
  bytes: number;
  /** Unix seconds; the last packet's second is `end`. */
  start: number;
  end: number;
  action: 'ACCEPT' | 'REJECT';
  direction: 'ingress' | 'egress';
  /** FIN 1, SYN 2, SYN-ACK 18, as AWS ORs them. */
  tcpFlags: number;
  /** AWS service names of the packet's addresses, `-` when they belong to none. */
  sourceService: string;
  destinationService: string;
  /** AWS's code of the way out, `-` for what comes in. */
  trafficPath: number | '-';
}

/** A row that stands for an interval without traffic, or with records that AWS lost. Not `OK`: no traffic field is read. */
export function idleRecord(at: LoggedInterface, status: 'NODATA' | 'SKIPDATA', start: number, end: number): FlowRecord {
  return {
    at,
    status,
    source: '-',
    destination: '-',
    packetSource: '-',
    packetDestination: '-',
    sourcePort: 0,
    destinationPort: 0,
    protocol: 0,
    packets: 0,
    bytes: 0,
    start,
    end,
    action: 'ACCEPT',
    direction: 'ingress',
    tcpFlags: 0,
    sourceService: '-',
    destinationService: '-',
    trafficPath: '-',
  };
}
