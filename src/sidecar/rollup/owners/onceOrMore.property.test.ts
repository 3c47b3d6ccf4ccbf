import * as fc from 'fast-check';
import { VPC_FIELDS } from '../../records/fields';
import { lineOf, type Fields } from '../../testing/arbitraries';
import { rollUpSlowly } from '../../testing/reference/reference';
import { NOON, pointsOf, rollUp, TERMS } from '../../testing/reference/rollUp';
import type { OwnerFact, Passes } from './facts';

/*
 * Every flow counts once or more, whatever is in between and whoever logs: a made-up path from a client over boxes to a target and
 * back, and what AWS writes of it at each interface.
 */

/** An interface or somebody outside. A public address is exchanged for the private one at the internet gateway. */
interface Node {
  readonly id: string;
  /** Undefined: outside. */
  readonly vpc: string | undefined;
  readonly private: string;
  readonly public: string;
  readonly kind: Kind;
}

/** What packets pass: TGWs come in at one interface and go out at another. */
interface Member {
  readonly in: Node;
  readonly out: Node;
}

/** How packets look at one place between the source and the destination of a connection. */
interface View {
  readonly source: string;
  readonly destination: string;
}

interface Sight extends View {
  readonly at: Node;
  readonly direction: 'ingress' | 'egress';
  readonly path: string;
}

const ENDS = ['interface', 'outside', 'on premises'] as const;
const TARGETS = [...ENDS, 'endpoint'] as const;
const BALANCERS = ['balancer', 'preserving balancer'] as const;
const PUBLIC_NATS = ['nat', 'regional nat'] as const;
const BOXES = [...BALANCERS, ...PUBLIC_NATS, 'private nat', 'tgw', 'gateway endpoint'] as const;
type Kind = (typeof TARGETS)[number] | (typeof BOXES)[number];

const PASSES: Readonly<Record<Kind, Passes>> = {
  ...{ interface: 'no', outside: 'no', 'on premises': 'no' },
  ...{ nat: 'nat', 'regional nat': 'nat', 'private nat': 'nat' },
  ...{ balancer: 'balancer', 'preserving balancer': 'balancer' },
  ...{ endpoint: 'yes', tgw: 'yes', 'gateway endpoint': 'yes' },
};
/** As records of version 11 name them: an Application Load Balancer, for one, they do not. */
const TYPES: Partial<Record<Kind, string>> = {
  ...{ nat: 'nat_gateway', 'private nat': 'nat_gateway', 'regional nat': 'regional_nat_gateway' },
  ...{ 'preserving balancer': 'network_load_balancer', tgw: 'transit_gateway', endpoint: 'vpc_endpoint' },
};

/** A path, and choices of which it takes as many as it needs. */
interface Plan {
  /** The first number of the VPCs' ranges: private ones, or public ones that a VPC has as its own. */
  readonly range: 10 | 44;
  readonly client: (typeof ENDS)[number];
  readonly boxes: ReadonlyArray<(typeof BOXES)[number]>;
  readonly target: (typeof TARGETS)[number];
  readonly choices: readonly boolean[];
}

interface Path {
  readonly nodes: readonly Node[];
  readonly requests: readonly Sight[];
  readonly answers: readonly Sight[];
}

const isAmong = (kinds: readonly Kind[], kind: Kind) => kinds.includes(kind);
const isPublicNat = ({ in: { kind } }: Member) => isAmong(PUBLIC_NATS, kind);
const isNat = (member: Member) => isPublicNat(member) || member.in.kind === 'private nat';
const alone = (node: Node): Member => ({ in: node, out: node });

/** What each interface sees of requests and of answers; undefined: packets take no such path. */
function walk({ range, client, boxes, target, choices }: Plan): Path | undefined {
  const left = [...choices];
  const choose = () => left.pop() ?? false;
  const nodes: Node[] = [];
  let vpc = choose() ? 'vpc-1' : 'vpc-2';
  const leaveVpc = () => (vpc = vpc === 'vpc-1' ? 'vpc-2' : 'vpc-1');
  const add = (kind: Kind): Node => {
    const node = nodeOf(kind, nodes.length + 1, vpc, range);
    nodes.push(node);
    return node;
  };
  const path: { nodes: Node[]; requests: Sight[]; answers: Sight[] } = { nodes, requests: [], answers: [] };
  const kinds: Kind[] = [...boxes, target];
  let source = add(client);
  /** Whose address the source sends from: its own, or that of a client which it preserves. */
  let sender: Pick<Node, 'private' | 'public'> = source;
  while (kinds.length > 0) {
    // A load balancer ends a connection, and begins another.
    const last = kinds.findIndex((kind, i) => isAmong(BALANCERS, kind) || i === kinds.length - 1);
    const between = kinds.splice(0, last);
    const to = kinds.shift()!;
    const nat = between.findIndex((kind) => isAmong(PUBLIC_NATS, kind));
    const isFromOutside = source.kind === 'outside';
    const isPublic =
      nat >= 0 || isFromOutside || to === 'outside' || (to !== 'endpoint' && source.vpc !== undefined && choose());
    // Where packets pass the internet gateway.
    const crossing = !isPublic ? -1 : nat >= 0 ? nat + 1 : isFromOutside ? 0 : between.length;
    const isWithTgw = between.includes('tgw');
    const isImpossible =
      // Nothing of it is logged, or nobody lets it in.
      (source.vpc === undefined && (to === 'outside' || to === 'on premises')) ||
      (isPublic && (to === 'on premises' || to === 'endpoint' || source.kind === 'on premises')) ||
      (isFromOutside && between.some((kind) => kind !== 'gateway endpoint')) ||
      // Behind the internet gateway of the sender there is only the destination.
      (nat >= 0 && nat < between.length - 1) ||
      (isPublic && nat < 0 && between.some((kind) => kind === 'tgw' || kind === 'private nat')) ||
      (isWithTgw && (source.vpc === undefined || between.at(-1) === 'tgw') && to === 'on premises') ||
      (isWithTgw && source.vpc === undefined) ||
      // A client is preserved for instances of the VPC, and for another load balancer.
      (sender !== source && (isPublic || between.length > 0 || (to !== 'interface' && to !== 'balancer')));
    if (isImpossible) {
      return undefined;
    }
    const members: Member[] = [alone(source)];
    for (const kind of between) {
      const near = add(kind);
      if (kind === 'tgw') {
        leaveVpc();
      }
      members.push({ in: near, out: kind === 'tgw' ? add(kind) : near });
    }
    const isLastTgw = between.at(-1) === 'tgw';
    // Over a peering, or the internet.
    if (!isLastTgw && to !== 'endpoint' && source.vpc !== undefined && sender === source && choose()) {
      leaveVpc();
    }
    const destination = add(to);
    members.push(alone(destination));
    const seen = connection(members, crossing, sender);
    path.requests.push(...seen.requests);
    path.answers.push(...seen.answers);
    sender = destination.kind === 'preserving balancer' ? { private: seen.arrives, public: seen.arrives } : destination;
    source = destination;
  }
  return path;
}

function nodeOf(kind: Kind, n: number, vpc: string, range: number): Node {
  const isOutside = kind === 'outside' || kind === 'on premises';
  const only: Partial<Record<Kind, string>> = {
    ...{ outside: `203.0.113.${n}`, 'on premises': `172.20.0.${n}`, 'regional nat': `198.51.100.${n}` },
  };
  return {
    ...{ id: `${kind === 'regional nat' ? 'nat' : 'eni'}-${n}`, kind, vpc: isOutside ? undefined : vpc },
    private: only[kind] ?? `${range}.${vpc === 'vpc-1' ? 1 : 2}.0.${n}`,
    public: only[kind] ?? `198.51.100.${n}`,
  };
}

/**
 * What is seen of a connection. `crossing`: the member behind which the internet gateway is, -1: none. `sender`: whose address the
 * first member sends from. `arrives`: the source as the last member sees it.
 */
function connection(members: readonly Member[], crossing: number, sender: Pick<Node, 'private' | 'public'>) {
  const destination = members[members.length - 1].in;
  /** How packets look between a member and the next one. */
  const view = (leg: number, side: 'source' | 'destination'): View => {
    const rewriting = members.slice(1, leg + 1).findLast(isNat)?.out ?? sender;
    const isBehind = crossing >= 0 && (leg > crossing || (leg === crossing && side === 'destination'));
    return {
      source: isBehind ? rewriting.public : rewriting.private,
      destination: crossing >= 0 && !isBehind ? destination.public : destination.private,
    };
  };
  const pathOf = (leg: number, from: Node, to: Node) =>
    leg === crossing ? '8' : to.vpc === undefined ? '3' : from.vpc !== to.vpc ? '4' : '1';
  const requests: Sight[] = [];
  const answers: Sight[] = [];
  for (let leg = 0; leg < members.length - 1; leg++) {
    const [near, far] = [members[leg].out, members[leg + 1].in];
    const [before, after] = [view(leg, 'source'), view(leg, 'destination')];
    const turned = ({ source, destination: to }: View): View => ({ source: to, destination: source });
    requests.push(
      { at: near, direction: 'egress', path: pathOf(leg, near, far), ...before },
      { at: far, direction: 'ingress', path: '-', ...after }
    );
    answers.push(
      { at: far, direction: 'egress', path: pathOf(leg, far, near), ...turned(after) },
      { at: near, direction: 'ingress', path: '-', ...turned(before) }
    );
  }
  return { requests, answers, arrives: view(members.length - 2, 'destination').source };
}

/** The record of it: the own address is the primary one, where the packet names another, too. */
function recordOf({ at, direction, source, destination, path }: Sight, isTyped: boolean): Fields {
  const isRegional = at.kind === 'regional nat';
  return {
    ...{ 'account-id': '111122223333', 'vpc-id': at.vpc!, 'flow-direction': direction, 'traffic-path': path },
    ...(isRegional ? { 'resource-id': at.id } : { 'interface-id': at.id }),
    srcaddr: direction === 'egress' && !isRegional ? at.private : source,
    dstaddr: direction === 'ingress' && !isRegional ? at.private : destination,
    ...{ 'pkt-srcaddr': source, 'pkt-dstaddr': destination, 'interface-type': (isTyped && TYPES[at.kind]) || '-' },
    ...{ protocol: '6', srcport: '40000', dstport: '443', packets: '1', bytes: '100' },
    ...{ start: String(NOON), end: String(NOON + 30), action: 'ACCEPT', 'log-status': 'OK' },
  };
}

/** What is known of some of the interfaces, and which of them are covered. */
function factsOf(known: readonly Node[], covered: readonly Node[]): OwnerFact[] {
  const since = NOON - 86_400;
  const held = known.filter(({ vpc, kind }) => vpc !== undefined && kind !== 'regional nat');
  const hasPublic = ({ kind }: Node) => !isAmong(['tgw', 'gateway endpoint', 'endpoint', 'private nat'], kind);
  return [
    ...[1, 2].flatMap((n): OwnerFact[] =>
      [10, 44].map((range) => ({ kind: 'vpc', vpc: `vpc-${n}`, cidr: `${range}.${n}.0.0/16`, since }))
    ),
    ...held.flatMap(({ id, vpc, kind, ...addresses }): OwnerFact[] => [
      {
        ...{ kind: 'interface', interface: id, vpc: vpc!, subnet: '-', instance: '-', account: '111122223333' },
        ...{ zone: '-', passes: PASSES[kind], since },
      },
      { kind: 'address', vpc: vpc!, address: addresses.private, interface: id, since },
    ]),
    ...held
      .filter(hasPublic)
      .map((node): OwnerFact => ({ kind: 'address', vpc: '-', address: node.public, interface: node.id, since })),
    ...covered.map(({ id }): OwnerFact => ({ kind: 'covered', interface: id, action: 'ACCEPT', since })),
  ];
}

const HEADER = VPC_FIELDS.map(({ name }) => name);
const textOf = (records: readonly Fields[]) =>
  [HEADER.join(' '), ...records.map((fields) => lineOf(HEADER, fields))].join('\n');
const UNDER = { ...TERMS, owners: 1 };

/** How many of the records count once and are not transit. */
const IMPLEMENTATIONS: ReadonlyArray<readonly [string, (text: string, facts: readonly OwnerFact[]) => bigint]> = [
  ['the slow twin', (text, facts) => counting(rollUpSlowly(text, UNDER, () => 'count', facts).points)],
  ['the rollup', (text, facts) => counting(pointsOf(rollUp(text, UNDER, { facts }).lines).points)],
];

function counting(points: ReadonlyMap<string, { readonly flows: bigint }>): bigint {
  const all = [...points].filter(([key]) =>
    ['| flow_interface |', 'counted=once', 'transit=no'].every((part) => key.includes(part))
  );
  return all.reduce((sum, [, { flows }]) => sum + flows, 0n);
}

/** Every path, with each of the choices. */
function pathsIn(range: Plan['range']): Path[] {
  const lists = [[], ...BOXES.flatMap((one) => [[one], ...BOXES.map((other) => [one, other])])];
  const choices = Array.from({ length: 32 }, (_, n) => [1, 2, 4, 8, 16].map((bit) => (n & bit) !== 0));
  const plans = ENDS.flatMap((client) =>
    TARGETS.flatMap((target) =>
      lists.flatMap((boxes) => choices.map((some) => ({ client, boxes, target, choices: some })))
    )
  );
  const all = plans.flatMap((plan) => walk({ range, ...plan }) ?? []).filter(({ requests }) => requests.length > 0);
  return [...new Map(all.map((path) => [JSON.stringify(path), path])).values()];
}
const PRIVATE = pathsIn(10);
const paths = fc.constantFrom(...PRIVATE);
const anyPath = fc.oneof({ weight: 3, arbitrary: paths }, { weight: 1, arbitrary: fc.constantFrom(...pathsIn(44)) });
/** Any of the interfaces. */
const some = fc.array(fc.boolean(), { minLength: 6, maxLength: 6 });
/** Often all of them: that is what lets records elsewhere count. */
const most = fc.oneof(
  { weight: 2, arbitrary: fc.constant([true, true, true, true, true, true]) },
  { weight: 1, arbitrary: some }
);
const chosen = (nodes: readonly Node[], mask: readonly boolean[]) => nodes.filter((_, i) => mask[i]);
const inside = (nodes: readonly Node[]) => nodes.filter(({ vpc }) => vpc !== undefined);

describe.each(IMPLEMENTATIONS)('%s', (_name, count) => {
  it('counts every flow that was collected once or more, whoever else logs, is known and covered', () => {
    fc.assert(
      fc.property(anyPath, some, most, most, fc.boolean(), (path, logs, isCovered, isKnown, isTyped) => {
        const { nodes, requests, answers } = path;
        const logged = chosen(inside(nodes), logs);
        const facts = factsOf(chosen(inside(nodes), isKnown), chosen(logged, isCovered));
        for (const sights of [requests, answers]) {
          const records = sights.filter(({ at }) => logged.includes(at)).map((sight) => recordOf(sight, isTyped));
          if (records.length > 0) {
            expect(count(textOf(records), facts)).toBeGreaterThanOrEqual(1n);
          }
        }
      }),
      { numRuns: 150 }
    );
  });

  it('counts every flow exactly once where every interface logs, is known and covered', () => {
    fc.assert(
      fc.property(paths, fc.boolean(), (path, isTyped) => {
        const { nodes, requests, answers } = path;
        const facts = factsOf(inside(nodes), inside(nodes));
        for (const sights of [requests, answers].filter((all) => !isCountedTwice(all))) {
          const records = sights.filter(({ at }) => at.vpc !== undefined).map((sight) => recordOf(sight, isTyped));
          expect(count(textOf(records), facts)).toBe(1n);
        }
      }),
      { numRuns: 150 }
    );
  });
});

describe('the made-up paths', () => {
  it('are of every kind, with what one box hides behind another', () => {
    const kinds = new Set(PRIVATE.flatMap(({ nodes }) => nodes.map(({ kind }) => kind)));
    expect(kinds).toEqual(new Set([...TARGETS, ...BOXES]));
    const twice = PRIVATE.filter(({ requests }) => isCountedTwice(requests));
    expect(PRIVATE.length - twice.length).toBeGreaterThan(500);
  });
});

/** Rather twice than never: what the rules leave more than one record of where everybody logs. */
function isCountedTwice(sights: readonly Sight[]): boolean {
  const isRegional = (address: string) => sights.some(({ at }) => at.kind === 'regional nat' && at.public === address);
  // Nobody says whose the addresses of a regional NAT gateway are, either.
  const isNobodys = (address: string) => !/^(10|198)\./.test(address) || isRegional(address);
  const isInVpcOf = ({ vpc, private: own }: Node, address: string) =>
    vpc !== undefined && address.startsWith(own.slice(0, own.indexOf('.', 3)));
  return sights.some(({ at, direction, source, destination, path }) => {
    const isBalancing = PASSES[at.kind] === 'balancer' && direction === 'egress';
    return (
      at.kind === 'private nat' ||
      (isBalancing && isNobodys(destination)) ||
      // The target that sees the client outside does not know the load balancer.
      (isBalancing && isNobodys(source)) ||
      // What comes in at an interface here.
      (direction === 'ingress' && at.vpc !== undefined && isRegional(source)) ||
      // A way that leads to no other VPC: the source is not looked for there.
      (path === '3' && at.kind === 'gateway endpoint' && !isInVpcOf(at, source))
    );
  });
}
