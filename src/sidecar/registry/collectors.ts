import { createHash, randomBytes } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { collectorsIn, PRIMARY_COLLECTOR } from '../../contract/names';
import { COLLECTOR_NAME } from '../../contract/sourceFields';
import { commandLineAuthor, recordChange, type ChangeAuthor } from './audit';
import { all, first, run } from './database';
import { RegistryError } from './errors';
import type { Plan } from './planRows';
import { listSources, type StoredSource } from './sources';

/** A collector that says nothing for so long counts as silent. Seconds. */
export const SILENT_SECONDS = 120;

/** What a collector says of itself. */
export interface CollectorStatus {
  /** Of Flowscope. */
  readonly version: string;
  /** The name of its machine. */
  readonly host: string;
  /** Why it does not collect, in words; undefined when it does. */
  readonly waiting?: string;
  /** Records that it stored per second lately. */
  readonly recordsPerSecond?: number;
  /** How late objects of its sources arrive, seconds: of the source furthest behind. */
  readonly lag?: number;
  /** Failures since it was started. */
  readonly errors?: number;
}

/** A collector as the registry holds it. Times are Unix seconds. */
export interface Collector extends Partial<CollectorStatus> {
  readonly id: string;
  readonly name: string;
  readonly created: number;
  /** When it last said something; undefined when it never did. */
  readonly heard?: number;
  /** Whether it has said nothing for {@link SILENT_SECONDS}; one that was never started is not silent. */
  readonly isSilent: boolean;
  /** Names of the sources that are assigned to it. */
  readonly sources: string[];
  /** Objects that it may have begun to write: their plans were granted to it, and nobody has stored them yet. */
  readonly plansInHand: number;
}

interface CollectorRow {
  id: string;
  name: string;
  created: number;
  heard: number | null;
  status: string | null;
}

/** Whether a source is assigned to the collector of that name. */
export function isAssigned({ collector }: Pick<StoredSource, 'collector'>, name: string): boolean {
  return collectorsIn(collector).includes(name);
}

/** The enabled sources of the collector of that name. Of several that share a queue, the first one lists that is not `silent`. */
export function sourcesFor(
  sources: readonly StoredSource[],
  name: string,
  silent: readonly string[] = []
): StoredSource[] {
  const assigned = sources.filter((source) => source.enabled && isAssigned(source, name));
  return assigned.map((source) => {
    const names = collectorsIn(source.collector);
    const lister = names.find((one) => !silent.includes(one)) ?? names[0];
    return lister === name ? source : { ...source, isListedByOther: true };
  });
}

/** All collectors, the primary first, then by name. */
export function listCollectors(db: DatabaseSync, now: number): Collector[] {
  const sources = listSources(db);
  return all<CollectorRow>(db, 'SELECT * FROM collector ORDER BY id <> ?, name', PRIMARY_COLLECTOR).map(
    ({ id, name, created, heard, status }) => ({
      ...(JSON.parse(status ?? '{}') as Partial<CollectorStatus>),
      ...{ id, name, created, heard: heard ?? undefined },
      isSilent: heard !== null && heard < now - SILENT_SECONDS,
      sources: sources.filter((source) => isAssigned(source, name)).map((source) => source.name),
      plansInHand: countInHand(db, id),
    })
  );
}

/** What tells Flowscope's tokens for collectors from others. */
const TOKEN_PREFIX = 'fsc_';

const hashOf = (token: string) => createHash('sha256').update(token).digest();

/**
 * Adds a collector; returns it with the token by which it joins, of which only a hash is kept. Throws {@link RegistryError} when
 * the name is taken or is none.
 */
export function addCollector(
  db: DatabaseSync,
  name: string,
  by: ChangeAuthor = commandLineAuthor()
): { readonly id: string; readonly name: string; readonly token: string } {
  if (!COLLECTOR_NAME.test(name)) {
    throw new RegistryError(
      'A collector has a name like west-1: up to 64 letters, digits, dots, hyphens and underscores.',
      'invalid',
      'name'
    );
  }
  if (first(db, 'SELECT 1 FROM collector WHERE name = ?', name)) {
    throw new RegistryError(`This name is taken: there is a collector "${name}".`, 'taken', 'name');
  }
  const id = `col-${randomBytes(6).toString('hex')}`;
  const token = TOKEN_PREFIX + randomBytes(32).toString('base64url');
  run(db, 'INSERT INTO collector (id, name, token_hash, created) VALUES (?, ?, ?, ?)', id, name, hashOf(token), by.now);
  recordChange(db, by, 'collector.add', name, { id });
  return { id, name, token };
}

/** Who holds a token, and the ids of the sources that are assigned to it. */
export interface TokenHolder {
  readonly id: string;
  readonly name: string;
  readonly sourceIds: readonly string[];
}

/** The collector that has a token; undefined when none has it, or has it any more. */
export function collectorByToken(db: DatabaseSync, token: string): TokenHolder | undefined {
  const row = first<CollectorRow>(db, 'SELECT * FROM collector WHERE token_hash = ?', hashOf(token));
  if (!row) {
    return undefined;
  }
  const sources = listSources(db).filter((source) => isAssigned(source, row.name));
  return { id: row.id, name: row.name, sourceIds: sources.map(({ id }) => id) };
}

/** Notes that a collector was heard of, and what it says of itself. */
export function noteCollector(db: DatabaseSync, id: string, status: CollectorStatus, now: number): void {
  run(db, 'UPDATE collector SET heard = ?, status = ? WHERE id = ?', now, JSON.stringify(status), id);
}

/** Throws {@link RegistryError} when it was removed. */
function nameOf(db: DatabaseSync, id: string): string {
  const known = first<{ name: string }>(db, 'SELECT name FROM collector WHERE id = ?', id);
  if (!known) {
    throw new RegistryError('This collector was removed: nothing is collected by it any more.', 'forbidden');
  }
  return known.name;
}

/**
 * Throws {@link RegistryError} unless each of these sources is assigned to a collector now. Inside the transaction of what is asked
 * for: a source that was moved is the former collector's no more.
 */
export function requireAssigned(db: DatabaseSync, id: string, sourceIds: readonly string[]): void {
  const name = nameOf(db, id);
  for (const sourceId of sourceIds) {
    const source = first<{ name: string; collector: string }>(
      db,
      'SELECT name, collector FROM source WHERE id = ?',
      sourceId
    );
    if (!source || !isAssigned(source, name)) {
      throw new RegistryError(
        source
          ? `Source ${source.name} is not assigned to collector ${name}, or not any more: ${source.collector} works on it.`
          : `There is no source ${sourceId} that collector ${name} works on.`,
        'forbidden'
      );
    }
  }
}

/** Throws {@link RegistryError} unless a source may be assigned so: to collectors that there are, to several with a queue only. */
export function checkCollectors(
  db: DatabaseSync,
  { collector = PRIMARY_COLLECTOR, queueUrl }: Partial<Pick<StoredSource, 'collector' | 'queueUrl'>>
): void {
  const names = collectorsIn(collector);
  const known = collectorNames(db);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new RegistryError(noSuchCollector(unknown, known), 'invalid', 'collector');
  }
  if (names.length > 1 && queueUrl === undefined) {
    throw new RegistryError(
      'Only a queue can be shared: choose one collector, or let S3 announce new objects to an SQS queue.',
      'invalid',
      'collector'
    );
  }
}

/** What became of a collector's sources, and the plans that it may be finishing. */
export interface MovedSources {
  /** Names of the sources that were moved. */
  readonly sources: string[];
  /** Objects that the former collector had begun; whoever collects them writes the same points. */
  readonly plansInHand: number;
}

/**
 * Moves sources to another collector; all that the former has, unless `only` names some. From then on its requests about them are
 * refused. Throws {@link RegistryError}.
 */
export function moveSources(
  db: DatabaseSync,
  from: string,
  to: string,
  only: readonly string[] | undefined,
  by: ChangeAuthor = commandLineAuthor()
): MovedSources {
  const former = collectorNamed(db, from);
  collectorNamed(db, to);
  if (from === to) {
    throw new RegistryError(`The sources of ${from} are to be moved to another collector.`, 'invalid', 'to');
  }
  const sources = listSources(db).filter((source) => isAssigned(source, from));
  const missing = only?.find((name) => !sources.some((source) => source.name === name));
  if (missing !== undefined) {
    throw new RegistryError(`Collector ${from} has no source "${missing}".`, 'not-found', 'sources');
  }
  const moved = sources.filter(({ name }) => only === undefined || only.includes(name));
  for (const { id, name, collector } of moved) {
    const names = collectorsIn(collector).map((one) => (one === from ? to : one));
    const after = [...new Set(names)].join(',');
    run(db, 'UPDATE source SET collector = ?, version = version + 1 WHERE id = ?', after, id);
    recordChange(db, by, 'source.move', name, { id, collector: { before: collector, after } });
  }
  const plansInHand = moved.reduce((sum, { id }) => sum + countInHand(db, former.id, id), 0);
  return { sources: moved.map(({ name }) => name), plansInHand };
}

/** An object that was begun by a collector that was removed. */
export interface PlanInHand {
  /** What the object is recognised by: its file name, else its hash. */
  readonly identity: string;
  readonly source?: string;
  /** Unix seconds. */
  readonly granted: number;
}

/** At most so many plans are listed. */
const MAX_LISTED = 1000;

/**
 * Removes a collector: its token opens nothing from now on. Its sources go to `to`. Returns them, with the plans that it had in hand,
 * oldest first. Throws {@link RegistryError}.
 */
export function removeCollector(
  db: DatabaseSync,
  name: string,
  to = PRIMARY_COLLECTOR,
  by: ChangeAuthor = commandLineAuthor()
): MovedSources & { readonly plans: PlanInHand[] } {
  const { id } = collectorNamed(db, name);
  if (id === PRIMARY_COLLECTOR) {
    throw new RegistryError('The primary keeps the registry, and cannot be removed.', 'conflict');
  }
  const plans = all<{ identity: string; source: string | null; granted: number }>(
    db,
    `SELECT identity, source.name AS source, plan_in_hand.granted FROM plan_in_hand JOIN plan ON plan.id = plan_id
       LEFT JOIN source ON source.id = plan_in_hand.source_id
     WHERE collector_id = ? ORDER BY plan_in_hand.granted, plan_id LIMIT ${MAX_LISTED}`,
    id
  ).map(({ source, ...plan }) => ({ ...plan, source: source ?? undefined }));
  const plansInHand = countInHand(db, id);
  const { sources } = moveSources(db, name, to, undefined, by);
  run(db, 'DELETE FROM plan_in_hand WHERE collector_id = ?', id);
  run(db, 'DELETE FROM collector WHERE id = ?', id);
  recordChange(db, by, 'collector.remove', name, { id, to, sources, plansInHand });
  return { sources, plansInHand, plans };
}

/** Notes that a collector may begin to write an object. */
export function holdPlan(db: DatabaseSync, collectorId: string, plan: Plan, sourceId: string, now: number): void {
  run(
    db,
    'INSERT OR REPLACE INTO plan_in_hand (plan_id, collector_id, source_id, granted) VALUES (?, ?, ?, ?)',
    ...[plan.id, collectorId, sourceId, now]
  );
}

/** Whether an object was granted to a collector, or is stored: then nothing can be said of it any more. */
export function isHeldOrStored(db: DatabaseSync, collectorId: string, planId: number): boolean {
  return (
    first(
      db,
      `SELECT 1 FROM plan WHERE id = :planId AND (stored IS NOT NULL OR EXISTS
         (SELECT 1 FROM plan_in_hand WHERE plan_id = plan.id AND collector_id = :collectorId))`,
      { planId, collectorId }
    ) !== undefined
  );
}

/** The names of all collectors, the primary first. */
const collectorNames = (db: DatabaseSync) =>
  all<{ name: string }>(db, 'SELECT name FROM collector ORDER BY id <> ?, name', PRIMARY_COLLECTOR).map(
    ({ name }) => name
  );

const noSuchCollector = (name: string, known: readonly string[]) =>
  `There is no collector "${name}". There are: ${known.join(', ')}.`;

/** How many objects a collector has begun, and nobody has stored yet: of one source, or of all. */
function countInHand(db: DatabaseSync, collectorId: string, sourceId?: string): number {
  const ofSource = sourceId === undefined ? '' : ' AND source_id = ?';
  const values = sourceId === undefined ? [collectorId] : [collectorId, sourceId];
  const sql = `SELECT count(*) AS n FROM plan_in_hand WHERE collector_id = ?${ofSource}`;
  return first<{ n: number }>(db, sql, ...values)!.n;
}

function collectorNamed(db: DatabaseSync, name: string): CollectorRow {
  const row = first<CollectorRow>(db, 'SELECT * FROM collector WHERE name = ?', name);
  if (!row) {
    throw new RegistryError(noSuchCollector(name, collectorNames(db)), 'not-found');
  }
  return row;
}
