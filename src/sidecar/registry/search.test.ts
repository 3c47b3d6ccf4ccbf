import { describeEntities, type Entity } from './entities';
import { openDatabase } from './database';
import type { DatabaseSync } from 'node:sqlite';
import type { OwnerFact } from '../rollup/owners/facts';
import { NOON } from '../testing/reference/rollUp';
import { addNetwork } from './networks';
import { addFact } from './ownerFacts';
import { search } from './search';

const PLACE = { vpc: 'vpc-0a', subnet: 'subnet-0a', instance: '-', account: '111122223333', region: 'eu-west-1' };
const entity = (kind: Entity['kind'], id: string, description?: string, place: Partial<Entity> = {}): Entity => ({
  ...{ kind, id, description },
  ...PLACE,
  ...place,
});
const has = (vpc: string, address: string, eni: string, until?: number): OwnerFact => ({
  ...{ kind: 'address', vpc, address, interface: eni, since: NOON - 600, until },
});

const ENTITIES = [
  entity('interface', 'eni-0a1', 'orders-postgres eth0', { instance: 'i-0a1' }),
  entity('interface', 'eni-0a2', 'shop-public (ALB)'),
  entity('interface', 'eni-0b1', 'reports', { vpc: 'vpc-0b', account: '444455556666' }),
  entity('interface', 'eni-0c9', undefined, { vpc: 'vpc-0b' }),
  entity('instance', 'i-0a1', 'orders-postgres'),
  entity('instance', 'i-0a2', 'Büro 50 % "orders" db'),
  entity('vpc', 'vpc-0a', 'shop', { vpc: '-', subnet: '-' }),
  entity('vpc', 'vpc-0b', 'warehouse', { vpc: '-', subnet: '-' }),
  entity('subnet', 'subnet-0a', 'orders'),
  entity('account', '111122223333', 'Production', { vpc: '-', subnet: '-', account: '-' }),
  entity('address', 'vpc-0a/10.0.1.5', 'orders-postgres eth0'),
];
const FACTS: OwnerFact[] = [
  { kind: 'vpc', vpc: 'vpc-0a', cidr: '10.0.0.0/16', since: 0 },
  { kind: 'vpc', vpc: 'vpc-0b', cidr: '10.0.0.0/12', since: 0 },
  has('vpc-0a', '10.0.1.5', 'eni-0a1'),
  has('vpc-0a', '10.0.1.5', 'eni-0a2', NOON - 60),
  has('vpc-0b', '10.0.1.5', 'eni-0b1'),
  has('vpc-0a', '10.0.1.6', 'eni-0a2'),
  has('vpc-0a', '10.0.129.7', 'eni-0a2'),
  has('vpc-0b', '10.0.1.48/28', 'eni-0b1'),
  has('-', '203.0.113.9', 'eni-0a2'),
  has('vpc-0a', '2001:db8:1:100::5', 'eni-0a1'),
  has('vpc-0a', '2001:db8:1:1ff::5', 'eni-0a2'),
];

let db: DatabaseSync;
beforeEach(() => {
  db = openDatabase(':memory:');
  describeEntities(db, ENTITIES, NOON);
  FACTS.forEach((fact) => addFact(db, fact, 1));
  addNetwork(db, { cidr: '192.0.2.0/24', name: 'Office', note: '' }, { actor: 'ada', now: NOON });
});
afterEach(() => db.close());

const idsOf = (text: string, limit = 20) => search(db, text, limit).matches.map(({ kind, id }) => `${kind} ${id}`);

describe('a search for a name', () => {
  it.each([
    ['orders', ['subnet subnet-0a', 'interface eni-0a1', 'instance i-0a1', 'instance i-0a2']],
    ['ORDERS-POSTGRES', ['instance i-0a1', 'interface eni-0a1']],
    ['postgres orders', ['interface eni-0a1', 'instance i-0a1']],
    ['ostgre', ['interface eni-0a1', 'instance i-0a1']],
    ['orders db', ['instance i-0a2']],
    ['"orders"', ['instance i-0a2']],
    ['50 %', ['instance i-0a2']],
    ['büro', ['instance i-0a2']],
    ['BÜRO', ['instance i-0a2']],
    ['db', ['instance i-0a2']],
    ['sh', ['interface eni-0a2', 'vpc vpc-0a']],
    ['al', ['interface eni-0a2']],
    ['o', ['interface eni-0a1', 'instance i-0a1', 'network 192.0.2.0/24', 'subnet subnet-0a']],
    ['or po', ['interface eni-0a1', 'instance i-0a1']],
    ['eth0', ['interface eni-0a1']],
    ['office', ['network 192.0.2.0/24']],
    ['product', ['account 111122223333']],
    ['nothing-like-it', []],
    ["' OR 1=1 --", []],
    ['orders* NOT postgres', []],
  ])('%s', (text, found) => {
    expect(idsOf(text)).toEqual(found);
  });

  it('finds ids, whole or begun, in any letter case, also without a name', () => {
    expect(idsOf('eni-0a1')).toEqual(['interface eni-0a1']);
    expect(idsOf('ENI-0A')).toEqual(['interface eni-0a2', 'interface eni-0a1']);
    expect(idsOf('eni-0c9')).toEqual(['interface eni-0c9']);
    expect(idsOf('1111222')).toEqual(['account 111122223333']);
    expect(idsOf('vpc-0b')).toEqual(['vpc vpc-0b']);
  });

  it('says where each is, and whether there are more', () => {
    expect(search(db, 'orders-postgres eth0', 1)).toEqual({
      matches: [
        {
          ...{ kind: 'interface', id: 'eni-0a1', name: 'orders-postgres eth0', instance: 'i-0a1' },
          ...{ account: '111122223333', accountName: 'Production', vpc: 'vpc-0a', vpcName: 'shop', owners: undefined },
        },
      ],
      more: false,
    });
    expect(search(db, 'orders', 2)).toMatchObject({ matches: [{}, {}], more: true });
  });

  it('finds the new name once it has one, and no longer the old one', () => {
    describeEntities(db, [entity('interface', 'eni-0a1', 'invoices')], NOON + 1);
    expect(idsOf('invoices')).toEqual(['interface eni-0a1']);
    expect(idsOf('postgres eth0')).toEqual([]);
  });

  it('finds who is called so among many that only have it in their name', () => {
    const many = Array.from({ length: 2000 }, (_, i) => entity('interface', `eni-1${i}`, `a${i} core`));
    describeEntities(db, [...many, entity('interface', 'eni-2', 'Core')], NOON);
    expect(idsOf('core', 1)).toEqual(['interface eni-2']);
  });
});

describe('a search for an address', () => {
  it('says who has it and who had it, in every VPC, and leads to each', () => {
    const [all, ...rest] = search(db, '10.0.1.5', 20).matches;
    expect(all).toMatchObject({ kind: 'address', id: '10.0.1.5', vpc: '-' });
    expect(all.owners).toEqual([
      expect.objectContaining({ interface: 'eni-0a1', name: 'orders-postgres eth0', vpc: 'vpc-0a', until: undefined }),
      expect.objectContaining({ interface: 'eni-0b1', name: 'reports', vpc: 'vpc-0b', vpcName: 'warehouse' }),
      expect.objectContaining({ interface: 'eni-0a2', vpc: 'vpc-0a', since: NOON - 600, until: NOON - 60 }),
    ]);
    expect(rest.map(({ kind, id }) => `${kind} ${id}`)).toEqual([
      'address vpc-0a/10.0.1.5',
      'address vpc-0b/10.0.1.5',
      'interface eni-0a1',
      'interface eni-0b1',
    ]);
    expect(rest[1]).toMatchObject({
      account: '444455556666',
      vpcName: 'warehouse',
      owners: [{ interface: 'eni-0b1' }],
    });
  });

  it('keeps to one VPC where that stands before it', () => {
    expect(search(db, 'vpc-0b/10.0.1.5', 20).matches).toMatchObject([
      { kind: 'address', id: 'vpc-0b/10.0.1.5', owners: [{ interface: 'eni-0b1' }] },
      { kind: 'interface', id: 'eni-0b1' },
    ]);
  });

  it('finds it in the prefix of an interface, and a public one anywhere', () => {
    expect(search(db, '10.0.1.50', 20).matches[0].owners).toMatchObject([
      { interface: 'eni-0b1', prefix: '10.0.1.48/28' },
    ]);
    expect(idsOf('203.0.113.9')).toEqual(['address 203.0.113.9', 'interface eni-0a2']);
    expect(idsOf('2001:DB8:1:100:0:0:0:5')).toEqual(['address 2001:db8:1:100::5', 'interface eni-0a1']);
  });

  it('is found where nobody has it, with what holds it', () => {
    expect(search(db, '198.18.70.162', 20)).toEqual({
      matches: [expect.objectContaining({ kind: 'address', id: '198.18.70.162', owners: [] })],
      more: false,
    });
    expect(idsOf('192.0.2.77')).toEqual(['address 192.0.2.77', 'network 192.0.2.0/24']);
    expect(idsOf('10.0.200.1')).toEqual(['address 10.0.200.1', 'vpc vpc-0a', 'vpc vpc-0b']);
    expect(idsOf('vpc-0f/10.0.1.5')).toEqual(['address vpc-0f/10.0.1.5', 'vpc vpc-0f']);
  });

  it('completes a part of one', () => {
    expect(idsOf('10.0.1.')).toEqual([
      ...[
        'address vpc-0b/10.0.1.48/28',
        'address vpc-0a/10.0.1.5',
        'address vpc-0b/10.0.1.5',
        'address vpc-0a/10.0.1.6',
      ],
    ]);
    expect(idsOf('2001:db8:1:1f')).toEqual(['address vpc-0a/2001:db8:1:1ff::5']);
  });
});

describe('a search for a network', () => {
  it.each([
    ['10.0.0.0/16', ['vpc vpc-0a', 'vpc vpc-0b', 'address vpc-0b/10.0.1.48/28', 'address vpc-0a/10.0.1.5']],
    ['10.0.128.0/17', ['vpc vpc-0a', 'vpc vpc-0b', 'address vpc-0a/10.0.129.7']],
    ['10.0.1.5/31', ['vpc vpc-0a', 'vpc vpc-0b', 'address vpc-0a/10.0.1.5', 'address vpc-0b/10.0.1.5']],
    ['10.0.1.6/31', ['vpc vpc-0a', 'vpc vpc-0b', 'address vpc-0a/10.0.1.6']],
    ['192.0.2.0/24', ['network 192.0.2.0/24']],
    ['192.0.2.128/25', ['network 192.0.2.0/24']],
    ['2001:db8:1:100::/56', ['address vpc-0a/2001:db8:1:100::5', 'address vpc-0a/2001:db8:1:1ff::5']],
    ['2001:db8:1:100::/64', ['address vpc-0a/2001:db8:1:100::5']],
    ['2001:db8::/32', ['address vpc-0a/2001:db8:1:100::5', 'address vpc-0a/2001:db8:1:1ff::5']],
    ['203.0.112.0/20', ['address 203.0.113.9']],
    ['172.16.0.0/12', []],
  ])('%s', (text, found) => {
    expect(idsOf(text, 4)).toEqual(found);
  });
});

it.each([
  ['10.0.0.300', '10.0.0.300 is no address.'],
  ['10.0.0.1.2', '10.0.0.1.2 is no address.'],
  ['010.0.0.1', '010.0.0.1 is no address.'],
  ['10.0.0.0/33', '10.0.0.0/33 is no network.'],
  ['10.0/16', '10.0/16 is no network.'],
  ['10.0.0.0/x', '10.0.0.0/x is no network.'],
  ['2001:db8::/129', '2001:db8::/129 is no network.'],
  ['1:2:3:4:5:6:7:8:9', '1:2:3:4:5:6:7:8:9 is no address.'],
])('%s is refused', (text, message) => {
  expect(() => search(db, text, 20)).toThrow(
    `${message} It looks like 10.0.1.5 or 2001:db8::5, and a network like 10.0.0.0/8 or 2001:db8::/32.`
  );
});

/** How SQLite looks a search up: each statement is prepared again, and none may read a table from end to end. */
it.each(['orders', 'orders eth0', 'db', 'x', '10.0.1.5', '10.0.1.', '10.0.0.0/9', '2001:db8::/32'])(
  'reads no table of entities or addresses from end to end: %s',
  (text) => {
    const prepare = jest.spyOn(db, 'prepare');
    search(db, text, 20);
    const statements = prepare.mock.calls.map(([sql]) => sql);
    prepare.mockRestore();
    expect(statements.length).toBeGreaterThan(1);
    for (const sql of statements) {
      const steps = db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all() as Array<{ detail: string }>;
      const scans = steps.filter(({ detail }) => /^SCAN (entity|f|owner_fact)\b(?!_text)/.test(detail));
      expect([sql, scans]).toEqual([sql, []]);
    }
  }
);
