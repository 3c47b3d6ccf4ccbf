import { ListAccountAliasesCommand } from '@aws-sdk/client-iam';
import { paginateListAccounts } from '@aws-sdk/client-organizations';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { iamClient, organizationsClient } from '../aws/accountClients';
import { stsClient } from '../aws/clients';
import type { SignIn } from '../util/signIn';

/** A way to sign in to an account; `isNamed`: whether the account has been given a name in Flowscope. */
export interface SignedIn {
  /** Throws when the stored secret cannot be opened. */
  readonly signIn: () => SignIn;
  readonly isNamed: boolean;
}

/**
 * What people call accounts in AWS, by id: all accounts of the organization, if one of these sign-ins may list them, as that of its
 * management account may; else the alias of each account that has no name here. Names are a convenience: whatever is denied or
 * fails is left out.
 */
export async function readAccountNames(
  signIns: readonly SignedIn[],
  region: string
): Promise<ReadonlyMap<string, string>> {
  for (const { signIn } of signIns) {
    const names = await orNothing(() => namesInOrganization(region, signIn()));
    if (names && names.size > 0) {
      return names;
    }
  }
  const names = new Map<string, string>();
  for (const { signIn } of signIns.filter(({ isNamed }) => !isNamed)) {
    const named = await orNothing(() => aliasOf(region, signIn()));
    if (named) {
      names.set(named.id, named.alias);
    }
  }
  return names;
}

async function namesInOrganization(region: string, signIn: SignIn): Promise<ReadonlyMap<string, string>> {
  const client = organizationsClient(region, signIn);
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

async function aliasOf(region: string, signIn: SignIn): Promise<{ id: string; alias: string } | undefined> {
  const [iam, sts] = [iamClient(region, signIn), stsClient(region, signIn)];
  try {
    const alias = (await iam.send(new ListAccountAliasesCommand({}))).AccountAliases?.[0];
    const id = alias && (await sts.send(new GetCallerIdentityCommand({}))).Account;
    return id ? { id, alias } : undefined;
  } finally {
    iam.destroy();
    sts.destroy();
  }
}

async function orNothing<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch {
    return undefined;
  }
}
