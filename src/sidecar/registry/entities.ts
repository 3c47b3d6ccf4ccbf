import type { DatabaseSync } from 'node:sqlite';
import { MISSING, type EntityKind } from '../../contract/stored';
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

/**
 * Takes over what AWS says of entities now. A description that AWS no longer gives is kept: the entity may be gone, or be
 * shown to an account that does not see its tags.
 */
export function describeEntities(db: DatabaseSync, entities: readonly Entity[], now: number): void {
  for (const { kind, id, description, vpc, subnet, instance, account, region } of entities) {
    run(
      db,
      `INSERT INTO entity (kind, id, description, vpc, subnet, instance, account, region, first_seen, synced)
       VALUES (:kind, :id, :description, :vpc, :subnet, :instance, :account, :region, :now, :now)
       ON CONFLICT (kind, id) DO UPDATE SET description = coalesce(excluded.description, description), vpc = excluded.vpc,
         subnet = excluded.subnet, instance = excluded.instance, account = excluded.account,
         region = excluded.region, synced = excluded.synced, in_store = 0`,
      { kind, id, description: description ?? null, vpc, subnet, instance, account, region, now }
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
    'SELECT kind, id, description, vpc, subnet, instance, account, region, in_store, rowid AS place FROM entity ORDER BY kind, id'
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

/**
 * Entities of a kind, or whose id or description has some text in it; after the one of `kind` and `id`, at most `limit`. An
 * address that is known in its VPC (`vpc-…/10.0.1.5`) is one entity, and found as that.
 */
export function searchEntities(
  db: DatabaseSync,
  { kind, search = '', after, limit }: EntitySearch
): { readonly items: FoundEntity[]; readonly total: number } {
  // Not LIKE: percent signs and underscores are text here.
  const where = `(?1 = '' OR kind = ?1) AND (?2 = '' OR instr(lower(id), lower(?2)) > 0 OR instr(lower(coalesce(description, '')), lower(?2)) > 0)
    AND NOT (${IS_TWIN})`;
  const filters = [kind ?? '', search];
  const rows = all<Omit<FoundEntity, 'description' | 'lastFound'> & Nullable<'description' | 'lastFound'>>(
    db,
    `SELECT kind, id, description, vpc, subnet, instance, account, region, first_seen AS firstSeen, synced AS lastFound
     FROM entity WHERE ${where} AND (kind, id) > (?3, ?4) ORDER BY kind, id LIMIT ?5`,
    ...[...filters, after?.kind ?? '', after?.id ?? '', limit]
  );
  return {
    items: rows.map(({ description, lastFound, ...row }) => ({
      ...row,
      description: description ?? undefined,
      lastFound: lastFound ?? undefined,
    })),
    total: first<{ n: number }>(db, `SELECT count(*) AS n FROM entity WHERE ${where}`, ...filters)!.n,
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

/** The descriptions of these ids, whatever their kind. */
export function findDescriptions(db: DatabaseSync, ids: readonly string[]): Record<string, string> {
  const rows = all<{ id: string; description: string }>(
    db,
    'SELECT id, description FROM entity WHERE description IS NOT NULL AND id IN (SELECT value FROM json_each(?))',
    JSON.stringify(ids)
  );
  return Object.fromEntries(rows.map(({ id, description }) => [id, description]));
}

/** Whether an entity is not in the store yet, or no longer as it is known now. */
export function hasUnstoredEntities(db: DatabaseSync): boolean {
  return first(db, 'SELECT 1 FROM entity WHERE in_store = 0 LIMIT 1') !== undefined;
}

/** Notes that these entities stand in the store as they are known now. */
export function markEntitiesStored(db: DatabaseSync, entities: ReadonlyArray<Pick<Entity, 'kind' | 'id'>>): void {
  for (const { kind, id } of entities) {
    run(db, 'UPDATE entity SET in_store = 1 WHERE kind = ? AND id = ?', kind, id);
  }
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

/** A flow log as its objects show it. */
export interface FlowLog {
  /** `fl-…` */
  readonly id: string;
  readonly account: string;
  readonly region: string;
  /** Its header: a flow log's format never changes. */
  readonly columns: readonly string[];
}

/** Notes where a flow log was seen and what it delivers. */
export function recordFlowLog(db: DatabaseSync, { id, account, region, columns }: FlowLog, now: number): void {
  run(
    db,
    `INSERT OR REPLACE INTO flow_log (id, account, region, columns, last_seen)
     VALUES (:id, :account, :region, :columns, :now)`,
    { id, account, region, columns: JSON.stringify(columns), now }
  );
}

/** Regions in which flow logs were seen. */
export function flowLogRegions(db: DatabaseSync): string[] {
  return all<{ region: string }>(db, 'SELECT DISTINCT region FROM flow_log ORDER BY region').map((row) => row.region);
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
