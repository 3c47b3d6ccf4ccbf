import { css } from '@emotion/css';
import type { z } from 'zod';

import type { account, descriptions, entity, syncRegion } from '../../../contract/descriptions';
import type { EntityKind } from '../../../contract/stored';
import { accessValues, missingAccess, toAccessInput, type AccessValues } from '../../components/AccessFields.utils';

export type Account = z.infer<typeof account>;
export type Sync = z.infer<typeof descriptions>;
export type SyncRegion = z.infer<typeof syncRegion>;
export type Entity = z.infer<typeof entity>;

/** What people call the kinds: one of them, and many. */
export const KINDS: Readonly<Record<EntityKind, { one: string; many: string }>> = {
  interface: { one: 'Interface', many: 'Interfaces' },
  instance: { one: 'Instance', many: 'Instances' },
  subnet: { one: 'Subnet', many: 'Subnets' },
  vpc: { one: 'VPC', many: 'VPCs' },
  account: { one: 'Account', many: 'Accounts' },
  address: { one: 'Address', many: 'Addresses' },
  application: { one: 'Application', many: 'Applications' },
};

/** The kinds that are read from EC2; what else is named follows from them. */
export const READ_KINDS = ['interface', 'instance', 'subnet', 'vpc'] as const;

/** Whether anything of a region was read: where a call is denied, the others may not be. */
export const isRead = ({ kinds }: SyncRegion) => READ_KINDS.some((kind) => kinds[kind] !== undefined);

/** The account as it stands in the form. */
export interface AccountValues extends AccessValues {
  name: string;
  /** Whether it signs in as a source does, or in its own way. */
  as: 'own' | 'source';
  sameAs: string;
  regions: string[];
}

export function accountValues(account?: Account): AccountValues {
  return {
    // The access of one that signs in as a source is that source's: none of it is its own.
    ...accessValues(account?.sameAs === undefined ? account : undefined),
    name: account?.name ?? '',
    as: account?.sameAs === undefined ? 'own' : 'source',
    sameAs: account?.sameAs ?? '',
    regions: account?.regions ?? [],
  };
}

/** What the API takes for it. */
export function toAccountInput({ name, as, sameAs, regions, ...access }: AccountValues) {
  const common = { name: name.trim(), regions };
  return as === 'source' ? { ...common, sameAs } : { ...common, ...toAccessInput(access) };
}

/** What must still be entered, by field. */
export function missingOfAccount(values: AccountValues, account?: Account) {
  return {
    ...(!values.name.trim() && { name: 'Enter a name' }),
    ...(values.as === 'source' && !values.sameAs && { sameAs: 'Choose a source' }),
    ...(values.as === 'own' && missingAccess(values, account?.sameAs === undefined ? account : undefined)),
  };
}

/** How an account signs in, in a few words; `sources`: names by id. */
export function signInOf({ sameAs, accessKeyId }: Account, sources: ReadonlyMap<string, string>): string {
  if (sameAs !== undefined) {
    return `Same as source ${sources.get(sameAs) ?? sameAs}`;
  }
  return accessKeyId === undefined ? 'IAM role of the machine' : `Access key ${accessKeyId}`;
}

/** `eu-west-1, us-east-1` */
export const listed = (names: readonly string[]) => names.join(', ');

/** For ids and regions, which hyphens would cut in two. */
export const oneLine = css({ whiteSpace: 'nowrap' });
