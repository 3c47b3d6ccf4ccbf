import type { SyncFailure } from '../../contract/descriptions';
import type { EntityKind } from '../../contract/stored';
import type { Account } from '../registry/accounts';
import { UNKNOWN_PLACE, type Entity } from '../registry/entities';
import { factPages, parseFacts } from '../registry/ownerFacts';
import type { Registry } from '../registry/registry';
import { clock } from '../util/clock';
import { eachInParallel } from '../util/eachInParallel';
import type { SignIn } from '../util/signIn';
import { now } from '../util/time';
import { AddressOwners } from './addressOwners';
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
import { seenOwners } from './ownerFacts';
import type { EntityPublisher } from './publish';
import { readResourceNames } from './resourceNames';
import { failureOf, findTargets, type Target, type Unreachable } from './targets';

/** How the sync of one account in one region went. */
export interface RegionSync {
  /** `own credentials`, or the account's name. */
  readonly account: string;
  readonly accountId?: string;
  readonly region: string;
  /** Entities found and, of these, named; by kind. Kinds that could not be read are missing. */
  readonly kinds: Readonly<Partial<Record<EntityKind, { found: number; named: number }>>>;
  /** What failed, in words; other kinds and regions are synced all the same. */
  readonly error?: string;
  /** The same call by call. */
  readonly failures?: readonly SyncFailure[];
  /** Why nothing was read here, where that is no failure. */
  readonly leftOut?: string;
}

/** How far a sync has come in one account and region, of how many. */
export interface RegionProgress extends RegionSync {
  readonly state: 'reading' | 'done';
  readonly of: number;
}

/** Whether anything of a region was read; where a call is denied, the others may not be. */
export const isRead = ({ kinds }: RegionSync) => READ_KINDS.some((kind) => kinds[kind] !== undefined);

/** How a sync went. `ok`: all was read in every account and region. */
export interface SyncResult {
  readonly ok: boolean;
  readonly regions: readonly RegionSync[];
  readonly seconds: number;
}

/** Entities that are noted in one transaction: plans that are to be granted wait for it. */
const BATCH_SIZE = 2000;

/** Accounts and regions that are read at the same time, each one call after the other: EC2 limits calls for each by itself. */
const READINGS_AT_ONCE = 4;

/**
 * Reads descriptions from EC2 in every account and region, keeps them in the registry, with whose addresses there are, and
 * writes to the store what has changed.
 * `signInOf` may throw for an account whose secret cannot be opened; like any failure of AWS, that is in the result.
 * `onProgress`: called as each account and region is read. Throws when the registry or the store fails.
 */
export async function syncEntities(
  registry: Registry,
  publisher: EntityPublisher,
  signInOf: (account: Account) => SignIn,
  onProgress: (progress: RegionProgress) => void = () => undefined
): Promise<SyncResult> {
  const started = now();
  const begun = clock.elapsed();
  const targets = await findTargets(registry, signInOf);
  const regions = await describeRegions(registry, targets, onProgress);
  await nameAccounts(registry, targets, regions);
  await publisher.publishAll();
  const ok = regions.length > 0 && regions.every((region) => region.error === undefined);
  const result = { ok, regions, seconds: (clock.elapsed() - begun) / 1000 };
  await registry.recordSync({
    started,
    finished: now(),
    ok,
    result: JSON.stringify(result),
  });
  return result;
}

/** Reads descriptions in every account and region, and keeps them in the registry. */
async function describeRegions(
  registry: Registry,
  targets: ReadonlyArray<Target | Unreachable>,
  onProgress: (progress: RegionProgress) => void
): Promise<RegionSync[]> {
  const addresses = new AddressOwners();
  const unread: number[] = [];
  const regions = await syncRegions(registry, targets, onProgress, async ({ reading, found, ownerRegion }) => {
    if (!reading?.whole.has('interface')) {
      unread.push(ownerRegion);
    }
    found.filter(({ kind }) => kind === 'address').forEach((address) => addresses.add(address));
    await describe(
      registry,
      found.filter(({ kind }) => kind !== 'address')
    );
  });
  for (const ownerRegion of unread) {
    await addKnownOwners(registry, ownerRegion, addresses);
  }
  // Last: an address may have owners in several regions.
  await describe(registry, addresses.entities());
  return regions;
}

/** Takes over what AWS calls the accounts that nobody has named in Flowscope. `regions`: what was read. */
async function nameAccounts(
  registry: Registry,
  targets: ReadonlyArray<Target | Unreachable>,
  regions: readonly RegionSync[]
): Promise<void> {
  const region = regions.find(isRead)?.region;
  if (region === undefined) {
    return;
  }
  const reached = targets.filter((target): target is Target => 'clients' in target);
  // Once for all regions of an account.
  const accounts = [...new Map(reached.map((target) => [target.clients, target])).values()];
  const given = new Set(accounts.flatMap(({ isNamed, accountId }) => (isNamed ? [accountId] : [])));
  const names = [...(await readAccountNames(accounts, region))];
  await registry.nameAccounts(names.filter(([id]) => !given.has(id)));
}

/**
 * Reads from EC2 whose addresses there are, in every account and region, and keeps that in the registry. Descriptions are left
 * out. Otherwise as {@link syncEntities}; `onRegion`: called after each account and region, `kinds` are empty.
 */
export async function syncOwners(
  registry: Registry,
  signInOf: (account: Account) => SignIn,
  onRegion: (result: RegionSync) => void
): Promise<void> {
  const onProgress = ({ state, of: _, ...result }: RegionProgress) => (state === 'done' ? onRegion(result) : undefined);
  await syncRegions(registry, await findTargets(registry, signInOf), onProgress);
}

/** Kinds that say whose addresses there are. */
const OWNER_KINDS: readonly ReadKind[] = ['vpc', 'subnet', 'interface'];

/** What was read of a region; `ownerRegion`: its number in the registry. */
interface ReadTarget {
  readonly result: RegionSync;
  readonly found: readonly DescribedEntity[];
  readonly reading?: RegionReading;
  readonly ownerRegion: number;
}

/**
 * Reads every account and region, and notes whose addresses there are. `onRead`: takes what was read, if descriptions are to be read,
 * too. The results are in the order of accounts and regions.
 */
async function syncRegions(
  registry: Registry,
  targets: ReadonlyArray<Target | Unreachable>,
  onProgress: (progress: RegionProgress) => void,
  onRead?: (read: ReadTarget) => Promise<void>
): Promise<RegionSync[]> {
  const of = targets.length;
  const results: RegionSync[] = [];
  await eachInParallel([...targets.entries()], READINGS_AT_ONCE, new AbortController().signal, async ([i, target]) => {
    const { account, region } = target;
    // Before it is read: another process may read it at the same time.
    const before = await registry.askOwnerRegion(account, region, now());
    const onPage = (kinds: RegionSync['kinds']) =>
      onProgress({ ...placeOf(target), kinds: onRead ? kinds : {}, state: 'reading', of });
    onPage({});
    const read = { ...(await readTarget(target, onRead !== undefined, onPage)), ownerRegion: before.id };
    // First: the entities that facts name are written but once then.
    await onRead?.(read);
    if (read.reading) {
      await noteOwners(registry, before, seenOwners(read.reading));
    }
    results[i] = read.result;
    onProgress({ ...read.result, state: 'done', of });
  });
  return results;
}

function placeOf(target: Target | Unreachable): Pick<RegionSync, 'account' | 'accountId' | 'region'> {
  const { account, region } = target;
  return { account, accountId: 'accountId' in target ? target.accountId : undefined, region };
}

async function readTarget(
  target: Target | Unreachable,
  describes: boolean,
  onPage: (kinds: RegionSync['kinds']) => void
): Promise<Omit<ReadTarget, 'ownerRegion'>> {
  const failed = (failures: readonly SyncFailure[]) => ({ result: resultOf(target, {}, failures), found: [] });
  if (!('clients' in target)) {
    return failed(target.failures);
  }
  const { account, accountId: id, isNamed, region, failures } = target;
  const client = target.clients.ec2(region);
  const soFar: Partial<Record<ReadKind, { found: number; named: number }>> = {};
  try {
    const reading = await readRegion(client, region, {
      account: id,
      kinds: describes ? READ_KINDS : OWNER_KINDS,
      onPage: (kind, found) => {
        soFar[kind] = { found, named: 0 };
        onPage(soFar);
      },
    });
    const denied = [...reading.denied.values()].map(failureOf);
    if (isClosed(target, reading, describes)) {
      return { result: { ...placeOf(target), kinds: {}, leftOut: denied[0].message }, found: [] };
    }
    const names = describes ? await readResourceNames(client, { region, account: id }) : undefined;
    const found = describes ? describeEntities(reading, region, names) : [];
    if (describes && isNamed && id !== undefined) {
      found.push({ ...UNKNOWN_PLACE, kind: 'account', id, description: account });
    }
    const counted = describes ? countKinds(found, reading.denied) : {};
    return { result: resultOf(target, counted, [...failures, ...denied]), found, reading };
  } catch (error) {
    return failed([...failures, failureOf(error)]);
  } finally {
    client.destroy();
  }
}

/** Whether the organization allows nothing in a region that nobody wants: many allow only some regions. */
function isClosed({ isWanted }: Target, { denied }: RegionReading, describes: boolean): boolean {
  const asked = describes ? READ_KINDS : OWNER_KINDS;
  return !isWanted && asked.every((kind) => denied.get(kind)?.reason === 'service-control-policy');
}

function resultOf(
  target: Target | Unreachable,
  kinds: RegionSync['kinds'],
  failures: readonly SyncFailure[]
): RegionSync {
  const error = failures.map(({ message }) => message).join(' ');
  return { ...placeOf(target), kinds, ...(failures.length > 0 && { error, failures }) };
}

/** Keeps descriptions in the registry, some at a time. */
async function describe(registry: Registry, entities: Iterable<Entity>): Promise<void> {
  let batch: Entity[] = [];
  for (const entity of entities) {
    if (batch.push(entity) === BATCH_SIZE) {
      await registry.describeEntities(batch, now());
      batch = [];
    }
  }
  if (batch.length > 0) {
    await registry.describeEntities(batch, now());
  }
}

/**
 * Adds the interfaces of a region that could not be read now to the addresses that others were found to have, too: their names stay
 * among those of the address.
 */
async function addKnownOwners(registry: Registry, ownerRegion: number, addresses: AddressOwners): Promise<void> {
  const pages = factPages((after, limit) => registry.currentFacts('address', ownerRegion, now(), after, limit));
  for await (const page of pages) {
    const shared = [...parseFacts(page)].flatMap((fact) =>
      fact.kind === 'address' && fact.until === undefined
        ? [fact.address, `${fact.vpc}/${fact.address}`]
            .filter((id) => addresses.has(id))
            .map((id) => ({ id, owner: fact.interface }))
        : []
    );
    const names = await registry.findDescriptions([...new Set(shared.map(({ owner }) => owner))]);
    for (const { id, owner } of shared) {
      addresses.add({ ...UNKNOWN_PLACE, kind: 'address', id, interface: owner, description: names[owner] });
    }
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
