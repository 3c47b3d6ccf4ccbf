import { hashOf, proposal, registryForTests } from '../testing/registry';
import { NOON } from '../testing/reference/rollUp';
import type { Entity, SeenEntity } from './entities';

const registry = registryForTests();

const SEEN: SeenEntity = { kind: 'interface', id: 'eni-1', vpc: 'vpc-1', subnet: '-', instance: '-', account: '1' };
const NAMED: Entity = { ...SEEN, description: 'web', subnet: 'subnet-1', region: 'eu-west-1' };
let objects = 0;
const see = (...entities: SeenEntity[]) =>
  registry().grantPlan(proposal({ identity: `${++objects}`, sha256: hashOf(`${objects}`), entities }), NOON);

describe('an entity', () => {
  it('seen in traffic has no description and is to be written', async () => {
    await see(SEEN);
    expect(await registry().listEntities()).toEqual([
      { ...SEEN, region: '-', description: undefined, inStore: false, place: 1 },
    ]);
    expect(await registry().hasUnstoredEntities()).toBe(true);
    await registry().markEntitiesStored([SEEN]);
    expect(await registry().hasUnstoredEntities()).toBe(false);
  });

  it('keeps its description when it is seen again', async () => {
    await registry().describeEntities([NAMED], NOON);
    await registry().markEntitiesStored([NAMED]);
    await see({ ...SEEN, vpc: 'vpc-2' });
    expect(await registry().listEntities()).toEqual([{ ...NAMED, inStore: true, place: 1 }]);
  });

  it('is to be written again when it is renamed, and keeps the last name that AWS gave', async () => {
    for (const [said, description] of [
      ['web', 'web'],
      ['web 2', 'web 2'],
      [undefined, 'web 2'],
    ]) {
      await registry().describeEntities([{ ...NAMED, description: said }], NOON);
      expect(await registry().listEntities()).toEqual([{ ...NAMED, description, inStore: false, place: 1 }]);
      await registry().markEntitiesStored([NAMED]);
    }
  });

  it('is one of its kind: the same id of another kind is another', async () => {
    await registry().describeEntities([NAMED, { ...NAMED, kind: 'address' }], NOON);
    await registry().markEntitiesStored([{ kind: 'address', id: 'eni-1' }]);
    expect((await registry().listEntities()).map(({ kind, inStore }) => [kind, inStore])).toEqual([
      ['address', true],
      ['interface', false],
    ]);
  });

  it('that no sync has looked for is noticed; what has no id is not waited for', async () => {
    await see({ ...SEEN, id: '-' }, { ...SEEN, kind: 'vpc', id: 'vpc-1' });
    expect(await registry().hasUnsyncedEntities(NOON)).toBe(false);
    await see(SEEN);
    expect(await registry().hasUnsyncedEntities(NOON)).toBe(true);
    expect(await registry().hasUnsyncedEntities(NOON + 1)).toBe(false);
    await registry().describeEntities([NAMED], NOON);
    expect(await registry().hasUnsyncedEntities(NOON)).toBe(false);
  });
});

describe('searching', () => {
  const address = (id: string, vpc: string): Entity => ({ ...NAMED, kind: 'address', id, vpc });
  const found = async (search: string) =>
    (await registry().searchEntities({ search, limit: 10 })).items.map(({ id }) => id);

  it('shows a private address once for each VPC that it is in, and a public one once', async () => {
    await registry().describeEntities(
      [
        ...['vpc-1', 'vpc-2'].flatMap((vpc) => [address('10.0.1.5', vpc), address(`${vpc}/10.0.1.5`, vpc)]),
        address('203.0.113.9', 'vpc-1'),
        address('10.0.1.6', '-'),
      ],
      NOON
    );
    expect(await found('10.0.1.5')).toEqual(['vpc-1/10.0.1.5', 'vpc-2/10.0.1.5']);
    expect(await found('')).toEqual(['10.0.1.6', '203.0.113.9', 'vpc-1/10.0.1.5', 'vpc-2/10.0.1.5']);
    expect((await registry().searchEntities({ limit: 1 })).total).toBe(4);
  });

  it('says when each was first seen, and when EC2 had it last', async () => {
    await see({ ...SEEN, id: 'eni-2' });
    await registry().describeEntities([NAMED], NOON + 5);
    await registry().describeEntities([NAMED], NOON + 3605);
    const { items } = await registry().searchEntities({ limit: 10 });
    expect(items).toMatchObject([
      { id: 'eni-1', firstSeen: NOON + 5, lastFound: NOON + 3605 },
      { id: 'eni-2', firstSeen: NOON, lastFound: undefined },
    ]);
  });
});

describe('accounts', () => {
  it('have names of their own, and are removed by them', async () => {
    await registry().createAccount({ name: 'b', regions: [] });
    await registry().createAccount({ name: 'a', roleArn: 'arn:1', externalId: 'x', regions: ['eu-west-1'] });
    await expect(registry().createAccount({ name: 'b', roleArn: 'arn:2', regions: [] })).rejects.toThrow(
      'This name is taken: there is an account "b".'
    );
    expect(await registry().listAccounts()).toMatchObject([
      { name: 'a', roleArn: 'arn:1', externalId: 'x', regions: ['eu-west-1'] },
      { name: 'b', roleArn: undefined, externalId: undefined, regions: [] },
    ]);
    expect([await registry().removeAccount('a'), await registry().removeAccount('a')]).toEqual([true, false]);
  });
});
