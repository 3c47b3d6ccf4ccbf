import { CreateAccountAliasCommand } from '@aws-sdk/client-iam';
import { CreateAccountCommand, CreateOrganizationCommand } from '@aws-sdk/client-organizations';
import { iamClient, organizationsClient } from '../aws/accountClients';
import { registryForTests } from '../testing/registry';
import { NOON } from '../testing/reference/rollUp';
import { REGION, World } from '../testing/world';
import { UNKNOWN_PLACE } from '../registry/entities';
import { readAccountNames } from './accountNames';

const world = World.forTests();
const registry = registryForTests();

const before = { ...process.env };
beforeEach(() =>
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: world.awsUrl,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  })
);
afterEach(() => {
  process.env = { ...before };
});

const signInTo = (account: string) => ({
  keys: { accessKeyId: 'test', secretAccessKey: 'test' },
  role: { roleArn: `arn:aws:iam::${account}:role/flowscope` },
});
const MANAGEMENT = signInTo('777700000001');
const MEMBER = signInTo('777700000002');
const NAMED = signInTo('777700000003');

describe('accounts', () => {
  it('that nobody has named are called by their alias, where no organization says more', async () => {
    for (const [signIn, alias] of [
      [MEMBER, 'acme-shop'],
      [NAMED, 'acme-data'],
    ] as const) {
      await iamClient(REGION, signIn).send(new CreateAccountAliasCommand({ AccountAlias: alias }));
    }
    const signIns = [MEMBER, NAMED, MANAGEMENT].map((signIn) => ({ signIn: () => signIn, isNamed: signIn === NAMED }));
    expect([...(await readAccountNames(signIns, REGION))]).toEqual([['777700000002', 'acme-shop']]);
  });

  it('are called as the organization calls them, if a sign-in may list them', async () => {
    const client = organizationsClient(REGION, MANAGEMENT);
    await client.send(new CreateOrganizationCommand({ FeatureSet: 'ALL' }));
    const { CreateAccountStatus } = await client.send(
      new CreateAccountCommand({ AccountName: 'shop production', Email: 'shop@example.com' })
    );
    const signIns = [MEMBER, MANAGEMENT].map((signIn) => ({ signIn: () => signIn, isNamed: false }));
    const names = await readAccountNames(signIns, REGION);
    expect(names.get(CreateAccountStatus!.AccountId!)).toBe('shop production');
  });

  it('keep their names where nothing answers, or a secret cannot be opened', async () => {
    process.env.AWS_ENDPOINT_URL = 'http://127.0.0.1:9';
    const closed = () => {
      throw new Error('The secret cannot be opened.');
    };
    const signIns = [closed, () => MEMBER].map((signIn) => ({ signIn, isNamed: false }));
    expect([...(await readAccountNames(signIns, REGION))]).toEqual([]);
  });

  it('are named in the registry as far as they are known there, and written anew only when they are', async () => {
    const account = { ...UNKNOWN_PLACE, kind: 'account', id: '777700000002' } as const;
    await registry().describeEntities([account], NOON);
    await registry().markEntitiesStored([{ ...account, name: account.id }]);
    const named = async () =>
      (await registry().listEntities()).map(({ id, description, inStore }) => [id, description, inStore]);
    await registry().nameAccounts([
      ['777700000002', 'shop'],
      ['777700000009', 'unknown'],
    ]);
    expect(await named()).toEqual([['777700000002', 'shop', false]]);
    await registry().markEntitiesStored([{ ...account, description: 'shop', name: 'shop' }]);
    await registry().nameAccounts([['777700000002', 'shop']]);
    expect(await named()).toEqual([['777700000002', 'shop', true]]);
  });
});
