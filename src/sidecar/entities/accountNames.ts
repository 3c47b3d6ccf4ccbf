import { ListAccountAliasesCommand } from '@aws-sdk/client-iam';
import { paginateListAccounts } from '@aws-sdk/client-organizations';
import { iamClient, organizationsClient } from '../aws/accountClients';
import type { Credentials } from '../aws/clients';
import type { Target } from './targets';

/** An account that is signed in to. */
export type SignedIn = Pick<Target, 'accountId' | 'isNamed' | 'clients'>;

/**
 * What people call accounts in AWS, by id: all accounts of the organization, if one of these may list them, as its management account
 * may; else the alias of each that has no name here. Names are a convenience: whatever is denied or fails is left out.
 */
export async function readAccountNames(
  accounts: readonly SignedIn[],
  region: string
): Promise<ReadonlyMap<string, string>> {
  for (const { clients } of accounts) {
    const names = await orNothing(() => namesInOrganization(region, clients.credentials));
    if (names && names.size > 0) {
      return names;
    }
  }
  const names = new Map<string, string>();
  for (const { accountId, isNamed, clients } of accounts) {
    const alias =
      isNamed || accountId === undefined ? undefined : await orNothing(() => aliasOf(region, clients.credentials));
    if (alias) {
      names.set(accountId!, alias);
    }
  }
  return names;
}

async function namesInOrganization(region: string, credentials: Credentials): Promise<ReadonlyMap<string, string>> {
  const client = organizationsClient(region, credentials);
  const names = new Map<string, string>();
  try {
    for await (const { Accounts = [] } of paginateListAccounts({ client }, {})) {
      Accounts.forEach(({ Id, Name }) => Id && Name && names.set(Id, Name));
    }
  } finally {
    client.destroy();
  }
  return names;
}

async function aliasOf(region: string, credentials: Credentials): Promise<string | undefined> {
  const client = iamClient(region, credentials);
  try {
    return (await client.send(new ListAccountAliasesCommand({}))).AccountAliases?.[0];
  } finally {
    client.destroy();
  }
}

async function orNothing<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch {
    return undefined;
  }
}
