import { FLOW_MEASUREMENTS } from '../src/contract/stored';
import { mayHoldFlowLogs } from '../src/sidecar/records/objectName';
import { sumsOf, type Content, type SumsByWindow } from './objects';
import { plansIn, type SeenPlan } from './plans';
import { differenceOf } from './storedSums';
import type { Place, World } from './world';

/** Why the store does not hold exactly the points of a content by that plan; undefined when it does. */
function whyNotStored(world: World, { sha256, offsets, terms }: SeenPlan): string | undefined {
  const content = world.contents.get(sha256);
  if (!content) {
    return 'a plan of a content that never was';
  }
  const found: SumsByWindow = new Map();
  for (const offset of offsets) {
    world.sums.byOffset.get(offset)?.forEach((sums, key) => found.set(key, sums));
  }
  return differenceOf(sumsOf(content, terms), found);
}

/** Checks each deletion at its moment: rule 1 of the data path. */
export function watchDeletions(world: World): void {
  world.onDeletion = (place, key, etag, sha256) => {
    const content = world.contents.get(sha256)!;
    const where = `${place.name} ${key}`;
    if (content.fate !== 'counted') {
      world.violate(`deleted although it is to stay (${content.fate}): ${where}`);
      return;
    }
    const plan = plansIn(world.db, sha256).find(({ isStored }) => isStored);
    if (!plan) {
      world.violate(`deleted before the registry had it as stored: ${where}`);
      return;
    }
    const why = whyNotStored(world, plan);
    if (why !== undefined) {
      world.violate(`deleted before it was fully stored (${why}): ${where}`);
    }
    const row = world.db
      .prepare(
        'SELECT state, etag FROM ledger JOIN source ON source.id = source_id WHERE source.bucket = ? AND key = ?'
      )
      .get(place.name, key) as { state: string; etag: string } | undefined;
    // What overtook it in the ledger: another version of the key that was read meanwhile.
    if (row?.etag === etag && row.state !== 'stored' && row.state !== 'deleted') {
      world.violate(`deleted although the ledger has it as ${row?.state}: ${where}`);
    }
  };
}

/** What still lies in a bucket although something is left to be done about it, in words. */
export function unfinished(world: World): string[] {
  return world.places.flatMap((place) =>
    [...place.bucket.objects].flatMap(([key, { etag }]) => {
      const row = ledgerRow(world, place, key);
      const isLeft = row?.etag === etag && ['quarantined', 'not-collected'].includes(row.state);
      return isLeft || !mayHoldFlowLogs(key) ? [] : [`${place.name} ${key} ${row?.state} ${row?.reason ?? ''}`];
    })
  );
}

interface LedgerRow {
  readonly state: string;
  readonly etag: string;
  readonly reason: string | null;
  readonly message: string | null;
}

function ledgerRow(world: World, place: Place, key: string): LedgerRow | undefined {
  return world.db
    .prepare(
      'SELECT state, etag, reason, message FROM ledger JOIN source ON source.id = source_id WHERE source.bucket = ? AND key = ?'
    )
    .get(place.name, key) as LedgerRow | undefined;
}

/** Checks all that must hold once everything has come to rest. `lost`: plans that went with a registry that was replaced. */
export function checkRest(world: World, lost: readonly SeenPlan[]): void {
  const plans = plansIn(world.db);
  checkOffsets(world, [...plans, ...lost]);
  checkObjects(world, plans, lost);
  checkLeftovers(world, plans);
  checkHours(world);
  checkTables(world);
}

function checkOffsets(world: World, plans: readonly SeenPlan[]): void {
  const users = new Map<number, string>();
  for (const { offsets, sha256 } of plans) {
    for (const offset of offsets) {
      const other = users.get(offset);
      if (other !== undefined && other !== sha256) {
        world.violate(`offset ${offset} was used twice`);
      }
      users.set(offset, sha256);
    }
  }
  for (const [offset, sums] of world.sums.byOffset) {
    // Points of zeros make series ahead of an object, and add nothing.
    const [first] = [...sums].find(([, { bytes, packets, flows }]) => bytes + packets + flows > 0) ?? [];
    if (first !== undefined && !users.has(offset)) {
      world.violate(`points at offset ${offset}, which no plan has: ${first}`);
    }
  }
}

/** Each content counts once, and exactly. */
function checkObjects(world: World, plans: readonly SeenPlan[], lost: readonly SeenPlan[]): void {
  for (const plan of plans) {
    const why = whyNotStored(world, plan);
    if (plan.isStored && why !== undefined) {
      world.violate(`stored, but not exactly (${why}): ${plan.identity}`);
    }
    if (!plan.isStored && !isSuperseded(world, plan)) {
      world.violate(`begun and never finished: ${plan.identity}`);
    }
  }
  const bySha = Map.groupBy(plans, ({ sha256 }) => sha256);
  for (const [sha256, same] of bySha) {
    if (same.length > 1) {
      world.violate(
        `two plans of one content: ${same.map(({ identity }) => identity).join(', ')} (${sha256.slice(0, 8)})`
      );
    }
  }
  const known = new Set(
    [...plans, ...lost].filter((plan) => whyNotStored(world, plan) === undefined).map(({ sha256 }) => sha256)
  );
  for (const sha256 of world.deleted) {
    if (!known.has(sha256)) {
      world.violate(`deleted, and not in the store: ${sha256.slice(0, 8)}`);
    }
  }
}

/** Whether a plan that was begun cannot be finished: its content lies nowhere any more, or is in conflict. */
function isSuperseded(world: World, { sha256 }: SeenPlan): boolean {
  return !world.places.some(({ bucket, name }) =>
    [...bucket.objects].some(([key, { etag }]) => world.versions.get(`${name} ${key} ${etag}`) === sha256)
  );
}

/** What is left in the buckets is left for a reason that is said. */
function checkLeftovers(world: World, plans: readonly SeenPlan[]): void {
  unfinished(world).forEach((what) => world.violate(`stuck: ${what}`));
  for (const place of world.places) {
    for (const [key] of place.bucket.objects) {
      const row = ledgerRow(world, place, key);
      const content = world.contentAt(place, key)!;
      if (!row || !mayHoldFlowLogs(key)) {
        continue;
      }
      if (!row.reason || !row.message) {
        world.violate(`left without a word: ${place.name} ${key} ${row.state}`);
      }
      if (isConflict(row, key, content, plans)) {
        continue;
      }
      if (content.fate === 'counted') {
        world.violate(`left although it could be counted (${row.state} ${row.reason}): ${place.name} ${key}`);
      }
      if (content.fate !== 'counted' && row.state !== content.fate) {
        world.violate(`${row.state} ${row.reason} instead of ${content.fate}: ${place.name} ${key}`);
      }
    }
  }
}

function isConflict({ reason }: LedgerRow, key: string, { sha256 }: Content, plans: readonly SeenPlan[]): boolean {
  const file = key.slice(key.lastIndexOf('/') + 1);
  return (
    (reason === 'conflict' || reason === 'unfinished-conflict') &&
    plans.some((plan) => plan.identity === file && plan.sha256 !== sha256)
  );
}

/** Each hour in `hour` is the sum of its minutes, series by series. */
function checkHours(world: World): void {
  const { influx } = world;
  for (const { name } of [...FLOW_MEASUREMENTS, { name: 'flow_quality' }]) {
    const wanted = new Map<string, number[]>();
    for (const { tags, points } of influx.series('minute', name)) {
      for (const [time, fields] of points) {
        const second = Number(time.slice(0, -9));
        const key = `${second - (second % 3600)} ${JSON.stringify(tags)}`;
        const sums = wanted.get(key) ?? [0, 0, 0];
        wanted.set(key, sums);
        [fields.bytes ?? 0, fields.packets ?? 0, fields.flows ?? fields.records].forEach(
          (n, i) => (sums[i] += Number(n))
        );
      }
    }
    for (const { tags, points } of influx.series('hour', name)) {
      for (const [time, fields] of points) {
        const second = Number(time.slice(0, -9));
        if (second % 3600 === 0 && time.endsWith('000000000')) {
          const key = `${second} ${JSON.stringify(tags)}`;
          const have = [fields.bytes ?? 0, fields.packets ?? 0, fields.flows ?? fields.records].map(Number);
          const want = wanted.get(key) ?? [0, 0, 0];
          if (have.some((n, i) => n !== want[i])) {
            world.violate(`hour ${name} ${key}: ${have.join(' ')} instead of ${want.join(' ')}`);
          }
          wanted.delete(key);
        }
      }
    }
    for (const [key, sums] of wanted) {
      if (sums.some((n) => n !== 0)) {
        world.violate(`hour ${name} ${key}: nothing instead of ${sums.join(' ')}`);
      }
    }
  }
}

/** Rows that each table may have at most, by what there was. */
function checkTables(world: World): void {
  const objects = world.versions.size;
  const limits: Readonly<Record<string, number>> = {
    ledger: objects,
    plan: world.contents.size,
    plan_terms: 60,
    // After an older copy was put back, all hours of six days.
    hour_state: 8 * objects + 200,
    unread: objects,
    exporter: 60,
    delivery: objects + 400,
    owner_version: 500,
    change: 400,
  };
  for (const [table, most] of Object.entries(limits)) {
    const { rows } = world.db.prepare(`SELECT count(*) AS rows FROM ${table}`).get() as { rows: number };
    if (rows > most) {
      world.violate(`table ${table} has ${rows} rows, more than ${most}`);
    }
  }
}
