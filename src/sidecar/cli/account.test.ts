import { REGION, World } from '../testing/world';

const world = World.forTests();

const ROLE = 'arn:aws:iam::444455556666:role/flowscope';

describe('flowscope account add', () => {
  it('refuses a name that is taken, says what it holds, and changes nothing', async () => {
    const flowscope = world.deployment();
    const role = ['--role-arn', ROLE, '--external-id', 'xyz'];
    await flowscope.ok('account', 'add', 'shop', ...role, '--regions', `${REGION}, eu-central-1`);
    const listed = await flowscope.ok('account', 'list', '--json');
    expect(JSON.parse(listed)).toMatchObject([
      { name: 'shop', roleArn: ROLE, externalId: 'xyz', regions: [REGION, 'eu-central-1'], hasSecret: false },
    ]);

    const { code, stdout, stderr } = await flowscope.run('account', 'add', 'shop');
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toBe(
      `flowscope: There is an account "shop" already: ${ROLE} (external id xyz), in ${REGION}, eu-central-1. ` +
        'Choose another name, or change that one: flowscope account edit "shop".\n'
    );
    expect(await flowscope.ok('account', 'list', '--json')).toBe(listed);

    await flowscope.ok('account', 'remove', 'shop');
    await flowscope.ok('account', 'add', 'shop');
    expect(await flowscope.ok('account', 'list')).toBe('shop: own credentials, in all regions that it has enabled\n');
  });

  it.each([
    [
      ['--role-arn', 'reader'],
      /^flowscope: --role-arn: that is no role ARN: it looks like arn:aws:iam::123456789012:role\/name/,
    ],
    [['--regions', 'eu-west-1,ireland'], /^flowscope: --regions "ireland": that is no region: it looks like eu-west-1/],
    [['--external-id', 'xyz'], /^flowscope: --external-id: an external id belongs to a role/],
  ])('refuses %j as the API does, and adds nothing', async (options, message) => {
    const flowscope = world.deployment();
    const { code, stdout, stderr } = await flowscope.run('account', 'add', 'shop', ...options);
    expect([code, stdout, stderr]).toEqual([1, '', expect.stringMatching(message)]);
    expect((await flowscope.run('account', 'list')).stderr).toMatch(/There is no registry/);
  });
});

describe('flowscope account edit', () => {
  it('changes what is named, leaves the rest, and takes away what is empty', async () => {
    const flowscope = world.deployment();
    await flowscope.ok('account', 'add', 'shop', '--role-arn', ROLE, '--external-id', 'xyz');
    expect(await flowscope.ok('account', 'edit', 'shop', '--regions', REGION, '--name', 'store')).toBe(
      `Changed account store: ${ROLE} (external id xyz), in ${REGION}.\n` +
        `  the name: shop → store\n  --regions: all regions that it has enabled → ${REGION}\n`
    );
    expect(await flowscope.ok('account', 'edit', 'store', '--role-arn', '')).toBe(
      `Changed account store: own credentials, in ${REGION}.\n  --role-arn: ${ROLE} → none\n  --external-id: xyz → none\n`
    );
    expect(await flowscope.ok('account', 'edit', 'store', '--regions', REGION)).toBe(
      `Nothing is different in account store: own credentials, in ${REGION}.\n`
    );
    expect(await flowscope.ok('account', 'list')).toBe(`store: own credentials, in ${REGION}\n`);
    await flowscope.ok('account', 'edit', 'store', '--regions', '');
    expect(JSON.parse(await flowscope.ok('account', 'list', '--json'))).toMatchObject([{ name: 'store', regions: [] }]);
  });

  it.each([
    [['shop'], /Say what to change/],
    [['nobody', '--regions', REGION], /There is no account "nobody"/],
    [['shop', '--external-id', 'xyz'], /an external id belongs to a role/],
  ])('refuses %j, and changes nothing', async (args, message) => {
    const flowscope = world.deployment();
    await flowscope.ok('account', 'add', 'shop');
    const before = await flowscope.ok('account', 'list', '--json');
    const { code, stderr } = await flowscope.run('account', 'edit', ...args);
    expect([code, stderr]).toEqual([1, expect.stringMatching(message)]);
    expect(await flowscope.ok('account', 'list', '--json')).toBe(before);
  });
});
