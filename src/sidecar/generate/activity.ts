import type { Conversation } from './conversations';
import { ICMP, TCP } from './kinds';
import { mix, Random } from './random';

/** What a conversation did in one interval of aggregation. */
export interface Activity {
  /** Unix seconds of the first and the last packet. */
  start: number;
  end: number;
  clientPort: number;
  requestBytes: number;
  requestPackets: number;
  responseBytes: number;
  responsePackets: number;
  /** The connection was opened, or closed, within the interval. */
  opened: boolean;
  closed: boolean;
  /** A packet of the client came after the connection was closed, and was refused. */
  late: boolean;
}

/** A connection keeps its client port this long; the longest aggregation, so that one record never mixes two. */
const CONNECTION_SECONDS = 600;

const random = new Random(0);

/**
 * What a conversation did in the minute that begins at `minute` × 60. It starts within that minute and may end up to
 * 59 s later, in the next.
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

/** What a conversation did in the ten minutes that begin at `window` × 600: one record's worth, of one connection. */
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
    // AWS closes the interval: what comes later belongs to the next.
    sum.end = Math.min(sum.end, window * 600 + 599);
  }
  return sum;
}

function packetsOf(bytes: number, packetSize: number): number {
  return Math.max(1, Math.round(bytes / packetSize));
}

/** Whole bytes, never less than bare headers in each packet. */
function bytesOf(bytes: number, packets: number): number {
  return Math.max(packets * 40, Math.round(bytes));
}

/** How busy the company is at a moment: 0.35 at four in the morning to 1 at four in the afternoon (UTC), less at weekends. */
function loadAt(unixSeconds: number): number {
  const hour = (unixSeconds % 86_400) / 3_600;
  const daily = 0.675 - 0.325 * Math.cos((2 * Math.PI * (hour - 4)) / 24);
  // 1 January 1970 was a Thursday.
  const day = (Math.floor(unixSeconds / 86_400) + 4) % 7;
  return day === 0 || day === 6 ? daily * 0.75 : daily;
}
