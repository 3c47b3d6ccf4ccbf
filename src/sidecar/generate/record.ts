import type { REFUSED } from '../../contract/stored';
import type { LoggedInterface } from './inventory';

/** All properties of a generated record. The format of its flow log decides which of them are written. */
export interface FlowRecord {
  at: LoggedInterface;
  status: 'OK' | 'NODATA' | 'SKIPDATA';
  /** Addresses as seen at the interface. */
  source: string;
  destination: string;
  /** Addresses in the packet's header, which differ at a NAT gateway. */
  packetSource: string;
  packetDestination: string;
  sourcePort: number;
  destinationPort: number;
  /** IANA number. */
  protocol: number;
  packets: number;
  bytes: number;
  /** Unix seconds of the first and the last packet. */
  start: number;
  end: number;
  action: 'ACCEPT' | typeof REFUSED;
  direction: 'ingress' | 'egress';
  /** FIN 1, SYN 2, SYN-ACK 18, as AWS ORs them. */
  tcpFlags: number;
  /** AWS service names of the packet's addresses, or `-`. */
  sourceService: string;
  destinationService: string;
  /** AWS's code of the traffic path of egress traffic, or `-`. */
  trafficPath: number | '-';
  /** The regional NAT gateway that it is of, which has no interface. */
  resource?: string;
  /** What kind of box its interface is of, in AWS's words. */
  interfaceType?: string;
  /** The interface that it goes to next, or comes from. */
  nextHop?: NextHop;
}

/** The next interface on the way, as a record says it. */
export interface NextHop {
  id: string;
  subnetId: string;
  availabilityZoneId: string;
  vpcId: string;
  type: string;
}

/** A record for an interval without traffic, or with records that AWS lost. Its traffic fields are not written. */
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
