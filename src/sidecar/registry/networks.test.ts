import { NOON } from '../testing/reference/rollUp';
import { registryForTests } from '../testing/registry';
import { parseFacts } from './ownerFacts';

const registry = registryForTests();
const by = { actor: 'Ada', role: 'Admin', now: NOON };
const add = (cidr: string, name = 'Office') => registry().addNetwork(cidr, name, by);
const remove = (cidr: string) => registry().removeNetwork(cidr, by);

let time = NOON;
/** The networks among the facts of a new version. */
async function networks(): Promise<unknown[]> {
  const page = await registry().ownerFacts(await registry().ownerVersion((time += 60)), 0, 100);
  return [...parseFacts(page!)].map(({ id: _id, ...fact }) => fact);
}

it('a named network is one of all times, has an entity, and is noted with who named it', async () => {
  expect(await add('10.0.0.0/8', 'Data centre')).toEqual({ cidr: '10.0.0.0/8', name: 'Data centre', added: NOON });
  await add('10.1.0.0/16');
  expect(await networks()).toEqual([
    { kind: 'network', cidr: '10.0.0.0/8', since: 0 },
    { kind: 'network', cidr: '10.1.0.0/16', since: 0 },
  ]);
  expect(await registry().listEntities()).toMatchObject([
    { kind: 'network', id: '10.0.0.0/8', description: 'Data centre', inStore: false },
    { kind: 'network', id: '10.1.0.0/16', description: 'Office' },
  ]);
  expect((await registry().listChanges(9)).items[1]).toMatchObject({
    ...{ actor: 'Ada', role: 'Admin', at: NOON, action: 'network.add', target: '10.0.0.0/8' },
    details: { name: 'Data centre' },
  });
});

it('one whose name is taken away is none in new versions; those before and its entity stay', async () => {
  await add('10.0.0.0/8');
  await networks();
  const before = await registry().newestOwnerVersion();
  expect(await remove('10.0.0.0/8')).toMatchObject({ name: 'Office' });
  expect(await networks()).toEqual([]);
  expect(await registry().listNetworks()).toEqual([]);
  expect([...parseFacts((await registry().ownerFacts(before, 0, 9))!)]).toHaveLength(1);
  expect(await registry().listEntities()).toMatchObject([{ id: '10.0.0.0/8', description: 'Office' }]);
  expect((await registry().listChanges(9)).items[0]).toMatchObject({ action: 'network.remove', target: '10.0.0.0/8' });
  await add('10.0.0.0/8', 'Branch');
  expect(await networks()).toHaveLength(1);
  expect(await registry().listEntities()).toMatchObject([{ description: 'Branch', inStore: false }]);
});

it.each([
  ['10.0.0.0/8', '10.0.0.0/8'],
  [' 192.168.7.0/24 ', '192.168.7.0/24'],
  ['203.0.113.9/32', '203.0.113.9/32'],
  ['128.0.0.0/1', '128.0.0.0/1'],
  ['2001:db8::/32', '2001:db8::/32'],
  ['2001:0DB8:0:0::/032', '2001:db8::/32'],
  ['fd00:1:0:0:1::/80', 'fd00:1:0:0:1::/80'],
  ['2001:db8::1/128', '2001:db8::1/128'],
])('%j is a network, written %s', async (typed, cidr) => {
  expect(await add(typed)).toMatchObject({ cidr });
});

it.each([
  ['10.0.1.5/16', '10.0.1.5/16 is an address in a network: write 10.0.0.0/16, if that is meant.'],
  ['10.0.0.1/31', 'is an address in a network: write 10.0.0.0/31, if that is meant.'],
  ['2001:db8::1/32', 'is an address in a network: write 2001:db8::/32, if that is meant.'],
  ['10.0.0.7', 'is one address: say how long its network’s prefix is, as in 10.0.0.7/32.'],
  ['2001:db8::1', 'is one address: say how long its network’s prefix is, as in 2001:db8::1/128.'],
  ['0.0.0.0/0', 'is every address there is: name a part of it.'],
  ['::/0', 'is every address there is: name a part of it.'],
  ...['10.0.0.0/33', '10.0.0/8', '10.0.0.0/', '10.0.0.0/8/8', '10.0.0.256/8', '2001:db8::/129', 'office', '/8', ''].map(
    (typed) =>
      [typed, `${typed || 'That'} is no network: it looks like 10.0.0.0/8 or 2001:db8::/32.`] as [string, string]
  ),
])('%j is refused: %s', async (typed, message) => {
  const expected = {
    code: 'invalid',
    field: 'cidr',
    message: expect.stringContaining(message.replace('’', "'")) as string,
  };
  await expect(add(typed)).rejects.toMatchObject(expected);
  await expect(remove(typed)).rejects.toMatchObject(expected);
  expect(await registry().listNetworks()).toEqual([]);
});

it('is refused when it has a name already, however it is written, and when it has none to take away', async () => {
  await add('2001:db8::/32');
  await expect(add('2001:DB8:0::/32', 'Branch')).rejects.toMatchObject({
    ...{ code: 'taken', field: 'cidr' },
    message: '2001:db8::/32 is called "Office" already: remove that name first.',
  });
  await expect(remove('10.0.0.0/8')).rejects.toMatchObject({
    ...{ code: 'not-found', field: 'cidr' },
    message: 'There is no named network 10.0.0.0/8.',
  });
  expect((await registry().listChanges(9)).total).toBe(1);
});
