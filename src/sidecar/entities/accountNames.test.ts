import { CreateAccountAliasCommand } from '@aws-sdk/client-iam';
import { CreateAccountCommand, CreateOrganizationCommand } from '@aws-sdk/client-organizations';
import { iamClient, organizationsClient } from '../aws/accountClients';
import { accountClients } from '../aws/clients';
import { registryForTests } from '../testing/registry';
import { NOON } from '../testing/reference/rollUp';
import { REGION, World } from '../testing/world';
import { UNKNOWN_PLACE } from '../registry/entities';
import { readAccountNames, type SignedIn } from './accountNames';

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
/** The account of a role, signed in to. */
const signedIn = (signIn: ReturnType<typeof signInTo>, isNamed = false): SignedIn => ({
  ...{ accountId: /\d{12}/.exec(signIn.role.roleArn)![0], isNamed },
  clients: accountClients(REGION, signIn),
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
      await iamClient(REGION, accountClients(REGION, signIn).credentials).send(
        new CreateAccountAliasCommand({ AccountAlias: alias })
      );
    }
    const accounts = [MEMBER, NAMED, MANAGEMENT].map((signIn) => signedIn(signIn, signIn === NAMED));
    expect([...(await readAccountNames(accounts, REGION))]).toEqual([['777700000002', 'acme-shop']]);
  });

  it('are called as the organization calls them, if a sign-in may list them', async () => {
    const client = organizationsClient(REGION, accountClients(REGION, MANAGEMENT).credentials);
    await client.send(new CreateOrganizationCommand({ FeatureSet: 'ALL' }));
    const { CreateAccountStatus } = await client.send(
      new CreateAccountCommand({ AccountName: 'shop production', Email: 'shop@example.com' })
    );
    const names = await readAccountNames([signedIn(MEMBER), signedIn(MANAGEMENT)], REGION);
    expect(names.get(CreateAccountStatus!.AccountId!)).toBe('shop production');
  });

  it('keep their names where nothing answers, or nothing says which account it is', async () => {
    expect([...(await readAccountNames([{ ...signedIn(MEMBER), accountId: undefined }], REGION))]).toEqual([]);
    process.env.AWS_ENDPOINT_URL = 'http://127.0.0.1:9';
    expect([...(await readAccountNames([signedIn(MEMBER)], REGION))]).toEqual([]);
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
