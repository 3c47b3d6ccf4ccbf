import { SCAN_SHARE } from './conversations';
import type { LoggedInterface } from './inventory';
import { TCP } from './kinds';
import { mix, mixText, Random } from './random';
import type { FlowRecord } from './record';

/** Ports that the internet's background noise knocks at. */
const NOISE_PORTS = [23, 22, 445, 3389, 8080, 5900, 1433, 3306, 6379, 8443, 2323, 5555, 81, 25, 9200, 5060];

/** Each interface is swept this often, port after port from one address, for a few minutes. */
const SWEEP_EVERY_MINUTES = 97;
const SWEEP_MINUTES = 3;
const SWEEP_FACTOR = 12;

const random = new Random(0);

/** Whether the internet reaches an interface: those in private subnets it does not. */
export function isPublic({ tier }: LoggedInterface): boolean {
  return tier === 'load-balancer' || tier === 'nat' || tier === 'bastion';
}

/**
 * Mean number of refused probes for each public interface and minute that keeps scans at their share of all records.
 * @param interfaces all interfaces of the company
 */
export function scanRate(interfaces: readonly LoggedInterface[], recordsPerMinute: number): number {
  const reached = interfaces.filter(isPublic).length;
  const sweeps = 1 + ((SWEEP_FACTOR - 1) * SWEEP_MINUTES) / SWEEP_EVERY_MINUTES;
  return reached === 0 ? 0 : (SCAN_SHARE * recordsPerMinute * interfaces.length) / reached / sweeps;
}

/** The probes that an interface refuses in one minute: noise from everywhere, and now and then a sweep over its ports. */
export function scanRecords(seed: number, at: LoggedInterface, minute: number, rate: number): FlowRecord[] {
  const own = mix(mixText(seed, 'scans'), at.index);
  const shifted = minute + (own % SWEEP_EVERY_MINUTES);
  const sweep = Math.floor(shifted / SWEEP_EVERY_MINUTES);
  const sweepMinute = shifted % SWEEP_EVERY_MINUTES;
  const sweeping = sweepMinute < SWEEP_MINUTES;

  random.reseed(mix(own, minute));
  // Some addresses, and some sweeps, draw more attention than others.
  const attention = 0.4 + (1.2 * (own >>> 8)) / 2 ** 24;
  const factor = sweeping ? SWEEP_FACTOR * (0.5 + mix(own, sweep + 1) / 2 ** 32) : 1;
  const count = Math.floor(rate * attention * factor + random.next());
  const records: FlowRecord[] = [];
  for (let i = 0; i < count; i++) {
    // One probe in eight of a sweeping minute is noise from elsewhere.
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
    action: 'REJECT',
    direction: 'ingress',
    tcpFlags: 2,
    sourceService: '-',
    destinationService: '-',
    trafficPath: '-',
  };
}

/** An address of the second half of the benchmark range: 65,536 of them, none of a real host. */
function scannerAddress(number: number): string {
  return `198.19.${(number >>> 8) & 255}.${number & 255}`;
}
