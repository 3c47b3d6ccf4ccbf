import { addressText, compareAddresses, writeAddress } from './address/address';
import type { AddressTable } from './address/addressTable';
import type { TokenTable } from './tokens';

/** The values of `flow-direction`. A direction is never guessed from addresses or ports. */
const DIRECTIONS = ['ingress', 'egress'];

/** The texts and addresses of one part, which the codes of its records refer to. */
export interface CodeTables {
  readonly addresses: AddressTable;
  readonly texts: TokenTable;
}

/** A property of a record that measurements can be keyed by. The value that a record has of it is one 32-bit integer: its code. */
export interface Dimension {
  /** How the decoder reads it: `address` and `text` from one field, `application` from the protocol and both ports. */
  readonly kind: 'address' | 'application' | 'text';
  /** The header fields that it is read from. */
  readonly fields: readonly string[];
  /** Of a text: its known values, if all others count as `otherwise`. */
  readonly values?: { readonly known: readonly string[]; readonly otherwise: string };
  /** The text of a code, as it is written into tags. */
  readonly text: (code: number, tables: CodeTables) => string;
  /** Writes the same text at `at` and returns where it ends. It has fewer than 1,024 bytes and needs no escaping in line protocol. */
  readonly write: (code: number, tables: CodeTables, target: Buffer, at: number) => number;
  /** Orders two codes as their values: negative when `a` comes first. */
  readonly compare: (a: number, b: number, tables: CodeTables) => number;
}

const address = (field: string): Dimension => ({
  kind: 'address',
  fields: [field],
  text: (code, { addresses }) => addressText(code, addresses),
  write: (code, { addresses }, target, at) => writeAddress(code, addresses, target, at),
  compare: (a, b, { addresses }) => compareAddresses(a, b, addresses),
});

const text = (field: string, values?: Dimension['values']): Dimension => ({
  kind: 'text',
  fields: [field],
  values,
  text: (code, { texts }) => texts.text(code),
  write: (code, { texts }, target, at) => at + target.write(texts.text(code), at, 'latin1'),
  compare: (a, b, { texts }) => texts.compare(a, b),
});

/** Every dimension that a measurement can use. One that no measurement uses is not decoded. */
export const DIMENSIONS = {
  source: address('srcaddr'),
  destination: address('dstaddr'),
  application: {
    kind: 'application',
    fields: ['protocol', 'srcport', 'dstport'],
    text: applicationText,
    write: (code, _tables, target, at) => at + target.write(applicationText(code), at, 'latin1'),
    compare: (a, b) => a - b,
  },
  direction: text('flow-direction', { known: DIRECTIONS, otherwise: 'unknown' }),
  trafficPath: text('traffic-path'),
  availabilityZone: text('az-id'),
  sourceService: text('pkt-src-aws-service'),
  destinationService: text('pkt-dst-aws-service'),
  interfaceType: text('interface-type'),
  rejectReason: text('reject-reason'),
  encryption: text('encryption-status'),
  nextHopInterface: text('next-hop-interface-id'),
  nextHopSubnet: text('next-hop-subnet-id'),
  nextHopAvailabilityZone: text('next-hop-az-id'),
  nextHopVpc: text('next-hop-vpc-id'),
  nextHopInterfaceType: text('next-hop-interface-type'),
} as const satisfies Record<string, Dimension>;

/** Name of an entry of {@link DIMENSIONS}. */
export type DimensionName = keyof typeof DIMENSIONS;

/** The entry of that name. */
export function dimensionOf(name: DimensionName): Dimension {
  return DIMENSIONS[name];
}

/** Dimensions that are read of every record, whatever the measurements: they decide whether a record is well-formed. */
export const ALWAYS_READ_DIMENSIONS: readonly DimensionName[] = ['source', 'destination', 'application'];

const TCP = 6;
const UDP = 17;
const NO_PROTOCOL = 256;
const PORTS = 65536;

/** Whether flows of this IANA protocol number have ports: TCP and UDP. */
export function hasPorts(protocol: number): boolean {
  return protocol === TCP || protocol === UDP;
}

/**
 * The code of an application: the protocol and, for TCP and UDP, the lower of the two ports, which is mostly the server's.
 * `undefined` stands for what the flow log does not say.
 */
export function applicationCode(protocol: number | undefined, port: number | undefined): number {
  return (protocol ?? NO_PROTOCOL) * (PORTS + 1) + (port === undefined ? 0 : port + 1);
}

/** `tcp/443`, `udp/53`, `tcp` (port unknown), `protocol/1` (others by IANA number), `-` (protocol unknown). */
export function applicationText(code: number): string {
  const protocol = Math.floor(code / (PORTS + 1));
  const port = (code % (PORTS + 1)) - 1;
  if (protocol === NO_PROTOCOL) {
    return '-';
  }
  const name = protocol === TCP ? 'tcp' : protocol === UDP ? 'udp' : `protocol/${protocol}`;
  return port < 0 ? name : `${name}/${port}`;
}
