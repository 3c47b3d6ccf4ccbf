import { isWithin, type Box, type Boxes, type Span } from './boxes';
import type { Knowledge } from './knowledge';
import { LOGS, type Log } from './logs';
import { NETWORKS } from './talks';

/** An owner fact in JSON, as docs/owners.md describes them: strings, and times in Unix seconds. */
export type GeneratedFact = Readonly<Record<string, string | number>> & Span;

/** Everything that EC2, people and stored objects say of an organisation whose traffic begins at `begin`. */
export function factsOf(
  boxes: Boxes,
  knowledge: Knowledge,
  activeOf: (log: Log) => Span,
  begin: number
): GeneratedFact[] {
  const always = { since: begin - 86_400 };
  const all = Object.values(boxes);
  const vpcs = [...new Set(all.map(({ vpc }) => vpc))];
  return [
    ...vpcs.filter(({ isUnknown }) => !isUnknown).map(({ id, cidr }) => ({ kind: 'vpc', vpc: id, cidr, ...always })),
    ...Object.values(NETWORKS).map((cidr) => ({ kind: 'network', cidr, ...always })),
    ...all.flatMap(interfaceFacts),
    ...all.flatMap(addressFacts),
    ...all.flatMap((box) => coveredFacts(box, knowledge, activeOf)),
  ];
}

function interfaceFacts(box: Box): GeneratedFact[] {
  const { known, instances } = box;
  if (known === undefined) {
    return [];
  }
  const place = { vpc: box.vpc.id, subnet: box.subnet, account: box.account, zone: box.zone, passes: box.passes };
  const spans = instances.length > 0 ? instances : [{ id: '-', ...known }];
  return spans.map(({ id: instance, since, until }) => ({
    ...{ kind: 'interface', interface: box.id, instance, ...place },
    since: Math.max(since, known.since),
    ...untilOf(until ?? known.until),
  }));
}

function addressFacts({ id, vpc, address, further, anywhere, known }: Box): GeneratedFact[] {
  if (known === undefined) {
    return [];
  }
  return [
    ...[address, ...further].map((one) => ({ kind: 'address', vpc: vpc.id, address: one, interface: id, ...known })),
    ...anywhere.map((one) => ({ kind: 'address', vpc: '-', address: one, interface: id, ...known })),
  ];
}

function coveredFacts(box: Box, knowledge: Knowledge, activeOf: (log: Log) => Span): GeneratedFact[] {
  if (box.log === undefined) {
    return [];
  }
  const active = activeOf(LOGS[box.log]);
  return knowledge.isCovered(box, active.since) && isWithin(active, active.since)
    ? [{ kind: 'covered', interface: box.id, action: 'ACCEPT', ...active }]
    : [];
}

function untilOf(until: number | undefined): { until?: number } {
  return until === undefined ? {} : { until };
}
