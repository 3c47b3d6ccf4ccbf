import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { mix, Random } from '../src/sidecar/generate/random';

/** The fields of the benchmark's flow log, in an order of its own. */
export const COLUMNS = [
  ...['version', 'account-id', 'vpc-id', 'subnet-id', 'instance-id', 'interface-id', 'srcaddr', 'dstaddr', 'srcport'],
  ...['dstport', 'protocol', 'packets', 'bytes', 'start', 'end', 'action', 'log-status', 'flow-direction'],
  ...['pkt-srcaddr', 'pkt-dstaddr', 'tcp-flags'],
];

const INTERFACES = 200;
const PORTS = [443, 443, 443, 80, 5432, 3306, 6379, 22, 53, 123, 8080, 9000];

/** Addresses from 1.0.0.0 on, below 224.0.0.0. */
const UNICAST = 0xdf000000;

const hex = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 17);

/** A five-minute slot that AWS has finished, Unix seconds: `age` slots before the newest. */
export const finishedSlot = (age = 0) => Math.floor(Date.now() / 300_000) * 300 - 600 - 300 * age;

/** The last hour that AWS has finished, Unix seconds: its slots lie in one hour whatever the minute. */
export const finishedHour = () => Math.floor(finishedSlot(12) / 3600) * 3600;

/** The text of an IPv4 address. */
export const IPv4 = (address: number) =>
  `${address >>> 24}.${(address >>> 16) & 255}.${(address >>> 8) & 255}.${address & 255}`;

/** The interfaces of the data set: VPC, subnet, instance and interface id in the order of a record, and the address. */
export const PLACES = Array.from({ length: INTERFACES }, (_, i) => ({
  place: `vpc-${hex(`vpc${i % 2}`)} subnet-${hex(`subnet${i % 12}`)} i-${hex(`i${i}`)} eni-${hex(`eni${i}`)}`,
  address: `10.${i % 2}.${i % 12}.${10 + (i % 240)}`,
}));

/** What a flow log holds. The same seed gives the same traffic. */
export interface Content {
  readonly records: number;
  readonly seed?: number;
  /** Unix seconds; all records lie in the five minutes from there. */
  readonly slot?: number;
  /** How many addresses each interface exchanges traffic with; undefined: hardly any address occurs twice. */
  readonly peers?: number;
}

/** The text of a flow log, header first, in chunks of about a megabyte. */
export function* flowLog({ records, seed = 7, slot = finishedSlot(), peers }: Content): Generator<string> {
  const random = new Random(seed);
  const next = () => random.next();
  const whole = (below: number) => random.below(below);
  yield `${COLUMNS.join(' ')}\n`;
  let chunk = '';
  for (let i = 0; i < records; i++) {
    // The busiest interface carries most of it, as in any network.
    const number = Math.floor(INTERFACES * next() ** 3);
    const { place, address } = PLACES[number];
    const peer = IPv4(
      0x01000000 + (peers === undefined ? whole(UNICAST) : mix(number * peers + whole(peers), 1) % UNICAST)
    );
    const isIngress = next() < 0.5;
    const port = PORTS[whole(PORTS.length)];
    const high = 1024 + whole(64_000);
    const [src, dst, srcport, dstport] = isIngress ? [peer, address, high, port] : [address, peer, port, high];
    const isRefused = next() < 0.08;
    const packets = isRefused ? 1 : 1 + Math.floor(60 * next() ** 4);
    const bytes = isRefused ? 40 + whole(20) : packets * (40 + whole(1400));
    const start = slot + whole(240);
    const end = start + whole(60);
    const protocol = port === 53 || port === 123 ? 17 : 6;
    chunk +=
      `5 123456789012 ${place} ${src} ${dst} ${srcport} ${dstport} ${protocol} ${packets} ${bytes} ${start} ${end} ` +
      `${isRefused ? 'REJECT' : 'ACCEPT'} OK ${isIngress ? 'ingress' : 'egress'} ${src} ${dst} ${whole(20)}\n`;
    if (chunk.length > 1 << 20) {
      yield chunk;
      chunk = '';
    }
  }
  yield chunk;
}

/** Writes text into one gzip file. Returns its path. */
export async function writeGzip(path: string, text: Iterable<string>): Promise<string> {
  await pipeline(text, createGzip(), createWriteStream(path));
  return path;
}
