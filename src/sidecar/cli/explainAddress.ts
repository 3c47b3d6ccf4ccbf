import { MISSING } from '../../contract/stored';
import { reportNamed } from '../../reports/reports';
import { parseTime, TIME_FORMS, type TimeRange } from '../../reports/timeRange';
import { formatBytes, formatCounted } from '../../reports/units';
import { addressHistory, type AddressOwner } from '../entities/addressHistory';
import { nameEntities, nameLookup } from '../entities/naming';
import type { Registry } from '../registry/registry';
import { runReport, type ReportRow } from '../reporting/report';
import { createInfluxClient } from '../store/influx';
import { withRegistry } from '../service/context';
import { CommandFailed } from '../util/commandError';
import { print, printJson, say } from '../util/output';
import { plain, utc } from './format';

/** Rows of what it talked to, each way. */
const PEERS = 5;
const HOUR_MS = 3_600_000;

/** What `flowscope explain ADDRESS` takes. */
export interface AddressFlags {
  readonly vpc?: string;
  readonly at?: string;
  readonly json?: boolean;
}

/** An owner with names, or whom an address talked to. */
interface NamedOwner extends AddressOwner {
  readonly name: string;
  readonly vpcName: string;
}

/**
 * Says who had an address when, and what it talked to most: in the last day, or in the hour around `at`. `vpc`: its id or what it is
 * called.
 */
export async function explainAddress(address: string, { vpc, at, json }: AddressFlags): Promise<void> {
  const now = Date.now();
  const time = at === undefined ? undefined : parseTime(at, now);
  if (at !== undefined && time === undefined) {
    throw new CommandFailed(`--at ${at} is no time. Times: ${TIME_FORMS}.`);
  }
  const known = await withRegistry((registry) => lookUp(registry, address));
  const owners = known.owners.filter(
    (owner) => (time === undefined || isAt(owner, time / 1000)) && (vpc === undefined || isIn(owner, vpc))
  );
  const range =
    time === undefined ? { from: now - 24 * HOUR_MS, to: now } : { from: time - HOUR_MS / 2, to: time + HOUR_MS / 2 };
  const traffic = await peersOf(address, range, now).catch((error: unknown) => {
    say(`Whom it talked to cannot be said: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  });
  if (json) {
    printJson({ address, ...known, owners, ...traffic });
    return;
  }
  const when = time === undefined ? 'in the last 24 hours' : `in the hour around ${utc(time / 1000)}`;
  const peers = traffic && [
    peerLines(`Sent most ${when}, to`, traffic.sentTo, 'destination'),
    peerLines(`Was sent most ${when}, by`, traffic.sentBy, 'source'),
  ];
  print([address, ownerLines(owners, { ...known, at, vpc }), peers ?? []].flat(2).map(plain).join('\n'));
}

const isAt = ({ since, until = Infinity }: AddressOwner, time: number) => time >= since && time < until;
const isIn = (owner: NamedOwner, vpc: string) => owner.vpc === vpc || owner.vpcName === vpc;

/** The history of an address, with names. */
async function lookUp(registry: Registry, address: string) {
  const { owners, vpcs, network } = await addressHistory(registry, address);
  const nameOf = nameLookup(nameEntities(await registry.listEntities()));
  return {
    owners: owners.map((owner): NamedOwner => ({
      ...owner,
      name: nameOf('interface', owner.interface),
      vpcName: nameOf('vpc', owner.vpc),
    })),
    vpcs: vpcs.map((id) => ({ id, name: nameOf('vpc', id) })),
    network: network === undefined ? undefined : { cidr: network, name: nameOf('network', network) },
  };
}

function ownerLines(
  owners: readonly NamedOwner[],
  { vpcs, network, at, vpc }: Pick<Awaited<ReturnType<typeof lookUp>>, 'vpcs' | 'network'> & AddressFlags
): string[] {
  const lines = owners.map(({ name, interface: id, vpc: vpcId, vpcName, prefix, since, until }) => {
    const where = vpcId === MISSING ? '' : `, in VPC ${called(vpcName, vpcId)}`;
    const which = prefix === undefined ? '' : `, as one of ${prefix}`;
    const when = until === undefined ? `since ${utc(since)}` : `from ${utc(since)} until ${utc(until)}`;
    return `  ${called(name, id)}${where}${which}: ${when}`;
  });
  if (owners.length === 0) {
    const when = at === undefined ? '' : ' at that time';
    const where = vpc === undefined ? '' : ` in ${vpc}`;
    lines.push(
      `  No interface is known to have had it${when}${where}. EC2 tells who has one from then on that it is read (flowscope awssync), and who gave it up is remembered for a week.`
    );
  }
  if (network) {
    lines.push(`  In the network ${called(network.name, network.cidr)}`);
  }
  if (owners.length === 0 && vpcs.length > 0) {
    lines.push(`  In the range of VPC ${vpcs.map(({ id, name }) => called(name, id)).join(' and of ')}`);
  }
  return lines;
}

const called = (name: string, id: string) => (name === id ? id : `${name} (${id})`);

/** The conversations with most bytes, each way. Throws what the store does. */
async function peersOf(address: string, range: TimeRange, now: number) {
  const client = createInfluxClient(process.env);
  const report = reportNamed('conversations')!;
  const rowsOf = async (name: 'source' | 'destination') => {
    const options = { range, now, metric: 'bytes', top: PEERS, filters: [{ name, value: address }] } as const;
    return (await runReport(client, report, options)).rows;
  };
  return { sentTo: await rowsOf('source'), sentBy: await rowsOf('destination') };
}

function peerLines(heading: string, rows: readonly ReportRow[], end: 'source' | 'destination'): string[] {
  if (rows.length === 0) {
    return [`  ${heading}: nobody`];
  }
  return [
    `  ${heading}:`,
    ...rows.map((row) => {
      const name = row[`${end}OwnerName`] ?? row[`${end}Owner`];
      const whose = name && name !== MISSING && name !== row[end] ? `${name}, ` : '';
      const sums = `${formatBytes(BigInt(row.bytes))}, ${formatCounted(BigInt(row.flows), 'flow')}`;
      return `    ${whose}${row[end]}: ${sums}, ${row.action}, seen at ${row.interfaceName ?? row.interface}`;
    }),
  ];
}
