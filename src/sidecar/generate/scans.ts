import { REFUSED } from '../../contract/stored';
import { SCAN_SHARE } from './conversations';
import type { LoggedInterface } from './inventory';
import { TCP } from './kinds';
import { mix, mixText, Random } from './random';
import type { FlowRecord } from './record';

/** Ports that are scanned most. */
const NOISE_PORTS = [23, 22, 445, 3389, 8080, 5900, 1433, 3306, 6379, 8443, 2323, 5555, 81, 25, 9200, 5060];

/** How often each interface is swept: scanned port after port from one address for a few minutes. */
const SWEEP_EVERY_MINUTES = 97;
const SWEEP_MINUTES = 3;
const SWEEP_FACTOR = 12;

const random = new Random(0);

/** Whether an interface can be reached from the internet. */
export function isPublic({ tier }: LoggedInterface): boolean {
  return tier === 'load-balancer' || tier === 'nat' || tier === 'bastion';
}

/**
 * Mean number of rejected probes per public interface and minute, so that scans have their share of all records.
 * @param interfaces all interfaces of the company
 */
export function scanRate(interfaces: readonly LoggedInterface[], recordsPerMinute: number): number {
  const reached = interfaces.filter(isPublic).length;
  const sweeps = 1 + ((SWEEP_FACTOR - 1) * SWEEP_MINUTES) / SWEEP_EVERY_MINUTES;
  return reached === 0 ? 0 : (SCAN_SHARE * recordsPerMinute * interfaces.length) / reached / sweeps;
}

/** The probes that an interface rejects in one minute: from random addresses, and sometimes a sweep over its ports. */
export function scanRecords(seed: number, at: LoggedInterface, minute: number, rate: number): FlowRecord[] {
  const own = mix(mixText(seed, 'scans'), at.index);
  const shifted = minute + (own % SWEEP_EVERY_MINUTES);
  const sweep = Math.floor(shifted / SWEEP_EVERY_MINUTES);
  const sweepMinute = shifted % SWEEP_EVERY_MINUTES;
  const sweeping = sweepMinute < SWEEP_MINUTES;

  random.reseed(mix(own, minute));
  // Some interfaces are scanned more often than others.
  const attention = 0.4 + (1.2 * (own >>> 8)) / 2 ** 24;
  const factor = sweeping ? SWEEP_FACTOR * (0.5 + mix(own, sweep + 1) / 2 ** 32) : 1;
  const count = Math.floor(rate * attention * factor + random.next());
  const records: FlowRecord[] = [];
  for (let i = 0; i < count; i++) {
    // During a sweep, one probe in eight is from another address.
    const swept = sweeping && i % 8 !== 0;
    const source = swept ? scannerAddress(mix(own, sweep)) : scannerAddress(random.below(2 ** 32));
    const port = swept ? 1 + ((sweepMinute * count + i) % 10_000) : NOISE_PORTS[random.below(NOISE_PORTS.length)];
    records.push(probe(at, source, port, minute));
  }
  return records;
}

function probe(at: LoggedInterface, source: string, port: number, minute: number): FlowRecord {
  const start = minute * 60 + random.below(58);
  const packets = 1 + random.below(3);
  return {
    at,
    status: 'OK',
    source,
    destination: at.address,
    packetSource: source,
    packetDestination: at.address,
    sourcePort: 1024 + random.below(64_000),
    destinationPort: port,
    protocol: TCP,
    packets,
    bytes: packets * 40,
    start,
    end: start + packets - 1,
    action: REFUSED,
    direction: 'ingress',
    tcpFlags: 2,
    sourceService: '-',
    destinationService: '-',
    trafficPath: '-',
  };
}

/** One of 65,536 addresses in the second half of the benchmark range, none of a real host. */
function scannerAddress(number: number): string {
  return `198.19.${(number >>> 8) & 255}.${number & 255}`;
}
