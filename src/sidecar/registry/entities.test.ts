import { hashOf, proposal, registryForTests } from '../testing/registry';
import { NOON } from '../testing/reference/rollUp';
import type { Entity, SeenEntity } from './entities';

const registry = registryForTests();

const SEEN: SeenEntity = { kind: 'interface', id: 'eni-1', vpc: 'vpc-1', subnet: '-', instance: '-', account: '1' };
const NAMED: Entity = { ...SEEN, description: 'web', subnet: 'subnet-1', region: 'eu-west-1' };
let objects = 0;
const see = (...entities: SeenEntity[]) =>
  registry().grantPlan(proposal({ identity: `${++objects}`, sha256: hashOf(`${objects}`), entities, exporters: [] }), NOON);

describe('an entity', () => {
  it('seen in traffic has no description and is to be written', async () => {
    await see(SEEN);
    expect(await registry().listEntities()).toEqual([{ ...SEEN, region: '-', description: undefined, inStore: false }]);
    expect(await registry().hasUnstoredEntities()).toBe(true);
    await registry().markEntitiesStored([SEEN]);
    expect(await registry().hasUnstoredEntities()).toBe(false);
  });

  it('keeps its description when it is seen again', async () => {
    await registry().describeEntities([NAMED], NOON);
    await registry().markEntitiesStored([NAMED]);
    await see({ ...SEEN, vpc: 'vpc-2' });
    expect(await registry().listEntities()).toEqual([{ ...NAMED, inStore: true }]);
  });

  it('is to be written again when it is renamed, and keeps the last name that AWS gave', async () => {
    for (const [said, description] of [
      ['web', 'web'],
      ['web 2', 'web 2'],
      [undefined, 'web 2'],
    ]) {
      await registry().describeEntities([{ ...NAMED, description: said }], NOON);
      expect(await registry().listEntities()).toEqual([{ ...NAMED, description, inStore: false }]);
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
