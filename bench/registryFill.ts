import type { DatabaseSync } from 'node:sqlite';
import { openDatabase } from '../src/sidecar/registry/database';
import { RETENTION_SECONDS } from '../src/sidecar/rollup/terms';
import { say } from './tools';

/** Unix seconds: when the bench's registry was filled up to. */
export const NOW = 1_800_000_000;
/** Plans per ledger row: rows go 15 days after their objects, plans after 13 months. */
export const PLANS_PER_ROW = 10;
/** Entities that are named, and addresses that interfaces have. */
export const ENTITIES = 100_000;
export const SOURCES = ['src-000000000001', 'src-000000000002', 'src-000000000003'];

const DAY = 86_400;
/** Rows written in one statement. */
const STEP = 100_000;

/** The file name of an object as AWS gives it; SQL of its number `i`. */
const FILE_NAME = `printf('%012d_vpcflowlogs_eu-west-1_fl-%017x_%s_%08x.log.gz', 111111111111 + i % 3, i % 50,
  strftime('%Y%m%dT%H%MZ', ${NOW} - i * 30, 'unixepoch'), (i * 2654435761) & 0xffffffff)`;

/** One in a hundred objects each is still in its bucket: stored, quarantined, not collected. */
const STATE = `CASE i % 100 WHEN 0 THEN 'stored' WHEN 1 THEN 'quarantined' WHEN 2 THEN 'not-collected' ELSE 'deleted' END`;
const REASON = `CASE i % 100 WHEN 1 THEN iif(i % 200 = 1, 'corrupt-gzip', 'unreadable') WHEN 2 THEN 'transit-gateway' END`;
const COUNTS = `'{"records":120,"ok":118,"reasons":{"nodata":2},"quotes":[],"bytes":"123456789","packets":"123456","flows":"118","parts":1}'`;

/** Fills the registry of a folder with so many ledger rows and {@link PLANS_PER_ROW} times as many plans. Returns its file's size per million, in bytes. */
export function fillRegistry(folder: string, objects: number): { readonly ledger: number; readonly plans: number } {
  const db = openDatabase(folder);
  // As fast as it goes: who ends the bench halfway throws the file away.
  db.exec('PRAGMA synchronous = OFF; PRAGMA cache_size = -600000; PRAGMA wal_autocheckpoint = 20000');
  const plans = objects * PLANS_PER_ROW;
  db.exec(`INSERT INTO plan_terms VALUES (1, 1, '${SOURCES[0]}', 20, '111111111111');
    INSERT INTO plan_exporter VALUES (1, '111111111111/vpc-0123456789abcdef0')`);
  SOURCES.forEach((id, i) =>
    db.exec(`INSERT INTO source (id, name, bucket, prefix, region, enabled, created)
      VALUES ('${id}', 'source ${i + 1}', 'bucket', '', 'eu-west-1', 1, ${NOW})`)
  );
  inSteps(
    db,
    'plans',
    plans,
    `
    INSERT INTO plan (identity, sha256, size, terms_id, file_time, minute_horizon, hour_horizon, future_horizon, decisions,
      offsets, granted, stored)
    SELECT ${FILE_NAME}, randomblob(32), 5000 + i % 1000, 1, ${NOW} - 300, ${NOW} - ${6 * DAY}, ${NOW} - ${394 * DAY},
      ${NOW} + 3600, '1', '[' || i || ']', ${NOW} - ${RETENTION_SECONDS.hour} + i * ${RETENTION_SECONDS.hour} / ${plans}, ${NOW}`
  );
  // The newest plans are those of objects in the ledger.
  inSteps(
    db,
    'ledger rows',
    objects,
    `
    INSERT INTO ledger (source_id, key, etag, size, state, reason, message, counts, plan_id, changed, seen)
    SELECT '${SOURCES[0].slice(0, -1)}' || (1 + i % 3),
      'AWSLogs/' || (111111111111 + i % 3) || '/vpcflowlogs/eu-west-1/' || strftime('%Y/%m/%d/', ${NOW} - i * 30, 'unixepoch') || ${FILE_NAME},
      '"' || lower(hex(randomblob(16))) || '"', 5000 + i % 1000, ${STATE}, ${REASON}, 'What is wrong, ' || ${REASON} || ', and what to do.',
      ${COUNTS}, ${plans - objects} + i, ${NOW} - ${15 * DAY} + i * ${15 * DAY} / ${objects}, ${NOW}`
  );
  inSteps(
    db,
    'objects with kept lines',
    objects / 100,
    `
    INSERT INTO unread (identity, source_id, key, stored, lines, bytes, reasons, quotes, content)
    SELECT 'unread ' || i, '${SOURCES[0]}', 'AWSLogs/unread ' || i, ${NOW} - i, 2, 300, '{"field-count":2}', '[]', randomblob(300)`
  );
  inSteps(
    db,
    'entities',
    ENTITIES,
    `
    INSERT INTO entity (kind, id, description, vpc, subnet, instance, account, region, first_seen)
    SELECT iif(i % 4, 'interface', 'instance'), printf('%s-%017x', iif(i % 4, 'eni', 'i'), i * 2654435761),
      'orders-' || (i % 977) || ' web ' || i || ' (ALB)', printf('vpc-%017x', i % 50), 'subnet-1', '-', '111122223333', 'eu-west-1', ${NOW}`
  );
  inSteps(
    db,
    'addresses',
    ENTITIES,
    `
    INSERT INTO owner_fact (kind, statement, origin, since, added)
    SELECT 'address', printf('vpc-%017x 10.%d.%d.%d eni-%017x', i % 50, i / 65536, i / 256 % 256, i % 256, i * 2654435761), 1, ${NOW}, 1`
  );
  db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  const bytesOf = (table: string) =>
    (
      db
        .prepare(
          `SELECT sum(pgsize) AS bytes FROM dbstat WHERE name GLOB '${table}*' OR name GLOB 'sqlite_autoindex_${table}_*'`
        )
        .get() as { bytes: number }
    ).bytes;
  say('registry: measuring the file');
  const sizes = { ledger: (bytesOf('ledger') / objects) * 1e6, plans: (bytesOf('plan') / plans) * 1e6 };
  db.close();
  return sizes;
}

/** Runs an `INSERT … SELECT` over the numbers `i` from 1 to `count`. */
function inSteps(db: DatabaseSync, what: string, count: number, insert: string): void {
  for (let from = 1; from <= count; from += STEP) {
    const to = Math.min(count, from + STEP - 1);
    db.exec(`${insert} FROM (WITH RECURSIVE numbers(i) AS (SELECT ${from} UNION ALL SELECT i + 1 FROM numbers WHERE i < ${to})
      SELECT i FROM numbers)`);
    if (to === count || (to / STEP) % 10 === 0) {
      say(`registry: ${to.toLocaleString('en')} of ${count.toLocaleString('en')} ${what}`);
    }
  }
}
