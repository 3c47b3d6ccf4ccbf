import type { DatabaseSync } from 'node:sqlite';
import { IMPORT_SOURCE } from '../../contract/names';
import { run } from './database';
import { commandLineAuthor, recordChange, type ChangeAuthor } from './audit';
import { RegistryError } from './errors';
import { isBeingDiscarded } from './leftovers';
import { listQuarantine, quarantinedAt, quarantinedSources, type QuarantinedObject } from './quarantineList';
import { getSource } from './sources';

export type { QuarantinedObject } from './quarantineList';

/** Some quarantined objects: those with these keys, or all; of one source, or of all. */
export interface QuarantineChoice {
  readonly keys?: readonly string[];
  /** As {@link QuarantinedObject.source} names it. */
  readonly source?: string;
}

/**
 * Lets the next listing collect the objects again, but for those that are being discarded at this moment. Returns those it
 * did that for, and as `unlisted` those that no listing finds, which stay in quarantine. Throws {@link RegistryError} for a
 * key that is not in quarantine or in that of several sources, and then changes nothing. `now`: Unix seconds.
 */
export function retryQuarantined(
  db: DatabaseSync,
  choice: QuarantineChoice,
  now: number,
  by: ChangeAuthor = commandLineAuthor(now)
): { readonly retried: QuarantinedObject[]; readonly unlisted: QuarantinedObject[] } {
  const chosen = choose(db, choice).filter((object) => !isBeingDiscarded(db, object, now));
  const retried = chosen.filter(({ isListed }) => isListed);
  for (const { sourceId, key } of retried) {
    // A listing skips quarantined objects, and takes up refused ones again.
    run(
      db,
      `UPDATE ledger SET state = 'refused', reason = 'retry', message = 'It is collected again with the next listing.', changed = ?
       WHERE source_id = ? AND key = ?`,
      ...[now, sourceId, key]
    );
  }
  noteChoice(db, by, 'quarantine.retry', choice, retried);
  return { retried, unlisted: chosen.filter(({ isListed }) => !isListed) };
}

/**
 * Takes objects off the list; they stay in their buckets and are not read again, until one is overwritten. Returns them.
 * Throws {@link RegistryError} as {@link retryQuarantined} does. `now`: Unix seconds.
 */
export function dismissQuarantined(
  db: DatabaseSync,
  choice: QuarantineChoice,
  now: number,
  by: ChangeAuthor = commandLineAuthor(now)
): QuarantinedObject[] {
  const chosen = choose(db, choice);
  for (const { sourceId, key } of chosen) {
    run(db, 'UPDATE ledger SET dismissed = ? WHERE source_id = ? AND key = ?', now, sourceId, key);
  }
  noteChoice(db, by, 'quarantine.dismiss', choice, chosen);
  return chosen;
}

function noteChoice(
  db: DatabaseSync,
  by: ChangeAuthor,
  action: string,
  { source }: QuarantineChoice,
  objects: readonly QuarantinedObject[]
): void {
  if (objects.length > 0) {
    const keys = objects.slice(0, 20).map(({ key }) => key);
    recordChange(db, by, action, source ?? 'all sources', { objects: objects.length, keys });
  }
}

function choose(db: DatabaseSync, { keys, source }: QuarantineChoice): QuarantinedObject[] {
  const sources = quarantinedSources(db).filter(({ name }) => source === undefined || name === source);
  if (source !== undefined && sources.length === 0) {
    // `getSource` throws for a name that no source has. Imported files have no source.
    const where =
      source === IMPORT_SOURCE ? 'Of the imported files none' : `Of source ${getSource(db, source).name} nothing`;
    throw new RegistryError(`${where} is in quarantine.`);
  }
  if (keys === undefined) {
    return listQuarantine(db, source);
  }
  return [...new Set(keys)].map((key) => {
    const [found, ...more] = sources.flatMap(({ id }) => quarantinedAt(db, id, key) ?? []);
    if (!found) {
      throw new RegistryError(
        `Not in quarantine: ${key}. Keys are compared letter by letter: see flowscope quarantine list.`
      );
    }
    if (more.length > 0) {
      const names = [found, ...more].map((object) => object.source).join(', ');
      throw new RegistryError(`${key} is in quarantine in several sources (${names}): say which with --source NAME.`);
    }
    return found;
  });
}
