import type { DatabaseSync } from 'node:sqlite';
import { RULES_VERSION } from '../rollup/terms';

/** The rules version of objects that were collected under another one than `rulesVersion`; undefined when there are none. */
export function otherRulesVersion(db: DatabaseSync, rulesVersion: number): number | undefined {
  const sql = 'SELECT rules_version FROM plan_terms WHERE rules_version <> ? LIMIT 1';
  return db.prepare(sql).get(rulesVersion)?.rules_version as number | undefined;
}

/** The same for a registry that is to be upgraded, and may have its plans as they were at first. */
export function otherRulesBeforeUpgrade(db: DatabaseSync): number | undefined {
  if (db.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'plan_terms'").get()) {
    return otherRulesVersion(db, RULES_VERSION);
  }
  const sql = "SELECT terms ->> 'rulesVersion' AS rules_version FROM plan WHERE terms ->> 'rulesVersion' <> ? LIMIT 1";
  return db.prepare(sql).get(RULES_VERSION)?.rules_version as number | undefined;
}

/** Why what was collected under other rules is refused, and what to do. `what`: `The registry has collected under rules version 1`. */
export const otherRulesMessage = (what: string): string =>
  `${what}, and this Flowscope collects under version ${RULES_VERSION}: nothing of it can be carried along. Start with an empty ` +
  'database (FLOWSCOPE_INFLUX_DATABASE) and a new data directory (FLOWSCOPE_DATA_DIR).';
