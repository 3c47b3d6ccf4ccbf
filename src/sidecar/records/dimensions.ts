import { addressText, compareAddresses, writeAddress } from './address/address';
import type { AddressTable } from './address/addressTable';
import type { TokenTable } from './tokens';

/** `flow-direction` as reports know it. Never guessed from addresses or ports. */
const DIRECTIONS = ['ingress', 'egress'];

/** Texts and addresses of one part that the codes of records refer to. */
export interface CodeTables {
  readonly addresses: AddressTable;
  readonly texts: TokenTable;
}

/** A property of a record that rollups can be keyed by, as one 32-bit integer. */
export interface Code {
  /** How the decoder reads it: `address` and `text` from one field, `application` from protocol and ports. */
  readonly kind: 'address' | 'application' | 'text';
  /** Header fields it is made of; without them it says nothing. */
  readonly fields: readonly string[];
  /** Of a text: the values that exist, when all others are to count as one. */
  readonly values?: { readonly known: readonly string[]; readonly otherwise: string };
  readonly text: (code: number, tables: CodeTables) => string;
  /** Writes that text; returns where it ends. Needs no escaping in line protocol, and fewer than 1,024 bytes. */
  readonly write: (code: number, tables: CodeTables, target: Buffer, at: number) => number;
  /** Orders two codes. */
  readonly compare: (a: number, b: number, tables: CodeTables) => number;
}

const address = (field: string): Code => ({
  kind: 'address',
  fields: [field],
  text: (code, { addresses }) => addressText(code, addresses),
  write: (code, { addresses }, target, at) => writeAddress(code, addresses, target, at),
  compare: (a, b, { addresses }) => compareAddresses(a, b, addresses),
});

const text = (field: string, values?: Code['values']): Code => ({
  kind: 'text',
  fields: [field],
  values,
  text: (code, { texts }) => texts.text(code),
  write: (code, { texts }, target, at) => at + target.write(texts.text(code), at, 'latin1'),
  compare: (a, b, { texts }) => texts.compare(a, b),
});

/** Every property of a record that a measurement can be keyed by. What no measurement uses is not decoded. */
export const CODES = {
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
} as const satisfies Record<string, Code>;

/** Name of an entry of {@link CODES}. */
export type CodeName = keyof typeof CODES;

/** The entry of that name. */
export function codeOf(name: CodeName): Code {
  return CODES[name];
}

/** What every record is keyed by, whatever the measurements: whether it counts must not depend on them. */
export const ALWAYS_KEYED: readonly CodeName[] = ['source', 'destination', 'application'];

const TCP = 6;
const UDP = 17;
const NO_PROTOCOL = 256;
const PORTS = 65536;

/** Whether the protocol has ports. */
export function hasPorts(protocol: number): boolean {
  return protocol === TCP || protocol === UDP;
}

/**
 * The application of a record as one integer: protocol and, for TCP and UDP, the lower of the two ports (the service's,
 * as a rule: clients take high ones). `undefined` for what the flow log does not say.
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
