import type { Conversation } from './conversations';
import { ICMP, TCP } from './kinds';
import { mix, Random } from './random';

/** The traffic of a conversation in one aggregation interval. */
export interface Activity {
  /** Unix seconds of the first and the last packet. */
  start: number;
  end: number;
  clientPort: number;
  requestBytes: number;
  requestPackets: number;
  responseBytes: number;
  responsePackets: number;
  /** Whether the connection was opened, or closed, within the interval. */
  opened: boolean;
  closed: boolean;
  /** Whether a packet of the client arrived after the connection was closed, and was rejected. */
  late: boolean;
}

/** How long a connection keeps its client port: the longest aggregation interval, so that a record never mixes two. */
const CONNECTION_SECONDS = 600;

const random = new Random(0);

/**
 * The traffic of a conversation in the minute that begins at `minute` × 60; undefined if there is none. It starts within
 * that minute and ends up to 59 s later, maybe in the next.
 */
export function minuteActivity(conversation: Conversation, minute: number): Activity | undefined {
  random.reseed(mix(conversation.seed, minute));
  const load = loadAt(minute * 60);
  if (random.next() >= conversation.activity * load) {
    return undefined;
  }
  const { protocol, refused } = conversation;
  const delay = random.below(10);
  const start = minute * 60 + conversation.phase + delay;
  const end = start + random.below(60 - delay);
  const factor = load * random.wobble(0.6);
  const request = refused ? 1 + random.below(3) : conversation.requestBytes * factor;
  const requestPackets = refused ? request : packetsOf(request, conversation.requestPacket);
  const responsePackets = refused ? 0 : packetsOf(conversation.responseBytes * factor, conversation.responsePacket);
  const connection = Math.floor(start / CONNECTION_SECONDS);
  const brief = random.next() < 0.35;
  return {
    start,
    end,
    clientPort: protocol === ICMP ? 0 : 32_768 + (mix(conversation.seed, connection) % 28_232),
    requestBytes: refused ? requestPackets * 60 : bytesOf(conversation.requestBytes * factor, requestPackets),
    requestPackets,
    responseBytes: bytesOf(conversation.responseBytes * factor, responsePackets),
    responsePackets,
    opened: refused || brief,
    closed: !refused && brief,
    late: !refused && protocol === TCP && conversation.serverPort === 443 && random.next() < 0.01,
  };
}

/** The traffic of a conversation in the ten minutes that begin at `window` × 600, of one connection. */
export function tenMinuteActivity(conversation: Conversation, window: number): Activity | undefined {
  let sum: Activity | undefined;
  for (let minute = window * 10; minute < window * 10 + 10; minute++) {
    const activity = minuteActivity(conversation, minute);
    if (activity === undefined || sum === undefined) {
      sum ??= activity;
      continue;
    }
    sum.end = activity.end;
    sum.requestBytes += activity.requestBytes;
    sum.requestPackets += activity.requestPackets;
    sum.responseBytes += activity.responseBytes;
    sum.responsePackets += activity.responsePackets;
    sum.opened ||= activity.opened;
    sum.closed ||= activity.closed;
    sum.late ||= activity.late;
  }
  if (sum !== undefined) {
    // AWS ends records with the interval.
    sum.end = Math.min(sum.end, window * 600 + 599);
  }
  return sum;
}

function packetsOf(bytes: number, packetSize: number): number {
  return Math.max(1, Math.round(bytes / packetSize));
}

/** Whole bytes, at least 40 per packet for the headers. */
function bytesOf(bytes: number, packets: number): number {
  return Math.max(packets * 40, Math.round(bytes));
}

/** The company's load at a time: from 0.35 at four in the morning to 1 at four in the afternoon (UTC), less at weekends. */
function loadAt(unixSeconds: number): number {
  const hour = (unixSeconds % 86_400) / 3_600;
  const daily = 0.675 - 0.325 * Math.cos((2 * Math.PI * (hour - 4)) / 24);
  // 1 January 1970 was a Thursday.
  const day = (Math.floor(unixSeconds / 86_400) + 4) % 7;
  return day === 0 || day === 6 ? daily * 0.75 : daily;
}
