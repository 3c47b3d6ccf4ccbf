import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { MISSING, type EntityKind } from '../../contract/stored';
import { ec2Client, stsClient } from '../aws/clients';
import type { SignIn } from '../util/signIn';
import { explainAwsError } from '../aws/errors';
import { UNKNOWN_PLACE, type Entity } from '../registry/entities';
import type { Account } from '../registry/accounts';
import type { Registry } from '../registry/registry';
import {
  describeEntities,
  readRegion,
  READ_KINDS,
  type DescribedEntity,
  type ReadKind,
  type RegionReading,
} from './describe';
import { readAccountNames } from './accountNames';
import { noteOwners } from './noteOwners';
import { readResourceNames } from './resourceNames';
import { seenOwners } from './ownerFacts';
import { now } from '../util/time';
import type { EntityPublisher } from './publish';

/** How the sync of one account in one region went. */
export interface RegionSync {
  /** `own credentials`, or the account's name. */
  readonly account: string;
  readonly region: string;
  /** Entities found and, of these, named; by kind. Kinds that could not be read are missing. */
  readonly kinds: Readonly<Partial<Record<EntityKind, { found: number; named: number }>>>;
  /** What failed, in words; other kinds and regions are synced all the same. */
  readonly error?: string;
}

/** Whether anything of a region was read; where a call is denied, the others may not be. */
export const isRead = ({ kinds }: RegionSync) => READ_KINDS.some((kind) => kinds[kind] !== undefined);

/** How a sync went. `ok`: all was read in every account and region. */
export interface SyncResult {
  readonly ok: boolean;
  readonly regions: readonly RegionSync[];
  readonly seconds: number;
}

interface Target {
  /** What people call the account; undefined for the one of the own credentials until it is given a name. */
  readonly name?: string;
  /** How to sign in. Throws when the stored secret cannot be opened. */
  readonly signIn: () => SignIn;
  readonly regions: readonly string[];
}

/** Entities that are noted in one transaction: plans that are to be granted wait for it. */
const BATCH_SIZE = 2000;

/**
 * Reads descriptions from EC2 in every account and region, keeps them in the registry, with whose addresses there are, and
 * writes them to the store.
 * `signInOf` may throw for an account whose secret cannot be opened; like any failure of AWS, that is in the result.
 * `onRegion`: called after each account and region. Throws when the registry or the store fails.
 */
export async function syncEntities(
  registry: Registry,
  publisher: EntityPublisher,
  signInOf: (account: Account) => SignIn,
  onRegion: (result: RegionSync) => void = () => undefined
): Promise<SyncResult> {
  const started = Date.now();
  const entities: DescribedEntity[] = [];
  const regions = await syncRegions(registry, signInOf, true, (result, found) => {
    found.forEach((entity) => entities.push(entity));
    onRegion(result);
  });
  const described = mergeAddresses(entities);
  for (let from = 0; from < described.length; from += BATCH_SIZE) {
    await registry.describeEntities(described.slice(from, from + BATCH_SIZE), now());
  }
  await nameAccounts(registry, signInOf, described);
  await publisher.publishAll();
  const ok = regions.length > 0 && regions.every((region) => region.error === undefined);
  const result = { ok, regions, seconds: (Date.now() - started) / 1000 };
  await registry.recordSync({
    started: Math.floor(started / 1000),
    finished: now(),
    ok,
    result: JSON.stringify(result),
  });
  return result;
}

/** Takes over what AWS calls the accounts that nobody has named in Flowscope. */
async function nameAccounts(
  registry: Registry,
  signInOf: (account: Account) => SignIn,
  described: readonly Entity[]
): Promise<void> {
  const all = await targets(registry, signInOf);
  const region = all.flatMap(({ regions }) => regions)[0];
  const named = new Set(described.filter(({ kind }) => kind === 'account').map(({ id }) => id));
  const signIns = all.map(({ name, signIn }) => ({ signIn, isNamed: name !== undefined }));
  const names = region === undefined ? [] : [...(await readAccountNames(signIns, region))];
  await registry.nameAccounts(names.filter(([id]) => !named.has(id)));
}

/**
 * Reads from EC2 whose addresses there are, in every account and region, and keeps that in the registry. Descriptions are left
 * out. Otherwise as {@link syncEntities}; `kinds` in the results are empty.
 */
export async function syncOwners(
  registry: Registry,
  signInOf: (account: Account) => SignIn,
  onRegion: (result: RegionSync) => void
): Promise<void> {
  await syncRegions(registry, signInOf, false, onRegion);
}

/** Kinds that say whose addresses there are. */
const OWNER_KINDS: readonly ReadKind[] = ['vpc', 'subnet', 'interface'];

/** Reads every account and region, and notes whose addresses there are. `onRegion`: also takes the entities, if `describes`. */
async function syncRegions(
  registry: Registry,
  signInOf: (account: Account) => SignIn,
  describes: boolean,
  onRegion: (result: RegionSync, found: readonly DescribedEntity[]) => void
): Promise<RegionSync[]> {
  const regions: RegionSync[] = [];
  for (const target of await targets(registry, signInOf)) {
    for (const region of target.regions) {
      const account = target.name ?? 'own credentials';
      // Before it is read: another process may read it at the same time.
      const before = await registry.askOwnerRegion(account, region, now());
      const { result, found, reading } = await readTarget(target, account, region, describes);
      if (reading) {
        await noteOwners(registry, before, seenOwners(reading));
      }
      regions.push(result);
      onRegion(result, found);
    }
  }
  return regions;
}

/** The regions that are read for an account without regions: those of collected flow logs, else of sources and the machine. */
export async function usualRegions(registry: Registry): Promise<string[]> {
  const sources = await registry.listSources();
  const own = process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION;
  const seen = await registry.flowLogRegions();
  const wanted = seen.length > 0 ? seen : [...sources.map(({ region }) => region), ...(own ? [own] : [])];
  return [...new Set(wanted)].sort();
}

async function targets(registry: Registry, signInOf: (account: Account) => SignIn): Promise<Target[]> {
  const usual = await usualRegions(registry);
  const accounts = await registry.listAccounts();
  const named = accounts.map((account) => ({
    name: account.name,
    signIn: () => signInOf(account),
    regions: account.regions.length > 0 ? account.regions : usual,
  }));
  // The machine's own account is read too, unless it has been given a name.
  const isNamed = accounts.some(({ roleArn, accessKeyId }) => roleArn === undefined && accessKeyId === undefined);
  return isNamed ? named : [{ signIn: () => ({}), regions: usual }, ...named];
}

async function readTarget(
  { name, signIn }: Target,
  account: string,
  region: string,
  describes: boolean
): Promise<{ result: RegionSync; found: readonly DescribedEntity[]; reading?: RegionReading }> {
  try {
    const as = signIn();
    const id = describes && name !== undefined ? await accountId(region, as) : undefined;
    const kinds = describes ? READ_KINDS : OWNER_KINDS;
    const client = ec2Client(region, as);
    const reading = await readRegion(client, region, id, kinds);
    const { denied } = reading;
    const names = describes ? await readResourceNames(client, { region, account: id }) : undefined;
    const found = describes ? describeEntities(reading, region, names) : [];
    if (id !== undefined) {
      found.push({ ...UNKNOWN_PLACE, kind: 'account', id, description: name });
    }
    const error = denied.size > 0 ? [...denied.values()].join(' ') : undefined;
    const counted = describes ? countKinds(found, denied) : {};
    return { result: { account, region, kinds: counted, error }, found, reading };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { result: { account, region, kinds: {}, error: message }, found: [] };
  }
}

/**
 * The entities, with each address described once for all its interfaces. Networks may overlap: an address that several
 * interfaces have gets all their descriptions ("a or b"), or the id of an interface without one, so that no traffic is
 * shown under the wrong interface.
 */
export function mergeAddresses(entities: readonly DescribedEntity[]): Entity[] {
  // Address → interfaces → descriptions. An account that is read twice may return an interface with and without one.
  const owners = new Map<string, Map<string, string | undefined>>();
  for (const { id, interface: owner, description } of entities) {
    if (owner !== undefined) {
      const known = owners.get(id) ?? new Map<string, string | undefined>();
      owners.set(id, known.set(owner, description ?? known.get(owner)));
    }
  }
  return entities.map(({ interface: owner, ...entity }) => {
    const known = owner === undefined ? [] : [...owners.get(entity.id)!];
    const names = new Set(known.map(([interfaceId, name]) => name ?? interfaceId));
    const isNamed = known.some(([, name]) => name !== undefined);
    return names.size > 1 && isNamed ? { ...entity, description: [...names].sort().join(' or ') } : entity;
  });
}

/** The id of the account that these credentials belong to. Throws {@link AwsError}. */
export async function accountId(region: string, signIn: SignIn): Promise<string> {
  try {
    const identity = await stsClient(region, signIn).send(new GetCallerIdentityCommand({}));
    return identity.Account || MISSING;
  } catch (error) {
    throw explainAwsError(error, { action: 'sts:GetCallerIdentity', region });
  }
}

function countKinds(entities: readonly Entity[], denied: RegionReading['denied']): RegionSync['kinds'] {
  const kinds: Partial<Record<EntityKind, { found: number; named: number }>> = {};
  for (const kind of READ_KINDS.filter((read) => !denied.has(read))) {
    kinds[kind] = { found: 0, named: 0 };
  }
  for (const { kind, description } of entities) {
    const count = (kinds[kind] ??= { found: 0, named: 0 });
    count.found++;
    count.named += description ? 1 : 0;
  }
  return kinds;
}
