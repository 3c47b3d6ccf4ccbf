import { exporterPlace } from '../../../contract/exporterTitle';
import { css } from '@emotion/css';
import type { z } from 'zod';

import type { account, descriptions, entity, syncProgress, syncRegion } from '../../../contract/descriptions';
import type { EntityKind } from '../../../contract/stored';
import type { FilterName } from '../../../reports/filters';
import { OVERVIEW } from '../../../reports/overview';
import { reportNamed } from '../../../reports/reports';
import { accessValues, missingAccess, toAccessInput, type AccessValues } from '../../components/AccessFields.utils';

export type Account = z.infer<typeof account>;
export type Sync = z.infer<typeof descriptions>;
export type SyncRegion = z.infer<typeof syncRegion>;
export type SyncProgress = z.infer<typeof syncProgress>;
export type Entity = z.infer<typeof entity>;

/** Labels of the kinds, singular and plural. */
export const KINDS: Readonly<Record<EntityKind, { one: string; many: string }>> = {
  interface: { one: 'Interface', many: 'Interfaces' },
  instance: { one: 'Instance', many: 'Instances' },
  subnet: { one: 'Subnet', many: 'Subnets' },
  vpc: { one: 'VPC', many: 'VPCs' },
  account: { one: 'Account', many: 'Accounts' },
  address: { one: 'Address', many: 'Addresses' },
  application: { one: 'Application', many: 'Applications' },
  network: { one: 'Network', many: 'Networks' },
  exporter: { one: 'Exporter', many: 'Exporters' },
};

const INTERFACE = reportNamed('interface')!;
/** Of each kind the report that opens from an entity, and the filter that is set to it. */
const REPORT_OF: Readonly<Record<EntityKind, { report: { uid: string }; filter: FilterName }>> = {
  interface: { report: INTERFACE, filter: 'interface' },
  instance: { report: INTERFACE, filter: 'instance' },
  subnet: { report: INTERFACE, filter: 'subnet' },
  vpc: { report: INTERFACE, filter: 'vpc' },
  account: { report: INTERFACE, filter: 'account' },
  address: { report: reportNamed('action-interface-src')!, filter: 'source' },
  application: { report: OVERVIEW, filter: 'application' },
  network: { report: reportNamed('pair-interface')!, filter: 'source_interface' },
  exporter: { report: INTERFACE, filter: 'exporter' },
};

/** The path of the report that shows an entity's traffic. */
export function entityUrl({ kind, id }: Pick<Entity, 'kind' | 'id'>): string {
  const { report, filter } = REPORT_OF[kind];
  const value = kind === 'exporter' ? exporterPlace(id) : shownId({ kind, id });
  return `/d/${report.uid}?var-${filter}=${encodeURIComponent(value)}`;
}

/** An id as people read it: of an address in a VPC (`vpc-…/10.0.1.5`) the address alone. */
export function shownId({ kind, id }: Pick<Entity, 'kind' | 'id'>): string {
  return kind === 'address' ? id.replace(/^vpc-[0-9a-f]+\//, '') : id;
}

/** The kinds that are read from EC2; names of other kinds follow from them. */
export const READ_KINDS = ['interface', 'instance', 'subnet', 'vpc'] as const;

/** Whether any kind was read in a region: some calls may be denied and others not. */
export const isRead = ({ kinds }: SyncRegion) => READ_KINDS.some((kind) => kinds[kind] !== undefined);

/** How far each account and region is, the last entry of each: in the order in which they were begun. */
export function latestOf(progress: readonly SyncProgress[]): SyncProgress[] {
  return [...new Map(progress.map((entry) => [`${entry.account} ${entry.region}`, entry])).values()];
}

/** The values of the account form. */
export interface AccountValues extends AccessValues {
  name: string;
  /** Whether it has credentials of its own or uses those of a source. */
  as: 'own' | 'source';
  sameAs: string;
  regions: string[];
}

export function accountValues(account?: Account): AccountValues {
  return {
    // With a source's credentials, the access shown is the source's.
    ...accessValues(account?.sameAs === undefined ? account : undefined),
    name: account?.name ?? '',
    as: account?.sameAs === undefined ? 'own' : 'source',
    sameAs: account?.sameAs ?? '',
    regions: account?.regions ?? [],
  };
}

/** The form's values as a request body. */
export function toAccountInput({ name, as, sameAs, regions, ...access }: AccountValues) {
  const common = { name: name.trim(), regions };
  return as === 'source' ? { ...common, sameAs } : { ...common, ...toAccessInput(access) };
}

/** Messages for fields that must be filled in. */
export function missingOfAccount(values: AccountValues, account?: Account) {
  return {
    ...(!values.name.trim() && { name: 'Enter a name' }),
    ...(values.as === 'source' && !values.sameAs && { sameAs: 'Choose a source' }),
    ...(values.as === 'own' && missingAccess(values, account?.sameAs === undefined ? account : undefined)),
  };
}

/** Credentials of an account in a few words; `sources`: names by id. */
export function signInOf({ sameAs, accessKeyId }: Account, sources: ReadonlyMap<string, string>): string {
  if (sameAs !== undefined) {
    return `Same as source ${sources.get(sameAs) ?? sameAs}`;
  }
  return accessKeyId === undefined ? 'IAM role of the machine' : `Access key ${accessKeyId}`;
}

/** `eu-west-1, us-east-1` */
export const listed = (names: readonly string[]) => names.join(', ');

/** For ids and regions, which would otherwise break at hyphens. */
export const oneLine = css({ whiteSpace: 'nowrap' });
