import type { DatabaseSync } from 'node:sqlite';
import { ENTITY_KINDS, MISSING, type EntityKind } from '../../contract/stored';
import { all, first, run } from './database';

/** An AWS thing with an id; '-' where it belongs to none or none is known. */
export interface Entity {
  readonly kind: EntityKind;
  readonly id: string;
  /** The name people know it by; undefined when AWS knows none. */
  readonly description?: string;
  readonly vpc: string;
  readonly subnet: string;
  readonly instance: string;
  readonly account: string;
  readonly region: string;
}

/** What belongs to nothing, or to nothing that is known. */
export const UNKNOWN_PLACE = {
  vpc: MISSING,
  subnet: MISSING,
  instance: MISSING,
  account: MISSING,
  region: MISSING,
} as const;

/** An identifier that appeared in a flow log. */
export type SeenEntity = Omit<Entity, 'description' | 'region'>;

/**
 * Identifiers of the place of an interface, and what each belongs to; `-` is no entity. `vpcAccount`: that of its VPC, which
 * is another one where the subnet is shared, if it is known.
 */
export function entitiesOfPlace(
  {
    interface: id,
    vpc,
    subnet,
    instance,
    account,
  }: Readonly<Record<'interface' | 'vpc' | 'subnet' | 'instance' | 'account', string>>,
  vpcAccount: string
): SeenEntity[] {
  const of = { vpc, subnet, instance, account };
  const all: SeenEntity[] = [
    { kind: 'interface', id, ...of },
    { kind: 'instance', id: instance, ...of },
    { kind: 'subnet', id: subnet, ...UNKNOWN_PLACE, vpc, account },
    { kind: 'vpc', id: vpc, ...UNKNOWN_PLACE, account: vpcAccount },
    { kind: 'account', id: account, ...UNKNOWN_PLACE },
  ];
  return all.filter((entity) => entity.id !== MISSING);
}

interface EntityRecord extends Omit<Entity, 'description'> {
  description: string | null;
  in_store: number;
  place: number;
}

/** Notes identifiers seen in traffic; those already known keep what is known of them. */
export function recordSeenEntities(db: DatabaseSync, entities: readonly SeenEntity[], now: number): void {
  for (const { kind, id, vpc, subnet, instance, account } of entities) {
    run(
      db,
      `INSERT OR IGNORE INTO entity (kind, id, vpc, subnet, instance, account, region, first_seen)
       VALUES (:kind, :id, :vpc, :subnet, :instance, :account, '-', :now)`,
      { kind, id, vpc, subnet, instance, account, now }
    );
  }
}

/** What is as it was is noted as found again when that was noted so long ago, seconds. */
const FOUND_SECONDS = 86_400;

/**
 * Takes over what AWS says of entities now. A description that AWS no longer gives is kept: the entity may be gone, or be
 * shown to an account that does not see its tags. An address that was given up gets none. What is as it was is not written but
 * once a day: most of a large network is.
 */
export function describeEntities(db: DatabaseSync, entities: readonly Entity[], now: number): void {
  for (const { kind, id, description, vpc, subnet, instance, account, region } of entities) {
    run(
      db,
      `INSERT INTO entity (kind, id, description, vpc, subnet, instance, account, region, first_seen, synced)
       VALUES (:kind, :id, :description, :vpc, :subnet, :instance, :account, :region, :now, :now)
       ON CONFLICT (kind, id) DO UPDATE SET description = ${DESCRIPTION}, vpc = excluded.vpc,
         subnet = excluded.subnet, instance = excluded.instance, account = excluded.account, region = excluded.region,
         synced = excluded.synced, in_store = iif(${IS_CHANGED}, 0, in_store)
       WHERE synced IS NULL OR synced <= :now - ${FOUND_SECONDS} OR ${IS_CHANGED}`,
      { kind, id, description: description ?? null, vpc, subnet, instance, account, region, now }
    );
  }
}

const DESCRIPTION = 'iif(given_up, NULL, coalesce(excluded.description, description))';

const IS_CHANGED = `(${DESCRIPTION}, excluded.vpc, excluded.subnet, excluded.instance, excluded.account,
  excluded.region) IS NOT (description, vpc, subnet, instance, account, region)`;

/**
 * Notes that an owner gave up an address; `statement`: of the owner fact. Whose unresolved traffic of that address is, its name says
 * no more: another one may have had it since.
 */
export function giveUpAddress(db: DatabaseSync, statement: string, now: number): void {
  const [vpc, address] = statement.split(' ');
  for (const id of vpc === MISSING ? [address] : [address, `${vpc}/${address}`]) {
    run(
      db,
      `INSERT INTO entity (kind, id, vpc, subnet, instance, account, region, first_seen, given_up)
       VALUES ('address', :id, :vpc, '-', '-', '-', '-', :now, 1)
       ON CONFLICT (kind, id) DO UPDATE SET given_up = 1, in_store = iif(description IS NULL, in_store, 0), description = NULL`,
      { id, vpc, now }
    );
  }
}

/** Takes over what people call accounts, of those that are known. `names`: pairs of id and name. */
export function nameAccounts(db: DatabaseSync, names: ReadonlyArray<readonly [id: string, name: string]>): void {
  for (const [id, name] of names) {
    run(
      db,
      `UPDATE entity SET description = :name, in_store = 0
       WHERE kind = 'account' AND id = :id AND description IS NOT :name`,
      { id, name }
    );
  }
}

/**
 * Every entity, in the order of kind and id; `inStore`: whether the store has it as it is known now. `place`: its number, which no
 * other has and never changes, as none is ever deleted.
 */
export function listEntities(db: DatabaseSync): Array<Entity & { readonly inStore: boolean; readonly place: number }> {
  return all<EntityRecord>(
    db,
    `SELECT kind, id, description, vpc, subnet, instance, account, region, in_store, number AS place
     FROM entity ORDER BY kind, id`
  ).map(({ in_store, description, ...row }) => ({
    ...row,
    description: description ?? undefined,
    inStore: in_store === 1,
  }));
}

/** An entity, and from when to when it was seen (Unix seconds). */
export interface FoundEntity extends Entity {
  /** In traffic or in EC2. */
  readonly firstSeen: number;
  /** The last sync that found it in EC2; undefined when none did. */
  readonly lastFound?: number;
}

/** A private address also stands there without its VPC, as traffic names it: that is the same one again. */
const IS_TWIN = `kind = 'address' AND EXISTS
  (SELECT 1 FROM entity AS twin WHERE twin.kind = 'address' AND twin.id = entity.vpc || '/' || entity.id)`;

/** What an entity is searched by, as the index entity_search has it: with a line break between id and description. */
export const SEARCHED_TEXT = "lower(id || char(10) || coalesce(description, ''))";

/** The text in any letter case, as a pattern of GLOB for {@link SEARCHED_TEXT}, in which SQLite's `lower` changes A to Z alone. */
export function patternOf(text: string): string {
  const cases = (letter: string) => [...new Set([letter.toLowerCase(), letter.toUpperCase()])].join('');
  return text
    .replace(/[*?[]/g, '[$&]')
    .replace(/[A-Z]/g, (letter) => letter.toLowerCase())
    .replace(/[^\0-\x7f]/gu, (letter) => `[${cases(letter)}]`);
}

/**
 * Entities of a kind, or whose id or description has some text in it; after the one of `kind` and `id`, at most `limit`. An
 * address that is known in its VPC (`vpc-…/10.0.1.5`) is one entity, and found as that.
 */
export function searchEntities(
  db: DatabaseSync,
  { kind, search = '', after, limit }: EntitySearch
): { readonly items: FoundEntity[]; readonly total: number } {
  const found = `entity INDEXED BY entity_search
    WHERE (?1 = '' OR kind = ?1) AND (?2 = '' OR ${SEARCHED_TEXT} GLOB ?2) AND NOT (${IS_TWIN})`;
  const filters = [kind ?? '', search && `*${patternOf(search)}*`];
  const rows = all<Omit<FoundEntity, 'description' | 'lastFound'> & Nullable<'description' | 'lastFound'>>(
    db,
    `SELECT kind, id, description, vpc, subnet, instance, account, region, first_seen AS firstSeen, synced AS lastFound
     FROM entity WHERE rowid IN
       (SELECT rowid FROM ${found} AND (kind, id) > (?3, ?4) ORDER BY kind, id LIMIT ?5) ORDER BY kind, id`,
    ...[...filters, after?.kind ?? '', after?.id ?? '', limit]
  );
  return {
    items: rows.map(({ description, lastFound, ...row }) => ({
      ...row,
      description: description ?? undefined,
      lastFound: lastFound ?? undefined,
    })),
    total: first<{ n: number }>(db, `SELECT count(*) AS n FROM ${found}`, ...filters)!.n,
  };
}

type Nullable<K extends keyof FoundEntity> = { readonly [P in K]: NonNullable<FoundEntity[P]> | null };

/** What of the entities to show. */
export interface EntitySearch {
  readonly kind?: EntityKind;
  readonly search?: string;
  readonly after?: { readonly kind: string; readonly id: string };
  readonly limit: number;
}

/** Whether an entity, of whatever kind, has one of the ids of a JSON array. */
export const HAS_ID = `kind IN (${ENTITY_KINDS.map((kind) => `'${kind}'`).join(', ')}) AND id IN (SELECT value FROM json_each(?))`;

/** The descriptions of these ids, whatever their kind. */
export function findDescriptions(db: DatabaseSync, ids: readonly string[]): Record<string, string> {
  const rows = all<{ id: string; description: string }>(
    db,
    `SELECT id, description FROM entity WHERE description IS NOT NULL AND ${HAS_ID}`,
    JSON.stringify(ids)
  );
  return Object.fromEntries(rows.map(({ id, description }) => [id, description]));
}

/** Whether an entity is not in the store yet, or no longer as it is known now. */
export function hasUnstoredEntities(db: DatabaseSync): boolean {
  return first(db, 'SELECT 1 FROM entity WHERE in_store = 0 LIMIT 1') !== undefined;
}

/** How many entities stand in the store as they are known now. */
export function countStoredEntities(db: DatabaseSync): number {
  return first<{ n: number }>(db, 'SELECT count(*) AS n FROM entity WHERE in_store = 1')!.n;
}

/** Notes that the store has none of the entities. */
export function forgetStoredEntities(db: DatabaseSync): void {
  run(db, 'UPDATE entity SET in_store = 0 WHERE in_store = 1');
}

/** An entity that may need another name in the store; `name`: the one it has there; `place`: see {@link listEntities}. */
export type NamedEntity = Entity & { readonly inStore: boolean; readonly name?: string; readonly place: number };

/**
 * Some entities that the store does not have as they are known now, and with them all that share a description with one of them, or did
 * until now: names are unique among their kind. About `limit` of them, more where many share one.
 */
export function entitiesToName(db: DatabaseSync, limit: number): NamedEntity[] {
  return namedEntities(
    db,
    `WITH unstored AS MATERIALIZED (SELECT number, kind, description, named_by FROM entity INDEXED BY entity_unstored
         WHERE in_store = 0 ORDER BY number LIMIT ?),
       shared AS MATERIALIZED (SELECT kind, description FROM unstored WHERE description IS NOT NULL
         UNION SELECT kind, named_by FROM unstored WHERE named_by IS NOT NULL)
     SELECT ${NAMED_COLUMNS} FROM shared AS other CROSS JOIN entity AS e ON ${IS_ALIKE}
     UNION SELECT ${NAMED_COLUMNS} FROM unstored CROSS JOIN entity AS e USING (number)`,
    limit
  );
}

/** Those that have one of these names of their kind in the store, with all that share a description with one of them. */
export function entitiesNamed(
  db: DatabaseSync,
  names: ReadonlyArray<Pick<NamedEntity, 'kind' | 'name'>>
): NamedEntity[] {
  return namedEntities(
    db,
    `WITH other AS MATERIALIZED (SELECT e.number, e.kind, e.description FROM json_each(?) AS wanted
       CROSS JOIN entity AS e ON e.kind = wanted.value ->> 'kind' AND e.name = wanted.value ->> 'name')
     SELECT ${NAMED_COLUMNS} FROM other CROSS JOIN entity AS e ON ${IS_ALIKE}
     UNION SELECT ${NAMED_COLUMNS} FROM other CROSS JOIN entity AS e USING (number)`,
    JSON.stringify(names.map(({ kind, name }) => ({ kind, name })))
  );
}

/** Whether an entity has the description of another one: NOCASE, as the index has it, and then to the letter. */
const IS_ALIKE =
  'e.kind = other.kind AND e.description = other.description COLLATE NOCASE AND e.description = other.description';

const NAMED_COLUMNS = `e.kind, e.id, e.description, e.vpc, e.subnet, e.instance, e.account, e.region, e.in_store, e.name,
  e.number AS place`;

function namedEntities(db: DatabaseSync, sql: string, value: number | string): NamedEntity[] {
  const rows = all<EntityRecord & { name: string | null }>(db, sql, value);
  return rows.map(({ in_store, description, name, ...row }) => ({
    ...row,
    description: description ?? undefined,
    inStore: in_store === 1,
    name: name ?? undefined,
  }));
}

/** Notes that these entities stand in the store under these names. What has changed since it was read is to be written again. */
export function markEntitiesStored(
  db: DatabaseSync,
  entities: ReadonlyArray<Entity & { readonly name: string }>
): void {
  const last = first<{ named: number }>(
    db,
    `SELECT named FROM entity INDEXED BY entity_named WHERE ${HAS_READERS} ORDER BY named DESC LIMIT 1`
  );
  const turn = (last?.named ?? 0) + 1;
  for (const { kind, id, description = null, vpc, subnet, instance, account, region, name } of entities) {
    run(
      db,
      `UPDATE entity SET name = :name, named_by = :description, named = :turn,
         in_store = (description, vpc, subnet, instance, account, region)
           IS (:description, :vpc, :subnet, :instance, :account, :region)
       WHERE kind = :kind AND id = :id`,
      { ...{ kind, id, description, vpc, subnet, instance, account, region }, name, turn }
    );
  }
}

/** Kinds whose names are kept in memory by {@link changedNames}; as the index has it. */
const HAS_READERS = "kind IN ('interface', 'instance', 'vpc')";

/** What an entity is called in the store, and what it belongs to. */
export interface EntityName {
  readonly kind: EntityKind;
  readonly id: string;
  readonly name: string;
  readonly vpc: string;
  readonly instance: string;
  /** The turn of writing in which that changed last. */
  readonly named: number;
}

/** Names of interfaces, instances and VPCs that changed behind this row, in the order in which they did; at most `limit`. */
export function changedNames(
  db: DatabaseSync,
  { named, kind, id }: Pick<EntityName, 'named' | 'id'> & { readonly kind: string },
  limit: number
): EntityName[] {
  return all<EntityName>(
    db,
    `SELECT kind, id, name, vpc, instance, named FROM entity INDEXED BY entity_named WHERE (named, kind, id) > (?, ?, ?) AND name IS NOT NULL
       AND ${HAS_READERS} ORDER BY named, kind, id LIMIT ?`,
    ...[named, kind, id, limit]
  );
}

/** Whether traffic named an identifier that no sync has looked for yet. */
export function hasUnsyncedEntities(db: DatabaseSync, since: number): boolean {
  return (
    first(
      db,
      "SELECT 1 FROM entity WHERE synced IS NULL AND kind = 'interface' AND id <> '-' AND first_seen >= ?",
      since
    ) !== undefined
  );
}

/** Notes how a sync ended. */
export function recordSync(db: DatabaseSync, { started, finished, ok, result }: SyncRun): void {
  run(db, 'INSERT INTO sync_run (started, finished, ok, result) VALUES (:started, :finished, :ok, :result)', {
    started,
    finished,
    ok: ok ? 1 : 0,
    result,
  });
}

/** A sync that ended; `result` as `recordSync` was given it. */
export interface SyncRun {
  readonly started: number;
  readonly finished: number;
  readonly ok: boolean;
  readonly result: string;
}

/** The last sync, and when the last one that went well had ended. */
export function lastSync(db: DatabaseSync): { readonly last?: SyncRun; readonly lastSuccess?: number } {
  const last = first<Omit<SyncRun, 'ok'> & { ok: number }>(
    db,
    'SELECT started, finished, ok, result FROM sync_run ORDER BY id DESC LIMIT 1'
  );
  const success = first<{ finished: number }>(
    db,
    'SELECT finished FROM sync_run WHERE ok = 1 ORDER BY id DESC LIMIT 1'
  );
  return { last: last && { ...last, ok: last.ok === 1 }, lastSuccess: success?.finished };
}
