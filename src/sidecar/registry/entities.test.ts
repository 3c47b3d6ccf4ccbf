import { hashOf, proposal, registryForTests } from '../testing/registry';
import { NOON } from '../testing/reference/rollUp';
import type { Entity, SeenEntity } from './entities';

const registry = registryForTests();

const SEEN: SeenEntity = { kind: 'interface', id: 'eni-1', vpc: 'vpc-1', subnet: '-', instance: '-', account: '1' };
const NAMED: Entity = { ...SEEN, description: 'web', subnet: 'subnet-1', region: 'eu-west-1' };
let objects = 0;
const see = (...entities: SeenEntity[]) =>
  registry().grantPlan(
    proposal({ identity: `${++objects}`, sha256: hashOf(`${objects}`), entities, exporters: [] }),
    NOON
  );

describe('an entity', () => {
  it('seen in traffic has no description and is to be written', async () => {
    await see(SEEN);
    expect(await registry().listEntities()).toEqual([
      { ...SEEN, region: '-', description: undefined, inStore: false, place: 1 },
    ]);
    expect(await registry().hasUnstoredEntities()).toBe(true);
    await registry().markEntitiesStored([{ ...SEEN, region: '-', name: 'eni-1' }]);
    expect(await registry().hasUnstoredEntities()).toBe(false);
  });

  it('keeps its description when it is seen again', async () => {
    await registry().describeEntities([NAMED], NOON);
    await registry().markEntitiesStored([{ ...NAMED, name: 'web' }]);
    await see({ ...SEEN, vpc: 'vpc-2' });
    expect(await registry().listEntities()).toEqual([{ ...NAMED, inStore: true, place: 1 }]);
  });

  it('is to be written again when it is renamed, and keeps the last name that AWS gave', async () => {
    for (const [said, description, inStore] of [
      ['web', 'web', false],
      ['web 2', 'web 2', false],
      [undefined, 'web 2', true],
    ] as const) {
      await registry().describeEntities([{ ...NAMED, description: said }], NOON);
      expect(await registry().listEntities()).toEqual([{ ...NAMED, description, inStore, place: 1 }]);
      await registry().markEntitiesStored([{ ...NAMED, description, name: description }]);
    }
  });

  it('is to be written again when it has moved, and not when it is as it was, though it was noted as found', async () => {
    await registry().describeEntities([NAMED], NOON);
    await registry().markEntitiesStored([{ ...NAMED, name: 'web' }]);
    for (const time of [NOON + 3600, NOON + 86_400]) {
      await registry().describeEntities([NAMED], time);
      expect(await registry().hasUnstoredEntities()).toBe(false);
    }
    await registry().describeEntities([{ ...NAMED, subnet: 'subnet-2' }], NOON + 90_000);
    expect(await registry().hasUnstoredEntities()).toBe(true);
  });

  it('that changed after it was read for writing is to be written again', async () => {
    await registry().describeEntities([NAMED], NOON);
    const [read] = await registry().entitiesToName(10);
    await registry().describeEntities([{ ...NAMED, description: 'web 2' }], NOON);
    await registry().markEntitiesStored([{ ...read, name: 'web' }]);
    expect(await registry().entitiesToName(10)).toMatchObject([{ description: 'web 2', name: 'web', inStore: false }]);
  });

  it('is named with those that share its description now, or shared it until now', async () => {
    const alike = ['eni-1', 'eni-2', 'eni-3'].map((id) => ({ ...NAMED, id }));
    await registry().describeEntities([...alike, { ...NAMED, id: 'eni-4', description: 'db' }], NOON);
    await registry().markEntitiesStored((await registry().entitiesToName(10)).map((one) => ({ ...one, name: one.id })));
    await registry().describeEntities([{ ...NAMED, description: 'db' }], NOON);
    const ids = (await registry().entitiesToName(10)).map(({ id }) => id);
    expect(ids.sort()).toEqual(['eni-1', 'eni-2', 'eni-3', 'eni-4']);
    expect((await registry().entitiesNamed([{ kind: 'interface', name: 'eni-3' }])).map(({ id }) => id).sort()).toEqual(
      ['eni-2', 'eni-3']
    );
  });

  it('whose name changed is among the changed names once, wherever they were read up to', async () => {
    const many = ['eni-1', 'eni-2', 'eni-3'].map((id) => ({ ...NAMED, id }));
    await registry().describeEntities([...many, { ...NAMED, kind: 'subnet', id: 'subnet-1' }], NOON);
    const mark = async () =>
      registry().markEntitiesStored(
        (await registry().entitiesToName(10)).map((one) => ({ ...one, name: `${one.id}!` }))
      );
    await mark();
    const first = await registry().changedNames({ named: 0, kind: '', id: '' }, 2);
    expect(first.map(({ name }) => name)).toEqual(['eni-1!', 'eni-2!']);
    const second = await registry().changedNames(first[1], 2);
    expect(second.map(({ name }) => name)).toEqual(['eni-3!']);
    expect(await registry().changedNames(second[0], 2)).toEqual([]);
    await registry().describeEntities([{ ...NAMED, description: 'db' }], NOON);
    await mark();
    expect((await registry().changedNames(second[0], 9)).map(({ id }) => id)).toContain('eni-1');
  });

  it('is one of its kind: the same id of another kind is another', async () => {
    await registry().describeEntities([NAMED, { ...NAMED, kind: 'address' }], NOON);
    await registry().markEntitiesStored([{ ...NAMED, kind: 'address', name: 'web' }]);
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

  it.each([
    ['a text in any letter case', 'straßen-büro ÉTÉ', ['BÜRO', 'büro été', 'Straßen']],
    ['what are patterns elsewhere', '50 % [old] a*b? c_d -x', ['[OLD]', '50 %', 'a*b?', 'c_d', '-x', '[', '*']],
    ['emoji', 'db 🚀 prod', ['🚀 p']],
  ])('finds %s, and nothing else', async (_, description, texts) => {
    const other = { ...NAMED, id: 'eni-2', description: 'axbc 50 x' };
    await registry().describeEntities([{ ...NAMED, description }, other], NOON);
    expect(await Promise.all(texts.map(found))).toEqual(texts.map(() => [NAMED.id]));
  });

  it('says when each was first seen, and when EC2 had it last', async () => {
    await see({ ...SEEN, id: 'eni-2' });
    await registry().describeEntities([NAMED], NOON + 5);
    // What is as it was is noted as found once a day.
    await registry().describeEntities([NAMED], NOON + 3605);
    await registry().describeEntities([NAMED], NOON + 86_405);
    const { items } = await registry().searchEntities({ limit: 10 });
    expect(items).toMatchObject([
      { id: 'eni-1', firstSeen: NOON + 5, lastFound: NOON + 86_405 },
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
