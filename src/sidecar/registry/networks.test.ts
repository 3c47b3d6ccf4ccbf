import { NOON } from '../testing/reference/rollUp';
import { registryForTests } from '../testing/registry';
import { parseFacts } from './ownerFacts';

const registry = registryForTests();
const by = { actor: 'Ada', role: 'Admin', now: NOON };
const add = (cidr: string, name = 'Office', note = '') => registry().addNetwork({ cidr, name, note }, by);
const remove = (cidr: string) => registry().removeNetwork(cidr, by);

let time = NOON;
/** The networks among the facts of a new version. */
async function networks(): Promise<unknown[]> {
  const page = await registry().ownerFacts(await registry().ownerVersion((time += 60)), 0, 100);
  return [...parseFacts(page!)].map(({ id: _id, ...fact }) => fact);
}

it('a named network is one of all times, has an entity, and is noted with who named it', async () => {
  expect(await add('10.0.0.0/8', 'Data centre')).toEqual({
    ...{ cidr: '10.0.0.0/8', name: 'Data centre', note: '', added: NOON, version: 1 },
  });
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

it('what is no network is refused, with what to write instead', async () => {
  const refused = { code: 'invalid', field: 'cidr', message: expect.stringContaining('write 10.0.0.0/16') as string };
  await expect(add('10.0.1.5/16')).rejects.toMatchObject(refused);
  await expect(remove('10.0.1.5/16')).rejects.toMatchObject(refused);
  expect(await registry().listNetworks()).toEqual([]);
});

it('another name or note is one of old data, too, is noted, and makes no new version of the owner facts', async () => {
  await add('10.0.0.0/8');
  expect(await networks()).toHaveLength(1);
  const version = await registry().newestOwnerVersion();
  const [entity] = await registry().listEntities();
  await registry().markEntitiesStored([{ ...entity, name: 'Office' }]);
  const change = { cidr: '10.0.0.0/8', name: 'Head office', note: 'Until May' };
  expect(await registry().changeNetwork(change, 1, by)).toEqual({ ...change, added: NOON, version: 2 });
  expect(await registry().listEntities()).toMatchObject([{ description: 'Head office', inStore: false }]);
  expect(await networks()).toHaveLength(1);
  expect(await registry().newestOwnerVersion()).toBe(version);
  expect((await registry().listChanges(1)).items[0]).toMatchObject({
    ...{ action: 'network.change', target: '10.0.0.0/8' },
    details: { name: { before: 'Office', after: 'Head office' }, note: { before: '', after: 'Until May' } },
  });
  // What is not named stays.
  expect(await registry().changeNetwork({ cidr: '10.0.0.0/8', note: '' }, undefined, by)).toMatchObject({
    ...{ name: 'Head office', note: '', version: 3 },
  });
  await expect(registry().changeNetwork(change, 2, by)).rejects.toMatchObject({ code: 'stale' });
  await expect(registry().changeNetwork({ ...change, cidr: '10.1.0.0/16' }, 1, by)).rejects.toMatchObject({
    code: 'not-found',
  });
});

it('is refused when it has a name already, however it is written, and when it has none to take away', async () => {
  await add('2001:db8::/32');
  await expect(add('2001:DB8:0::/32', 'Branch')).rejects.toMatchObject({
    ...{ code: 'taken', field: 'cidr' },
    message: '2001:db8::/32 is called "Office" already: edit or remove that.',
  });
  await expect(remove('10.0.0.0/8')).rejects.toMatchObject({
    ...{ code: 'not-found', field: 'cidr' },
    message: 'There is no named network 10.0.0.0/8.',
  });
  expect((await registry().listChanges(9)).total).toBe(1);
});
