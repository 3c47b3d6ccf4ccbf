import { REFUSED } from '../../contract/stored';
import type { Activity } from './activity';
import type { Conversation } from './conversations';
import type { LoggedInterface } from './inventory';
import { TCP, type Endpoint } from './kinds';
import type { FlowRecord } from './record';

/** A conversation as one interface sees it. */
export interface Sighting {
  conversation: Conversation;
  at: LoggedInterface;
  role: 'client' | 'server' | 'nat';
}

/** Where conversations are recorded: at both ends, if they are the company's, and at the NAT gateway in between. */
export function sightingsOf(conversations: readonly Conversation[]): Sighting[] {
  return conversations.flatMap((conversation) => {
    const { client, server, nat } = conversation;
    const sightings: Sighting[] = [];
    if (client.interface !== undefined) {
      sightings.push({ conversation, at: client.interface, role: 'client' });
    }
    if (nat !== undefined) {
      sightings.push({ conversation, at: nat, role: 'nat' });
    }
    if (server.interface !== undefined) {
      sightings.push({ conversation, at: server.interface, role: 'server' });
    }
    return sightings;
  });
}

/** AWS's codes of traffic paths: to the same VPC, to a peered VPC in another region, through the internet gateway. */
const PATH = { sameVpc: 1, interRegionPeering: 5, internetGateway: 8 };

/** The records of an interface about one interval of a conversation. */
export function recordsOf({ conversation, at, role }: Sighting, activity: Activity): FlowRecord[] {
  const { client, server } = conversation;
  const request = record(conversation, at, activity, true);
  const response = record(conversation, at, activity, false);
  if (role === 'nat') {
    // Inside, the gateway stands for the server; outside, it stands for the client.
    const gateway = at.address;
    return [
      { ...request, destination: gateway, direction: 'ingress' },
      { ...request, source: gateway, packetSource: gateway, direction: 'egress', trafficPath: PATH.internetGateway },
      { ...response, destination: gateway, packetDestination: gateway, direction: 'ingress' },
      { ...response, source: gateway, direction: 'egress', trafficPath: PATH.sameVpc },
    ];
  }
  const path = wayOut(at, role === 'client' ? server : client, conversation.nat);
  if (role === 'client') {
    const out: FlowRecord = { ...request, direction: 'egress', trafficPath: path };
    return conversation.refused ? [out] : [out, { ...response, direction: 'ingress' }];
  }
  if (conversation.refused) {
    return [{ ...request, direction: 'ingress', action: REFUSED }];
  }
  const records: FlowRecord[] = [
    { ...request, direction: 'ingress' },
    { ...response, direction: 'egress', trafficPath: path },
  ];
  if (activity.late) {
    records.push({
      ...request,
      direction: 'ingress',
      action: REFUSED,
      packets: 1,
      bytes: 40,
      tcpFlags: 0,
      start: activity.end,
    });
  }
  return records;
}

function record(conversation: Conversation, at: LoggedInterface, activity: Activity, isRequest: boolean): FlowRecord {
  const { client, server, protocol, serverPort } = conversation;
  const from = isRequest ? client : server;
  const to = isRequest ? server : client;
  return {
    at,
    status: 'OK',
    source: from.address,
    destination: to.address,
    packetSource: from.address,
    packetDestination: to.address,
    sourcePort: isRequest ? activity.clientPort : serverPort,
    destinationPort: isRequest ? serverPort : activity.clientPort,
    protocol,
    packets: isRequest ? activity.requestPackets : activity.responsePackets,
    bytes: isRequest ? activity.requestBytes : activity.responseBytes,
    start: activity.start,
    end: activity.end,
    action: 'ACCEPT',
    direction: 'ingress',
    tcpFlags: protocol === TCP ? (activity.opened ? (isRequest ? 2 : 18) : 0) | (activity.closed ? 1 : 0) : 0,
    sourceService: from.service ?? '-',
    destinationService: to.service ?? '-',
    trafficPath: '-',
  };
}

function wayOut(at: LoggedInterface, peer: Endpoint, nat: LoggedInterface | undefined): number {
  if (nat !== undefined || peer.interface?.vpcId === at.vpcId) {
    return PATH.sameVpc;
  }
  return peer.interface === undefined ? PATH.internetGateway : PATH.interRegionPeering;
}
